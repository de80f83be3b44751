"""Splitters for cross-validation in time, and a hold-out; one a file.

All follow scikit-learn's protocol. Time comes from ``times=``, from the DatetimeIndex or
PeriodIndex of X or y, or is the order of the rows. Sizes are distinct timestamps (int), shares of
them (float), elapsed time (Timedelta, "28D") or time on the calendar (DateOffset, "2MS").
"""

from skhpo.split._base import Fold, TimeSplitter
from skhpo.split._plots import plot_splits
from skhpo.split.blocked import BlockedKFold
from skhpo.split.combinatorial import CombinatorialPurged
from skhpo.split.group_walk_forward import GroupWalkForward
from skhpo.split.hold_out import HoldOut
from skhpo.split.panel import PanelSplit
from skhpo.split.purged import PurgedKFold
from skhpo.split.repeated_hold_out import RepeatedHoldOut
from skhpo.split.seasonal import SeasonalKFold
from skhpo.split.walk_forward import WalkForward

__all__ = [
    "BlockedKFold",
    "CombinatorialPurged",
    "Fold",
    "GroupWalkForward",
    "HoldOut",
    "PanelSplit",
    "PurgedKFold",
    "RepeatedHoldOut",
    "SeasonalKFold",
    "TimeSplitter",
    "WalkForward",
    "plot_splits",
]
