"""Direct search: polls, steps, starts; random local search; the simplex in a space."""

import numpy as np
import pytest
from scipy.optimize import differential_evolution, direct, dual_annealing

from skhpo import Choice, Integer, Observation, Real, Space, When
from skhpo.space.points import key
from skhpo.strategies import NelderMead, PatternSearch, RandomLocalSearch, RandomSampling
from skhpo.strategies.nelder_mead import MAX_WAITS
from skhpo.strategies.pattern_search import SMALLEST

SPACE = Space({name: Real(0, 1) for name in "abcd"})
CENTRE = np.array([0.31, 0.62, 0.47, 0.12])


def bowl(x):
    """Return a loss whose axes lie across those of the cube."""
    y = x - CENTRE
    return float((y**2).sum() + 2 * (y[:-1] + y[1:]) @ (y[:-1] + y[1:]))


def drive(strategy, n, function=bowl):
    for _ in range(n):
        for candidate in strategy.ask():
            strategy.tell([Observation(candidate, function(candidate.x))])
    return strategy


EVERY = pytest.mark.parametrize(
    "make",
    [
        lambda **given: PatternSearch(poll="compass", **given),
        lambda **given: PatternSearch(poll="pattern", **given),
        lambda **given: PatternSearch(poll="mads", **given),
        lambda **given: PatternSearch(surrogate=False, **given),
        NelderMead,
        RandomLocalSearch,
    ],
    ids=["compass", "pattern", "mads", "no surrogate", "nelder_mead", "random_local"],
)


@EVERY
def test_numbers_are_found(make):
    ours = [drive(make(space=SPACE, seed=s, budget=120), 120).y.min() for s in range(7)]
    theirs = [drive(RandomSampling(space=SPACE, seed=s), 120).y.min() for s in range(7)]
    assert np.median(ours) < 0.1 * np.median(theirs)


@pytest.mark.parametrize("poll", ["compass", "pattern", "mads"])
def test_it_is_no_worse_than_what_scipy_has(poll):
    """With 150 evaluations each: DIRECT, dual annealing and differential evolution."""
    bounds, n = [(0.0, 1.0)] * 4, 150
    ours = np.median(
        [
            drive(PatternSearch(space=SPACE, seed=s, budget=n, poll=poll), n).y.min()
            for s in range(5)
        ]
    )
    annealed = [
        dual_annealing(bowl, bounds, maxfun=n, seed=s, no_local_search=True) for s in (0, 1)
    ]
    evolved = [
        differential_evolution(bowl, bounds, popsize=5, maxiter=6, polish=False, seed=s)
        for s in (0, 1)
    ]
    divided = direct(bowl, bounds, maxfun=n)
    assert ours < min(r.fun for r in (*annealed, *evolved, divided))


@EVERY
def test_integers_and_categories_are_found(make):
    space = Space(
        {
            "a": Real(0, 1),
            "n": Integer(0, 40),
            "k": Choice("plain", When("deep", depth=Real(0, 1))),
            "c": list("xyz"),
        }
    )

    def loss(strategy):
        def of(x):
            p = strategy.space.decode(x)
            branch = 0.5 if p["k"] == "plain" else (p["depth"] - 0.7) ** 2
            return (p["a"] - 0.3) ** 2 + ((p["n"] - 29) / 20) ** 2 + branch + (p["c"] != "y")

        return of

    best, random = [], []
    for seed in range(7):
        strategy = make(space=space, seed=seed, budget=150)
        best.append(drive(strategy, 150, loss(strategy)).y.min())
        strategy = RandomSampling(space=space, seed=seed)
        random.append(drive(strategy, 150, loss(strategy)).y.min())
    assert np.median(best) < 0.7 * np.median(random)


def started(poll="compass", space=SPACE, **options):
    """Return a search that is about to poll around the middle."""
    strategy = PatternSearch(space=space, seed=0, budget=20, poll=poll, **options)
    middle = {column.name: column.value(column.default) for column in space.columns}
    strategy.enqueue([middle])
    strategy.tell([Observation(strategy.ask()[0], 1.0)])
    strategy._n_to_draw = 0
    return strategy


