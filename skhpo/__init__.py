"""Hyper-parameter search estimators for scikit-learn.

Every public name imports from here; each is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from skhpo._version import __version__

if TYPE_CHECKING:
    from skhpo._show_versions import show_versions
    from skhpo.asktell import Strategy
    from skhpo.ensembles import Ensemble, make_ensemble
    from skhpo.exceptions import ContractError, SkhpoError
    from skhpo.journal import JournalMismatch
    from skhpo.nested import NestedResult, nested_cross_validate
    from skhpo.plots.convergence import ConvergenceDisplay
    from skhpo.plots.folds import FoldsDisplay
    from skhpo.plots.importance import ImportanceDisplay
    from skhpo.plots.parallel_coordinates import ParallelCoordinatesDisplay
    from skhpo.plots.rungs import RungsDisplay
    from skhpo.plots.scores_by_value import ScoresByValueDisplay
    from skhpo.plots.slices import SliceDisplay
    from skhpo.plots.timeline import TimelineDisplay
    from skhpo.reports import report
    from skhpo.results.bias_correction import BiasCorrectedScore, bias_corrected_score
    from skhpo.results.candidate_record import CandidateRecord
    from skhpo.results.comparison import compare_candidates
    from skhpo.results.convergence import convergence
    from skhpo.results.drift import Drift
    from skhpo.results.importance_frame import parameter_importance
    from skhpo.results.journal_frame import load_journal
    from skhpo.results.predictions import OutOfFold
    from skhpo.results.refit_rules import OneStandardError, SimplestEquivalent
    from skhpo.schedules.racing import Racing
    from skhpo.search.annealing import AnnealingSearchCV
    from skhpo.search.bayes import BayesSearchCV
    from skhpo.search.direct import DirectSearchCV
    from skhpo.search.evolution import EvolutionSearchCV
    from skhpo.search.grid import RefineGridSearchCV
    from skhpo.search.hyperband import HyperbandSearchCV
    from skhpo.search.pipeline import PipelineSearchCV
    from skhpo.search.random import RandomSearchCV
    from skhpo.space import Choice, Integer, Layers, Real, Space, When
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
    from skhpo.stopping import Patience, RegretBound, TargetScore
    from skhpo.trial import Candidate, Observation

__all__ = [
    "AnnealingSearchCV",
    "BayesSearchCV",
    "BiasCorrectedScore",
    "BlockedKFold",
    "Candidate",
    "CandidateRecord",
    "Choice",
    "CombinatorialPurged",
    "ContractError",
    "ConvergenceDisplay",
    "DirectSearchCV",
    "Drift",
    "Ensemble",
    "EvolutionSearchCV",
    "FoldsDisplay",
    "GroupWalkForward",
    "HoldOut",
    "HyperbandSearchCV",
    "ImportanceDisplay",
    "Integer",
    "JournalMismatch",
    "Layers",
    "NestedResult",
    "Observation",
    "OneStandardError",
    "OutOfFold",
    "PanelSplit",
    "ParallelCoordinatesDisplay",
    "Patience",
    "PipelineSearchCV",
    "PurgedKFold",
    "Racing",
    "RandomSearchCV",
    "Real",
    "RefineGridSearchCV",
    "RegretBound",
    "RepeatedHoldOut",
    "RungsDisplay",
    "ScoresByValueDisplay",
    "SeasonalKFold",
    "SimplestEquivalent",
    "SkhpoError",
    "SliceDisplay",
    "Space",
    "Strategy",
    "TargetScore",
    "TimelineDisplay",
    "WalkForward",
    "When",
    "__version__",
    "bias_corrected_score",
    "compare_candidates",
    "convergence",
    "load_journal",
    "make_ensemble",
    "nested_cross_validate",
    "parameter_importance",
    "plot_splits",
    "report",
    "show_versions",
]

# public modules, each loaded when it is first used
_MODULES = ("exchange", "portfolio", "split", "statistics", "stopping", "tracking")

_HOMES = {
    "AnnealingSearchCV": "skhpo.search.annealing",
    "BayesSearchCV": "skhpo.search.bayes",
    "BiasCorrectedScore": "skhpo.results.bias_correction",
    "BlockedKFold": "skhpo.split.blocked",
    "Candidate": "skhpo.trial",
    "CandidateRecord": "skhpo.results.candidate_record",
    "Choice": "skhpo.space",
    "CombinatorialPurged": "skhpo.split.combinatorial",
    "ContractError": "skhpo.exceptions",
    "ConvergenceDisplay": "skhpo.plots.convergence",
    "DirectSearchCV": "skhpo.search.direct",
    "Drift": "skhpo.results.drift",
    "Ensemble": "skhpo.ensembles",
    "EvolutionSearchCV": "skhpo.search.evolution",
    "FoldsDisplay": "skhpo.plots.folds",
    "GroupWalkForward": "skhpo.split.group_walk_forward",
    "HoldOut": "skhpo.split.hold_out",
    "HyperbandSearchCV": "skhpo.search.hyperband",
    "ImportanceDisplay": "skhpo.plots.importance",
    "Integer": "skhpo.space",
    "JournalMismatch": "skhpo.journal",
    "Layers": "skhpo.space",
    "NestedResult": "skhpo.nested",
    "Observation": "skhpo.trial",
    "OutOfFold": "skhpo.results.predictions",
    "PanelSplit": "skhpo.split.panel",
    "OneStandardError": "skhpo.results.refit_rules",
    "ParallelCoordinatesDisplay": "skhpo.plots.parallel_coordinates",
    "Patience": "skhpo.stopping",
    "PipelineSearchCV": "skhpo.search.pipeline",
    "PurgedKFold": "skhpo.split.purged",
    "Racing": "skhpo.schedules.racing",
    "RandomSearchCV": "skhpo.search.random",
    "Real": "skhpo.space",
    "RefineGridSearchCV": "skhpo.search.grid",
    "RegretBound": "skhpo.stopping",
    "RepeatedHoldOut": "skhpo.split.repeated_hold_out",
    "RungsDisplay": "skhpo.plots.rungs",
    "ScoresByValueDisplay": "skhpo.plots.scores_by_value",
    "SeasonalKFold": "skhpo.split.seasonal",
    "SimplestEquivalent": "skhpo.results.refit_rules",
    "SkhpoError": "skhpo.exceptions",
    "SliceDisplay": "skhpo.plots.slices",
    "Space": "skhpo.space",
    "Strategy": "skhpo.asktell",
    "TargetScore": "skhpo.stopping",
    "TimelineDisplay": "skhpo.plots.timeline",
    "WalkForward": "skhpo.split.walk_forward",
    "When": "skhpo.space",
    "bias_corrected_score": "skhpo.results.bias_correction",
    "compare_candidates": "skhpo.results.comparison",
    "convergence": "skhpo.results.convergence",
    "load_journal": "skhpo.results.journal_frame",
    "make_ensemble": "skhpo.ensembles",
    "nested_cross_validate": "skhpo.nested",
    "parameter_importance": "skhpo.results.importance_frame",
    "plot_splits": "skhpo.split._plots",
    "report": "skhpo.reports",
    "show_versions": "skhpo._show_versions",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"skhpo.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'skhpo' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
