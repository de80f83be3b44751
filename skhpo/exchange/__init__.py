"""Searches and spaces from and for other libraries, and results in files.

Optuna and ConfigSpace are imported when they are first needed. Nothing here pickles or unpickles.
"""

from skhpo.exchange._files import load_results, save_results
from skhpo.exchange._from_configspace import from_configspace
from skhpo.exchange._from_optuna import from_optuna
from skhpo.exchange._optuna_space import space_from_optuna, space_to_optuna, suggest
from skhpo.exchange._results import SearchResults
from skhpo.exchange._to_configspace import params_of, to_configspace
from skhpo.exchange._to_optuna import to_optuna
from skhpo.exchange._values import Unrestored

__all__ = [
    "SearchResults",
    "Unrestored",
    "from_configspace",
    "from_optuna",
    "load_results",
    "params_of",
    "save_results",
    "space_from_optuna",
    "space_to_optuna",
    "suggest",
    "to_configspace",
    "to_optuna",
]
