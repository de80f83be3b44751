"""The methods against closed forms, and against Optuna on one fixed study."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from skhpo import Choice, Integer, Real, Space, When, parameter_importance
from skhpo.results.importance._parts import both, drawn_into, mass, parts_of, widths
from skhpo.results.importance.ablation import path
from tests.results._studies import TRUTH, TWO_MODELS, fixed_study, results_of, two_models

# Optuna 5.0.0 on fixed_study(); the mean of five seeds of FanovaImportanceEvaluator, which was
# given log10(b), as it does not know logarithmic ranges
OPTUNA_FANOVA = {"a": 0.6722, "b": 0.0084, "c": 0.0033, "k": 0.1294, "m": 0.0139, "z": 0.0023}
# PedAnovaImportanceEvaluator: target and region quantile, and whether c exists with m="y" alone
OPTUNA_PED = {  # of a, b, c, k, m, z
    (0.1, 1.0, False): [0.6121125, 0.12392049, 0.003192, 0.19400592, 0.03637348, 0.03039561],
    (0.2, 0.6, False): [0.3966631, 0.15992203, 0.05851329, 0.22747817, 0.04063737, 0.11678604],
    (0.1, 1.0, True): [0.61050745, 0.12359555, 0.00580578, 0.19349721, 0.0362781, 0.03031591],
}


def shares(frame, column="importance"):
    """Return a column by parameter, pairs left out."""
    alone = frame[frame["partner"] == ""] if "partner" in frame else frame
    return dict(zip(alone["parameter"], alone[column], strict=True))


def in_order(found):
    return [found[name] for name in sorted(found)]


# -- Optuna --------------------------------------------------------------------------------------


def test_fanova_ranks_as_optuna():
    results, space = fixed_study()
    found = shares(parameter_importance(results, space=space, random_state=0))
    assert spearmanr(in_order(found), in_order(OPTUNA_FANOVA)).statistic > 0.95
    np.testing.assert_allclose(in_order(found), in_order(OPTUNA_FANOVA), atol=0.06)


@pytest.mark.parametrize(("target", "region", "conditional"), OPTUNA_PED)
def test_ped_anova_is_that_of_optuna(target, region, conditional):
    results, space = fixed_study(conditional=conditional)
    frame = parameter_importance(
        results, space=space, method="ped_anova", target=target, region=region
    )
    expected = OPTUNA_PED[target, region, conditional]
    np.testing.assert_allclose(in_order(shares(frame)), expected, atol=1e-6)


# -- closed forms --------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "atol"), [("fanova", 0.03), ("gp", 0.03)])
def test_conditional_parameters_count_with_their_part(method, atol):
    results = results_of(TWO_MODELS, two_models, 200)
    frame = parameter_importance(results, space=TWO_MODELS, method=method, random_state=0)
    found = shares(frame)
    for name, share in TRUTH.items():
        assert found[name] == pytest.approx(share, abs=atol)
    assert frame.set_index("parameter")["active"]["x"].max() == 1.0
    assert shares(frame, "active")["bend"] == pytest.approx(0.5, abs=0.1)


def test_fanova_of_all_orders_sums_to_one():
    """With two parameters that exist together nothing is left over, whatever the trees."""
    results = results_of(TWO_MODELS, lambda p: two_models(p) * p["x"] ** 2, 60)
    frame = parameter_importance(results, space=TWO_MODELS, random_state=0, n_interactions=9)
    space = Space({"u": Real(0, 1), "k": Integer(1, 5, log=True)})
    plain = results_of(space, lambda p: p["u"] * p["k"], 60)
    pair = parameter_importance(plain, space=space, random_state=0)
    assert pair["importance"].sum() == pytest.approx(1.0)
    assert 0.9 < frame["importance"].sum() <= 1.0 + 1e-12


def test_fanova_finds_the_pair():
    space = Space({name: Real(0, 1) for name in "abc"})
    results = results_of(space, lambda p: (p["a"] - 0.5) * (p["b"] - 0.5), 300)
    first = parameter_importance(results, space=space, random_state=0).iloc[0]
    assert {first["parameter"], first["partner"]} == {"a", "b"}
    assert first["importance"] > 0.5


def ishigami(p):
    x, y, z = (np.pi * (2.0 * p[name] - 1.0) for name in "abc")
    return np.sin(x) + 7.0 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


def test_fanova_of_ishigami():
    """The decomposition of a tree is exact, the tree is not: it learns the waves of b slowly."""
    space = Space({name: Real(0, 1) for name in "abc"})
    frame = parameter_importance(results_of(space, ishigami, 1000), space=space, random_state=0)
    found = shares(frame)
    for name, share in {"a": 0.3139, "b": 0.4424, "c": 0.0}.items():
        assert found[name] == pytest.approx(share, abs=0.1)
    largest = frame[frame["partner"] != ""].iloc[0]
    assert (largest["parameter"], largest["partner"]) == ("a", "c")
    assert largest["importance"] == pytest.approx(0.2437, abs=0.05)


def test_gp_and_permutation_agree_on_the_total_of_ishigami():
    """The transform that makes scores normal hardly changes these."""
    space = Space({name: Real(0, 1) for name in "abc"})
    results = results_of(space, ishigami, 300)
    gp = parameter_importance(results, space=space, method="gp", random_state=0)
    whole, exact = shares(gp, "total"), {"a": 0.5576, "b": 0.4424, "c": 0.2437}
    permuted = shares(
        parameter_importance(results, space=space, method="permutation", random_state=0)
    )
    for name, share in exact.items():
        assert whole[name] == pytest.approx(share, abs=0.06)
        assert permuted[name] == pytest.approx(whole[name], abs=0.06)
    assert shares(gp)["c"] < 0.05


def test_categories_are_not_taken_for_numbers():
    order = [3, 0, 7, 1, 9, 5, 2, 8, 4, 6]
    space = Space({"c": [*"abcdefghij"], "x": Real(0, 1), "noise": [*"pqrstuvw"]})
    results = results_of(space, lambda p: order["abcdefghij".index(p["c"])] / 9 + p["x"], 300)
    found = shares(parameter_importance(results, space=space, random_state=0))
    variance = np.var(np.array(order) / 9)
    exact = variance / (variance + 1 / 12)
    assert found["c"] == pytest.approx(exact, abs=0.04)
    assert found["noise"] < 0.01


# -- ablation ------------------------------------------------------------------------------------


def test_path_of_an_additive_function():
    space = Space({name: Real(0, 1) for name in "abcd"})
    weights = np.array([1.0, -2.0, 4.0, 3.0])
    start, end = np.array([0.0, 0.0, 0.0, 0.5]), np.array([1.0, 1.0, 0.5, 0.5])
    steps = path(lambda U: U @ weights, start, end, space)
    assert steps == [(-1, 1.5), (2, 3.5), (0, 4.5), (1, 2.5)]


def test_path_changes_what_exists():
    """The bend would gain nothing before the model is curved, and is not tried before."""

    def f(U):
        return np.where(U[:, 0] > 0.5, -1.0 + 3.0 * U[:, 1], 0.0) + 0.1 * U[:, 2]

    names = [column.name for column in TWO_MODELS.columns]
    assert names == ["model", "bend", "x"]
    steps = path(f, np.array([0.25, 0.0, 0.0]), np.array([0.75, 1.0, 1.0]), TWO_MODELS)
    assert [j for j, _ in steps] == [-1, 2, 0, 1]
    np.testing.assert_allclose([value for _, value in steps], [0.0, 0.1, -0.9, 2.1])


def test_ablation_of_a_search():
    space = Space({name: Real(0, 1) for name in "abc"})
    results = results_of(space, lambda p: p["a"] + 3.0 * p["b"], 100)
    best = results["params"][int(np.argmax(results["mean_test_score"]))]
    start = {"a": 0.0, "b": 0.25, "c": best["c"]}
    frame = parameter_importance(results, space=space, method="ablation", default=start)
    assert frame["parameter"].tolist() == ["b", "a"]
    assert frame["before"].tolist() == [0.25, 0.0]
    assert frame["after"].tolist() == pytest.approx([best["b"], best["a"]])
    np.testing.assert_allclose(frame["gain"], [3 * (best["b"] - 0.25), best["a"]], atol=0.05)
    assert frame["importance"].sum() == pytest.approx(1.0)


# -- where parameters exist ----------------------------------------------------------------------


def shared_space():
    """d exists with either of two choices that do not exclude each other."""
    d = Integer(1, 3, name="d")
    return Space(
        {"A": Choice("n", When("y", d=d)), "B": Choice("n", "m", When("y", d=d)), "x": (0.0, 1.0)}
    )


def test_parts_are_disjoint_and_are_where_the_column_is_active():
    space = shared_space()
    j = [column.name for column in space.columns].index("d")
    parts = parts_of(space, j)
    U = np.random.default_rng(0).random((500, space.n_dims))

    def inside(part):
        cells = {i: space.columns[i].index(U[:, i]) for i in part}
        return np.all([np.isin(cells[i], list(part[i])) for i in part], axis=0)

    counts = np.sum([inside(part) for part in parts], axis=0)
    np.testing.assert_array_equal(counts == 1, space.activity(U)[:, j])
    assert counts.max() == 1
    assert sum(mass(part, space.columns) for part in parts) == pytest.approx(2 / 3)
    assert all(both(a, b) is None for a in parts for b in parts if a is not b)


def test_points_drawn_into_a_part_are_in_it_and_uniform():
    space = Space({"k": Integer(1, 9, log=True), "x": Real(0, 1)})
    part = {0: frozenset({0, 4, 8})}
    grid = np.column_stack([(np.arange(9999) + 0.5) / 9999] * 2)
    cells = space.columns[0].index(drawn_into(grid, part, space.columns)[:, 0])
    width = widths(space.columns[0])
    assert width.sum() == pytest.approx(1.0)
    wanted = width[[0, 4, 8]] / width[[0, 4, 8]].sum()
    np.testing.assert_allclose(
        np.bincount(cells, minlength=9)[[0, 4, 8]] / 9999, wanted, atol=1e-3
    )


@pytest.mark.parametrize("method", ["fanova", "gp", "permutation", "ped_anova"])
def test_a_parameter_of_two_choices(method):
    space = shared_space()
    results = results_of(space, lambda p: p.get("d", 0) * 1.0, 100)
    found = shares(parameter_importance(results, space=space, method=method, random_state=0))
    assert found["x"] < 0.05
    assert found["d"] > 0.1
