"""Where the values of a parameter stand on an axis."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.space import Space
from skhpo.space._values import show

Array = NDArray[np.float64]

WIDE = 100.0  # ratio of positive numbers from which a logarithmic axis shows more
MOST_TEXTS = 12  # categories; the rarest of more are put together
OTHER = "other values"
_WIDTH = 60  # characters by which values are told apart


@dataclass(frozen=True, eq=False)
class Scale:
    """The values of a parameter.

    Parameters
    ----------
    name : str
        The parameter.
    positions : ndarray of shape (n,)
        Its values in n candidates: numbers, or numbers of categories; NaN where it is absent.
    texts : tuple of str
        The categories; empty where values are numbers.
    is_log : bool
        Whether a logarithmic axis fits.
    """

    name: str
    positions: Array
    texts: tuple[str, ...] = ()
    is_log: bool = False

    @property
    def units(self) -> Array:
        """Positions from 0 to 1, logarithmic where that fits; NaN where it is absent."""
        values = np.log(self.positions) if self.is_log else self.positions
        seen = values[np.isfinite(values)]
        low, width = (seen.min(), np.ptp(seen)) if len(seen) else (0.0, 0.0)
        return np.asarray(
            (values - low) / width if width else np.where(values == low, 0.5, values)
        )


def read_scale(params: Sequence[Mapping[str, Any]], name: str, space: Any = None) -> Scale:
    """Place the values of a parameter.

    Parameters
    ----------
    params : sequence of dict
        The parameters of candidates.
    name : str
        Which one.
    space : Space, dict, list of dict or None, default=None
        What was searched, which knows whether it was searched in the logarithm.

    Returns
    -------
    Scale
        Numbers where all values are (or most, of many), else categories.

    Raises
    ------
    ValueError
        If no candidate has it.
    """
    values = [p.get(name, _ABSENT) for p in params]
    present = [v for v in values if v is not _ABSENT]
    if not present:
        known = list(dict.fromkeys(key for p in params for key in p))
        raise ValueError(f"parameter={name!r} was not searched; allowed is one of {known}.")
    numbers = np.array([_number(v) for v in values])
    n_numbers = np.isfinite(numbers).sum()
    if n_numbers == len(present) or (
        2 * n_numbers >= len(present) and len(np.unique(numbers)) > MOST_TEXTS
    ):
        return Scale(name, numbers, is_log=_is_log(numbers, name, space))
    shown = iter(_short(present, texts_of(present)))
    texts = [None if v is _ABSENT else next(shown) for v in values]
    order = _order(texts)
    places = {text: i for i, text in enumerate(order)}
    places |= dict.fromkeys({t for t in texts if t is not None} - {*order}, len(order) - 1)
    found = [np.nan if text is None else places[text] for text in texts]
    return Scale(name, np.array(found, dtype=np.float64), tuple(order))


_ABSENT = object()


def text_of(value: Any) -> str:
    """Return what to call a value in a plot or a table."""
    text = value if isinstance(value, str) else show(value, _WIDTH)
    return text if text.strip() else repr(text)


def texts_of(values: Sequence[Any]) -> list[str]:
    """Return what to call values, of which many are the same object."""
    unique = {id(value): value for value in values}
    known = {key: text_of(value) for key, value in unique.items()}
    return [known[id(value)] for value in values]


def _short(values: Sequence[Any], texts: Sequence[str]) -> list[str]:
    """Return the classes of estimators where these tell them apart, else the texts."""
    pairs = zip(values, texts, strict=True)
    names = [type(v).__name__ if hasattr(v, "get_params") else t for v, t in pairs]
    return names if len({*names}) == len({*texts}) else [*texts]


def _number(value: Any) -> float:
    is_number = isinstance(value, Real | np.number) and not isinstance(value, bool | np.bool_)
    return float(value) if is_number and np.isfinite(value) else np.nan


def _is_log(numbers: Array, name: str, space: Any) -> bool:
    seen = numbers[np.isfinite(numbers)]
    if seen.min() <= 0.0 or seen.min() == seen.max():
        return False
    if space is not None:
        columns = (space if isinstance(space, Space) else Space(space)).columns
        known = [
            column.log for column in columns if name in column.paths and not column.alternatives
        ]
        if known:
            return any(known)
    return bool(seen.max() / seen.min() >= WIDE)


def _order(texts: Sequence[str | None]) -> list[str]:
    """Return the categories in alphabetical order, the rarest of too many as one."""
    counts = Counter(text for text in texts if text is not None)
    if len(counts) <= MOST_TEXTS:
        return sorted(counts)
    return [*sorted(text for text, _ in counts.most_common(MOST_TEXTS - 1)), OTHER]
