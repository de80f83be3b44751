"""Does what was found on old data hold on new ones?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skhpo.statistics.outcome import TestResult

LEAST_SPLITS = 3  # for a test of the best of many


@dataclass(frozen=True)
class Drift:
    """An old winner beside the winner of a search on new data.

    Parameters
    ----------
    score_then : float
        Score of the old winner on the old data, as the best of many: too good.
    score_now : float
        Its score on the splits of the new data; NaN where it fails there.
    score_new : float
        Score of the new winner on the same splits.
    test : TestResult or None
        The corrected t of the new winner minus the old one, split by split, two-sided. It does
        not know that the new winner is the best of many. None where there is a single split, or
        no score.
    best_of : TestResult or None
        The test that knows (`statistics.best_of_test`), of all complete candidates, one-sided:
        this is what ``holds`` goes by. None with fewer than three splits, whose spread says too
        little, or without a score.
    old_params, new_params : dict
        The parameters of the two.
    alpha : float, default=0.05
        Probability with which at most a winner that is as good as all others is given up.

    Examples
    --------
    >>> from skhpo import Drift
    >>> from skhpo.statistics import TestResult
    >>> test = TestResult(4.1, 0.0034, 9, 0.05, "corrected t")
    >>> best_of = TestResult(4.1, 0.012, 9, 0.05, "best of 20")
    >>> print(Drift(0.83, 0.74, 0.79, test, best_of, {"C": 1.0}, {"C": 0.01}))
    The old winner no longer holds: the new one is better by 0.05 (p = 0.012).
      old winner  0.83 then, 0.74 now  {'C': 1.0}
      new winner  0.79  {'C': 0.01}
      corrected t: estimate 0.05, statistic 4.1, df 9, p = 0.0034
      best of 20: estimate 0.05, statistic 4.1, df 9, p = 0.012
    """

    score_then: float
    score_now: float
    score_new: float
    test: TestResult | None
    best_of: TestResult | None
    old_params: Mapping[str, Any] = field(default_factory=dict)
    new_params: Mapping[str, Any] = field(default_factory=dict)
    alpha: float = 0.05

    @property
    def difference(self) -> float:
        """Score of the new winner minus that of the old one, on the same splits."""
        return self.score_new - self.score_now

    @property
    def p_value(self) -> float:
        """Probability of such a difference if all candidates were as good as the old winner."""
        return float("nan") if self.best_of is None else self.best_of.p_value

    @property
    def holds(self) -> bool | None:
        """Whether the old winner cannot be told from the new one; None if it was not tested."""
        if self.score_now != self.score_now:  # NaN: it cannot be fitted any more
            return False
        return None if self.best_of is None else self.best_of.p_value >= self.alpha

    def __str__(self) -> str:
        lines = [
            self._verdict(),
            f"  old winner  {self.score_then:.4g} then, {self.score_now:.4g} now  "
            f"{dict(self.old_params)}",
            f"  new winner  {self.score_new:.4g}  {dict(self.new_params)}",
        ]
        return "\n".join([*lines, *(f"  {test}" for test in (self.test, self.best_of) if test)])

    def _verdict(self) -> str:
        if self.score_now != self.score_now:
            return "The old winner no longer holds: it fails on the new data."
        by = f"by {self.difference:.2g}"
        if self.holds is None:
            return (
                f"Not tested, for there are fewer than {LEAST_SPLITS} splits: the new winner is "
                f"better {by}."
            )
        if not self.holds:
            return (
                f"The old winner no longer holds: the new one is better {by} "
                f"(p = {self.p_value:.2g})."
            )
        if self.difference <= 0:
            return "The old winner holds: nothing better was found."
        return (
            f"The old winner holds: what is better {by} may be so by chance "
            f"(p = {self.p_value:.2g})."
        )
