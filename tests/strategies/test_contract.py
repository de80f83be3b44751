"""Every strategy of the registry keeps the contract."""

import pytest

from skhpo import Space
from skhpo.strategies import (
    REGISTRY,
    AdaptiveGrid,
    Annealing,
    Bandit,
    CmaEs,
    DifferentialEvolution,
    EvolutionStrategy,
    Forest,
    FractionalFactorial,
    GaussianProcess,
    Genetic,
    Grid,
    GridRefinement,
    HierarchicalGrid,
    Importance,
    LocalSearch,
    NelderMead,
    ParticleSwarm,
    PatternSearch,
    QuasiRandom,
    RandomGrid,
    RandomLocalSearch,
    RandomSampling,
    TreeParzen,
)
from skhpo.testing import StrategyContract


class TestRandomSampling(StrategyContract):
    learns = False

    def make(self, space, seed=0, budget=None):
        return RandomSampling(space=space, seed=seed, budget=budget)


class TestSobol(StrategyContract):
    learns = False

    def make(self, space, seed=0, budget=None):
        return QuasiRandom(space=space, seed=seed, budget=budget, sequence="sobol")


class TestHalton(StrategyContract):
    learns = False

    def make(self, space, seed=0, budget=None):
        return QuasiRandom(space=space, seed=seed, budget=budget, sequence="halton")


class TestLatinHypercube(StrategyContract):
    learns = False

    def make(self, space, seed=0, budget=None):
        return QuasiRandom(space=space, seed=seed, budget=budget, sequence="lhs")


class TestVanDerCorput(StrategyContract):
    learns = False

    def make(self, space, seed=0, budget=None):
        return QuasiRandom(space=space, seed=seed, budget=budget, sequence="van_der_corput")


class TestFaure(StrategyContract):
    learns = False

    def make(self, space, seed=0, budget=None):
        return QuasiRandom(space=space, seed=seed, budget=budget, sequence="faure")


class TestOptimizedLatinHypercube(StrategyContract):
    learns = False
    n = 9  # a search for a good hypercube takes its time
    kinds = ("finite", "forbidden", "mixed")

    def make(self, space, seed=0, budget=None):
        return QuasiRandom(space=space, seed=seed, budget=budget, sequence="lhs_optimized")


class TestOrthogonalLatinHypercube(StrategyContract):
    learns = False

    def make(self, space, seed=0, budget=None):
        return QuasiRandom(space=space, seed=seed, budget=budget, sequence="lhs_orthogonal")


class TestStratified(StrategyContract):
    learns = False

    def make(self, space, seed=0, budget=None):
        return QuasiRandom(space=space, seed=seed, budget=budget, sequence="stratified")


class TestPoissonDisk(StrategyContract):
    learns = False
    n = 9  # distances take their time

    def make(self, space, seed=0, budget=None):
        return QuasiRandom(space=space, seed=seed, budget=budget, sequence="poisson_disk")


class TestAntithetic(StrategyContract):
    learns = False

    def make(self, space, seed=0, budget=None):
        return QuasiRandom(space=space, seed=seed, budget=budget, sequence="antithetic")


class TestImportance(StrategyContract):
    learns = False

    def make(self, space, seed=0, budget=None):
        names = {column.paths[0]: column for column in space.columns if column.n_values}
        priors = {name: [*range(1, column.n_values + 1)] for name, column in names.items()}
        return Importance(space=space, seed=seed, budget=budget, priors=priors)


class TestGrid(StrategyContract):
    learns = False
    is_random = False
    kinds = ("finite",)

    def make(self, space, seed=0, budget=None):
        return Grid(space=space, seed=seed, budget=budget)


class TestGaussianProcess(StrategyContract):
    def make(self, space, seed=0, budget=None):
        return GaussianProcess(space=space, seed=seed, budget=budget)


class TestGaussianProcessByThompson(StrategyContract):
    learns = False  # it explores for longer than the law runs: tested with its strategy

    def make(self, space, seed=0, budget=None):
        return GaussianProcess(space=space, seed=seed, budget=budget, acquisition="thompson")


class TestGaussianProcessInATrustRegion(StrategyContract):
    n_seeds = 1  # how well it learns is tested with its strategy
    kinds = ("continuous", "mixed", "conditional")

    def make(self, space, seed=0, budget=None):
        options = {"region": "trust", "n_candidates": 64}  # few, to be quick
        return GaussianProcess(space=space, seed=seed, budget=budget, **options)


class TestGaussianProcessInASubspace(StrategyContract):
    n_seeds = 1  # how well it learns is tested with its strategy
    kinds = ("continuous", "mixed", "conditional")

    def make(self, space, seed=0, budget=None):
        options = {"region": "subspace", "n_candidates": 64}  # few, to be quick
        return GaussianProcess(space=space, seed=seed, budget=budget, **options)


class TestTreeParzen(StrategyContract):
    def make(self, space, seed=0, budget=None):
        return TreeParzen(space=space, seed=seed, budget=budget)


class TestForest(StrategyContract):
    def make(self, space, seed=0, budget=None):
        # small, to be quick
        options = {"n_trees": 10, "n_candidates": 64}
        return Forest(space=space, seed=seed, budget=budget, **options)


