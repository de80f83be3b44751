"""Models of neighbours and kernels. Features should be of about unit spread."""

from typing import Any

from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, Matern
from sklearn.kernel_ridge import KernelRidge
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor, NearestCentroid

from skhpo.portfolio._versions import STRINGS_HAVE_NEIGHBORS
from skhpo.space import Choice, Integer, Real, When


def k_neighbors_classifier() -> Any:
    """Return nearest neighbours for classification.

    n_neighbors 1 to 30: Probst et al. (2019); there have to be as many rows to fit. weights, p:
    auto-sklearn.
    """
    manhattan = 1 if STRINGS_HAVE_NEIGHBORS else When(1, algorithm=["ball_tree"])
    return KNeighborsClassifier(p=Choice(2, manhattan), **_neighbors())


def k_neighbors_regressor() -> Any:
    """Return nearest neighbours for regression.

    As :func:`k_neighbors_classifier`.
    """
    return KNeighborsRegressor(p=Choice(2, 1), **_neighbors())


def nearest_centroid() -> Any:
    """Return the nearest (shrunken) class centre.

    shrink_threshold none or 0.01 to 10, log: our own.
    """
    return NearestCentroid(shrink_threshold=Choice(None, Real(0.01, 10.0, log=True)))


def kernel_ridge() -> Any:
    """Return kernel ridge regression; memory in the square of the rows, so some thousand.

    gamma 2^-15 to 8, log, and degree 2 to 5: auto-sklearn, for support vectors. alpha 1e-3 to 10,
    log, and coef0 0 to 1 (below, the kernel is not positive): our own.
    """
    rbf, laplacian, poly = ({"gamma": Real(2**-15, 8.0, log=True)} for _ in range(3))
    return KernelRidge(
        alpha=Real(1e-3, 10.0, log=True),
        kernel=Choice(
            When("rbf", **rbf),
            When("laplacian", **laplacian),
            When("poly", degree=Integer(2, 5), coef0=Real(0.0, 1.0), **poly),
        ),
    )


def gaussian_process_classifier() -> Any:
    """Return Gaussian process classification; memory in the square of the rows, so some thousand.

    The kernels are our own; their length scale is fitted.
    """
    return GaussianProcessClassifier(kernel=_kernels())


def gaussian_process_regressor() -> Any:
    """Return Gaussian process regression; memory in the square of the rows, so some thousand.

    alpha: auto-sklearn's and TPOT's upper end of 1, log; from 1e-6, below which repeated rows are
    an error. kernel: our own.
    """
    return GaussianProcessRegressor(
        kernel=_kernels(), alpha=Real(1e-6, 1.0, log=True), normalize_y=True
    )


def _neighbors() -> dict[str, Any]:
    return {
        "n_neighbors": Integer(1, 30, log=True),
        "weights": Choice("uniform", "distance"),
    }


def _kernels() -> Choice:
    return Choice(Matern(nu=2.5), Matern(nu=1.5), RBF(), names=["matern52", "matern32", "rbf"])
