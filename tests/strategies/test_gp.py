import numpy as np
import pytest

from skhpo import Choice, Integer, Observation, Real, Space, When
from skhpo.strategies import gp
from skhpo.strategies.gp import GaussianProcess
from skhpo.surrogates import process

PLANE = Space({"a": Real(0.0, 1.0), "b": Real(0.0, 1.0)})
MIXED = Space(
    {
        "model": Choice(
            When("linear", C=Real(1e-3, 1e3, log=True)),
            When(
                "svm",
                gamma=Real(1e-4, 1.0, log=True),
                kernel=Choice("rbf", When("poly", degree=Integer(2, 5))),
            ),
        ),
        "prep": ["none", "scale", "rank"],
        "share": Real(0.1, 1.0),
    }
)


def mixed_loss(params):
    loss = (params["share"] - 0.6) ** 2 + 0.2 * (params["prep"] != "scale")
    if params["model"] == "linear":
        return loss + 0.3 + 0.02 * np.log10(params["C"]) ** 2
    loss += 0.05 * (np.log10(params["gamma"]) + 2.0) ** 2
    return loss + (0.05 * abs(params["degree"] - 3) if "degree" in params else 0.2)


def drive(strategy, loss, n):
    """Evaluate ``n`` candidates one at a time."""
    for _ in range(n):
        [candidate] = strategy.ask()
        strategy.tell([Observation(candidate, loss(candidate.params))])
    return strategy


def plane_loss(params):
    return (params["a"] - 0.3) ** 2 + 2 * (params["b"] - 0.8) ** 2


def points(candidates):
    return np.array([candidate.x for candidate in candidates])


# -- the design ----------------------------------------------------------------------------------


def test_the_default_point_comes_first():
    [first] = GaussianProcess(space=MIXED).ask()
    np.testing.assert_array_equal(first.x, MIXED.default())


def test_an_enqueued_setting_takes_the_place_of_the_default():
    strategy = GaussianProcess(space=PLANE)
    strategy.enqueue([{"a": 0.1, "b": 0.2}])
    first, second = strategy.ask(2)
    assert first.params == {"a": 0.1, "b": 0.2}
    assert not np.array_equal(second.x, PLANE.default())


def test_the_design_does_not_depend_on_losses():
    told = drive(GaussianProcess(space=PLANE, seed=3), plane_loss, 10)
    batch = GaussianProcess(space=PLANE, seed=3).ask(10)
    np.testing.assert_array_equal(told.X, points(batch))


def test_the_design_goes_on_until_losses_are_known():
    strategy = GaussianProcess(space=PLANE, n_initial=4)
    asked = strategy.ask(20)
    assert len({tuple(c.x) for c in asked}) == 20
    assert strategy._model is None


def test_the_design_fills_the_cube():
    X = points(GaussianProcess(space=PLANE, n_initial=64).ask(64))
    counts, _, _ = np.histogram2d(*X.T, bins=4, range=[[0, 1], [0, 1]])
    assert counts.min() >= 2


@pytest.mark.parametrize("name", ["n_initial", "n_candidates"])
def test_counts_below_one_are_refused(name):
    with pytest.raises(ValueError, match=rf"{name} should be at least 1, got 0"):
        GaussianProcess(space=PLANE, **{name: 0})


# -- the search ----------------------------------------------------------------------------------


def test_a_smooth_function_is_minimised():
    strategy = drive(GaussianProcess(space=PLANE), plane_loss, 22)
    assert strategy.y.min() < 1e-4


