"""Nested cross-validation: the score of a whole search, on rows that it has not seen."""

from skhpo.nested._result import NestedResult
from skhpo.nested._run import nested_cross_validate

__all__ = ["NestedResult", "nested_cross_validate"]
