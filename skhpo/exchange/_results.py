"""The results of a search without the search."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from skhpo.space import Space

if TYPE_CHECKING:
    import pandas as pd


MOST_INT = 2**63 - 1  # of a column of whole numbers


@dataclass(frozen=True, eq=False)
class SearchResults:
    """The results of a search, read from a file or taken over from another library.

    It stands for the search wherever its results are read: ``warm_start_from``,
    `parameter_importance` (which needs ``space``, unless ``param_distributions`` is known),
    `compare_candidates`, `convergence`, and displays such as `ConvergenceDisplay.from_search`.
    It has no fitted model.

    Parameters
    ----------
    cv_results_ : dict of str to ndarray
        As a search has it.
    metric : str
        The score that decides.
    n_splits_ : int
        Splits of a candidate.
    best_index_ : int or None
        Row of the best candidate; None where the search has none.
    search : str
        Class of the search, or where else this comes from.
    versions : dict of str to str
        By package, what the results were made or saved with.
    meta_features_ : dict of str to float, or None
        What the data were like; ``warm_start_from`` orders several searches by it.
    test_train_ratio : float or None
        Rows tested over rows trained on, for the corrected t; None where it is not known.
    param_distributions : Space or None
        What was searched, where that is known.

    Examples
    --------
    >>> import os, tempfile
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sklearn.svm import SVC
    >>> from skhpo.exchange import load_results, save_results
    >>> search = GridSearchCV(SVC(), {"C": [0.1, 1.0, 10.0]}).fit(*load_iris(return_X_y=True))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     results = load_results(save_results(search, os.path.join(folder, "iris.json")))
    >>> results.best_params_ == search.best_params_, results.metric, results.n_splits_
    (True, 'score', 5)
    >>> results.frame()[["param_C", "mean_test_score"]].round(3)
       param_C  mean_test_score
    0      0.1            0.920
    1      1.0            0.967
    2     10.0            0.980
    """

    cv_results_: dict[str, Any]
    metric: str
    n_splits_: int
    best_index_: int | None = None
    search: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    meta_features_: Mapping[str, float] | None = None
    test_train_ratio: float | None = None
    param_distributions: Space | None = None

    @property
    def refit(self) -> str:
        """The score that decides, by the name that searches have for it."""
        return self.metric

    @property
    def best_params_(self) -> dict[str, Any] | None:
        """Parameters of the best candidate; None where there is none."""
        if self.best_index_ is None:
            return None
        return dict(self.cv_results_["params"][self.best_index_])

    @property
    def best_score_(self) -> float | None:
        """Mean score of the best candidate; None where there is none."""
        if self.best_index_ is None:
            return None
        return float(self.cv_results_[f"mean_test_{self.metric}"][self.best_index_])

    @property
    def _test_train_ratio(self) -> float | None:
        """What searches of skhpo have under this name."""
        return self.test_train_ratio

    def frame(self) -> "pd.DataFrame":
        """Return the results as a table.

        Returns
        -------
        DataFrame
            A row a candidate; a parameter that does not exist is missing.
        """
        import pandas as pd

        return pd.DataFrame(
            {
                name: values.astype(object).filled(np.nan) if _has_holes(values) else values
                for name, values in self.cv_results_.items()
            }
        ).infer_objects()

    def __repr__(self) -> str:
        n = len(self.cv_results_["params"])
        best = "" if self.best_index_ is None else f", best {self.metric}={self.best_score_:.5g}"
        return f"<SearchResults of {self.search or 'a search'}: {n} candidates{best}>"


def _has_holes(values: Any) -> bool:
    return isinstance(values, np.ma.MaskedArray) and bool(np.ma.getmaskarray(values).any())


def param_columns(params: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the columns ``param_<name>`` of settings, as scikit-learn makes them.

    Parameters
    ----------
    params : list of dict
        The settings.

    Returns
    -------
    dict of str to MaskedArray
        Masked where a parameter does not exist; of numbers of one kind their type, else object.
    """
    columns = {}
    for name in dict.fromkeys(name for setting in params for name in setting):
        mask = np.array([name not in setting for setting in params])
        seen = [setting[name] for setting in params if name in setting]
        kinds = {type(value) for value in seen}
        is_wide = any(type(value) is int and abs(value) > MOST_INT for value in seen)
        is_one = len(kinds) == 1 and kinds <= {int, float, bool} and not is_wide
        [dtype] = kinds if is_one else {object}
        data = np.zeros(len(params), dtype=dtype) if dtype is not object else _blank(len(params))
        for i in np.flatnonzero(~mask).tolist():
            data[i] = params[i][name]
        columns[f"param_{name}"] = np.ma.MaskedArray(data, mask=mask)
    return columns


def _blank(n: int) -> Any:
    return np.full(n, None, dtype=object)
