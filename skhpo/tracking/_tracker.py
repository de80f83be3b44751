"""What the trackers share: plain values, the search and its end in figures."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from skhpo.results.candidate_record import CandidateRecord
from skhpo.search._fingerprint import versions


class Tracker:
    """Base class of the trackers.

    What is live during a search is kept in attributes with a leading underscore: copies and
    pickles of a tracker have its settings alone, so that each search has a run of its own.
    """

    def __getstate__(self) -> dict[str, Any]:
        return self._settings()

    def __repr__(self) -> str:
        settings = ", ".join(f"{k}={v!r}" for k, v in self._settings().items() if v is not None)
        return f"{type(self).__name__}({settings})"

    def _settings(self) -> dict[str, Any]:
        return {k: v for k, v in vars(self).items() if not k.startswith("_")}


class Best:
    """The best candidate of the records so far: what is known when a search ends with an error."""

    def __init__(self) -> None:
        self.score = math.nan
        self.params: Mapping[str, Any] = {}

    def add(self, record: CandidateRecord) -> None:
        """Take a record."""
        if record.is_best:
            self.score, self.params = record.best_score, record.params


def is_interrupt(error: BaseException | None) -> bool:
    """Whether a search was ended by Ctrl-C."""
    return isinstance(error, KeyboardInterrupt)


def arguments_of(search: Any) -> dict[str, Any]:
    """Return the arguments of a search, as a person would like to see them."""
    return {k: v for k, v in search.get_params(deep=False).items() if k != "callbacks"}


def facts_of(search: Any) -> dict[str, Any]:
    """Return on what a search runs: class, data, splits and versions."""
    logarithms = search.meta_features_
    counts = {
        name: round(math.exp(logarithms[name]))
        for name in ("n_rows", "n_columns")
        if name in logarithms
    }
    return {
        "search": type(search).__name__,
        "estimator": type(search.estimator).__name__,
        **counts,
        "n_splits": int(search.n_splits_),
        **{f"version {name}": version for name, version in versions().items()},
    }


def figures_of(record: CandidateRecord) -> dict[str, float]:
    """Return the numbers of a record, those that are not finite left out."""
    figures: dict[str, float] = {}
    for name, mean in record.scores.items():
        figures[name] = mean
        figures[f"std_{name}"] = record.std_scores[name]
        splits = record.split_scores[name]
        figures |= {f"split{i}_{name}": float(score) for i, score in enumerate(splits)}
    figures |= {"fit_time": record.fit_time, "score_time": record.score_time}
    if record.n_resources is not None:
        figures["n_resources"] = float(record.n_resources)
    return {name: value for name, value in figures.items() if math.isfinite(value)}


def figures_of_end(search: Any, best: Best, error: BaseException | None) -> dict[str, float]:
    """Return the numbers that a search has come to; after an error what the records say."""
    found: dict[str, Any] = {"best_score": best.score}
    if error is None:
        names = ("best_score_", "search_time_", "refit_time_", "final_score_")
        found |= {k.rstrip("_"): getattr(search, k) for k in names if hasattr(search, k)}
    final = found.get("final_score")
    if isinstance(final, Mapping):
        del found["final_score"]
        found |= {f"final_{name}": score for name, score in final.items()}
    return {name: float(value) for name, value in found.items() if math.isfinite(value)}


def params_of_end(search: Any, best: Best, error: BaseException | None) -> Mapping[str, Any]:
    """Return the best parameters; after an error those of the best candidate so far."""
    if error is None and hasattr(search, "best_params_"):
        found: Mapping[str, Any] = search.best_params_
        return found
    return best.params


def reason_of_end(search: Any, error: BaseException | None) -> str:
    """Return why a search ended."""
    if error is None:
        return str(search.stop_reason_)
    return "interrupted" if is_interrupt(error) else f"{type(error).__name__}: {error}"


def plain(value: Any) -> Any:
    """Return a number, a truth value, a text or None: what trackers take for a parameter."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, bool | int | float | str | None) else one_line(value)


def one_line(value: Any) -> str:
    """Return a value as a text without line breaks."""
    return " ".join(str(value).split())
