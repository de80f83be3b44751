"""The outer scores: those asked for, and the one that the search chose by."""

from dataclasses import dataclass
from typing import Any

from sklearn.metrics import check_scoring

from skhpo import _sklearn
from skhpo.results.refit_rules import REFIT_RULES

SCORE = "score"  # what a score without a name is called


def is_search(estimator: Any) -> bool:
    """Whether something tunes an estimator: scikit-learn's searches, and what looks like one."""
    if isinstance(estimator, _sklearn.BaseSearchCV):
        return True
    return all(hasattr(estimator, name) for name in ("estimator", "cv", "refit"))


def own_metric(search: Any) -> str | None:
    """Return the name of the score by which a search chooses; None where it has none.

    Parameters
    ----------
    search : estimator
        A search, or any estimator.

    Returns
    -------
    str or None
        None for plain estimators, and for several scores with a callable ``refit``.
    """
    if not is_search(search):
        return None
    if isinstance(search.refit, str) and search.refit not in REFIT_RULES:
        return search.refit
    scoring = getattr(search, "scoring", None)
    if isinstance(scoring, list | tuple | set | dict):
        return None
    return scoring if isinstance(scoring, str) else SCORE


def outer_scorer(search: Any, scoring: Any) -> Any:
    """Return a scorer that returns a dict.

    Parameters
    ----------
    search : estimator
        What will be scored.
    scoring : str, callable, list, tuple, set, dict or None
        As in ``cross_validate``; None for the scores of the search itself.

    Returns
    -------
    callable
        ``scorer(estimator, X, y, **params)``, a dict of str to float, the score by which the
        search chooses among them.
    """
    own = own_metric(search)
    given = getattr(search, "scoring", None) if is_search(search) else None
    if scoring is None:
        scoring = given if isinstance(given, list | tuple | set | dict) else None
    if callable(scoring) and not hasattr(scoring, "get_metadata_routing"):
        name = SCORE if scoring is given else getattr(scoring, "__name__", "custom")
        return CallableScorer(scoring, own, name)
    scorers: dict[str, Any] = {}
    if isinstance(scoring, str):
        scorers[scoring] = check_scoring(search, scoring)
    elif callable(scoring):  # a scorer, which may have requested metadata
        scorers[SCORE if own is None or scoring is given else "custom"] = scoring
    elif isinstance(scoring, dict):
        scorers.update(scoring)
    elif scoring is not None:
        scorers.update({name: check_scoring(search, name) for name in scoring})
    if own not in scorers and (own is not None or not scorers):
        scorers[own or SCORE] = check_scoring(search)
    return check_scoring(search, scorers)


@dataclass(frozen=True)
class CallableScorer:
    """A scorer of the user's, with the score by which the search chooses beside it.

    Parameters
    ----------
    function : callable
        ``function(estimator, X, y)``, a number or a dict of str to number.
    own : str or None
        The name of the search's own score.
    name : str
        What to call its score if it is a number.
    """

    function: Any
    own: str | None
    name: str

    def __call__(self, estimator: Any, X: Any, y: Any) -> dict[str, float]:
        scores = self.function(estimator, X, y)
        if not isinstance(scores, dict):
            scores = {self.name: scores}
        if self.own is not None and self.own not in scores:
            scores = {**scores, self.own: estimator.score(X, y)}
        return scores
