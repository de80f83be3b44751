"""A scorer that remembers why it raised: scikit-learn only warns, and makes the score NaN."""

import traceback
from typing import Any


class ListeningScorer:
    """The scorer itself, but for ``causes``.

    Parameters
    ----------
    scorer : callable
        ``scorer(estimator, X, y, **params)`` returns a score, or several by their names.

    Attributes
    ----------
    causes : dict of (str or None) to str
        For each metric whose score failed (None: a scorer of one score) type and first line of
        the first exception.

    Examples
    --------
    >>> from skhpo.evaluation._listening import ListeningScorer
    >>> scorer = ListeningScorer(lambda estimator, X, y: 1 / 0)
    >>> try:
    ...     scorer(None, [[0.0]], [0])
    ... except ZeroDivisionError:
    ...     print(scorer.causes)
    {None: 'ZeroDivisionError: division by zero'}
    """

    def __init__(self, scorer: Any) -> None:
        self._scorer = scorer
        self.causes: dict[str | None, str] = {}

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        # scikit-learn treats one of its own scorers of several metrics by its class
        return type(self._scorer)

    def __getattr__(self, name: str) -> Any:
        if name == "_scorer":  # not there yet: no question for it
            raise AttributeError(name)
        return getattr(self._scorer, name)

    def __repr__(self) -> str:
        return repr(self._scorer)

    def __call__(self, *args: Any, **params: Any) -> Any:
        try:
            scores = self._scorer(*args, **params)
        except Exception:
            self.causes.setdefault(None, _cause(traceback.format_exc()))
            raise
        if isinstance(scores, dict):  # of several metrics, those that raised are tracebacks
            for name, score in scores.items():
                if isinstance(score, str):
                    self.causes.setdefault(name, _cause(score))
        return scores


def _cause(text: str) -> str:
    """Return the first line of what a traceback ends with: type and message."""
    lines = text.splitlines()
    indented = [i for i, line in enumerate(lines) if line.startswith("  ")]
    rest = lines[indented[-1] + 1 :] if indented else lines
    return next((line for line in rest if line.strip()), "")
