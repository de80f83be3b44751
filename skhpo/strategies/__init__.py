"""How to choose what to try next: one strategy a file, none of which knows another.

``REGISTRY`` is the list of them all; a new strategy is a file and a line here, and the contract
tests of ``skhpo.testing`` come with it.
"""

from skhpo.asktell import Strategy
from skhpo.strategies.annealing import Annealing
from skhpo.strategies.cmaes import CmaEs
from skhpo.strategies.differential_evolution import DifferentialEvolution
from skhpo.strategies.evolution_strategy import EvolutionStrategy
from skhpo.strategies.genetic import Genetic
from skhpo.strategies.gp import GaussianProcess
from skhpo.strategies.grid import Grid
from skhpo.strategies.importance import Importance
from skhpo.strategies.particle_swarm import ParticleSwarm
from skhpo.strategies.quasirandom import QuasiRandom
from skhpo.strategies.random import RandomSampling
from skhpo.strategies.tpe import TreeParzen

__all__ = [
    "REGISTRY",
    "Annealing",
    "CmaEs",
    "DifferentialEvolution",
    "EvolutionStrategy",
    "GaussianProcess",
    "Genetic",
    "Grid",
    "Importance",
    "ParticleSwarm",
    "QuasiRandom",
    "RandomSampling",
    "TreeParzen",
]

REGISTRY: dict[str, type[Strategy]] = {
    "annealing": Annealing,
    "cmaes": CmaEs,
    "de": DifferentialEvolution,
    "es": EvolutionStrategy,
    "ga": Genetic,
    "gp": GaussianProcess,
    "grid": Grid,
    "importance": Importance,
    "pso": ParticleSwarm,
    "quasirandom": QuasiRandom,
    "random": RandomSampling,
    "tpe": TreeParzen,
}
