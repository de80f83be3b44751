"""What the base of all strategies does with what an author writes."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from skhpo import ContractError, Observation, Real, Space, Strategy
from skhpo.strategies import RandomSampling


@dataclass(kw_only=True, eq=False)
class Scripted(Strategy):
    """Proposes what it is given, block by block."""

    blocks: list
    seen: list = field(default_factory=list)

    def _ask(self, n, rng):
        return np.array(self.blocks.pop(0)) if self.blocks else np.empty((0, self.space.n_dims))

    def _tell(self, observations):
        self.seen.append([o.loss for o in observations])


def scripted(*blocks, space=None):
    return Scripted(space=space or Space({"a": Real(0, 10)}), blocks=list(blocks))


def values(candidates):
    return [candidate.params["a"] for candidate in candidates]


def test_proposals_are_decoded_and_numbered():
    candidates = scripted([[0.1], [0.5]]).ask(2)
    assert values(candidates) == [1.0, 5.0]
    assert [candidate.number for candidate in candidates] == [0, 1]


@pytest.mark.parametrize("bad", [-1e-9, 1.0000001, np.nan, np.inf])
def test_leaving_the_cube_is_an_error(bad):
    with pytest.raises(ContractError, match=r"left the unit cube: column 0 \('a'\)"):
        scripted([[bad]]).ask()


@pytest.mark.parametrize("shape", [(1,), (1, 2), ()])
def test_a_wrong_shape_is_an_error(shape):
    with pytest.raises(ContractError, match="shape"):
        scripted(np.zeros(shape)).ask()


def test_a_refused_proposal_is_replaced():
    strategy = scripted([[0.1]], [[0.1]], [[0.1]], [[0.2]])
    assert values(strategy.ask()) == [1.0]
    assert values(strategy.ask()) == [2.0]


def test_after_many_refusals_an_unseen_point_is_drawn():
    strategy = scripted(*[[[0.1]]] * 30)
    strategy.ask()
    [candidate] = strategy.ask()
    assert candidate.params["a"] != 1.0


def test_unseen_points_of_a_finite_space_are_all_found():
    strategy = scripted(*[[[0.0]]] * 200, space=Space({"a": list(range(7))}))
    found = [candidate for _ in range(9) for candidate in strategy.ask()]
    assert sorted(values(found)) == list(range(7))


def test_nothing_more_means_the_end():
    strategy = scripted([[0.1]])
    assert len(strategy.ask(3)) == 1
    assert strategy.ask() == []


def test_queued_settings_come_first_keep_their_values_and_are_not_repeated():
    strategy = scripted([[0.3]], [[0.4]])
    strategy.enqueue([{"a": 3.0}, {"a": 3.0}])
    assert values(strategy.ask(2)) == [3.0, 4.0]


def test_a_queued_setting_outside_the_space_is_an_error():
    with pytest.raises(ValueError, match="11"):
        scripted().enqueue([{"a": 11.0}])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_loss_that_is_not_finite_is_told_as_inf(bad):
    strategy = scripted([[0.1], [0.2]])
    first, second = strategy.ask(2)
    strategy.tell([Observation(second, bad), Observation(first, 1.0)])
    assert strategy.seen == [[np.inf, 1.0]]
    np.testing.assert_array_equal(strategy.y, [1.0, np.inf])
    np.testing.assert_array_equal(strategy.X, [[0.1], [0.2]])


def test_a_later_observation_replaces_the_earlier():
    strategy = scripted([[0.1]])
    [candidate] = strategy.ask()
    strategy.tell([Observation(candidate, 1.0)])
    strategy.tell([Observation(candidate, 0.5)])
    np.testing.assert_array_equal(strategy.y, [0.5])


def test_pending_is_what_was_asked_and_not_told():
    strategy = scripted([[0.1], [0.2], [0.3]])
    candidates = strategy.ask(3)
    strategy.tell([Observation(candidates[1], 1.0)])
    np.testing.assert_array_equal(strategy.pending, [[0.1], [0.3]])
    assert strategy.n_asked == 3


def test_a_twin_of_a_candidate_is_foreign():
    first, second = (RandomSampling(space=Space({"a": Real(0, 1)}), seed=0) for _ in range(2))
    first.ask()
    [twin] = second.ask()
    with pytest.raises(ContractError, match="candidate 0"):
        first.tell([Observation(twin, 1.0)])


def test_the_kth_ask_depends_on_seed_and_k_alone():
    space = Space({"a": Real(0, 1)})
    one, other = (RandomSampling(space=space, seed=5) for _ in range(2))
    one.ask(3)
    other.ask(1)
    assert values(one.ask()) == values(other.ask())


def test_one_by_one_collects_what_is_fresh_and_then_what_is_unseen():
    @dataclass(kw_only=True, eq=False)
    class Listed(Strategy):
        def _ask(self, n, rng):
            rows = iter(self.space.snap(np.array([[0.1], [0.1], [0.9]])))

            def propose(found):
                return next((x for x in rows if self.is_fresh(x, found)), None)

            return self._one_by_one(n, rng, propose)

    strategy = Listed(space=Space({"k": list("abcd")}, forbidden=lambda p: p["k"] == "d"))
    assert [c.params["k"] for c in strategy.ask(2)] == ["a", strategy._asked[1].params["k"]]
    assert {c.params["k"] for c in strategy.ask(5)} | {"a", strategy._asked[1].params["k"]} == {
        *"abc"
    }
    assert strategy.ask() == []