def hartmann6(params):
    A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14]]
    A += [[3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
    P = [[1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991]]
    P += [[2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381]]
    x = np.array([*params.values()])
    r2 = (np.array(A) * (x - 1e-4 * np.array(P)) ** 2).sum(axis=1)
    return -np.array([1, 1.2, 3, 3.2]) @ np.exp(-r2)


@pytest.mark.parametrize("seed", [0, 1])
def test_hartmann6_regret_after_40_evaluations(seed):
    space = Space({f"x{i}": Real(0.0, 1.0) for i in range(6)})
    strategy = drive(GaussianProcess(space=space, seed=seed), hartmann6, 40)
    assert strategy.y.min() + 3.32237 < 0.35  # random draws: above 1.5


def test_a_mixed_and_conditional_space_is_minimised():
    strategy = drive(GaussianProcess(space=MIXED, seed=1), mixed_loss, 40)
    best = MIXED.decode(strategy.X[np.argmin(strategy.y)])
    assert best["model"] == "svm"
    assert best["prep"] == "scale"
    assert strategy.y.min() < 0.05


def test_no_point_is_proposed_twice_in_a_small_space():
    space = Space({"a": Integer(1, 6), "b": ["x", "y", "z"]})
    strategy = drive(GaussianProcess(space=space), lambda p: p["a"] + 3 * (p["b"] == "y"), 18)
    assert len({tuple(x) for x in strategy.X}) == 18
    assert strategy.ask() == []


def test_forbidden_points_are_not_proposed():
    space = Space({"a": Real(0.0, 1.0), "b": Real(0.0, 1.0)}, forbidden=lambda p: p["a"] < p["b"])
    strategy = drive(GaussianProcess(space=space), plane_loss, 16)
    assert np.all(strategy.X[:, 0] >= strategy.X[:, 1])


# -- failures and points under way ---------------------------------------------------------------


def half_space(params):
    x = np.array([*params.values()])
    return np.inf if x[0] > 0.5 else float(((x - [0.45, 0.2, 0.7, 0.9]) ** 2).sum())


def test_a_failing_half_space_is_learnt():
    """The losses fall towards the half that fails; half of all draws fail."""
    space = Space({name: Real(0.0, 1.0) for name in "abcd"})
    runs = [drive(GaussianProcess(space=space, seed=s), half_space, 30) for s in range(3)]
    assert np.mean([np.isinf(run.y[15:]).mean() for run in runs]) < 0.4
    assert np.median([run.y.min() for run in runs]) < 1e-2


def test_failures_of_every_evaluation_leave_the_design():
    strategy = drive(GaussianProcess(space=PLANE), lambda p: np.nan, 15)
    assert len({tuple(x) for x in strategy.X}) == 15
    assert strategy._model is None


@pytest.mark.parametrize("loss", [0.5, 1e308, -0.0])
def test_constant_losses_fall_back_to_the_design(loss):
    strategy = drive(GaussianProcess(space=PLANE), lambda p: loss, 15)
    assert len({tuple(x) for x in strategy.X}) == 15


def test_losses_too_large_to_be_squared_do_no_harm():
    values = iter([1e308, -1e308] * 8)
    assert len(drive(GaussianProcess(space=PLANE), lambda p: next(values), 16).y) == 16


def test_points_under_way_are_not_repeated_nor_crowded():
    strategy = drive(GaussianProcess(space=PLANE), plane_loss, 12)
    batch = points([strategy.ask()[0] for _ in range(4)] + strategy.ask(4))
    gaps = np.linalg.norm(batch[:, None] - batch[None], axis=2)[np.triu_indices(8, 1)]
    assert gaps.min() > 1e-3
    assert len(strategy.pending) == 8


# -- replay --------------------------------------------------------------------------------------


@pytest.mark.parametrize("space", [PLANE, MIXED], ids=["plane", "mixed"])
def test_replaying_the_same_asks_and_tells_gives_the_same_proposals(space):
    def history():
        strategy = GaussianProcess(space=space, seed=7, n_initial=5)
        asked = strategy.ask(3)
        for k in range(14):
            asked += strategy.ask(1 + k % 2)
            done = asked.pop(k % 3)
            loss = np.nan if k % 7 == 3 else float(np.nansum(done.x))
            strategy.tell([Observation(done, loss)])
        return np.concatenate([strategy.X, strategy.pending])

    np.testing.assert_array_equal(history(), history())


def test_the_seed_changes_the_search():
    a, b = (drive(GaussianProcess(space=PLANE, seed=s), plane_loss, 12).X for s in (0, 1))
    assert not np.array_equal(a[1:], b[1:])


def test_asking_twice_between_tells_does_not_refit(monkeypatch):
    strategy = drive(GaussianProcess(space=PLANE), plane_loss, 11)
    strategy.ask()
    model = strategy._model
    strategy.ask(2)
    assert strategy._model is model


def test_hyper_parameters_are_refitted_seldom_with_many_observations(monkeypatch):
    monkeypatch.setattr(process, "FIT_ALWAYS", 20)
    strategy = drive(GaussianProcess(space=PLANE, n_initial=200), plane_loss, 150)
    theta = strategy._fit().losses.theta
    drive(strategy, plane_loss, 1)
    model = strategy._fit().losses
    assert model.theta is theta  # 151 are less than 1 % more than 150
    assert len(model.y) == 151
    drive(strategy, plane_loss, 3)
    assert strategy._fit().losses.theta is not theta


def test_a_loss_out_of_reach_of_the_last_map_makes_a_new_one(monkeypatch):
    monkeypatch.setattr(process, "FIT_ALWAYS", 20)
    strategy = GaussianProcess(space=PLANE, n_initial=300)
    for candidate in strategy.ask(200):
        strategy.tell([Observation(candidate, np.exp(20 * candidate.x[0]))])
    before = strategy._fit().losses.theta
    [candidate] = strategy.ask()
    strategy.tell([Observation(candidate, -1e150)])
    assert not np.isfinite(strategy._losses.map.warping(np.array([-1e150]))).all()
    model = strategy._fit().losses
    assert model.theta is not before
    assert np.isfinite(model.y).all()


def test_answers_out_of_order_are_appended_all_the_same(monkeypatch):
    monkeypatch.setattr(process, "FIT_ALWAYS", 20)
    strategy = drive(GaussianProcess(space=PLANE, n_initial=400), plane_loss, 149)
    late, early = strategy.ask(2)
    strategy.tell([Observation(early, plane_loss(early.params))])
    strategy._fit()
    monkeypatch.setattr(process, "condition", None)
    strategy.tell([Observation(late, plane_loss(late.params))])
    model = strategy._fit()
    np.testing.assert_array_equal(model.losses.points.Z[-1], late.x - 0.5)
    assert (model.ranked == late.x).all(axis=1).any()


# -- odd spaces ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "definition",
    [{}, {"a": ["only"]}, {"a": [3], "b": ["x"]}],
)
def test_a_space_of_one_point_is_proposed_once(definition):
    strategy = GaussianProcess(space=Space(definition))
    assert len(strategy.ask(3)) == 1
    assert strategy.ask() == []


def test_categories_alone():
    space = Space({name: list("abcd") for name in "uvwxy"})
    strategy = drive(
        GaussianProcess(space=space), lambda p: float(sum(v != "c" for v in p.values())), 30
    )
    assert strategy.y.min() == 0.0


def test_one_parameter_shared_by_two_branches():
    C = Real(1e-3, 1e3, log=True, name="C")
    model = Choice(When("l1", C=C), When("l2", C=C), "none")
    strategy = drive(
        GaussianProcess(space=Space({"model": model})),
        lambda p: abs(np.log10(p["C"]) - 1) + (p["model"] == "l1") if "C" in p else 5.0,
        20,
    )
    assert strategy.y.min() < 0.1


# -- candidates that were dropped -----------------------------------------------------------------


def test_what_a_loss_may_miss_is_noise_of_its_own():
    """A loss that may miss much bends the model less than one that is certain."""
    x = np.linspace(0.05, 0.95, 15)
    odd = 7  # in the middle, far above the others

    def mean_at_odd(shortfall):
        strategy = GaussianProcess(space=Space({"a": Real(0, 1)}), seed=0)
        strategy.enqueue([{"a": float(value)} for value in x])
        for i, candidate in enumerate(strategy.ask(15)):
            loss = 1.0 if i == odd else (candidate.params["a"] - 0.5) ** 2
            missed = shortfall if i == odd else 0.0
            strategy.tell([Observation(candidate, loss, shortfall=missed)])
        return strategy._fit().losses.fitted()[odd]

    assert mean_at_odd(2.0) < mean_at_odd(0.0) - 0.5


# -- acquisitions --------------------------------------------------------------------------------


@pytest.mark.parametrize("acquisition", gp.ACQUISITIONS)
def test_every_acquisition_finds_the_optimum(acquisition):
    best = [
        drive(
            GaussianProcess(space=MIXED, seed=s, acquisition=acquisition), mixed_loss, 32
        ).y.min()
        for s in range(3)
    ]
    assert np.median(best) < 0.01


def test_thompson_sampling_follows_a_draw_where_expected_improvement_repeats_itself():
    """With three observations the model is vague: its draws have their minima all over."""
    chosen = {}
    for acquisition in ("log_ei", "thompson"):
        chosen[acquisition] = []
        for seed in range(12):
            strategy = GaussianProcess(space=PLANE, seed=0, acquisition=acquisition, n_initial=3)
            drive(strategy, lambda p: np.sin(5 * p["a"]) + p["b"], 4)
            model = strategy._fitted_model()
            chosen[acquisition].append(
                strategy._search(model, np.empty((0, 2)), np.random.default_rng(seed))
            )
    spreads = {name: np.std(points, axis=0).max() for name, points in chosen.items()}
    assert spreads["thompson"] > max(0.05, 3 * spreads["log_ei"])


# -- alternatives, cost, many workers ------------------------------------------------------------

TWO_MODELS = Space(
    {"model": Choice(When("easy", x=Real(0, 1)), When("steep", y=Real(0, 1), z=Real(0, 1)))}
)


def hidden_optimum(params):
    """Return a wide and mediocre bowl, and a narrow one that is better."""
    if params["model"] == "easy":
        return 0.2 + 0.1 * (params["x"] - 0.5) ** 2
    q = 40 * ((params["y"] - 0.8) ** 2 + (params["z"] - 0.2) ** 2)
    return q / (1 + q)


def test_an_alternative_that_looks_bad_is_not_given_up():
    wins = 0
    for seed in range(3):
        strategy = drive(GaussianProcess(space=TWO_MODELS, seed=seed), hidden_optimum, 40)
        origins = [strategy.notes(number)["origin"] for number in range(40)]
        assert origins[:2] == ["given", "design"]
        assert {"model", "alternative"} <= {*origins}
        wins += strategy.y.min() < 0.1
    assert wins == 3


@pytest.mark.parametrize("parallel", gp.PARALLEL)
def test_proposals_differ_from_what_is_under_way(parallel):
    strategy = drive(GaussianProcess(space=PLANE, parallel=parallel), plane_loss, 12)
    X = points(strategy.ask(8))
    gaps = np.linalg.norm(X[:, None] - X, axis=2)[np.triu_indices(8, 1)]
    assert gaps.min() > 1e-3


@pytest.mark.parametrize("parallel", gp.PARALLEL)
def test_eight_at_a_time_find_the_optimum(parallel):
    strategy = GaussianProcess(space=PLANE, parallel=parallel)
    for _ in range(5):
        strategy.tell([Observation(c, plane_loss(c.params)) for c in strategy.ask(8)])
    assert strategy.y.min() < 1e-3


def test_hundreds_under_way_are_drawn_many_at_a_time(monkeypatch):
    strategy = GaussianProcess(space=PLANE)
    first = strategy.ask(200)
    strategy.tell([Observation(c, plane_loss(c.params)) for c in first[:100]])
    calls = []
    draws = GaussianProcess._draws
    monkeypatch.setattr(GaussianProcess, "_draws", lambda *args: calls.append(1) or draws(*args))
    second = [strategy.ask()[0] for _ in range(50)]
    assert len(calls) < 10
    assert len({c.x.tobytes() for c in [*first, *second]}) == 250
    origins = [strategy.notes(c.number)["origin"] for c in second]
    assert set(origins) == {"draw"}
    assert np.median([plane_loss(c.params) for c in second]) < 0.1


def test_what_was_drawn_for_many_is_not_used_for_few():
    strategy = GaussianProcess(space=PLANE)
    first = strategy.ask(200)
    strategy.tell([Observation(c, plane_loss(c.params)) for c in first[:100]])
    strategy.ask()
    assert strategy._stock
    strategy.tell([Observation(c, plane_loss(c.params)) for c in first[100:]])
    [last] = strategy.ask()
    assert not strategy._stock
    assert strategy.notes(last.number)["origin"] == "model"


def cheap_left(params):
    """A hundred times the seconds on the right hand; two equal optima."""
    return 1.0 + 99.0 * params["a"]


def two_optima(params):
    return min((params["a"] - 0.1) ** 2, (params["a"] - 0.9) ** 2) + params["b"] ** 2


def spend(strategy, n):
    for _ in range(n):
        [c] = strategy.ask()
        strategy.tell([Observation(c, two_optima(c.params), cost=cheap_left(c.params))])
    return np.array([cheap_left(c.params) for c in strategy._asked.values()])[10:]


def test_with_a_cost_to_keep_cheap_candidates_are_preferred():
    free = spend(GaussianProcess(space=PLANE), 30)
    thrifty = spend(GaussianProcess(space=PLANE, max_cost=3e3), 30)
    assert thrifty.mean() < 0.6 * free.mean()


def test_what_cannot_end_in_time_is_not_proposed():
    strategy = GaussianProcess(space=PLANE, max_cost=700.0, cost_share=0.5)
    spend(strategy, 14)
    left = 700.0 - sum(o.cost for o in strategy.history)
    assert left > 0
    proposed = [cheap_left(c.params) for c in strategy.ask(5)]
    assert max(proposed) < 1.2 * max(left, 1.0)


def test_costs_that_are_unknown_or_equal_do_not_count():
    plain, costly = GaussianProcess(space=PLANE), GaussianProcess(space=PLANE, max_cost=10.0)
    for strategy in (plain, costly):
        for _ in range(14):
            [c] = strategy.ask()
            strategy.tell([Observation(c, plane_loss(c.params), cost=float("nan"))])
    np.testing.assert_array_equal(plain.X, costly.X)


def test_a_model_that_says_nothing_is_not_asked():
    rng = np.random.default_rng(0)
    strategy = drive(GaussianProcess(space=PLANE), lambda _: float(rng.standard_normal()), 40)
    origins = [strategy.notes(number)["origin"] for number in range(40)]
    assert set(origins) <= {"given", "design", "model", "sample"}
    assert origins[20:].count("sample") > 10


@pytest.mark.parametrize(
    ("name", "value"),
    [("max_cost", 0.0), ("cost_share", 0.0), ("cost_share", 1.5)],
)
def test_settings_out_of_range_are_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} should be"):
        GaussianProcess(space=PLANE, **{name: value})


