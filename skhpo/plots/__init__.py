"""Displays: what a search found, as plots. One a file; matplotlib is loaded when one is drawn."""

from skhpo.plots.convergence import ConvergenceDisplay
from skhpo.plots.folds import FoldsDisplay
from skhpo.plots.importance import ImportanceDisplay
from skhpo.plots.parallel_coordinates import ParallelCoordinatesDisplay
from skhpo.plots.rungs import RungsDisplay
from skhpo.plots.scores_by_value import ScoresByValueDisplay
from skhpo.plots.slices import SliceDisplay
from skhpo.plots.timeline import TimelineDisplay

__all__ = [
    "ConvergenceDisplay",
    "FoldsDisplay",
    "ImportanceDisplay",
    "ParallelCoordinatesDisplay",
    "RungsDisplay",
    "ScoresByValueDisplay",
    "SliceDisplay",
    "TimelineDisplay",
]
