"""What may be tried: dimensions, conditions, and their image in the unit cube."""

from skhpo.space.choice import Choice, When
from skhpo.space.column import Column
from skhpo.space.integer import Integer
from skhpo.space.layers import Layers
from skhpo.space.real import Real
from skhpo.space.space import Space

__all__ = ["Choice", "Column", "Integer", "Layers", "Real", "Space", "When"]