class TestDifferentialEvolution(StrategyContract):
    n_seeds = 15

    def make(self, space, seed=0, budget=None):
        return DifferentialEvolution(space=space, seed=seed, budget=budget)


class TestAnnealing(StrategyContract):
    n_seeds = 15

    def make(self, space, seed=0, budget=None):
        return Annealing(space=space, seed=seed, budget=budget)


class TestParallelTempering(StrategyContract):
    n_seeds = 15

    def make(self, space, seed=0, budget=None):
        return Annealing(space=space, seed=seed, budget=budget, n_chains=3)


class TestCmaEs(StrategyContract):
    n_seeds = 15

    def make(self, space, seed=0, budget=None):
        return CmaEs(space=space, seed=seed, budget=budget)


class TestGenetic(StrategyContract):
    n_seeds = 15

    def make(self, space, seed=0, budget=None):
        return Genetic(space=space, seed=seed, budget=budget)


class TestEvolutionStrategy(StrategyContract):
    n_seeds = 15

    def make(self, space, seed=0, budget=None):
        return EvolutionStrategy(space=space, seed=seed, budget=budget)


class TestParticleSwarm(StrategyContract):
    n_seeds = 30

    def make(self, space, seed=0, budget=None):
        return ParticleSwarm(space=space, seed=seed, budget=budget)


class TestCompassSearch(StrategyContract):
    def make(self, space, seed=0, budget=None):
        return PatternSearch(space=space, seed=seed, budget=budget, poll="compass")


class TestPatternSearch(StrategyContract):
    def make(self, space, seed=0, budget=None):
        return PatternSearch(space=space, seed=seed, budget=budget, poll="pattern")


class TestMads(StrategyContract):
    def make(self, space, seed=0, budget=None):
        return PatternSearch(space=space, seed=seed, budget=budget, poll="mads")


class TestMadsWithoutSurrogate(StrategyContract):
    def make(self, space, seed=0, budget=None):
        return PatternSearch(space=space, seed=seed, budget=budget, surrogate=False)


class TestNelderMead(StrategyContract):
    learns = False  # in 40 evaluations of categories: tested with numbers elsewhere

    def make(self, space, seed=0, budget=None):
        return NelderMead(space=space, seed=seed, budget=budget)


class TestRandomLocalSearch(StrategyContract):
    n_seeds = 15

    def make(self, space, seed=0, budget=None):
        return RandomLocalSearch(space=space, seed=seed, budget=budget)


class TestGridOfLevels(StrategyContract):
    learns = False
    is_random = False

    def make(self, space, seed=0, budget=None):
        return Grid(space=space, seed=seed, budget=budget, n_levels=5)


class TestRandomGrid(StrategyContract):
    learns = False

    def make(self, space, seed=0, budget=None):
        return RandomGrid(space=space, seed=seed, budget=budget)


class TestFractionalFactorial(StrategyContract):
    learns = False

    def make(self, space, seed=0, budget=None):
        return FractionalFactorial(space=space, seed=seed, budget=budget)


class TestGridRefinement(StrategyContract):
    def make(self, space, seed=0, budget=None):
        return GridRefinement(space=space, seed=seed, budget=budget)


class TestAdaptiveGrid(StrategyContract):
    n_seeds = 9

    def make(self, space, seed=0, budget=None):
        return AdaptiveGrid(space=space, seed=seed, budget=budget)


class TestHierarchicalGrid(StrategyContract):
    def make(self, space, seed=0, budget=None):
        return HierarchicalGrid(space=space, seed=seed, budget=budget)


class TestLocalSearch(StrategyContract):
    def make(self, space, seed=0, budget=None):
        return LocalSearch(space=space, seed=seed, budget=budget)


class TestBanditUCB1(StrategyContract):
    n_seeds = 15

    def make(self, space, seed=0, budget=None):
        options = {"policy": "ucb1", "make": DifferentialEvolution}
        return Bandit(space=space, seed=seed, budget=budget, **options)


class TestBanditThompson(StrategyContract):
    n_seeds = 15

    def make(self, space, seed=0, budget=None):
        options = {"policy": "thompson", "make": DifferentialEvolution}
        return Bandit(space=space, seed=seed, budget=budget, **options)


class TestBanditEXP3(StrategyContract):
    n_seeds = 15

    def make(self, space, seed=0, budget=None):
        # the arms get almost even shares of so few candidates, and a slow learner none to learn
        options = {"policy": "exp3", "make": PatternSearch}
        return Bandit(space=space, seed=seed, budget=budget, **options)


def test_the_whole_registry_is_tested():
    suites = [c for c in globals().values() if isinstance(c, type)]
    space = Space({"k": ["a", "b"]})
    made = {
        type(suite().make(space))
        for suite in suites
        if issubclass(suite, StrategyContract) and suite is not StrategyContract
    }
    assert made == set(REGISTRY.values())


def test_an_unknown_sequence_is_an_error():
    with pytest.raises(ValueError, match=r"sequence should be one of.*'niederreiter'"):
        QuasiRandom(space=Space({"k": ["a"]}), sequence="niederreiter")


def test_a_grid_of_an_infinite_space_is_an_error():
    with pytest.raises(ValueError, match="finite"):
        Grid(space=Space({"a": (0.0, 1.0)}))
