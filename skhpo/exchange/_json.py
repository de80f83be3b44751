"""Results as JSON."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from skhpo.exchange._columns import from_list, mask_of, to_list
from skhpo.exchange._values import decoded, encoded

# What comes of a file that is cut off, hostile or another's; RecursionError of one nested deeply.
READ_ERRORS = (
    KeyError, TypeError, AttributeError, ValueError, IndexError, OverflowError, RecursionError,
)  # fmt: skip

Content = tuple[Mapping[str, Any], Mapping[str, Any], list[dict[str, Any]]]


def write(
    path: Path,
    head: Mapping[str, Any],
    columns: Mapping[str, Any],
    params: Sequence[Mapping[str, Any]],
) -> None:
    """Write a file.

    Parameters
    ----------
    path : Path
        The file.
    head : mapping of str to object
        What is to be known besides the columns.
    columns : mapping of str to ndarray
        The columns.
    params : sequence of mapping
        The settings.
    """
    content = {
        "skhpo": dict(head),
        "params": [{name: encoded(value) for name, value in p.items()} for p in params],
        "columns": {name: _written(values) for name, values in columns.items()},
    }
    path.write_text(json.dumps(content, allow_nan=False), encoding="utf-8")


def _written(values: Any) -> dict[str, Any]:
    mask = mask_of(values)
    more = {} if mask is None else {"mask": mask.tolist()}
    return {"values": to_list(values), **more}


def read(path: Path) -> Content:
    """Read a file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    head, columns, params
        What was written.

    Raises
    ------
    ValueError
        If it is of another kind, or damaged.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        head = content["skhpo"]
        columns = {
            name: from_list(name, head["columns"][name], part["values"], part.get("mask"))
            for name, part in content["columns"].items()
        }
        params = [{str(k): decoded(v) for k, v in p.items()} for p in content["params"]]
    except READ_ERRORS as error:
        raise ValueError(f"{path} holds no results of a search: {error}") from error
    return head, columns, params
