"""Support vectors. Features should be of about unit spread."""

from typing import Any

from sklearn.svm import SVC, SVR, LinearSVC, LinearSVR

from skhpo.space import Choice, Integer, Real, When

MOST_STEPS = 100_000  # of a fit that would not end; our own


def svc() -> Any:
    """Return support vector classification with a kernel.

    C 2^-5 to 2^15, log, kernel, gamma 2^-15 to 8, log, degree 2 to 5 (poly only), coef0 -1 to 1
    (poly and sigmoid only), shrinking, tol 1e-5 to 0.1, log: auto-sklearn. class_weight:
    auto-sklearn's balancing.
    """
    return SVC(class_weight=Choice(None, "balanced"), **_kernel_machine())


def svr() -> Any:
    """Return support vector regression with a kernel.

    As :func:`svc`; epsilon 1e-3 to 1, log: auto-sklearn. The linear kernel is that of
    :func:`linear_svr`. The target should be of about unit spread.
    """
    return SVR(epsilon=Real(1e-3, 1.0, log=True), **_kernel_machine())


def linear_svc() -> Any:
    """Return linear support vector classification.

    C 2^-5 to 2^15, log, tol 1e-5 to 0.1, log, loss, penalty (l1 with the squared hinge only):
    auto-sklearn. class_weight: auto-sklearn's balancing.
    """
    return LinearSVC(
        loss=Choice(When("squared_hinge", penalty=Choice("l2", "l1")), "hinge"),
        class_weight=Choice(None, "balanced"),
        **_linear(),
    )


def linear_svr() -> Any:
    """Return linear support vector regression.

    C 2^-5 to 2^15, log, tol 1e-5 to 0.1, log, loss, epsilon 1e-3 to 1, log: auto-sklearn. The
    target should be of about unit spread.
    """
    return LinearSVR(
        loss=Choice("squared_epsilon_insensitive", "epsilon_insensitive"),
        epsilon=Real(1e-3, 1.0, log=True),
        **_linear(),
    )


def _linear() -> dict[str, Any]:
    return {
        "C": Real(2**-5, 2**15, log=True),
        "tol": Real(1e-5, 1e-1, log=True),
        "dual": "auto",
    }


def _kernel_machine() -> dict[str, Any]:
    return {
        "C": Real(2**-5, 2**15, log=True),
        "kernel": Choice(
            "rbf",
            When("poly", degree=Integer(2, 5), coef0=Real(-1.0, 1.0)),
            When("sigmoid", coef0=Real(-1.0, 1.0)),
        ),
        "gamma": Real(2**-15, 8.0, log=True),
        "shrinking": Choice(True, False),
        "tol": Real(1e-5, 1e-1, log=True),
        "max_iter": MOST_STEPS,
    }