@pytest.mark.parametrize("name", ["acquisition", "kernel", "output", "parallel"])
def test_an_unknown_choice_is_an_error(name):
    with pytest.raises(ValueError, match=f"{name} should be one of .*, got 'nothing'"):
        GaussianProcess(space=PLANE, **{name: "nothing"})


# -- kernels and outputs -------------------------------------------------------------------------


@pytest.mark.parametrize("kernel", sorted(gp.CHOICES["kernel"] - {"matern52"}))
def test_every_kernel_finds_the_optimum(kernel):
    strategy = drive(GaussianProcess(space=MIXED, kernel=kernel), mixed_loss, 30)
    assert strategy.y.min() < 0.1


@pytest.mark.parametrize("output", sorted(gp.CHOICES["output"] - {"yeo_johnson"}))
def test_every_output_finds_the_optimum(output):
    strategy = drive(GaussianProcess(space=PLANE, output=output), plane_loss, 20)
    assert strategy.y.min() < 1e-3


def test_an_alternative_without_points_left_does_not_keep_the_others_from_a_look():
    lists = [{"m": ["a"], "x": Real(0, 1)}, {"m": ["c"], "z": Real(0, 1)}, {"m": ["b"]}]
    losses = {
        "a": lambda p: (p["x"] - 0.5) ** 2,
        "b": lambda p: 0.5,
        "c": lambda p: 0.8 - 1.7 * np.exp(-(((p["z"] - 0.83) / 0.1) ** 2)),
    }
    strategy = drive(GaussianProcess(space=Space(lists)), lambda p: losses[p["m"]](p), 60)
    assert strategy.y.min() < -0.8


