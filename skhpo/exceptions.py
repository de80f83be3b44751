"""The errors and warnings that skhpo raises of its own accord."""


class SkhpoError(Exception):
    """Base class of the errors that only skhpo raises.

    Bad arguments are plain ``ValueError`` or ``TypeError``, as in scikit-learn.

    Examples
    --------
    >>> from skhpo import ContractError, SkhpoError
    >>> issubclass(ContractError, SkhpoError)
    True
    """


class ContractError(SkhpoError, RuntimeError):
    """A strategy, a space or the engine broke the ask/tell contract.

    It names a mistake in code (a point outside the unit cube, an observation of a candidate
    that was never asked), not in the user's arguments.

    Examples
    --------
    >>> from skhpo import ContractError
    >>> raise ContractError("observation of an unknown candidate")
    Traceback (most recent call last):
    ...
    skhpo.exceptions.ContractError: observation of an unknown candidate
    """