def test_a_compass_steps_along_the_axes_and_halves_the_step():
    strategy = started(surrogate=False)
    for step in (0.25, 0.125, 0.0625):
        moves = []
        for _ in range(8):
            [candidate] = strategy.ask()
            moves.append(candidate.x - 0.5)
            strategy.tell([Observation(candidate, 2.0)])
        moves = np.array(moves)
        assert (np.count_nonzero(moves, axis=1) == 1).all()
        np.testing.assert_allclose(np.abs(moves).max(axis=1), step)
        assert len(np.unique(moves, axis=0)) == 8


def test_a_better_neighbour_ends_the_poll_and_is_followed():
    strategy = started(surrogate=False)
    first, second = strategy.ask(2)
    strategy.tell([Observation(first, 2.0), Observation(second, 0.5)])
    [third] = strategy.ask()
    np.testing.assert_allclose(third.x - second.x, second.x - 0.5)  # on in the same direction


def test_a_late_success_takes_the_step_back():
    strategy = started(surrogate=False)
    asked = strategy.ask(20)  # the first poll, the second, and a part of the third
    strategy.tell([Observation(candidate, 2.0) for candidate in asked[1:]])
    strategy.tell([Observation(asked[0], 0.5)])
    moves = [np.abs(candidate.x - asked[0].x).max() for candidate in strategy.ask(3)]
    np.testing.assert_allclose(moves, 0.25)


def test_a_pattern_goes_as_far_again_as_two_successes_have_led():
    strategy = started("pattern", surrogate=False)
    path = np.array([[0.5, 0.5, 0.5, 0.5], [0.6, 0.5, 0.5, 0.5], [0.6, 0.4, 0.5, 0.5]])
    strategy._trail, strategy._centre = [path[0], path[1]], path[2]
    polled = strategy._neighbours(path[2], rng())
    np.testing.assert_allclose(polled[0], 2 * path[2] - path[0])
    np.testing.assert_allclose(polled[1] - path[2], [0, -0.25, 0, 0])  # on in the last direction


def test_integers_step_to_the_next_one_at_least():
    space = Space({"n": Integer(0, 10), "a": Real(0, 1)})
    strategy = started(space=space, surrogate=False)
    strategy._step = 0.01
    numbers = set()
    for _ in range(4):
        [candidate] = strategy.ask()
        numbers.add(candidate.params["n"])
        strategy.tell([Observation(candidate, 2.0)])
    assert numbers == {4, 5, 6}


def test_a_new_category_brings_what_was_best_with_it():
    space = Space({"k": Choice("plain", When("deep", depth=Real(0, 1))), "a": Real(0, 1)})
    strategy = PatternSearch(space=space, seed=0, budget=100)
    known = [{"k": "deep", "depth": 0.81, "a": 0.1}, {"k": "deep", "depth": 0.2, "a": 0.1}]
    strategy.enqueue([*known, {"k": "plain", "a": 0.5}])
    for loss in (2.0, 3.0, 1.0):
        strategy.tell([Observation(strategy.ask()[0], loss)])
    others = [space.decode(x) for x in strategy._other_categories(strategy._centre, rng())]
    assert [other["k"] for other in others] == ["deep"]
    assert others[0]["depth"] == pytest.approx(0.81)


def rng():
    return np.random.default_rng(0)


def test_it_begins_anew_when_the_step_has_become_too_short():
    strategy = started(surrogate=False)
    polled = []
    while not strategy._n_to_draw:
        polled += strategy.ask()
        strategy.tell([Observation(polled[-1], 2.0)])
    n_steps = int(np.log2(strategy.initial_step / SMALLEST)) + 1
    assert len(polled) == 8 * n_steps + 1  # and the first of those drawn
    drawn = [polled[-1], *strategy.ask(strategy._n_to_draw)]
    strategy.tell([Observation(c, 5.0 + i) for i, c in enumerate(drawn[1:])])
    assert strategy._centre is polled[-1].x


