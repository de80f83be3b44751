from types import SimpleNamespace as Column

import numpy as np
import pytest
from scipy import stats

from skhpo.surrogates.cost import Cost, CostModel
from skhpo.surrogates.encoding import Encoding
from skhpo.surrogates.gp import condition
from skhpo.surrogates.kernels import Points
from tests.surrogates.test_gp import THETA
from tests.surrogates.test_kernels import tree_kernel, tree_points


@pytest.fixture
def logs():
    rng = np.random.default_rng(0)
    points = tree_points(rng, 25)
    return condition(tree_kernel(), points, rng.standard_normal(25), THETA)


@pytest.mark.parametrize("limit", [np.inf, 3.0, 0.01])
def test_gradient_equals_central_differences(logs, limit):
    cost = Cost(logs, centre=0.4, spread=1.7, cooling=0.6, limit=limit)
    at, h = tree_points(np.random.default_rng(1), 6), 1e-6
    value, gradient = cost.value_and_gradient(at)
    np.testing.assert_array_equal(value, cost.value(at))
    for c in range(at.Z.shape[1]):
        shift = np.zeros_like(at.Z)
        shift[:, c] = h
        up = cost.value(Points(at.Z + shift, at.active))
        down = cost.value(Points(at.Z - shift, at.active))
        np.testing.assert_allclose(gradient[:, c], (up - down) / (2 * h), rtol=1e-5, atol=1e-6)


def test_the_chance_to_end_in_time_is_that_of_the_lognormal_distribution(logs):
    at = tree_points(np.random.default_rng(1), 6)
    p = logs.predict(at)
    sd = 1.7 * np.sqrt(p.var + np.exp(THETA[-1]))
    seconds = stats.lognorm(s=sd, scale=np.exp(0.4 + 1.7 * p.mean))
    in_time = Cost(logs, centre=0.4, spread=1.7, cooling=0.0, limit=3.0).value(at)
    np.testing.assert_allclose(np.exp(in_time), seconds.cdf(3.0), rtol=1e-10)


def test_without_cooling_the_price_is_the_median_of_the_seconds(logs):
    at = tree_points(np.random.default_rng(1), 6)
    price = Cost(logs, centre=0.4, spread=1.7, cooling=1.0).value(at)
    np.testing.assert_allclose(np.exp(-price), np.exp(0.4 + 1.7 * logs.predict(at).mean))


def test_what_was_spent_on_more_of_a_resource_counts():
    encoding = Encoding.of([Column(kind="continuous", n_values=None, parents=())])
    X = np.linspace(0, 1, 9)[:, None]
    seconds = 1.0 + X[:, 0]
    costs = [CostModel(encoding, 1.0, budget=100.0).update(X, seconds, s) for s in (None, 50.0)]
    assert costs[0].cooling == pytest.approx(1 - seconds.sum() / 100)
    assert costs[1].cooling == pytest.approx(0.5)
