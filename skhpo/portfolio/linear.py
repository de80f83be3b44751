"""Linear models that are solved in one go or by a few passes; by gradients of rows: ``sgd``."""

from typing import Any

from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.linear_model import (
    ARDRegression,
    BayesianRidge,
    ElasticNet,
    HuberRegressor,
    Lasso,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    Ridge,
    RidgeClassifier,
    TweedieRegressor,
)

from skhpo.portfolio._versions import PENALTY_IS_L1_RATIO
from skhpo.space import Choice, Real, When


def logistic_regression() -> Any:
    """Return logistic regression.

    C 1e-4 to 1e4, log: within TPOT's 0.01 to 1e5 and rbv2's 1e-4 to 1e3 (for glmnet's lambda,
    which is its inverse). l1_ratio 0 to 1 (with the solver saga, which alone can do it): alpha of
    rbv2. tol 1e-5 to 0.1, log: auto-sklearn for other linear models. class_weight: auto-sklearn's
    balancing. From scikit-learn 1.8 on, l1_ratio says what penalty said before.
    """
    mixed: dict[str, Any] = {} if PENALTY_IS_L1_RATIO else {"penalty": ["elasticnet"]}
    return LogisticRegression(
        C=Real(1e-4, 1e4, log=True),
        solver=Choice("lbfgs", "newton-cholesky", When("saga", l1_ratio=Real(0.0, 1.0), **mixed)),
        tol=Real(1e-5, 1e-1, log=True),
        class_weight=Choice(None, "balanced"),
        max_iter=200,
    )


def ridge_classifier() -> Any:
    """Return ridge regression on class indicators.

    alpha 1e-4 to 1e4, log: our own; hyperopt-sklearn has 1e-3 to 1e3. class_weight: auto-sklearn's
    balancing.
    """
    return RidgeClassifier(alpha=Real(1e-4, 1e4, log=True), class_weight=Choice(None, "balanced"))


def linear_discriminant_analysis() -> Any:
    """Return linear discriminant analysis.

    shrinkage none (solver svd), automatic, or 0 to 1: auto-sklearn.
    """
    shrunk = When("lsqr", shrinkage=Choice("auto", Real(0.0, 1.0)))
    return LinearDiscriminantAnalysis(solver=Choice("svd", shrunk))


def quadratic_discriminant_analysis() -> Any:
    """Return quadratic discriminant analysis.

    reg_param: auto-sklearn's 0 to 1, less the lowest thousandth, where a class that has fewer
    rows than there are features is an error. With it no feature is too collinear, whatever tol
    says.
    """
    return QuadraticDiscriminantAnalysis(reg_param=Real(1e-3, 1.0), tol=0.0)


def linear_regression() -> Any:
    """Return least squares, which have no hyper-parameter: an alternative, but no template."""
    return LinearRegression()


def ridge() -> Any:
    """Return ridge regression.

    alpha 1e-4 to 1e4, log: our own; hyperopt-sklearn has 1e-3 to 1e3.
    """
    return Ridge(alpha=Real(1e-4, 1e4, log=True))


def lasso() -> Any:
    """Return the lasso.

    alpha 1e-4 to 10, log, for a target of about unit spread: FLAML's 1e-4 to 1, widened.
    """
    return Lasso(alpha=Real(1e-4, 10.0, log=True))


def elastic_net() -> Any:
    """Return the elastic net.

    alpha as for :func:`lasso`. l1_ratio: alpha of rbv2, 0 to 1, less the lowest hundredth, for
    which coordinate descent is not made.
    """
    return ElasticNet(alpha=Real(1e-4, 10.0, log=True), l1_ratio=Real(0.01, 1.0))


def bayesian_ridge() -> Any:
    """Return Bayesian ridge regression.

    tol 1e-5 to 0.1, alpha_1, alpha_2, lambda_1 and lambda_2 1e-10 to 1e-3, log: auto-sklearn, for
    automatic relevance determination.
    """
    return BayesianRidge(**_bayesian())


def ard_regression() -> Any:
    """Return automatic relevance determination.

    tol 1e-5 to 0.1, alpha_1, alpha_2, lambda_1 and lambda_2 1e-10 to 1e-3, threshold_lambda 1e3 to
    1e5, all in the logarithm: auto-sklearn.
    """
    return ARDRegression(threshold_lambda=Real(1e3, 1e5, log=True), **_bayesian())


def huber() -> Any:
    """Return Huber's robust regression.

    epsilon 1.01 to 3 and alpha 1e-7 to 10, log: our own.
    """
    return HuberRegressor(epsilon=Real(1.01, 3.0), alpha=Real(1e-7, 10.0, log=True), max_iter=200)


def poisson() -> Any:
    """Return Poisson regression; the target must not be negative.

    alpha 1e-4 to 1e2, log: our own.
    """
    return PoissonRegressor(alpha=Real(1e-4, 1e2, log=True), solver="newton-cholesky")


def tweedie() -> Any:
    """Return Tweedie regression; the target must not be negative.

    alpha 1e-4 to 1e2, log, power 1.05 to 1.95 (between Poisson and gamma): our own.
    """
    return TweedieRegressor(
        alpha=Real(1e-4, 1e2, log=True),
        power=Real(1.05, 1.95),
        link="log",
        solver="newton-cholesky",
    )


def _bayesian() -> dict[str, Any]:
    shapes = ("alpha_1", "alpha_2", "lambda_1", "lambda_2")
    return {
        "tol": Real(1e-5, 1e-1, log=True),
        **{shape: Real(1e-10, 1e-3, log=True) for shape in shapes},
    }
