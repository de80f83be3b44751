"""Racing over folds: drop a candidate that has lost before all its folds are done.

All candidates are scored on the same folds. The incumbent is the complete candidate with the best
mean; a rule, one a file, judges from the folds that a candidate has done whether it can still have
the better mean over all. ``RULES`` is the list of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real

import numpy as np
from numpy.typing import NDArray

from skhpo.schedules.racing import anova, bergman, friedman, paired, shrinkage

__all__ = ["RULES", "Racing", "Rule"]

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Rule:
    """A test of a candidate against those that are complete.

    Parameters
    ----------
    has_lost : callable
        Called with the scores of the complete candidates of shape (n_complete, n_splits), those of
        the candidate of shape (n_splits,), NaN where there is none, and alpha; says whether it has
        lost.
    burn_in : int
        Folds that a candidate has done before it is tested.

    Examples
    --------
    >>> from skhpo.schedules.racing import RULES
    >>> RULES["anova"].burn_in
    3
    """

    has_lost: Callable[[Scores, Scores, float], bool]
    burn_in: int


RULES: dict[str, Rule] = {
    "paired": Rule(paired.has_lost, paired.BURN_IN),
    "anova": Rule(anova.has_lost, anova.BURN_IN),
    "friedman": Rule(friedman.has_lost, friedman.BURN_IN),
    "forgiving": Rule(bergman.has_lost_forgiving, bergman.BURN_IN),
    "aggressive": Rule(bergman.has_lost_aggressive, bergman.BURN_IN),
}


@dataclass(frozen=True, kw_only=True)
class Racing:
    """When candidates are dropped before all their folds are done.

    Parameters
    ----------
    rule : {"paired", "anova", "friedman", "forgiving", "aggressive"}, default="paired"
        The test. "paired" is a t test of the differences to the incumbent that counts only the
        folds not yet done; "anova" an analysis of variance, "friedman" a test of ranks, as in the
        R packages finetune and irace. "forgiving" and "aggressive" compare the mean of the folds
        done with the incumbent's worst fold and with its mean (Bergman et al.); the latter often
        drops the best candidate.
    alpha : float, default=0.05
        Level of the test, between 0 and 0.5. It is that of one test of a candidate as good as the
        incumbent; with several folds there are several. "forgiving" and "aggressive" ignore it.
    min_complete : int, default=5
        So many candidates are evaluated on all folds before any is dropped.
    min_splits : int or None, default=None
        Folds that a candidate has done before it may be dropped. None leaves it to the rule: 1,
        but 3 for "anova" and "friedman".
    n_finalists : int, default=3
        The best so many candidates are complete in the end.

    Raises
    ------
    ValueError
        If a parameter is not one of these.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.schedules.racing import Racing
    >>> racing = Racing(min_complete=3)
    >>> complete = np.array([[0.90, 0.80, 0.70], [0.88, 0.79, 0.67], [0.89, 0.76, 0.66]])
    >>> racing.has_lost(complete, np.array([0.80, np.nan, np.nan]))
    True
    >>> racing.has_lost(complete, np.array([0.88, np.nan, np.nan]))
    False
    """

    rule: str = "paired"
    alpha: float = 0.05
    min_complete: int = 5
    min_splits: int | None = None
    n_finalists: int = 3

    def __post_init__(self) -> None:
        """Check the parameters."""
        if self.rule not in list(RULES):
            raise ValueError(f"rule has to be one of {sorted(RULES)}, got {self.rule!r}.")
        if not _is_level(self.alpha):
            raise ValueError(f"alpha has to be a number between 0 and 0.5, got {self.alpha!r}.")
        for name in ("min_complete", "n_finalists"):
            if not _is_count(getattr(self, name)):
                raise ValueError(f"{name} has to be an int >= 1, got {getattr(self, name)!r}.")
        if not (self.min_splits is None or _is_count(self.min_splits)):
            raise ValueError(f"min_splits has to be None or an int >= 1, got {self.min_splits!r}.")

    def has_lost(self, complete: Scores, partial: Scores) -> bool:
        """Whether a candidate may be dropped, judged by the folds it has done.

        Parameters
        ----------
        complete : ndarray of shape (n_complete, n_splits)
            Fold scores of the candidates that are complete, all finite, greater is better.
        partial : ndarray of shape (n_splits,)
            Fold scores of the candidate, NaN where there is none yet.

        Returns
        -------
        bool
            False while there are fewer than ``min_complete`` complete candidates or the candidate
            has done fewer than ``min_splits`` folds, and if it has done all.

        Examples
        --------
        >>> import numpy as np
        >>> from skhpo.schedules.racing import Racing
        >>> complete = np.array([[0.9, 0.8], [0.8, 0.8], [0.9, 0.7]])
        >>> Racing().has_lost(complete, np.array([0.1, np.nan]))  # 5 have to be complete
        False
        """
        rule = RULES[self.rule]
        done = int(np.count_nonzero(~np.isnan(partial)))
        least = rule.burn_in if self.min_splits is None else self.min_splits
        if len(complete) < self.min_complete or done < least or done == len(partial):
            return False
        return rule.has_lost(complete, partial, self.alpha)

    def estimate(self, complete: Scores, partial: Scores) -> tuple[float, float]:
        """Return what the mean over all folds of a candidate is expected to be.

        It is fair to a candidate that was dropped, whichever folds it has done: the incumbent's
        mean minus the mean paired difference, shrunken because a candidate that is dropped has
        often been unlucky.

        Parameters
        ----------
        complete : ndarray of shape (n_complete, n_splits)
            Fold scores of the candidates that are complete, all finite, greater is better.
        partial : ndarray of shape (n_splits,)
            Fold scores of the candidate, NaN where there is none yet.

        Returns
        -------
        mean : float
            On the scale of the scores.
        deviation : float
            Standard deviation of the mean over all folds from the estimate.

        Raises
        ------
        ValueError
            If no candidate is complete or the candidate has done no fold.

        Examples
        --------
        >>> import numpy as np
        >>> from skhpo.schedules.racing import Racing
        >>> complete = np.array([[0.90, 0.80, 0.70], [0.88, 0.79, 0.67], [0.89, 0.76, 0.66]])
        >>> mean, deviation = Racing().estimate(complete, np.array([0.85, np.nan, np.nan]))
        >>> round(mean, 3), round(deviation, 3)
        (0.756, 0.011)
        """
        if len(complete) == 0 or np.isnan(partial).all():
            raise ValueError(
                "estimate needs a complete candidate and a fold that the partial one has done, "
                f"got {len(complete)} complete and {np.count_nonzero(~np.isnan(partial))} folds."
            )
        return shrinkage.estimate(complete, partial)

    def to_complete(self, complete: Scores, partials: Scores) -> list[int]:
        """Return which of the dropped candidates have to be evaluated on their open folds.

        These are the ones that, by their estimates, are among the ``n_finalists`` best, and those
        that would not be dropped now that more is known of how candidates differ. It is called
        until it answers with none: then the best are complete, and every other has lost against
        the winner.

        Parameters
        ----------
        complete : ndarray of shape (n_complete, n_splits)
            Fold scores of the candidates that are complete, all finite, greater is better.
        partials : ndarray of shape (n_dropped, n_splits)
            Fold scores of those that were dropped, NaN where there is none.

        Returns
        -------
        list of int
            Rows of ``partials``, in ascending order.

        Examples
        --------
        >>> import numpy as np
        >>> from skhpo.schedules.racing import Racing
        >>> racing = Racing(min_complete=3, n_finalists=1)
        >>> complete = np.array([[0.90, 0.80, 0.70], [0.88, 0.79, 0.67], [0.89, 0.76, 0.66]])
        >>> partials = np.array([[0.80, np.nan, np.nan], [0.89, np.nan, np.nan]])
        >>> racing.to_complete(complete, partials)
        [1]
        """
        unfinished = np.flatnonzero(np.isnan(partials).any(axis=1)).tolist()
        if len(complete) < self.min_complete:
            return unfinished
        undecided = {row for row in unfinished if not self.has_lost(complete, partials[row])}
        started = [row for row in unfinished if not np.isnan(partials[row]).all()]
        means = [self.estimate(complete, partials[row])[0] for row in started]
        # ties are in favour of those that are complete
        order = np.argsort(-np.append(complete.mean(axis=1), means), kind="stable")
        finalists = order[: self.n_finalists] - len(complete)
        return sorted(undecided | {started[place] for place in finalists if place >= 0})


def _is_level(value: object) -> bool:
    """Whether a value is a number between 0 and 0.5, where a test means something."""
    return isinstance(value, Real) and 0 < float(value) < 0.5


def _is_count(value: object) -> bool:
    """Whether a value is an int of at least 1."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and bool(value >= 1)