@pytest.mark.parametrize("poll", ["compass", "mads"])
def test_the_surrogate_only_changes_the_order(poll):
    plain, ordered = (started(poll, surrogate=choice) for choice in (False, True))
    for strategy in (plain, ordered):
        strategy.enqueue([strategy.space.decode(x) for x in SPACE.draw(12, rng())])
        for _ in range(12):
            [candidate] = strategy.ask()
            strategy.tell([Observation(candidate, 2.0 + bowl(candidate.x))])
    polls = [s._neighbours(np.full(4, 0.5), rng()) for s in (plain, ordered)]
    assert {key(x) for x in polls[0]} == {key(x) for x in polls[1]}
    losses = [[bowl(x) for x in neighbours] for neighbours in polls]
    assert np.mean(losses[1][:3]) < np.mean(losses[0][:3])


def test_a_failed_step_is_tried_the_other_way():
    strategy = RandomLocalSearch(space=SPACE, seed=0, budget=20)
    strategy.enqueue([dict.fromkeys("abcd", 0.5)])
    strategy.tell([Observation(strategy.ask()[0], 1.0)])
    strategy._n_to_draw = 0
    forth, back = [], []
    for moves in (forth, back):
        [candidate] = strategy.ask()
        moves.append(candidate.x - 0.5)
        strategy.tell([Observation(candidate, 2.0)])
    np.testing.assert_allclose(back, -np.array(forth), atol=1e-12)


def test_one_step_in_five_keeps_the_step():
    strategy = RandomLocalSearch(space=SPACE, seed=0, budget=20)
    strategy.enqueue([dict.fromkeys("abcd", 0.5)])
    strategy.tell([Observation(strategy.ask()[0], 1.0)])
    strategy._n_to_draw = 0
    before = strategy._step
    for _ in range(8):  # four steps and their opposites
        strategy.tell([Observation(strategy.ask()[0], 2.0)])
    assert strategy._step == pytest.approx(before / 1.5)
    strategy.tell([Observation(strategy.ask()[0], 0.5)])
    assert strategy._step == pytest.approx(before)


def test_workers_to_spare_evaluate_what_the_simplex_may_need():
    strategy = NelderMead(space=SPACE, seed=0, budget=20)
    while strategy._simplex is None or strategy._simplex.phase == "initial":
        strategy.tell([Observation(c, bowl(c.x)) for c in strategy.ask()])
    asked = strategy.ask(4)
    wanted = [*strategy._simplex.wanted(), *strategy._simplex.possible()]
    assert {key(x) for x in strategy._whole(np.array(wanted))} == {key(c.x) for c in asked}


@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (PatternSearch, {"poll": "star"}, "poll should be one of"),
        (PatternSearch, {"initial_step": 0.0}, "initial_step should be in"),
        (NelderMead, {"initial_step": 0.7}, "initial_step should be in"),
        (RandomLocalSearch, {"initial_step": -1.0}, "initial_step should be in"),
    ],
)
def test_options_are_checked(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(space=SPACE, **options)


def near(x):
    return float(((x - 0.55) ** 2).sum())


def test_a_simplex_goes_on_where_its_points_are_forbidden():
    space = Space({"a": Real(0, 1), "b": Real(0, 1)}, forbidden=lambda p: p["a"] + p["b"] > 1.2)
    best = [
        drive(NelderMead(space=space, seed=s, budget=100), 100, near).y.min() for s in range(5)
    ]
    assert np.median(best) < 1e-4


@pytest.mark.parametrize("missing", [12, 13, 20])
def test_a_simplex_does_not_wait_for_ever_for_what_is_never_told(missing):
    strategy = NelderMead(space=SPACE, seed=0, budget=100)
    n_waits = []
    for number in range(200):
        [candidate] = strategy.ask()
        n_waits.append(strategy._n_waits)
        if number != missing:
            strategy.tell([Observation(candidate, bowl(candidate.x))])
    assert max(n_waits) + 2 > MAX_WAITS
    assert n_waits[-1] <= MAX_WAITS  # it has begun anew
    assert strategy.y.min() < 1e-3
