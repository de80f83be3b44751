"""One seed for all parts of an estimator."""

from typing import Any


def seeded(estimator: Any, random_state: Any) -> Any:
    """Return an estimator after its parts have been given a seed.

    Parameters
    ----------
    estimator : estimator
        Changed in place.
    random_state : int or None
        None: nothing is done.

    Returns
    -------
    estimator
        The same.
    """
    if random_state is None:
        return estimator
    names = [
        name
        for name, value in estimator.get_params(deep=True).items()
        if name.rpartition("__")[2] == "random_state" and value is None
    ]
    return estimator.set_params(**dict.fromkeys(names, random_state))
