"""Results as Parquet: a table that other tools read as well."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from skhpo._optional import needed
from skhpo.exchange._columns import as_array, from_list, mask_of, masked, to_list
from skhpo.exchange._json import READ_ERRORS, Content
from skhpo.exchange._values import decoded, encoded, plain_dtype

_KEY = b"skhpo"  # of the metadata of the table
_NUMBERS = "biuf"


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
        What is to be known besides the columns; it goes into the metadata of the table.
    columns : mapping of str to ndarray
        The columns: numbers and texts as such, anything else as JSON.
    params : sequence of mapping
        The settings, as JSON in a column ``params``.

    Raises
    ------
    ImportError
        Without pyarrow.
    """
    arrow = needed("pyarrow", "parquet", "save_results(path='....parquet')")
    parquet = needed("pyarrow.parquet", "parquet", "save_results(path='....parquet')")
    texts = [json.dumps({k: encoded(v) for k, v in p.items()}, allow_nan=False) for p in params]
    as_text = {name for name, values in columns.items() if _is_text(values)}
    table = {"params": arrow.array(texts, type=arrow.string())}
    table |= {name: _array(arrow, v, name in as_text) for name, v in columns.items()}
    kept = json.dumps({**head, "texts": sorted(as_text)}, allow_nan=False)
    parquet.write_table(arrow.table(table).replace_schema_metadata({_KEY: kept.encode()}), path)


def _array(arrow: Any, values: Any, is_text: bool) -> Any:
    data, mask = np.ma.getdata(as_array(values)), mask_of(values)
    if data.dtype.kind in _NUMBERS:
        return arrow.array(data, mask=mask)
    listed = to_list(values)
    if not is_text:
        listed = [json.dumps(value, allow_nan=False) for value in listed]
    hidden = np.zeros(len(listed), dtype=bool) if mask is None else mask
    cells = [None if m else v for v, m in zip(listed, hidden, strict=True)]
    return arrow.array(cells, type=arrow.string())


def _is_text(values: Any) -> bool:
    """Whether a column has strings alone, or is not masked and has strings and None."""
    data, mask = np.ma.getdata(as_array(values)), mask_of(values)
    if data.dtype.kind in _NUMBERS:
        return False
    shown = data.tolist() if mask is None else data[~mask].tolist()
    return all(_is_utf8(value) or (mask is None and value is None) for value in shown)


def _is_utf8(value: Any) -> bool:
    """Whether a value is a string that UTF-8 can write: names of files have others."""
    return type(value) is str and value.encode(errors="replace").decode() == value


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
    ImportError
        Without pyarrow.
    ValueError
        If it is of another kind, or damaged.
    """
    arrow = needed("pyarrow", "parquet", "load_results(path='....parquet')")
    parquet = needed("pyarrow.parquet", "parquet", "load_results(path='....parquet')")
    try:
        table = parquet.read_table(path)
        head = json.loads((table.schema.metadata or {})[_KEY])
        texts = {*head["texts"]}
        columns = {
            name: _column(name, head["columns"][name], table[name], name in texts)
            for name in table.column_names
            if name != "params"
        }
        settings = [json.loads(text) for text in table["params"].to_pylist()]
        params = [{str(k): decoded(v) for k, v in setting.items()} for setting in settings]
    except (*READ_ERRORS, arrow.ArrowException) as error:
        raise ValueError(f"{path} holds no results of a search: {error}") from error
    return head, columns, params


def _column(name: str, known: Mapping[str, Any], cells: Any, is_text: bool) -> Any:
    is_masked = "fill_value" in known
    mask = np.asarray(cells.is_null().to_numpy(), dtype=bool) if is_masked else None
    if plain_dtype(known["dtype"]).kind not in _NUMBERS:
        listed = cells.to_pylist()
        if not is_text:
            listed = [None if text is None else json.loads(text) for text in listed]
        return from_list(name, known, listed, mask)
    filled = cells.fill_null(False if known["dtype"].endswith("b1") else 0) if is_masked else cells
    data = np.array(filled.to_numpy(), dtype=plain_dtype(known["dtype"]))
    return data if mask is None else masked(data, mask, known)