@pytest.mark.parametrize("n_allowed", [0, 2])
def test_few_points_that_are_allowed_are_enough_for_many_workers(monkeypatch, n_allowed):
    pool = gp.InnerSearch.pool
    monkeypatch.setattr(gp.InnerSearch, "pool", lambda *args: pool(*args)[:n_allowed])
    strategy = GaussianProcess(space=PLANE)
    candidates = strategy.ask(90)
    strategy.tell([Observation(c, plane_loss(c.params)) for c in candidates[:20]])
    candidates += [c for _ in range(4) for c in strategy.ask()]
    assert len({c.x.tobytes() for c in candidates}) == len(candidates) == 94


def test_seconds_of_an_earlier_run_are_not_spent_again():
    strategy = GaussianProcess(space=PLANE, max_cost=100.0)
    for i in range(12):
        [c] = strategy.ask()
        strategy.tell([Observation(c, plane_loss(c.params), cost=1.0 + 0.1 * i)])
    assert strategy.costs[1] == pytest.approx(sum(1.0 + 0.1 * i for i in range(12)))
    strategy.resume()
    assert strategy.costs[1] == 0.0
    assert np.isfinite(strategy.costs[0]).all()


def test_what_a_dropped_candidate_took_says_nothing_of_its_cost():
    strategy = GaussianProcess(space=PLANE)
    first, second = strategy.ask(2)
    strategy.tell(
        [Observation(first, 1.0, cost=5.0), Observation(second, 2.0, cost=1.0, shortfall=0.1)]
    )
    seconds, spent = strategy.costs
    np.testing.assert_array_equal(seconds, [5.0, np.nan])
    assert spent == 6.0
