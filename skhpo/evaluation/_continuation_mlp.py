"""Going on with the epochs of a multi-layer perceptron as one ``fit`` would.

A second ``fit`` with ``warm_start`` keeps the weights, but forgets the optimiser's moments, and
starts to shuffle the rows from their original order, where one fit shuffles what it has shuffled
before. Both are put right in its first shuffle: the random state is one that knows the last order
and goes on from there, and that calls back, when the new optimiser is there to be replaced.

The optimiser of a fitted perceptron, and whether its training has come to an end, have no public
names; ``skhpo._sklearn`` knows the private ones.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from skhpo._sklearn import has_stopped, optimizer_of, set_optimizer
from skhpo.evaluation._last_step import adopt

_Snapshot = tuple[dict[str, Any], NDArray[np.intp] | None]


class EpochOrder(np.random.RandomState):  # noqa: TID251 (what scikit-learn's estimators take)
    """A random state that shuffles on from the order that an earlier one made.

    Parameters
    ----------
    snapshot : tuple
        The state of the generator, and the order of the rows in the last epoch or None.
    begin : callable or None, default=None
        Called at the first shuffle, which then goes on from the last order; None to shuffle as
        usual.

    Attributes
    ----------
    order : ndarray of int or None
        The order of the rows in the last epoch.

    Examples
    --------
    >>> legacy = check_random_state(0)
    >>> legacy.shuffle(first := np.arange(5))
    >>> epochs = EpochOrder((legacy.get_state(legacy=False), first), begin=lambda: None)
    >>> legacy.shuffle(second := np.arange(5))
    >>> epochs.shuffle(rows := np.arange(5))
    >>> np.array_equal(rows, first[second])
    True
    """

    def __init__(self, snapshot: _Snapshot, begin: Callable[[], None] | None = None) -> None:
        super().__init__(0)
        state, self.order = snapshot
        self.set_state(state)
        self._begin = begin

    def shuffle(self, x: Any) -> None:
        """Shuffle the numbers from 0 in place."""
        super().shuffle(x)
        self.order = x.copy() if self.order is None else self.order[x]
        if self._begin is not None:
            self._begin()
            self._begin = None
            x[:] = self.order

    def snapshot(self) -> _Snapshot:
        """Return what another one goes on from."""
        state: Any = self.get_state(legacy=False)
        return state, self.order


def has_plain_epochs(perceptron: Any) -> bool:
    """Whether training is epoch after epoch on all rows, up to a number of epochs.

    Parameters
    ----------
    perceptron : MLPClassifier or MLPRegressor
        With all its parameters.

    Returns
    -------
    bool
        False for a solver without epochs, where a part of the rows is set aside, and without
        shuffling.

    Examples
    --------
    >>> from sklearn.neural_network import MLPClassifier
    >>> has_plain_epochs(MLPClassifier()), has_plain_epochs(MLPClassifier(solver="lbfgs"))
    (True, False)
    """
    has_epochs = perceptron.solver in ("adam", "sgd") and perceptron.shuffle
    return bool(has_epochs and not perceptron.early_stopping)


class ContinuedEpochs:
    """The rule for ``MLPClassifier`` and ``MLPRegressor``.

    Examples
    --------
    >>> import warnings
    >>> from sklearn.neural_network import MLPRegressor
    >>> X, y = np.arange(12.0).reshape(6, 2) / 12, np.arange(6.0)
    >>> rule, small = (
    ...     ContinuedEpochs(),
    ...     MLPRegressor(hidden_layer_sizes=[4], max_iter=2, random_state=0),
    ... )
    >>> large = MLPRegressor(hidden_layer_sizes=[4], max_iter=5, random_state=0)
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     extra = rule.start(small, X, y)
    ...     _ = rule.go_on(large, small, extra, X, y)
    ...     once = MLPRegressor(hidden_layer_sizes=[4], max_iter=5, random_state=0).fit(X, y)
    >>> large.n_iter_, large.loss_curve_ == once.loss_curve_
    (5, True)
    """

    def start(self, estimator: Any, X: Any, y: Any) -> _Snapshot:
        """Fit anew and note where the shuffles have come to."""
        state = check_random_state(estimator.random_state).get_state(legacy=False)
        rows = EpochOrder((state, None))
        with _set(estimator, random_state=rows):
            estimator.fit(X, y)
        return rows.snapshot()

    def go_on(self, estimator: Any, before: Any, extra: _Snapshot, X: Any, y: Any) -> _Snapshot:
        """Run the epochs that are missing."""
        adopt(estimator, before)
        n_epochs, optimizer = before.n_iter_, optimizer_of(before)

        def begin() -> None:
            set_optimizer(estimator, optimizer)

        rows = EpochOrder(extra, begin)
        more = estimator.max_iter - n_epochs
        if more > 0 and not has_stopped(estimator):
            with _set(estimator, random_state=rows, max_iter=more, warm_start=True):
                estimator.fit(X, y)
            estimator.n_iter_ += n_epochs
        return rows.snapshot()


@contextmanager
def _set(estimator: Any, **params: Any) -> Iterator[None]:
    """Set parameters for the time of a fit."""
    own = {name: getattr(estimator, name) for name in params}
    estimator.set_params(**params)
    try:
        yield
    finally:
        estimator.set_params(**own)
