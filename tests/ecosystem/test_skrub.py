"""skrub's pipelines for tables, of pandas and of polars, in a search."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from skhpo import BayesSearchCV, RandomSearchCV

skrub = pytest.importorskip("skrub")
# what skrub's releases and the newest pandas and polars say of each other is not ours to mend
pytestmark = pytest.mark.filterwarnings("ignore:::skrub")


def table(library):
    rng = np.random.default_rng(0)
    n = 120
    jobs = rng.choice(["nurse", "head nurse", "clerk", "senior clerk"], n)
    days = pd.date_range("2020-01-01", periods=n, freq="D")
    age = rng.normal(40, 10, n).round()
    y = np.where((jobs == "nurse") | (jobs == "head nurse"), age > 35, age > 50).astype(int)
    columns = {"job": jobs.tolist(), "day": days.to_pydatetime().tolist(), "age": age.tolist()}
    if library == "pandas":
        return pd.DataFrame(columns), y
    return pytest.importorskip("polars").DataFrame(columns), y


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_tabular_pipeline(library):
    X, y = table(library)
    model = skrub.tabular_pipeline(HistGradientBoostingClassifier(max_iter=10))
    space = {
        "histgradientboostingclassifier__learning_rate": (0.01, 0.5, "log-uniform"),
        "tablevectorizer__cardinality_threshold": (2, 40),
    }
    search = RandomSearchCV(model, space, n_iter=4, cv=3, random_state=0).fit(X, y)
    assert (search.cv_results_["status"] == "ok").all()
    assert search.best_score_ > 0.8
    assert search.predict(X).shape == y.shape


def test_parts_of_a_table_vectorizer_are_parameters():
    X, y = table("pandas")
    model = skrub.tabular_pipeline(LogisticRegression())
    space = {
        "tablevectorizer__datetime__resolution": ["day", "month"],
        "logisticregression__C": (0.01, 100.0, "log-uniform"),
    }
    search = BayesSearchCV(model, space, n_iter=4, cv=3, racing=True, random_state=0).fit(X, y)
    assert {*search.cv_results_["status"]} <= {"ok", "dropped"}
    assert search.best_score_ > 0.7
