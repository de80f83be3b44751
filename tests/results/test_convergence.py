"""Has a search converged, and what would more candidates bring."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import ParameterGrid, RandomizedSearchCV

from skhpo import RandomSearchCV, convergence
from skhpo.statistics import corrected_t_interval
from skhpo.statistics.extrapolation import best_of_further

DRAWS = {
    "normal": lambda rng, n: rng.normal(size=n),
    "bounded": lambda rng, n: -(rng.random((n, 3)) ** 2).sum(axis=1),
    "skewed": lambda rng, n: -(rng.exponential(size=n) ** 2),
    "rounded": lambda rng, n: rng.normal(0.8, 0.02, n).round(2),
}


@pytest.mark.parametrize("name", DRAWS)
def test_interval_covers_what_comes(name):
    """40 runs of independent draws, continued to twice their length; nominal 90 %."""
    covered = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        scores = DRAWS[name](rng, 60)
        after = max(scores.max(), DRAWS[name](rng, 60).max())
        forecast = best_of_further(scores, [60])
        covered.append(forecast.low[0] <= after <= forecast.high[0])
    assert np.mean(covered) >= 0.8  # 2 standard errors below nominal


def test_chance_of_improvement_is_that_of_exchangeable_draws():
    """m more draws beat the best of n with probability m / (n + m)."""
    found = [
        best_of_further(np.random.default_rng(seed).normal(size=40), [10, 40, 120]).p_improvement
        for seed in range(40)
    ]
    np.testing.assert_allclose(np.mean(found, axis=0), [0.2, 0.5, 0.75], atol=0.06)


def test_exponential_tail_grows_by_the_logarithm():
    """The best of n exponential draws is H(n) on average; doubling n adds log 2.

    Not to know the shape of the tail adds to the mean, by about a half.
    """
    gains = []
    for seed in range(30):
        scores = np.random.default_rng(seed).exponential(size=400)
        gains.append(best_of_further(scores, [400]).expected[0] - scores.max())
    assert 0.9 * np.log(2) < np.mean(gains) < 1.6 * np.log(2)


def test_forecast_grows_with_the_budget():
    forecast = best_of_further(np.random.default_rng(0).normal(size=50), [0, 1, 10, 100, 1000])
    for column in (forecast.expected, forecast.high, forecast.p_improvement):
        assert (np.diff(column) >= 0).all()
    assert forecast.p_improvement[0] == pytest.approx(0)


@pytest.mark.parametrize(("scale", "shift"), [(1e-4, 0.0), (1e5, -3e5)])
def test_forecast_follows_the_units(scale, shift):
    scores = np.random.default_rng(0).normal(size=50)
    plain, moved = (best_of_further(s, [30]) for s in (scores, scale * scores + shift))
    np.testing.assert_allclose(moved.high, scale * plain.high + shift, rtol=1e-8)
    np.testing.assert_allclose(moved.p_improvement, plain.p_improvement, rtol=1e-6)


def test_equal_scores_promise_nothing():
    forecast = best_of_further(np.ones(30), [100])
    assert (forecast.expected[0], forecast.high[0], forecast.p_improvement[0]) == (1, 1, 0)


# -- of a search ---------------------------------------------------------------------------------

X, y = load_diabetes(return_X_y=True)
SPACE = {"alpha": list(np.geomspace(1e-4, 100, 60))}


@pytest.fixture(scope="module")
def search():
    return RandomSearchCV(Ridge(), SPACE, n_iter=40, random_state=0).fit(X, y)


def test_curve_is_the_best_so_far_and_what_follows(search):
    result = convergence(search, n_further=100)
    means = search.cv_results_["mean_test_score"]
    best = result.curve["best"].dropna()
    assert list(best) == list(np.maximum.accumulate(means))
    assert result.since_improvement == 39 - np.argmax(means)
    beyond = result.curve.dropna(subset=["expected"])
    assert beyond.index[0] == 41
    assert beyond.index[-1] == 140
    assert (beyond["low"] >= best.iloc[-1]).all()
    assert (beyond["expected"] <= beyond["high"]).all()


def test_converged_where_the_rest_is_noise(search):
    result = convergence(search)
    scores = [search.cv_results_[f"split{i}_test_score"][search.best_index_] for i in range(5)]
    interval = corrected_t_interval(scores, test_train_ratio=1 / 4, level=0.6826895)
    assert result.noise == pytest.approx(interval.width / 2 / 1.1416, rel=1e-3)  # t of 4 df
    assert result.converged
    assert "converged: best" in str(result)


def test_not_converged_while_scores_rise():
    """A table whose splits agree and whose candidates vary widely."""
    scores = np.random.default_rng(0).exponential(size=30)
    table = {"params": [{}] * 30, "split0_test_score": scores, "split1_test_score": scores + 1e-6}
    result = convergence(table)
    assert not result.converged
    assert result.gain > 0.1
    assert str(result).startswith("not converged")


def test_a_search_of_scikit_learn_will_do():
    grid = list(ParameterGrid(SPACE))
    search = RandomizedSearchCV(Ridge(), SPACE, n_iter=30, random_state=0).fit(X, y)
    assert len(convergence(search).curve["best"].dropna()) == 30 < len(grid)


def test_plot(search):
    pytest.importorskip("matplotlib").use("agg")
    ax = convergence(search).plot()
    assert [line.get_label() for line in ax.lines] == ["best so far", "expected"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: convergence(s, n_further=0), "n_further.*got 0"),
        (lambda s: convergence(s, level=90), "level.*got 90"),
        (
            lambda s: convergence({"params": [{}] * 9, "split0_test_score": np.ones(9)}),
            "at least 10 candidates.*got 9",
        ),
        (lambda s: best_of_further(np.ones(20), [-1]), "n_further"),
    ],
)
def test_bad_input_is_named(search, call, message):
    with pytest.raises(ValueError, match=message):
        call(search)


def test_repr_leaves_the_table_out():
    text = repr(convergence({"params": [{}] * 12, "split0_test_score": [0.5] * 12}))
    assert text.startswith("Convergence(gain=0.0, ")
    assert "\n" not in text
