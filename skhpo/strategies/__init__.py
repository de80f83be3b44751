"""How to choose what to try next: one strategy a file, none of which knows another.

``REGISTRY`` is the list of them all; a new strategy is a file and a line here, and the contract
tests of ``skhpo.testing`` come with it.
"""

from skhpo.asktell import Strategy
from skhpo.strategies.differential_evolution import DifferentialEvolution
from skhpo.strategies.gp import GaussianProcess
from skhpo.strategies.grid import Grid
from skhpo.strategies.quasirandom import QuasiRandom
from skhpo.strategies.random import RandomSampling
from skhpo.strategies.tpe import TreeParzen

__all__ = [
    "REGISTRY",
    "DifferentialEvolution",
    "GaussianProcess",
    "Grid",
    "QuasiRandom",
    "RandomSampling",
    "TreeParzen",
]

REGISTRY: dict[str, type[Strategy]] = {
    "de": DifferentialEvolution,
    "gp": GaussianProcess,
    "grid": Grid,
    "quasirandom": QuasiRandom,
    "random": RandomSampling,
    "tpe": TreeParzen,
}
