"""How much parameters mattered: one method a file, none of which knows another.

``METHODS`` is the list of them all; a new method is a file and a line here.
"""

from skhpo.results.importance._effect import Method
from skhpo.results.importance.ablation import Ablation
from skhpo.results.importance.fanova import FunctionalAnova
from skhpo.results.importance.gp import SobolIndices
from skhpo.results.importance.ped_anova import PedAnova
from skhpo.results.importance.permutation import Permutation

__all__ = [
    "METHODS",
    "Ablation",
    "FunctionalAnova",
    "Method",
    "PedAnova",
    "Permutation",
    "SobolIndices",
]

METHODS: dict[str, type[Method]] = {
    "ablation": Ablation,
    "fanova": FunctionalAnova,
    "gp": SobolIndices,
    "ped_anova": PedAnova,
    "permutation": Permutation,
}
