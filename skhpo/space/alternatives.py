"""Which choice of a space its search may be divided by."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skhpo.space.space import Space


def column_of_arms(space: "Space", parameter: str | None = None) -> int | None:
    """Return the column whose alternatives are the arms.

    Parameters
    ----------
    space : Space
        What may be tried.
    parameter : str or None, default=None
        Its name; None: the one that most other columns depend on, the first of equals.

    Returns
    -------
    int or None
        Number of the column; None where no parameter is named and none would do.

    Raises
    ------
    ValueError
        If the parameter is unknown, has no alternatives, or is not always active.

    Examples
    --------
    >>> from skhpo.space import Choice, Integer, Space, When
    >>> space = Space({"k": ["a", "b"], "m": Choice("x", When("y", n=Integer(1, 9)))})
    >>> space.columns[column_of_arms(space)].name, space.columns[column_of_arms(space, "k")].name
    ('m', 'k')
    """
    columns = space.columns
    fit = [j for j, column in enumerate(columns) if column.alternatives and not column.parents]
    if parameter is None:
        counts = _dependents(space)
        return max(fit, key=lambda j: counts[j], default=None)
    named = [j for j, c in enumerate(columns) if parameter == c.name or parameter in c.paths]
    found = next((j for j in named if j in fit), None)
    if found is not None:
        return found
    if not named:
        wrong = "is no parameter that varies"
    elif any(columns[j].alternatives for j in named):
        wrong = "is not always active"
    else:
        wrong = "has no alternatives"
    allowed = ", ".join(repr(columns[j].name) for j in fit) or "none in this space"
    raise ValueError(
        f"bandit: {parameter!r} {wrong}; it should be a choice that is always there: {allowed}."
    )


def _dependents(space: "Space") -> list[int]:
    """Return how many columns exist only with some alternatives of each column."""
    above: list[set[int]] = []  # parents stand before their children
    for column in space.columns:
        parents = {j for j, _ in column.parents}
        above.append(parents.union(*(above[j] for j in parents)))
    return [sum(j in ancestors for ancestors in above) for j in range(space.n_dims)]
