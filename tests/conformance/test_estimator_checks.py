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


ALL = (
    AnnealingSearchCV,
    BayesSearchCV,
    DirectSearchCV,
    EvolutionSearchCV,
    HyperbandSearchCV,
    PipelineSearchCV,
    RandomSearchCV,
    RefineGridSearchCV,
)
OPTIONS = {"n_iter": 3, "cv": 2, "random_state": 0, "error_score": "raise"}


def searches():
    """Yield each search with a regressor and a classifier, and one with pipelines of them.

    What is asked of a pipeline goes through code that all searches share.
    """
    for search in ALL:
        bayes = {"n_initial_points": 2} if search is BayesSearchCV else {}
        yield search(Ridge(), {"alpha": Real(0.1, 10, log=True)}, **OPTIONS, **bayes)
        yield search(LogisticRegression(), {"C": Real(0.1, 10, log=True)}, **OPTIONS, **bayes)
    scaled = make_pipeline(StandardScaler(), LogisticRegression())
    yield RandomSearchCV(make_pipeline(PCA(), Ridge()), {"ridge__alpha": [0.1, 1.0]}, **OPTIONS)
    yield RandomSearchCV(scaled, {"logisticregression__C": [0.1, 1.0]}, **OPTIONS)


@parametrize_with_checks(list(searches()))
def test_estimator_checks(estimator, check):
    check(estimator)
