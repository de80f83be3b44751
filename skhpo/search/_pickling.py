"""Can what a search has to ship be shipped? Said before the first fit, by name."""

from collections.abc import Mapping
from typing import Any

from skhpo._sklearn import cloudpickle


def check_picklable(parts: Mapping[str, Any]) -> None:
    """Raise an error that names the first part that cannot be pickled.

    Parameters
    ----------
    parts : dict of str to object
        What is to be sent to other processes.

    Raises
    ------
    TypeError
        If a part cannot be pickled.
    """
    for name, part in parts.items():
        try:
            cloudpickle.dumps(part)
        except Exception as error:
            raise TypeError(
                f"{name} cannot be pickled, which other processes need: {error}. "
                "Use n_jobs=1 without limits, the threading backend, or an object that can be "
                f"pickled. It is {part!r}."
            ) from error
