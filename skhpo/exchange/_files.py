"""``cv_results_`` on disk, as JSON or Parquet."""

import os
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from skhpo.exchange import _json, _parquet
from skhpo.exchange._columns import described
from skhpo.exchange._results import SearchResults
from skhpo.results._complete import overlap, results_of

FORMAT = 1
_KINDS: Mapping[str, Any] = {".json": _json, ".parquet": _parquet}
_PACKAGES = ("skhpo", "scikit-learn", "numpy", "scipy", "pandas")


def save_results(search: Any, path: str | os.PathLike[str], *, metric: str | None = None) -> Path:
    """Write the results of a search to a file that no code has to be trusted to read.

    Parameters
    ----------
    search : search estimator, dict, DataFrame or SearchResults
        A fitted search, also one of scikit-learn, or its ``cv_results_``.
    path : str or path-like
        The file; one that is there is replaced. Its suffix says how: ``.json``, or ``.parquet``,
        which needs pyarrow and which pandas, Polars and DuckDB read as a table.
    metric : str or None, default=None
        The score that decides, where there are several; None for that of ``refit``, or the first.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ImportError
        If pyarrow is missing and needed.
    ValueError
        If the suffix is another, the score was not measured, or a column of ``cv_results_`` is
        none of numbers, bools, strings or objects.
    NotFittedError
        If the search is not fitted.
    TypeError
        If ``search`` is none of these.

    See Also
    --------
    load_results : Reads it.

    Notes
    -----
    Columns keep their types, NaN and infinity, and their masks. Of parameters, strings, numbers
    (also of numpy), bools, None, and tuples, lists and dicts of such are kept as they are; of any
    other object, such as an estimator, the ``repr`` and the name of its class. Nothing is pickled.

    The fitted model, the space and the predictions that were kept are not in the file.

    Examples
    --------
    >>> import os, tempfile
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import RandomSearchCV, Real
    >>> from skhpo.exchange import load_results, save_results
    >>> X, y = load_iris(return_X_y=True)
    >>> search = RandomSearchCV(SVC(), {"C": Real(0.1, 10)}, n_iter=4, random_state=0).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_results(search, os.path.join(folder, "iris.json"))
    ...     results = load_results(path)
    >>> results
    <SearchResults of RandomSearchCV: 4 candidates, best score=0.98667>
    """
    path = Path(path)
    kind = _kind(path)
    results = results_of(search)
    params = [*results["params"]]
    metric = _metric(results, metric, getattr(search, "refit", None))
    columns = {name: values for name, values in results.items() if name != "params"}
    n_splits = sum(f"split{i}_test_{metric}" in results for i in range(len(results)))
    head = {
        "format": FORMAT,
        "search": getattr(search, "search", None) or _class(search),
        "metric": metric,
        "n_splits": n_splits,
        "best_index": _best(search, results, metric),
        "test_train_ratio": _ratio(search, n_splits),
        "meta_features": _plain(getattr(search, "meta_features_", None)),
        "versions": _versions(search),
        "columns": {
            name: described(name, values, len(params)) for name, values in columns.items()
        },
        "order": [*results],
    }
    part = path.with_name(f"{path.name}.part")
    try:
        kind.write(part, head, columns, params)
        os.replace(part, path)  # whoever looks at it meanwhile sees a whole one
    finally:
        part.unlink(missing_ok=True)
    return path


