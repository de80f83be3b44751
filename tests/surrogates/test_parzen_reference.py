"""The Parzen estimator is the multivariate one of Optuna, where that is installed."""

import numpy as np
import pytest

from skhpo import Integer, Real, Space
from skhpo.surrogates.parzen import Parzen, recency_weights

pytest.importorskip("optuna", minversion="5.0")
from optuna import distributions
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights

SPACE = Space(
    {
        "real": Real(-3.0, 7.0),
        "rate": Real(1e-4, 1e2, log=True),
        "whole": Integer(-5, 400),
        "leaves": Integer(1, 3000, log=True),
        "kind": ["a", "b", "c"],
    }
)
THEIRS = {
    "real": distributions.FloatDistribution(-3.0, 7.0),
    "rate": distributions.FloatDistribution(1e-4, 1e2, log=True),
    "whole": distributions.IntDistribution(-5, 400),
    "leaves": distributions.IntDistribution(1, 3000, log=True),
    "kind": distributions.CategoricalDistribution(["a", "b", "c"]),
}
COLUMNS = {column.name: column for column in SPACE.columns}
NUMBERS = ("real", "rate", "whole", "leaves")


def drawn(n, rng):
    """Values in Optuna's own coordinates, no whole number twice."""
    return {
        "real": rng.uniform(-3.0, 7.0, n),
        "rate": np.exp(rng.uniform(np.log(1e-4), np.log(1e2), n)),
        "whole": rng.permutation(np.arange(-5, 401))[:n].astype(float),
        "leaves": rng.permutation(np.arange(1, 3001))[:n].astype(float),
        "kind": rng.integers(0, 3, n).astype(float),
    }


def ends(name):
    """Ends of the range in which the kernels are cut: widened by half a step, in the logarithm."""
    d = THEIRS[name]
    half = 0.5 if d.step else 0.0
    low, high = d.low - half, d.high + half
    return (np.log(low), np.log(high)) if d.log else (low, high)


def to_unit(values):
    """The same points in the unit cube; whole numbers where they stand, not centres of cells."""
    columns = []
    for column in SPACE.columns:
        v = values[column.name]
        if column.kind == "categorical":
            columns.append(column.position(v.astype(int)))
            continue
        low, high = ends(column.name)
        columns.append(((np.log(v) if THEIRS[column.name].log else v) - low) / (high - low))
    return np.array(columns).T.reshape(-1, SPACE.n_dims)


def reference(values, prior_weight=1.0):
    options = _ParzenEstimatorParameters(prior_weight, True, False, default_weights, True)
    return _ParzenEstimator(values, THEIRS, options)


def log_jacobian(X):
    """Logarithm of the measure of the prior in the coordinates of Optuna."""
    total = np.full(len(X), -sum(np.log(np.ptp(ends(name))) for name in ("real", "rate")))
    for j, column in enumerate(SPACE.columns):
        if column.kind != "continuous":
            left, right = column.ends(X[:, j])
            total += np.log(right - left)
    return total


@pytest.mark.parametrize("n", [0, 1, 2, 3, 10, 24, 25, 26, 60, 150])
@pytest.mark.parametrize("prior_weight", [1.0, 0.3])
def test_weights_bandwidths_and_density(n, prior_weight):
    rng = np.random.default_rng(n)
    values, at = drawn(n, rng), drawn(200, rng)
    theirs = reference(values, prior_weight)
    ours = Parzen(to_unit(values), SPACE.columns, prior_weight)
    mixture = theirs._mixture_distribution
    np.testing.assert_allclose(ours.weights, mixture.weights, rtol=1e-12)
    for j, column in enumerate(SPACE.columns):
        if column.kind != "categorical":
            low, high = ends(column.name)
            kernels = mixture.distributions[j]
            scale = high - low
            np.testing.assert_allclose(ours.sigma[:, j] * scale, kernels.sigma, rtol=1e-10)
            np.testing.assert_allclose(
                low + ours.centres[:, j] * scale, kernels.mu, rtol=1e-10, atol=1e-10
            )
    X = to_unit(at)
    found = ours.log_density(X) + log_jacobian(X)
    np.testing.assert_allclose(found, theirs.log_pdf(at), rtol=1e-10, atol=1e-10)


def test_bandwidths_of_equal_values():
    """Which of equal values has which bandwidth is for the sort to say."""
    rng = np.random.default_rng(0)
    values = drawn(80, rng)
    values["whole"] = rng.integers(-5, 20, 80).astype(float)
    theirs = reference(values)._mixture_distribution.distributions[2]
    ours = Parzen(to_unit(values), SPACE.columns).sigma[:, 2] * 406
    for value in np.unique(values["whole"]):
        same = np.flatnonzero(values["whole"] == value)
        np.testing.assert_allclose(np.sort(ours[same]), np.sort(theirs.sigma[same]), rtol=1e-10)


@pytest.mark.parametrize("n", [*range(40), 200])
def test_recency_weights(n):
    np.testing.assert_allclose(recency_weights(n), default_weights(n), rtol=1e-14)
