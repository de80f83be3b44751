"""The results of outer folds as tables."""

from typing import Any

import numpy as np
import pandas as pd

from skhpo import _sklearn
from skhpo.nested._fold import Record
from skhpo.nested._study import Study


def scores_frame(study: Study) -> pd.DataFrame:
    """Return a row a fold: sizes, inner best, outer scores, optimism, numbers and seconds."""
    rows = []
    for fold in study.folds:
        record = study.records[fold.number]
        outer = {m: record.scores.get(m, study.error_score) for m in study.metrics}
        own = record.scores.get(study.own or "", np.nan)
        rows.append(
            {
                "repeat": fold.repeat,
                "fold": fold.fold,
                "n_train": len(fold.train),
                "n_test": len(fold.test),
                "inner_best": record.inner_best,
                **{f"outer_{name}": score for name, score in outer.items()},
                "optimism": record.inner_best - own,
                "n_candidates": record.n_candidates,
                "n_fits": record.n_fits,
                "fit_time": record.fit_time,
                "score_time": record.score_time,
            }
        )
    return pd.DataFrame(rows).astype({"n_candidates": "Int64"})


def params_frame(study: Study) -> pd.DataFrame:
    """Return the parameters that each fold chose; ``<NA>`` where one does not exist."""
    chosen = [study.records[fold.number].params for fold in study.folds]
    names = list(dict.fromkeys(name for params in chosen for name in params))
    columns = {name: [_cell(params, name) for params in chosen] for name in names}
    index = pd.MultiIndex.from_tuples(
        [(fold.repeat, fold.fold) for fold in study.folds], names=["repeat", "fold"]
    )
    return pd.DataFrame(columns, index=index, dtype=object).convert_dtypes()


def models_series(study: Study) -> pd.Series:
    """Return how many folds chose each kind of model, the most frequent first."""
    models = [study.records[fold.number].model for fold in study.folds]
    counts = pd.Series([m for m in models if m is not None], dtype=object).value_counts()
    return counts.rename("n_folds").rename_axis("model")


def predictions_frame(study: Study) -> pd.DataFrame | None:
    """Return a row for each test row of each fold; None if no predictions were kept."""
    parts = [
        _of_fold(study, fold.number) for fold in study.folds if _kept(study.records[fold.number])
    ]
    return pd.concat(parts, ignore_index=True) if parts else None


def _cell(params: dict[str, Any], name: str) -> Any:
    """Return a value; None and NaN as text, because missing means "does not exist" here."""
    if name not in params:
        return pd.NA
    value = params[name]
    return str(value) if value is None or value != value else value


def _kept(record: Record) -> bool:
    return bool(record.predictions)


def _of_fold(study: Study, number: int) -> pd.DataFrame:
    [fold] = [fold for fold in study.folds if fold.number == number]
    found = study.records[number].predictions
    columns: dict[str, Any] = {"row": fold.test, "repeat": fold.repeat, "fold": fold.fold}
    truth = np.asarray(_sklearn.take_rows(study.y, fold.test))
    columns |= _split("y_true", truth)
    columns |= _split("y_pred", np.asarray(found["y_pred"], dtype=_dtype_of(truth)))
    if "predict_proba" in found:
        columns |= _split("proba", np.asarray(found["predict_proba"]), found["classes"])
    if "decision_function" in found:
        columns |= _split("decision", np.asarray(found["decision_function"]), found["classes"])
    return pd.DataFrame(columns)


def _dtype_of(truth: Any) -> Any:
    """Return the type of labels that are no numbers; of numbers, the predictions' own."""
    return object if truth.dtype.kind in "OUS" else None


def _split(name: str, values: Any, labels: Any = None) -> dict[str, Any]:
    """Return a column, or one for each label or output."""
    if values.ndim == 1:
        return {name: values}
    labels = labels if labels and len(labels) == values.shape[1] else range(values.shape[1])
    return {f"{name}_{label}": values[:, j] for j, label in enumerate(labels)}
