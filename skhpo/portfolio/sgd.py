"""Linear models by stochastic gradient descent. Features should be of about unit spread."""

from typing import Any

from sklearn import linear_model
from sklearn.linear_model import SGDClassifier, SGDRegressor

from skhpo.portfolio._versions import PASSIVE_AGGRESSIVE_IS_SGD
from skhpo.space import Choice, Real, When


def sgd_classifier() -> Any:
    """Return a linear classifier by stochastic gradient descent.

    loss, penalty, alpha 1e-7 to 0.1, log, l1_ratio 1e-9 to 1, log (elastic net only), tol 1e-5 to
    0.1, log, learning_rate, eta0 1e-7 to 0.1, log (not with the optimal schedule), power_t 1e-5 to
    1 (inverse scaling only), average: auto-sklearn. Its epsilon is left out, since no loss of a
    classifier uses it; the adaptive schedule is added. class_weight:
    auto-sklearn's balancing.
    """
    return SGDClassifier(
        loss=Choice("log_loss", "hinge", "modified_huber", "squared_hinge", "perceptron"),
        learning_rate=_schedules(0.1),
        class_weight=Choice(None, "balanced"),
        **_common(),
    )


def sgd_regressor() -> Any:
    """Return linear regression by stochastic gradient descent.

    As :func:`sgd_classifier`; epsilon 1e-5 to 0.1, log (not with squared errors): auto-sklearn.
    Its eta0 goes up to 0.1, at which squared errors diverge from twenty features on; here up to
    0.01. The target should be of about unit spread.
    """
    within = {"epsilon": Real(1e-5, 1e-1, log=True)}
    losses = ("huber", "epsilon_insensitive", "squared_epsilon_insensitive")
    return SGDRegressor(
        loss=Choice("squared_error", *(When(loss, **within) for loss in losses)),
        learning_rate=_schedules(0.01),
        **_common(),
    )


def passive_aggressive_classifier() -> Any:
    """Return the passive-aggressive classifier.

    C 1e-5 to 10, log, tol 1e-5 to 0.1, log, both losses (PA-I, PA-II), average: auto-sklearn. From
    scikit-learn 1.8 on, it is spelt as stochastic gradient descent: eta0 is C, and learning_rate
    "pa1" or "pa2" the loss.
    """
    return _passive_aggressive("Classifier", "hinge")


def passive_aggressive_regressor() -> Any:
    """Return passive-aggressive regression.

    As :func:`passive_aggressive_classifier`; epsilon 1e-3 to 1, log: auto-sklearn, for support
    vectors.
    """
    return _passive_aggressive("Regressor", "epsilon_insensitive", epsilon=Real(1e-3, 1, log=True))


def _common() -> dict[str, Any]:
    return {
        "penalty": Choice("l2", "l1", When("elasticnet", l1_ratio=Real(1e-9, 1.0, log=True))),
        "alpha": Real(1e-7, 1e-1, log=True),
        "tol": Real(1e-5, 1e-1, log=True),
        "average": Choice(False, True),
    }


def _schedules(highest: float) -> Choice:
    def eta0() -> Real:
        return Real(1e-7, highest, log=True)

    return Choice(
        When("invscaling", eta0=eta0(), power_t=Real(1e-5, 1.0)),
        When("optimal", eta0=[0.01]),  # which it does not use; some versions want it positive
        When("constant", eta0=eta0()),
        When("adaptive", eta0=eta0()),
    )


def _passive_aggressive(task: str, loss: str, **more: Any) -> Any:
    C = Real(1e-5, 10.0, log=True)
    common = {"tol": Real(1e-5, 1e-1, log=True), "average": Choice(False, True), **more}
    if not PASSIVE_AGGRESSIVE_IS_SGD:
        losses = Choice(loss, f"squared_{loss}")
        return getattr(linear_model, f"PassiveAggressive{task}")(C=C, loss=losses, **common)
    by_sgd = getattr(linear_model, f"SGD{task}")
    rates = Choice("pa1", "pa2")
    return by_sgd(loss=loss, penalty=None, learning_rate=rates, eta0=C, **common)
