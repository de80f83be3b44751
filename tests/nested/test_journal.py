"""Nested cross-validation that goes on where it ended."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection import GridSearchCV, KFold, RepeatedStratifiedKFold

from skhpo import JournalMismatch, RandomSearchCV, load_journal, nested_cross_validate
from tests.nested._searches import Tracing

X, y = load_iris(return_X_y=True)
FOLDS = RepeatedStratifiedKFold(n_splits=2, n_repeats=2, random_state=0)


@pytest.fixture
def traces(tmp_path):
    folder = tmp_path / "traces"
    folder.mkdir()
    return folder


def n_fits(traces):
    n = len(list(traces.iterdir()))
    for path in traces.iterdir():
        path.unlink()
    return n


def test_finished_folds_are_read(tmp_path, traces, monkeypatch):
    search = GridSearchCV(Tracing(traces), {"a": [0, 1]}, cv=2)
    kwargs = {"outer_cv": FOLDS, "journal": tmp_path / "nested", "random_state": 0}
    done = []

    def die_in_the_third_fold(self, X, y):
        done.append(1)
        if len(done) == 3 * 5:  # at its refit
            raise KeyboardInterrupt
        return fit(self, X, y)

    fit = Tracing.fit
    with monkeypatch.context() as patch:
        patch.setattr(Tracing, "fit", die_in_the_third_fold)
        with pytest.raises(KeyboardInterrupt):
            nested_cross_validate(search, X, y, **kwargs)
    n_fits(traces)
    result = nested_cross_validate(search, X, y, n_jobs=1, **kwargs)
    assert n_fits(traces) == 2 * 5
    again = nested_cross_validate(search, X, y, return_estimator=True, **kwargs)
    assert n_fits(traces) == 0
    assert again.estimators_ == [None] * 4
    fresh = nested_cross_validate(search, X, y, outer_cv=FOLDS, random_state=0)
    for name in ("scores_", "params_", "predictions_", "stability_"):
        a, b, c = (getattr(r, name) for r in (result, again, fresh))
        pd.testing.assert_frame_equal(a, b)
        columns = [n for n in c if not n.endswith("_time")]
        pd.testing.assert_frame_equal(a[columns], c[columns])
    assert result.interval(method="bootstrap", random_state=0) == fresh.interval(
        method="bootstrap", random_state=0
    )


def test_labels_that_are_text_come_back(tmp_path):
    labels = np.array(["a", "b", "c"])[y]
    kwargs = {"outer_cv": 2, "journal": tmp_path / "nested"}
    first, second = (nested_cross_validate(Tracing(), X, labels, **kwargs) for _ in range(2))
    pd.testing.assert_frame_equal(first.predictions_, second.predictions_)
    found = [r.interval(method="bootstrap", random_state=0) for r in (first, second)]
    assert found[0] == found[1]


def test_another_run_is_refused(tmp_path):
    kwargs = {"outer_cv": 2, "journal": tmp_path / "nested"}
    search = GridSearchCV(Tracing(), {"a": [0, 1]}, cv=2)
    nested_cross_validate(search, X, y, **kwargs)
    with pytest.raises(JournalMismatch, match="X is"):
        nested_cross_validate(search, X + 1, y, **kwargs)
    with pytest.raises(JournalMismatch, match="splits is"):
        nested_cross_validate(search, X, y, **{**kwargs, "outer_cv": 3})
    with pytest.raises(JournalMismatch, match="search is"):
        nested_cross_validate(search.set_params(param_grid={"a": [0]}), X, y, **kwargs)
    with pytest.raises(JournalMismatch, match="scoring is"):
        nested_cross_validate(
            search.set_params(param_grid={"a": [0, 1]}), X, y, scoring="accuracy", **kwargs
        )


def test_failed_folds_are_tried_again(tmp_path, traces):
    rows = np.arange(60.0)[:, None]
    target = np.arange(60) % 2
    kwargs = {"outer_cv": KFold(3), "journal": tmp_path / "nested"}
    bad = Tracing(traces, fails_with=5.0)
    with pytest.warns(FitFailedWarning, match="2 of 3"):
        nested_cross_validate(bad, rows, target, **kwargs)
    assert n_fits(traces) == 1
    with pytest.warns(FitFailedWarning, match="2 of 3"):
        nested_cross_validate(bad, rows, target, **kwargs)
    assert n_fits(traces) == 0  # the one that was good is not run again


def test_searches_of_skhpo_go_on_inside_a_fold(tmp_path, traces):
    search = RandomSearchCV(Tracing(traces), {"a": (0, 50)}, n_iter=4, cv=2, random_state=0)
    folder = tmp_path / "nested"
    first = nested_cross_validate(search, X, y, outer_cv=2, journal=folder)
    assert n_fits(traces) == 2 * 9
    assert len(load_journal(folder / "fold_001.jsonl")) == 4
    (folder / "nested.jsonl").unlink()  # as if it had died before a fold was complete
    second = nested_cross_validate(search, X, y, outer_cv=2, journal=folder)
    assert n_fits(traces) == 2  # the refits
    pd.testing.assert_frame_equal(first.predictions_, second.predictions_)
    own = search.set_params(journal=tmp_path / "own")
    with pytest.raises(ValueError, match="one file cannot hold the searches of all folds"):
        nested_cross_validate(own, X, y, outer_cv=2, journal=folder)
