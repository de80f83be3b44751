"""Tests of scikit-learn that are not about a search that chooses its own candidates."""

import sklearn
from sklearn.utils.fixes import parse_version

EXCLUDED: dict[str, str] = {
    "test_grid_search_classifier_all_fits_fail": (
        "counts the fits of a value that the grid lists three times; grid arithmetic"
    ),
    "test_callable_multimetric_clf_all_fits_fail": (
        "counts the fits of a value that the grid lists three times; grid arithmetic"
    ),
    "test_grid_search_cv_splits_consistency": (
        "reads the scores of values that the grid lists twice; grid arithmetic (that the folds "
        "are drawn once is tested in tests/search)"
    ),
    "test_search_with_2d_array": (
        "compares with the very candidates that RandomizedSearchCV draws from random_state=0"
    ),
    "test_unsupported_sample_weight_scorer": (
        "goes on to search with a scorer that fails for every fit, so that the best candidate "
        "is arbitrary; a search without a single score is an error here"
    ),
    "test_search_cv_results_none_param": (
        "every score is NaN (R2 of single samples), so that the best candidate is arbitrary; a "
        "search without a single score is an error here"
    ),
}

if parse_version(sklearn.__version__) < parse_version("1.9"):
    EXCLUDED["test_random_search_bad_cv"] = "the wording of one message, which changed in 1.9"
