"""Libraries that are needed for some functions only."""

from importlib import import_module
from typing import Any


def needed(module: str, extra: str, function: str) -> Any:
    """Return a module.

    Parameters
    ----------
    module : str
        Its name.
    extra : str
        The extra of skhpo that installs it.
    function : str
        Who needs it.

    Returns
    -------
    module
        The module.

    Raises
    ------
    ImportError
        If it is not installed; with what to do about it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ImportError(
            f'{function} needs {package}: pip install "skhpo[{extra}]" ({error}).'
        ) from error
