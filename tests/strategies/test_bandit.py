"""Bandits over alternatives, with a strategy below each."""

from collections import Counter
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from skhpo import Choice, Integer, Observation, Real, Space, When
from skhpo.space.alternatives import column_of_arms
from skhpo.strategies import (
    Annealing,
    Bandit,
    CmaEs,
    DifferentialEvolution,
    GaussianProcess,
    Grid,
    PatternSearch,
    RandomSampling,
)

POLICIES = ["ucb1", "thompson", "exp3"]
every_policy = pytest.mark.parametrize("policy", POLICIES)
SPACE = Space(
    {
        "share": Real(0, 1),
        "scale": [True, False],
        "model": Choice(
            When("good", a=Real(0, 1)), When("bad", b=Real(0, 1)), When("dull", c=[1])
        ),
    }
)
FLOORS = {"good": 0.0, "bad": 1.0, "dull": 2.0}


def loss(params):
    own = params.get("a", params.get("b", 0.5))
    return FLOORS[params["model"]] + (own - 0.3) ** 2 + (params["share"] - 0.6) ** 2


def search(strategy, n, value=loss):
    for _ in range(n):
        for candidate in strategy.ask():
            strategy.tell([Observation(candidate, value(candidate.params))])
    return strategy


def arms(strategy):
    return [strategy.notes(number)["arm"] for number in range(strategy.n_asked)]


@dataclass(kw_only=True, eq=False)
class Recorder(RandomSampling):
    """Keeps what it is told."""

    made: ClassVar[list["Recorder"]]

    def __post_init__(self):
        self.heard = []
        type(self).made.append(self)

    def _tell(self, observations):
        self.heard += observations


@pytest.fixture
def recorder():
    Recorder.made = []
    return Recorder


@every_policy
def test_the_alternative_with_the_best_candidates_gets_most_of_them(policy):
    counts = Counter(arms(search(Bandit(space=SPACE, policy=policy, budget=90), 90)))
    assert counts["good"] > 40
    assert min(counts.values()) >= 4


@every_policy
def test_it_is_the_best_that_counts_and_not_the_mean(policy):
    def value(params):  # "bad" is better on the average, and worse at its best
        spread = {"good": 4.0, "bad": 0.2, "dull": 0.0}[params["model"]]
        own = params.get("a", params.get("b", 0.0))
        return {"good": 0.0, "bad": 0.6, "dull": 5.0}[params["model"]] + spread * own

    counts = Counter()
    for seed in range(4):
        bandit = Bandit(space=SPACE, policy=policy, budget=120, seed=seed)
        counts.update(arms(search(bandit, 120, value)))
    assert counts["good"] > counts["bad"]


@every_policy
def test_the_scale_of_the_losses_does_not_matter(policy):
    one = search(Bandit(space=SPACE, policy=policy), 50)
    other = search(Bandit(space=SPACE, policy=policy), 50, lambda p: 1e6 * np.expm1(loss(p)))
    assert arms(one) == arms(other)


@every_policy
def test_pending_candidates_are_spread(policy):
    bandit = search(Bandit(space=SPACE, policy=policy), 12, lambda _: 1.0)
    asked = bandit.ask(30)
    counts = Counter(bandit.notes(candidate.number)["arm"] for candidate in asked)
    assert max(counts.values()) < 30
    first = Bandit(space=SPACE, policy=policy)
    assert Counter(first.notes(c.number)["arm"] for c in first.ask(12)) == dict.fromkeys(FLOORS, 4)


@every_policy
def test_everything_told_reaches_the_strategy_of_the_arm(recorder, policy):
    bandit = Bandit(space=SPACE, policy=policy, make=recorder)
    warm = {"share": 0.5, "scale": True, "model": "bad", "b": 0.25}
    bandit.enqueue([warm])
    asked = bandit.ask(4)
    x = SPACE.encode({"share": 0.75, "scale": False, "model": "good", "a": 0.125})
    asked.append(bandit.replay(x))
    assert asked[0].params == warm
    assert asked[4].params["a"] == 0.125
    told = [Observation(c, [0.3, np.inf][c.number % 2], 0.1, 2.0, 0.5, 3) for c in asked]
    bandit.tell(told[::-1])
    bandit.tell([Observation(asked[0], 0.2, resource=9)])
    heard = [o for strategy in recorder.made for o in strategy.heard]
    assert len(heard) == 6
    assert sorted(o.loss for o in heard) == [0.2, 0.3, 0.3, 0.3, np.inf, np.inf]
    assert sorted(o.resource for o in heard) == [3] * 5 + [9]
    assert {(o.stderr, o.cost, o.shortfall) for o in heard if o.resource == 3} == {(0.1, 2.0, 0.5)}
    inner = [o.candidate.params for o in heard if o.resource == 3]
    assert all(candidate.params in inner for candidate in asked)
    assert [o.candidate.params for o in heard if o.resource == 9] == [warm]
    # what was asked for in the replay, and not taken, is all that is not told
    assert sum(len(strategy.pending) for strategy in recorder.made) == 1