def load_results(path: str | os.PathLike[str]) -> SearchResults:
    """Read the results of a search from a file.

    Parameters
    ----------
    path : str or path-like
        What `save_results` wrote.

    Returns
    -------
    SearchResults
        With a ``cv_results_`` that equals the saved one; objects among the parameters have
        become `Unrestored` texts.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ImportError
        If pyarrow is missing and needed.
    ValueError
        If the suffix is neither ``.json`` nor ``.parquet``, or the file holds no results.

    See Also
    --------
    save_results : Writes it.

    Notes
    -----
    Nothing is unpickled and no code runs, whoever wrote the file.

    Examples
    --------
    >>> import os, tempfile
    >>> from skhpo.exchange import load_results, save_results
    >>> results = {
    ...     "params": [{"C": 1.0}, {"C": 2.0}],
    ...     "split0_test_score": [0.5, 0.75],
    ...     "mean_test_score": [0.5, 0.75],
    ... }
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_results(results, os.path.join(folder, "results.json"))
    ...     load_results(path).best_params_
    {'C': 2.0}
    """
    path = Path(path)
    head, columns, params = _kind(path).read(path)
    try:
        return _assembled(head, columns, params)
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"{path}: the file is damaged ({error!r}).") from error


def _assembled(head: Mapping[str, Any], columns: Mapping[str, Any], params: Any) -> SearchResults:
    if head["format"] != FORMAT:
        raise ValueError(f"the file has format {head['format']!r}; known is {FORMAT}.")
    known = {**columns, "params": params}
    results = {str(name): known[name] for name in head["order"]}
    lengths = {name: len(values) for name, values in results.items()}
    if len({*lengths.values()}) != 1:
        raise ValueError(f"the columns of the file differ in length: {lengths}.")
    metric = _metric(results, head["metric"], None)
    best = head["best_index"]
    if best is not None and not 0 <= int(best) < len(params):
        raise ValueError(f"the file has no row {best!r}, its best_index.")
    meta, ratio = head["meta_features"], head["test_train_ratio"]
    return SearchResults(
        cv_results_=results,
        metric=metric,
        n_splits_=int(head["n_splits"]),
        best_index_=None if best is None else int(best),
        search=str(head["search"]),
        versions={str(k): str(v) for k, v in head["versions"].items()},
        meta_features_=None if meta is None else {str(k): float(v) for k, v in meta.items()},
        test_train_ratio=None if ratio is None else float(ratio),
    )


def _kind(path: Path) -> Any:
    if path.suffix not in _KINDS:
        raise ValueError(f"path should end in one of {[*_KINDS]}, got {str(path)!r}.")
    return _KINDS[path.suffix]


def _metric(results: Mapping[str, Any], metric: Any, refit: Any) -> str:
    known = [k.removeprefix("mean_test_") for k in results if k.startswith("mean_test_")]
    if not known:
        raise ValueError("cv_results_ should have a column mean_test_<score>, it has none.")
    if metric is None:
        metric = refit if isinstance(refit, str) and refit in known else known[0]
    if metric not in known:
        raise ValueError(f"metric={metric!r} was not measured; allowed is one of {known}.")
    return str(metric)


def _best(search: Any, results: Mapping[str, Any], metric: str) -> int | None:
    if hasattr(search, "best_index_"):
        return None if search.best_index_ is None else int(search.best_index_)
    means = np.asarray(results[f"mean_test_{metric}"], dtype=float)
    if "status" in results:
        means = np.where(np.asarray(results["status"]) == "ok", means, np.nan)
    return int(np.nanargmax(means)) if np.isfinite(means).any() else None


def _ratio(search: Any, n_splits: int) -> float | None:
    """Return rows tested over rows trained on, None where the search does not say."""
    has_splits = hasattr(search, "cv") or hasattr(search, "_test_train_ratio")
    if n_splits < 2 or not has_splits:
        return None
    try:
        return overlap(search, n_splits)
    except ValueError:
        return None


def _class(search: Any) -> str:
    return type(search).__name__ if hasattr(search, "cv_results_") else ""


def _plain(meta: Any) -> dict[str, float] | None:
    return None if meta is None else {str(k): float(v) for k, v in meta.items()}


def _versions(search: Any) -> dict[str, str]:
    known = getattr(search, "versions", None)
    if isinstance(known, Mapping):
        return dict(known)
    return {"python": platform.python_version(), **{name: _version(name) for name in _PACKAGES}}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
