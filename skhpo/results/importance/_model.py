"""The Gaussian process of the scores, as a function of the whole cube."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from skhpo.results.importance._study import Study
from skhpo.space import Space
from skhpo.surrogates.encoding import Encoding
from skhpo.surrogates.gp import Posterior, fit
from skhpo.surrogates.likelihood import unpack
from skhpo.surrogates.transform import normalise

Array = NDArray[np.float64]

MAX_FITTED = 500  # candidates; a fit takes seconds beyond
N_DRAWS = 256  # configurations whose mean number of active parameters is the dimension
BATCH = 4096  # points predicted at once


def posterior_mean(study: Study, rng: np.random.Generator) -> Callable[[Array], Array]:
    """Fit the model that `BayesSearchCV` has, and return its mean.

    Parameters
    ----------
    study : Study
        Candidates, the scores not constant.
    rng : numpy.random.Generator
        Chooses candidates where there are more than 500; the best one is always among them.

    Returns
    -------
    callable
        From points of the cube, snapped or not, shape (m, d), to scores made normal, shape (m,).
    """
    encoding, model = fitted_model(study, rng)
    scales, s2, _ = unpack(model.theta, model.kernel.n_scales)

    def mean(U: Array) -> Array:
        found = np.empty(len(U))
        for i in range(0, len(U), BATCH):  # a matrix of all would not fit into the cache
            at = encoding.points(study.space.snap(U[i : i + BATCH]))
            found[i : i + BATCH] = model.kernel.matrix(at, model.points, scales, s2) @ model.alpha
        return found

    return mean


def fitted_model(
    study: Study, rng: np.random.Generator, max_fitted: int = MAX_FITTED
) -> tuple[Encoding, Posterior]:
    """Fit the Gaussian process of `BayesSearchCV` to scores made normal.

    Parameters
    ----------
    study : Study
        Candidates, the scores not constant.
    rng : numpy.random.Generator
        Chooses candidates where there are more than can be fitted.
    max_fitted : int, default=500
        So many at the most; the best one is always among them.

    Returns
    -------
    encoding : Encoding
        From points of the cube to those of the model.
    model : Posterior
        Of the scores made normal, greater is better.

    Raises
    ------
    ValueError
        If all scores are equal.
    """
    encoding = Encoding.of(study.space.columns)
    rows = np.arange(len(study.scores))
    if len(rows) > max_fitted:
        rows = rng.choice(rows, max_fitted, replace=False)
        rows[0] = rows[0] if np.argmax(study.scores) in rows else np.argmax(study.scores)
    target = normalise(study.scores)
    if target is None:
        raise ValueError("all scores are equal: there is nothing to model.")
    draws = study.space.draw(N_DRAWS, np.random.default_rng(0))
    varying = np.array([column.n_values != 1 for column in study.space.columns])
    dimension = float((~np.isnan(draws[:, varying])).sum(axis=1).mean())
    points = encoding.points(study.X[rows])
    return encoding, fit(encoding.kernel, points, target[rows], dimension=dimension)


def halves(n: int, space: Space, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return two samples of the cube: the halves of scrambled Sobol' points."""
    points = qmc.Sobol(2 * space.n_dims, scramble=True, seed=rng).random_base2(int(np.log2(n)))
    return points[:, : space.n_dims], points[:, space.n_dims :]


def uniform(n: int, space: Space, rng: np.random.Generator) -> Array:
    """Draw points of the cube, coordinates of what does not exist included, none forbidden."""
    kept = np.empty((0, space.n_dims))
    space.draw(1, rng)  # refuses what forbidden leaves (almost) nothing of
    while len(kept) < n:
        U = rng.random((2 * n, space.n_dims))
        kept = np.concatenate([kept, U[space.allowed(space.snap(U))]])
    return kept[:n]
