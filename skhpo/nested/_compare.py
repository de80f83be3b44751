"""Which of two procedures is better, on the same folds."""

import warnings
from typing import Any

import numpy as np
from scipy import stats

from skhpo.nested._interval import size_ratio
from skhpo.nested._study import Study, names_of
from skhpo.statistics import (
    TestResult,
    corrected_t_test,
    correlated_bayesian_t,
    five_by_two_f,
)

METHODS = ("corrected_t", "bayes", "wilcoxon", "5x2")


def check_comparable(ours: Study, theirs: Study) -> None:
    """Refuse results of other data or other folds.

    Parameters
    ----------
    ours, theirs : Study
        What is to be compared.

    Raises
    ------
    ValueError
        If the data or the folds differ, or a fold failed.
    """
    for name, text in ours.identity.items():
        if theirs.identity[name] != text:
            raise ValueError(
                f"other was measured on another {name}: only results of the same rows can be "
                "compared fold by fold."
            )
    same = len(ours.folds) == len(theirs.folds) and all(
        np.array_equal(a.train, b.train) and np.array_equal(a.test, b.test)
        for a, b in zip(ours.folds, theirs.folds, strict=True)
    )
    if not same:
        raise ValueError(
            f"other has other folds ({len(theirs.folds)}, here {len(ours.folds)}; or other rows "
            "in them): give both calls the same outer_cv, with an int as its random_state."
        )
    for name, study in {"this result": ours, "other": theirs}.items():
        if study.failed:
            raise ValueError(f"{names_of(study.failed)} failed in {name}.")


def compare(study: Study, differences: Any, method: str, rope: float | None) -> Any:
    """Test the differences of scores; see ``NestedResult.compare``.

    Parameters
    ----------
    study : Study
        For the sizes of the folds.
    differences : ndarray of shape (n_folds,)
        Fold by fold.
    method : str
        One of ``METHODS``.
    rope : float or None
        For "bayes".

    Returns
    -------
    TestResult or Probabilities
        The latter of "bayes".
    """
    if method not in METHODS:
        raise ValueError(f"method={method!r} is not known; allowed is one of {METHODS}.")
    if rope is not None and method != "bayes":
        raise ValueError(f'rope={rope!r} is for method="bayes" alone, got method={method!r}.')
    if method == "bayes":
        ratio = size_ratio(study)
        share = ratio / (1 + ratio)
        return correlated_bayesian_t(differences, test_share=share, rope=rope or 0.0)
    if method == "wilcoxon":
        return _wilcoxon(differences)
    if method == "5x2":
        return _five_by_two(study, differences)
    return corrected_t_test(differences, test_train_ratio=size_ratio(study))


def _wilcoxon(differences: Any) -> TestResult:
    name, estimate = "Wilcoxon signed-rank", float(np.mean(differences))
    if not np.any(differences):
        return TestResult(0.0, 1.0, None, estimate, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of zeros, before SciPy 1.13
        statistic, p_value = stats.wilcoxon(differences)
    return TestResult(float(statistic), float(p_value), None, estimate, name)


def _five_by_two(study: Study, differences: Any) -> TestResult:
    if (study.n_repeats, study.n_folds) != (5, 2):
        raise ValueError(
            'method="5x2" needs five repeats of two folds, such as outer_cv=RepeatedKFold('
            f"n_splits=2, n_repeats=5); got {study.n_repeats} of {study.n_folds}."
        )
    return five_by_two_f(np.reshape(differences, (5, 2)))
