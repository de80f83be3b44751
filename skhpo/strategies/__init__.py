"""How to choose what to try next: one strategy a file, none of which knows another.

``REGISTRY`` is the list of them all; a new strategy is a file and a line here, and the contract
tests of ``skhpo.testing`` come with it.
"""

from skhpo.asktell import Strategy
from skhpo.strategies.adaptive_grid import AdaptiveGrid
from skhpo.strategies.annealing import Annealing
from skhpo.strategies.bandit import Bandit
from skhpo.strategies.cmaes import CmaEs
from skhpo.strategies.differential_evolution import DifferentialEvolution
from skhpo.strategies.evolution_strategy import EvolutionStrategy
from skhpo.strategies.forest import Forest
from skhpo.strategies.fractional import FractionalFactorial
from skhpo.strategies.genetic import Genetic
from skhpo.strategies.gp import GaussianProcess
from skhpo.strategies.grid import Grid
from skhpo.strategies.hierarchical import HierarchicalGrid
from skhpo.strategies.importance import Importance
from skhpo.strategies.local_search import LocalSearch
from skhpo.strategies.nelder_mead import NelderMead
from skhpo.strategies.particle_swarm import ParticleSwarm
from skhpo.strategies.pattern_search import PatternSearch
from skhpo.strategies.quasirandom import QuasiRandom
from skhpo.strategies.random import RandomSampling
from skhpo.strategies.random_grid import RandomGrid
from skhpo.strategies.random_local_search import RandomLocalSearch
from skhpo.strategies.refine import GridRefinement
from skhpo.strategies.tpe import TreeParzen

__all__ = [
    "REGISTRY",
    "AdaptiveGrid",
    "Annealing",
    "Bandit",
    "CmaEs",
    "DifferentialEvolution",
    "EvolutionStrategy",
    "Forest",
    "FractionalFactorial",
    "GaussianProcess",
    "Genetic",
    "Grid",
    "GridRefinement",
    "HierarchicalGrid",
    "Importance",
    "LocalSearch",
    "NelderMead",
    "ParticleSwarm",
    "PatternSearch",
    "QuasiRandom",
    "RandomGrid",
    "RandomLocalSearch",
    "RandomSampling",
    "TreeParzen",
]

REGISTRY: dict[str, type[Strategy]] = {
    "adaptive": AdaptiveGrid,
    "annealing": Annealing,
    "bandit": Bandit,
    "cmaes": CmaEs,
    "de": DifferentialEvolution,
    "es": EvolutionStrategy,
    "forest": Forest,
    "fractional": FractionalFactorial,
    "ga": Genetic,
    "gp": GaussianProcess,
    "grid": Grid,
    "hierarchical": HierarchicalGrid,
    "importance": Importance,
    "local": LocalSearch,
    "nelder_mead": NelderMead,
    "pattern": PatternSearch,
    "pso": ParticleSwarm,
    "quasirandom": QuasiRandom,
    "random": RandomSampling,
    "random_grid": RandomGrid,
    "random_local": RandomLocalSearch,
    "refine": GridRefinement,
    "tpe": TreeParzen,
}
