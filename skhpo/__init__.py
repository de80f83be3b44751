"""Hyper-parameter search estimators for scikit-learn.

Every public name imports from here; each is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from skhpo._version import __version__

if TYPE_CHECKING:
    from skhpo._show_versions import show_versions
    from skhpo.asktell import Strategy
    from skhpo.exceptions import ContractError, SkhpoError
    from skhpo.journal import JournalMismatch
    from skhpo.nested import NestedResult, nested_cross_validate
    from skhpo.results.importance_frame import parameter_importance
    from skhpo.results.journal_frame import load_journal
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
    from skhpo.stopping import Patience, RegretBound, TargetScore
    from skhpo.trial import Candidate, Observation

__all__ = [
    "AnnealingSearchCV",
    "BayesSearchCV",
    "Candidate",
    "Choice",
    "ContractError",
    "DirectSearchCV",
    "EvolutionSearchCV",
    "HyperbandSearchCV",
    "Integer",
    "JournalMismatch",
    "Layers",
    "NestedResult",
    "Observation",
    "Patience",
    "PipelineSearchCV",
    "Racing",
    "RandomSearchCV",
    "Real",
    "RefineGridSearchCV",
    "RegretBound",
    "SkhpoError",
    "Space",
    "Strategy",
    "TargetScore",
    "When",
    "__version__",
    "load_journal",
    "nested_cross_validate",
    "parameter_importance",
    "show_versions",
]

_MODULES = ("portfolio",)  # public, and loaded when first used; no part of "import *"

_HOMES = {
    "AnnealingSearchCV": "skhpo.search.annealing",
    "BayesSearchCV": "skhpo.search.bayes",
    "Candidate": "skhpo.trial",
    "Choice": "skhpo.space",
    "ContractError": "skhpo.exceptions",
    "DirectSearchCV": "skhpo.search.direct",
    "EvolutionSearchCV": "skhpo.search.evolution",
    "HyperbandSearchCV": "skhpo.search.hyperband",
    "Integer": "skhpo.space",
    "JournalMismatch": "skhpo.journal",
    "Layers": "skhpo.space",
    "NestedResult": "skhpo.nested",
    "Observation": "skhpo.trial",
    "Patience": "skhpo.stopping",
    "PipelineSearchCV": "skhpo.search.pipeline",
    "Racing": "skhpo.schedules.racing",
    "RandomSearchCV": "skhpo.search.random",
    "Real": "skhpo.space",
    "RefineGridSearchCV": "skhpo.search.grid",
    "RegretBound": "skhpo.stopping",
    "SkhpoError": "skhpo.exceptions",
    "Space": "skhpo.space",
    "Strategy": "skhpo.asktell",
    "TargetScore": "skhpo.stopping",
    "When": "skhpo.space",
    "load_journal": "skhpo.results.journal_frame",
    "nested_cross_validate": "skhpo.nested",
    "parameter_importance": "skhpo.results.importance_frame",
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
