"""Multi-layer perceptrons. Features should be of about unit spread."""

from typing import Any

from sklearn.neural_network import MLPClassifier, MLPRegressor

from skhpo.portfolio._versions import STRINGS_STOP_EARLY
from skhpo.space import Choice, Layers, Real, When

NARROWEST, WIDEST = 16, 264


def mlp_classifier() -> Any:
    """Return a multi-layer perceptron for classification.

    hidden_layer_sizes (1 to 3 layers of 16 to 264, log), activation, alpha 1e-7 to 0.1, log,
    early_stopping: auto-sklearn, whose layers are of one width; layers that halve are added.
    learning_rate_init 1e-4 to 0.1, log: auto-sklearn's 1e-4 to 0.5, less what hardly ever learns.
    The solver, and what exists with each: our own, around scikit-learn's defaults, since
    auto-sklearn has Adam only. With Adam beta_1 0.8 to 0.99 and beta_2 0.9 to 0.9999; with
    gradient descent momentum 0.5 to 0.99, nesterovs_momentum and the schedule (power_t 0.1 to
    0.9); with L-BFGS nothing. Before
    scikit-learn 1.9 no early_stopping, which fails for named classes.
    """
    return MLPClassifier(solver=_solvers(0.1, 0.99, STRINGS_STOP_EARLY), **_network())


def mlp_regressor() -> Any:
    """Return a multi-layer perceptron for regression.

    As :func:`mlp_classifier`; for gradient descent learning_rate_init up to 0.01 and momentum up
    to 0.9, beyond which it diverges. The target should be of about unit spread.
    """
    return MLPRegressor(solver=_solvers(0.01, 0.9, True), **_network())


def architectures() -> Choice:
    """Return the numbers of layers, each with a range of widths; equal or halving layers.

    Returns
    -------
    Choice
        For ``hidden_layer_sizes``.
    """
    return Choice(
        Layers(1, NARROWEST, WIDEST),
        Layers(2, NARROWEST, WIDEST),
        Layers(2, NARROWEST, WIDEST, taper=0.5),
        Layers(3, NARROWEST, WIDEST),
        Layers(3, NARROWEST, WIDEST, taper=0.5),
        names=["1 layer", "2 layers", "2 halving", "3 layers", "3 halving"],
    )


def _network() -> dict[str, Any]:
    return {
        "hidden_layer_sizes": architectures(),
        "activation": Choice("relu", "tanh"),
        "alpha": Real(1e-7, 1e-1, log=True),
    }


def _solvers(highest_rate: float, most_momentum: float, may_stop: bool) -> Choice:
    ends = [{"early_stopping": Choice(False, True)} if may_stop else {} for _ in range(2)]
    adam = When(
        "adam",
        learning_rate_init=Real(1e-4, 0.1, log=True),
        beta_1=Real(0.8, 0.99),
        beta_2=Real(0.9, 0.9999),
        **ends[0],
    )
    sgd = When(
        "sgd",
        learning_rate_init=Real(1e-4, highest_rate, log=True),
        learning_rate=Choice("constant", "adaptive", When("invscaling", power_t=Real(0.1, 0.9))),
        momentum=Real(0.5, most_momentum),
        nesterovs_momentum=Choice(True, False),
        **ends[1],
    )
    return Choice(adam, sgd, "lbfgs")
