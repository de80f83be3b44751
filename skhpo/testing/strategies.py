"""The laws of ask/tell as tests: subclass, give ``make``, run pytest."""

from typing import Any, ClassVar

import numpy as np
import pytest

from skhpo.asktell import Strategy
from skhpo.exceptions import ContractError
from skhpo.space import Space
from skhpo.testing._problems import SPACES, is_native, loss
from skhpo.trial import Candidate, Observation

every_space = pytest.mark.parametrize("kind", sorted(SPACES))
_usual_runs: dict[Any, tuple[Strategy, list[Observation]]] = {}


def run(strategy: Strategy, n: int, *, fails: Any = None) -> list[Observation]:
    """Ask and tell one at a time; ``fails(candidate)`` decides which evaluations fail."""
    told = []
    for _ in range(n):
        for candidate in strategy.ask():
            told.append(_observe(candidate, failed=fails is not None and fails(candidate)))
            strategy.tell(told[-1:])
    return told


def _observe(candidate: Candidate, *, failed: bool = False) -> Observation:
    return Observation(candidate, float("nan") if failed else loss(candidate.x))


def _points(candidates: list[Candidate]) -> np.ndarray[Any, Any]:
    return np.array([np.nan_to_num(candidate.x, nan=-1.0) for candidate in candidates])


