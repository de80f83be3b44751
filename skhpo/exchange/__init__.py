"""Searches and spaces from and for other libraries, and results in files.

Optuna and ConfigSpace are imported when they are first needed. Nothing here pickles or unpickles.
"""

from skhpo.exchange._files import load_results, save_results
from skhpo.exchange._results import SearchResults
from skhpo.exchange._values import Unrestored

__all__ = ["SearchResults", "Unrestored", "load_results", "save_results"]
