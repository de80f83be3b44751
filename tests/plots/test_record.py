"""The candidates of a search and of its journal are the same."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.tree import DecisionTreeClassifier

from skhpo import ConvergenceDisplay, HyperbandSearchCV, Integer, RandomSearchCV
from skhpo.journal import read
from skhpo.plots._record import read_record

X, y = load_iris(return_X_y=True)
TREE = DecisionTreeClassifier(random_state=0)
SPACE = {"max_depth": Integer(1, 6), "min_samples_leaf": Integer(1, 30)}


class Moody(DecisionTreeClassifier):
    def fit(self, X, y, sample_weight=None, check_input=True):
        if self.max_depth == 3:
            raise ValueError("three is too many")
        return super().fit(X, y, sample_weight, check_input)


SEARCHES = {
    "racing": (RandomSearchCV, {"n_iter": 15, "racing": True, "cv": 4}),
    "failing": (RandomSearchCV, {"n_iter": 12, "cv": 2}),
    "samples": (HyperbandSearchCV, {"cv": 2}),
    "splits": (HyperbandSearchCV, {"cv": 9, "resource": "n_splits"}),
}


@pytest.fixture(params=SEARCHES)
def search(request, tmp_path):
    cls, options = SEARCHES[request.param]
    estimator = Moody(random_state=0) if request.param == "failing" else TREE
    path = str(tmp_path / "search.jsonl")
    return cls(estimator, SPACE, random_state=0, journal=path, **options)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
@pytest.mark.filterwarnings("ignore:One or more of the:UserWarning")
def test_a_journal_says_what_the_search_says(search):
    search.fit(X, y)
    ours, theirs = read_record(search), read_record(search.journal)
    assert ours.status.tolist() == theirs.status.tolist()
    assert [e is None for e in ours.errors] == [e is None for e in theirs.errors]
    np.testing.assert_allclose(ours.means, theirs.means)
    np.testing.assert_allclose(ours.seconds, theirs.seconds, atol=1e-9)
    np.testing.assert_allclose(ours.scores, theirs.scores)
    np.testing.assert_allclose(ours.ended, theirs.ended)
    assert ours.candidates.tolist() == theirs.candidates.tolist()
    assert ours.best == theirs.best == search.best_index_
    for name in ("amounts", "rungs", "brackets"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))
    for name in ("row", "split", "start", "end", "status"):
        np.testing.assert_array_equal(ours.fits[name], theirs.fits[name])


def test_times_are_those_of_the_fits(tmp_path):
    path = str(tmp_path / "search.jsonl")
    search = RandomSearchCV(TREE, SPACE, n_iter=5, cv=3, random_state=0, journal=path).fit(X, y)
    fits = search.timeline_
    assert len(fits["row"]) == 15
    assert fits["end"][-1] <= search.search_time_
    assert (np.diff(fits["end"]) > 0).all()
    assert (fits["start"][1:] >= fits["end"][:-1] - 1e-3).all()  # one after the other
    means = search.cv_results_["mean_fit_time"] + search.cv_results_["mean_score_time"]
    totals = np.bincount(fits["row"], weights=fits["end"] - fits["start"])
    np.testing.assert_allclose(totals, 3 * means, atol=1e-9)


def test_a_search_that_goes_on_continues_its_clock(tmp_path):
    path = str(tmp_path / "search.jsonl")
    first = RandomSearchCV(TREE, SPACE, n_iter=4, cv=2, random_state=0, journal=path).fit(X, y)
    more = RandomSearchCV(TREE, SPACE, n_iter=7, cv=2, random_state=0, journal=path).fit(X, y)
    before, after = first.timeline_["end"], more.timeline_["end"]
    np.testing.assert_array_equal(after[: len(before)], before)
    assert len(after) == 14
    assert (np.diff(after) > 0).all()
    ends = [r["ended"] for r in read(path).records if r["kind"] == "outcome"]
    np.testing.assert_array_equal(ends, after)


def test_searches_of_scikit_learn():
    search = GridSearchCV(TREE, {"max_depth": [1, 2, 3]}, cv=2, scoring=["accuracy", "f1_macro"])
    search.set_params(refit="f1_macro").fit(X, y)
    record = read_record(search)
    assert record.metric == "f1_macro"
    assert record.metrics == ("accuracy", "f1_macro")
    assert record.best == search.best_index_
    assert record.fits is None
    assert read_record(search.cv_results_, "accuracy").metric == "accuracy"


@pytest.mark.parametrize(
    ("scoring", "label"),
    [("f1_macro", "f1_macro"), (None, "score"), (["accuracy", "f1_macro"], "accuracy")],
)
def test_the_only_score_is_called_by_its_name(scoring, label):
    search = GridSearchCV(TREE, {"max_depth": [1, 2]}, cv=2, scoring=scoring, refit=False)
    record = read_record(search.fit(X, y))
    assert record.label == label
    assert ConvergenceDisplay.from_search(search).metric == label


def test_what_is_wrong_is_said(tmp_path):
    search = RandomSearchCV(TREE, SPACE, n_iter=2, cv=2)
    with pytest.raises(NotFittedError):
        read_record(search)
    with pytest.raises(TypeError, match="got int"):
        read_record(3)
    with pytest.raises(ValueError, match="metric='auc' was not measured"):
        read_record(search.fit(X, y), "auc")
    (tmp_path / "empty").touch()
    with pytest.raises(ValueError, match="no candidate to show yet"):
        read_record(tmp_path / "empty")
