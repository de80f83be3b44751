"""What an interval and a test come to."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Interval:
    """An estimate and the interval around it.

    Parameters
    ----------
    estimate : float
        The estimate, in units of the score.
    low, high : float
        Ends of the interval.
    level : float
        Nominal coverage, in (0, 1).
    method : str
        How it was computed.

    Examples
    --------
    >>> from skhpo.statistics import Interval
    >>> print(Interval(0.81, 0.78, 0.84, 0.95, "corrected t"))
    0.81 [0.78, 0.84] (95 %, corrected t)
    """

    estimate: float
    low: float
    high: float
    level: float
    method: str

    def __str__(self) -> str:
        return (
            f"{self.estimate:.4g} [{self.low:.4g}, {self.high:.4g}] "
            f"({100 * self.level:g} %, {self.method})"
        )

    @property
    def width(self) -> float:
        """Length of the interval."""
        return self.high - self.low


@dataclass(frozen=True)
class TestResult:
    """What a test of "no difference" comes to.

    Parameters
    ----------
    statistic : float
        The test statistic.
    p_value : float
        Two-sided.
    df : float, tuple of float or None
        Degrees of freedom; None where the test has none.
    estimate : float
        What was estimated, as a rule the mean difference.
    method : str
        Which test it is.

    Examples
    --------
    >>> from skhpo.statistics import TestResult
    >>> print(TestResult(2.1, 0.065, 9, 0.02, "corrected t"))
    corrected t: estimate 0.02, statistic 2.1, df 9, p = 0.065
    """

    __test__: ClassVar[bool] = False  # no test case, whatever its name makes pytest think

    statistic: float
    p_value: float
    df: float | tuple[float, ...] | None
    estimate: float
    method: str

    def __str__(self) -> str:
        df = "" if self.df is None else f"df {self.df}, "
        return (
            f"{self.method}: estimate {self.estimate:.4g}, statistic {self.statistic:.4g}, "
            f"{df}p = {self.p_value:.4g}"
        )
