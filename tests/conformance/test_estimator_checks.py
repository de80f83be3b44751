"""scikit-learn's common estimator checks: none may fail."""

import pytest
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from skhpo import (
    AnnealingSearchCV,
    BayesSearchCV,
    DirectSearchCV,
    EvolutionSearchCV,
    HyperbandSearchCV,
    PipelineSearchCV,
    RandomSearchCV,
    Real,
    RefineGridSearchCV,
)

pytestmark = pytest.mark.filterwarnings("default")


def searches():
    """Yield each search with a regressor, a classifier and pipelines of them."""
    for search in (BayesSearchCV, HyperbandSearchCV, RandomSearchCV):
        options = {"n_iter": 4, "cv": 2, "random_state": 0, "error_score": "raise"}
        bayes = {"n_initial_points": 2} if search is BayesSearchCV else {}
        for estimator, name, values in (
            (Ridge(), "alpha", Real(0.1, 10, log=True)),
            (LogisticRegression(), "C", Real(0.1, 10, log=True)),
            (make_pipeline(PCA(), Ridge()), "ridge__alpha", [0.1, 1.0]),
            (
                make_pipeline(StandardScaler(), LogisticRegression()),
                "logisticregression__C",
                [0.1, 1.0],
            ),
        ):
            yield search(estimator, {name: values}, **options, **bayes)
    for search in (
        AnnealingSearchCV,
        DirectSearchCV,
        EvolutionSearchCV,
        PipelineSearchCV,
        RefineGridSearchCV,
    ):
        yield search(Ridge(), {"alpha": Real(0.1, 10, log=True)}, **options)
        yield search(LogisticRegression(), {"C": Real(0.1, 10, log=True)}, **options)


@parametrize_with_checks(list(searches()))
def test_estimator_checks(estimator, check):
    check(estimator)
