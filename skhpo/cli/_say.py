"""How the command line speaks to its user: notes, errors, and what is not known by a name."""

import sys
from collections.abc import Iterable
from difflib import get_close_matches


class CommandError(Exception):
    """What is wrong with what the user gave; one line, without a traceback."""


def note(text: str) -> None:
    """Write a line for people to the standard error.

    Parameters
    ----------
    text : str
        What to say.
    """
    print(f"note: {' '.join(text.split())}", file=sys.stderr)


def near(name: str, known: Iterable[str]) -> str:
    """Return the end of a sentence that says which names are like an unknown one.

    Parameters
    ----------
    name : str
        The unknown one.
    known : iterable of str
        The names that there are.

    Returns
    -------
    str
        The nearest of them, or the first if none is near.

    Examples
    --------
    >>> near("chrun", ["state", "churn"])
    "the nearest: 'churn'"
    >>> near("x", ["state", "churn"])
    "there are 'state', 'churn'"
    """
    names = [*known]
    by_lower = {other.lower(): other for other in reversed(names)}
    found = get_close_matches(name.lower(), by_lower, n=3)
    if found:
        return "the nearest: " + ", ".join(repr(by_lower[other]) for other in found)
    listed = ", ".join(map(repr, names[:8]))
    return f"there are {listed}" + (f" and {len(names) - 8} more" if len(names) > 8 else "")