@every_policy
def test_replaying_a_course_rebuilds_it(policy):
    settings = {"share": 0.5, "scale": True, "model": "dull", "c": 1}
    whole, again = (
        Bandit(space=SPACE, policy=policy, make=DifferentialEvolution, seed=1) for _ in range(2)
    )
    whole.enqueue([settings])
    again.enqueue([settings])
    search(whole, 40)
    for observation in whole.history[:25]:
        candidate = again.replay(observation.candidate.x)
        again.tell([Observation(candidate, observation.loss)])
    search(again, 15)
    np.testing.assert_array_equal(whole.X, again.X)
    assert arms(whole) == arms(again)


@every_policy
def test_candidates_at_several_amounts_of_a_resource(policy):
    bandit = Bandit(space=SPACE, policy=policy, make=DifferentialEvolution)
    for _ in range(8):
        asked = bandit.ask(6)
        bandit.tell([Observation(c, 1 + loss(c.params), resource=1) for c in asked])
        best = sorted(asked, key=lambda c: loss(c.params))[:2]
        bandit.tell([Observation(c, loss(c.params), resource=3) for c in best])
    counts = Counter(arms(bandit))
    assert counts["good"] == max(counts.values())


@every_policy
@pytest.mark.parametrize("make", [CmaEs, DifferentialEvolution, GaussianProcess, PatternSearch])
def test_alternatives_with_nothing_else_are_exhausted_after_one(policy, make):
    space = Space({"m": Choice(When("x", a=Real(0, 1)), "y", "z")})
    bandit = search(Bandit(space=space, policy=policy, make=make), 15, lambda p: p.get("a", -1.0))
    assert Counter(arms(bandit)) == {"x": 13, "y": 1, "z": 1}


def test_a_finite_space_is_searched_to_its_end():
    space = Space({"m": ["x", "y"], "n": [1, 2, 3]})
    bandit = Bandit(space=space, make=Grid)
    assert len({candidate.x.tobytes() for candidate in bandit.ask(20)}) == 6
    assert bandit.ask() == []


@pytest.mark.parametrize("r", [Real(0, 1), [1, 2, 3]])
def test_an_alternative_of_which_nothing_is_allowed_is_no_arm(r):
    space = Space({"p": ["l1", "l2"], "r": r}, forbidden=lambda params: params["p"] == "l1")
    assert set(arms(search(Bandit(space=space), 3, lambda p: p["r"]))) == {"l2"}


def test_a_space_without_alternatives_is_one_arm():
    space = Space({"a": Real(0, 1), "b": Real(0, 1)})
    bandit = search(Bandit(space=space, make=RandomSampling), 9, lambda p: p["a"])
    plain = search(RandomSampling(space=space), 9, lambda p: p["a"])
    assert set(arms(bandit)) == {"all"}
    np.testing.assert_array_equal(bandit.X, plain.X)


# -- notes ---------------------------------------------------------------------------------------


def test_notes_of_the_arms_are_merged_where_they_are_alike():
    def mixed(*, space, seed, budget):
        make = Annealing if "a" in space.paths else RandomSampling
        return make(space=space, seed=seed, budget=budget)

    alike, unlike = (search(Bandit(space=SPACE, make=make), 20) for make in (Annealing, mixed))
    assert {frozenset(alike.notes(i)) for i in range(20)} == {
        frozenset({"arm", "chain", "temperature", "accepted"})
    }
    assert {frozenset(unlike.notes(i)) for i in range(20)} == {frozenset({"arm"})}


def test_arms_are_called_by_label_or_text():
    named = Choice(1.5, None, Real(2, 3), "a", names=["low", "none", "range", "A"])
    assert Space({"m": named}).columns[0].texts == ("low", "none", "range", "A")
    plain = Space({"m": Choice(1.5, None, Real(2, 3), "None")})
    assert plain.columns[0].texts == ("1.5", "None", "Real(2.0, 3.0)", "None #2")
    dicts = Space([{"a": (0.0, 1.0)}, {"b": Integer(2, 5)}])
    assert dicts.columns[0].texts == ("dict 0", "dict 1")


# -- columns -------------------------------------------------------------------------------------


def test_the_arms_are_those_of_the_choice_that_most_depends_on():
    inner = Choice("u", When("v", x=Real(0, 1), y=Real(0, 1)))
    space = Space({"k": ["a", "b"], "one": Choice("p", When("q", inner=inner)), "z": ["c", "d"]})
    assert space.columns[column_of_arms(space)].name == "one"
    assert space.columns[column_of_arms(Space({"k": ["a", "b"], "z": ["c", "d"]}))].name == "k"
    assert column_of_arms(Space({"a": Real(0, 1)})) is None
    assert set(arms(search(Bandit(space=SPACE, parameter="scale"), 9))) == {"True", "False"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"policy": "greedy"}, r"policy should be one of .*'thompson'.*, got 'greedy'"),
        ({"parameter": "nope"}, r"'nope' is no parameter that varies.*'scale', 'model'"),
        ({"parameter": "share"}, "'share' has no alternatives"),
        ({"parameter": "a"}, "'a' has no alternatives"),
    ],
)
def test_bad_arguments_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        Bandit(space=SPACE, **options)


def test_a_parameter_that_is_not_always_active_has_no_arms():
    space = Space({"m": Choice("x", When("y", kernel=["u", "v"]))})
    with pytest.raises(ValueError, match=r"'kernel' is not always active.*always there: 'm'"):
        Bandit(space=space, parameter="kernel")