class StrategyContract:
    """The tests that every strategy has to pass, on spaces of every kind.

    A subclass whose name starts with ``Test`` and which writes ``make`` is collected by pytest.

    Attributes
    ----------
    n : int, default=20
        Evaluations a law runs for.
    is_random : bool, default=True
        Whether another seed has to give other candidates.
    learns : bool, default=True
        Whether the strategy has to beat the median of random draws on a smooth loss.
    n_seeds : int, default=3
        Runs behind that comparison; a strategy that learns slowly needs more of them.
    kinds : collection of str
        Keys of ``SPACES`` that the strategy is made for; by default all.

    Examples
    --------
    >>> from skhpo.strategies import RandomSampling
    >>> from skhpo.testing import StrategyContract
    >>> class TestRandomSampling(StrategyContract):
    ...     learns = False
    ...
    ...     def make(self, space, seed=0, budget=None):
    ...         return RandomSampling(space=space, seed=seed, budget=budget)
    """

    n: ClassVar[int] = 20
    is_random: ClassVar[bool] = True
    learns: ClassVar[bool] = True
    n_seeds: ClassVar[int] = 3
    kinds: ClassVar[Any] = tuple(sorted(SPACES))

    def make(self, space: Space, seed: int = 0, budget: int | None = None) -> Strategy:
        """Return the strategy under test."""
        raise TypeError(f"{type(self).__name__} has to write make(space, seed, budget).")

    def _start(self, kind: str, seed: int = 0) -> Strategy:
        if kind not in self.kinds:
            pytest.skip(f"not made for the {kind} space")
        return self.make(SPACES[kind](), seed=seed, budget=self.n)

    def _usual_run(self, kind: str) -> tuple[Strategy, list[Observation]]:
        """Return what most laws look at: the run from seed 0, made once a suite and space."""
        key = (type(self), kind)
        if key not in _usual_runs:
            strategy = self._start(kind)
            np.random.seed(1)  # noqa: NPY002 (a law asks whether that matters)
            _usual_runs[key] = strategy, run(strategy, self.n)
        return _usual_runs[key]

    def _told(self, kind: str) -> list[Observation]:
        return self._usual_run(kind)[1]

    @every_space
    def test_candidates_are_numbered_in_order(self, kind: str) -> None:
        numbers = [o.candidate.number for o in self._told(kind)]
        assert numbers == list(range(len(numbers)))
        assert len(numbers) > 0

    @every_space
    def test_points_are_snapped_and_decoded(self, kind: str) -> None:
        strategy, told = self._usual_run(kind)
        for observation in told:
            x = observation.candidate.x
            np.testing.assert_array_equal(strategy.space.snap(x[None])[0], x)
            np.testing.assert_array_equal(np.isnan(x), ~strategy.space.activity(x[None])[0])
            assert observation.candidate.params == strategy.space.decode(x)

    @every_space
    def test_values_are_native(self, kind: str) -> None:
        assert all(is_native(o.candidate.params) for o in self._told(kind))

    @every_space
    def test_nothing_is_proposed_twice(self, kind: str) -> None:
        points = _points([o.candidate for o in self._told(kind)])
        assert len(np.unique(points, axis=0)) == len(points)

    @every_space
    def test_pending_candidates_are_distinct(self, kind: str) -> None:
        strategy = self._start(kind)
        run(strategy, 5)
        pending = [candidate for _ in range(6) for candidate in strategy.ask()]
        points = _points(pending)
        assert len(np.unique(points, axis=0)) == len(pending) == 6

    @every_space
    def test_same_seed_same_candidates(self, kind: str) -> None:
        first, second = self._told(kind), run(self._start(kind), self.n)
        np.testing.assert_array_equal(
            _points([o.candidate for o in first]), _points([o.candidate for o in second])
        )

    @every_space
    def test_another_seed_other_candidates(self, kind: str) -> None:
        if not self.is_random:
            pytest.skip("deterministic by design")
        first, second = self._told(kind), run(self._start(kind, seed=1), self.n)
        candidates = [[o.candidate for o in told] for told in (first, second)]
        assert not np.array_equal(_points(candidates[0]), _points(candidates[1]))

    @every_space
    def test_global_random_state_is_neither_used_nor_changed(self, kind: str) -> None:
        first = _points([o.candidate for o in self._told(kind)])
        np.random.seed(2)  # noqa: NPY002
        before = np.random.get_state()[1].copy()  # type: ignore[index]  # noqa: NPY002
        second = _points([o.candidate for o in run(self._start(kind), self.n)])
        np.testing.assert_array_equal(first, second)
        after = np.random.get_state()[1]  # type: ignore[index]  # noqa: NPY002
        np.testing.assert_array_equal(before, after)

    @every_space
    def test_replay_rebuilds_the_state(self, kind: str) -> None:
        strategy, copy = self._start(kind), self._start(kind)
        for observation in run(strategy, 8):
            [candidate] = copy.ask()
            copy.tell([Observation(candidate, observation.loss)])
        np.testing.assert_array_equal(_points(strategy.ask()), _points(copy.ask()))

    @every_space
    def test_late_partial_and_unordered_tells(self, kind: str) -> None:
        strategy = self._start(kind)
        asked = strategy.ask(4) + strategy.ask(4)
        strategy.tell([_observe(candidate) for candidate in asked[5:2:-1]])
        more = strategy.ask(2)
        strategy.tell([_observe(asked[7]), _observe(asked[0])])
        more += strategy.ask(1)
        points = _points(asked + more)
        assert len(np.unique(points, axis=0)) == len(points) == 11

    @every_space
    def test_failures_do_not_stop_it(self, kind: str) -> None:
        strategy = self._start(kind)
        told = run(strategy, self.n, fails=lambda candidate: candidate.number % 3 == 0)
        assert len(told) == min(self.n, strategy.space.size)
        assert np.isposinf(strategy.y).sum() == -(-len(told) // 3)
        assert not np.isnan(strategy.y).any()

    @every_space
    def test_all_failing_does_not_stop_it(self, kind: str) -> None:
        strategy = self._start(kind)
        told = run(strategy, self.n, fails=lambda _: True)
        assert len(told) == min(self.n, strategy.space.size)

    @every_space
    def test_constant_loss_does_not_stop_it(self, kind: str) -> None:
        strategy = self._start(kind)
        for _ in range(self.n):
            strategy.tell([Observation(candidate, 1.0) for candidate in strategy.ask()])
        assert len(strategy.y) == min(self.n, strategy.space.size)

    @every_space
    def test_queued_settings_come_first(self, kind: str) -> None:
        strategy = self._start(kind)
        settings = [strategy.space.decode(x) for x in strategy.space.draw(2, _rng())]
        strategy.enqueue(settings)
        assert strategy.ask()[0].params == settings[0]

    @every_space
    def test_foreign_candidates_are_refused(self, kind: str) -> None:
        strategy = self._start(kind)
        foreign = Candidate(0, strategy.space.default(), {})
        with pytest.raises(ContractError, match="candidate 0"):
            strategy.tell([Observation(foreign, 1.0)])

    def test_forbidden_combinations_are_never_proposed(self) -> None:
        params = [observation.candidate.params for observation in self._told("forbidden")]
        assert not any(p["p"] == "l1" and p["q"] == "a" for p in params)

    def test_a_finite_space_is_exhausted_and_ends(self) -> None:
        strategy = self._start("finite")
        asked = strategy.ask(5)
        strategy.tell([_observe(candidate) for candidate in asked])
        asked += strategy.ask(50)
        settings = {tuple(sorted(candidate.params.items())) for candidate in asked}
        assert len(settings) == len(asked) == strategy.space.size == 12
        assert strategy.ask(3) == []

    @every_space
    def test_it_learns_although_a_third_fails(self, kind: str) -> None:
        if not self.learns:
            pytest.skip("does not learn by design")
        best, reference = [], []
        for seed in range(self.n_seeds):
            strategy = self._start(kind, seed)
            told = run(strategy, 2 * self.n, fails=lambda candidate: candidate.number % 3 == 1)
            losses = [o.loss for o in told if np.isfinite(o.loss)]
            best.append(min(losses))
            draws = strategy.space.draw(len(losses), np.random.default_rng(seed))
            reference.append(min(loss(x) for x in draws))
        assert np.median(best) <= np.median(reference)


def _rng() -> np.random.Generator:
    return np.random.default_rng(0)
