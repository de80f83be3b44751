"""``callbacks``: who is told what, when, and that nothing they do ends a search."""

import copy
import logging
import pickle
import threading

import joblib
import numpy as np
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, clone
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC
from sklearn.utils.fixes import parse_version

from skhpo import (
    BayesSearchCV,
    HyperbandSearchCV,
    PipelineSearchCV,
    RandomSearchCV,
    RefineGridSearchCV,
    nested_cross_validate,
)
from tests.search._faulty import EXCEPTIONS, Faulty, stop

X, Y = load_iris(return_X_y=True)
NONE = np.zeros((6, 1))
MODEL = LogisticRegression(max_iter=50, tol=1e-2)
SPACE = {"C": (1e-4, 1e3, "log-uniform")}


class Diary:
    """Writes down what it is told."""

    def __init__(self):
        self.events = []

    def on_search_begin(self, search):
        self.events.append(("begin", search))

    def on_candidate_end(self, search, record):
        self.events.append((record, search))

    def on_search_end(self, search, error):
        self.events.append(("end", error))

    @property
    def records(self):
        return [event for event, _ in self.events if not isinstance(event, str)]


class Broken(Diary):
    """Raises in one of its methods."""

    def __init__(self, where, error):
        super().__init__()
        self.where = where
        self.error = error

    def _tell(self, name, *args):
        getattr(super(), name)(*args)
        if name == self.where:
            raise self.error

    def on_search_begin(self, search):
        self._tell("on_search_begin", search)

    def on_candidate_end(self, search, record):
        self._tell("on_candidate_end", search, record)

    def on_search_end(self, search, error):
        self._tell("on_search_end", search, error)


def assert_agrees(record, results, row, n_splits):
    """A record says what the row of the same candidate says in ``cv_results_``."""
    assert record.params == results["params"][row]
    assert record.status == results["status"][row]
    assert record.error == results["error"][row]
    assert record.n_splits_evaluated == results["n_splits_evaluated"][row]
    assert record.fit_time == pytest.approx(results["mean_fit_time"][row])
    assert record.score_time == pytest.approx(results["mean_score_time"][row])
    for name, mean in record.scores.items():
        if record.status != "ok":
            assert np.isnan([mean, record.std_scores[name]]).all()
            continue
        splits = [results[f"split{i}_test_{name}"][row] for i in range(n_splits)]
        assert_array_equal(record.split_scores[name], splits)
        assert_allclose(mean, results[f"mean_test_{name}"][row])
        assert_allclose(record.std_scores[name], results[f"std_test_{name}"][row], atol=1e-12)


SEARCHES = {
    "random": RandomSearchCV(MODEL, SPACE, n_iter=6),
    "two workers": RandomSearchCV(MODEL, SPACE, n_iter=6, n_jobs=2),
    "several scores": RandomSearchCV(
        MODEL, SPACE, n_iter=4, scoring=["accuracy", "neg_log_loss"], refit="neg_log_loss"
    ),
    "racing": RandomSearchCV(
        SVC(), {"C": (1e-3, 1e3, "log-uniform")}, n_iter=8, cv=5, racing=True
    ),
    "samples": HyperbandSearchCV(MODEL, SPACE, n_iter=6, method="asha"),
    "splits": HyperbandSearchCV(MODEL, SPACE, n_iter=6, cv=6, resource="n_splits"),
    "iterations": HyperbandSearchCV(
        LogisticRegression(tol=1e-2), SPACE, resource="max_iter", max_resources=27
    ),
    "grid": RefineGridSearchCV(MODEL, {"C": [0.1, 1.0, 10.0]}),
    "failures": RandomSearchCV(
        Faulty(poison=dict(enumerate(EXCEPTIONS)), bad_scores={20: float("nan")}),
        {"p": [*range(len(EXCEPTIONS)), 20, 21, 22]},
        n_iter=20,
        error_score=-1.0,
    ),
    "pipeline": PipelineSearchCV(models=["lda", "gaussian_nb"], n_iter=5),
}


@pytest.mark.parametrize("name", SEARCHES)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.filterwarnings("ignore:Scoring failed")
def test_the_last_record_of_a_candidate_is_its_row_of_the_results(name):
    diary = Diary()
    search = clone(SEARCHES[name]).set_params(random_state=0, callbacks=diary)
    search.set_params(cv=search.cv or 3).fit(X, Y)
    results = search.cv_results_
    amounts = results.get("n_resources", [None] * len(results["params"]))
    last = {(record.number, record.n_resources): record for record in diary.records}
    keys = _keys(results, amounts)
    assert set(last) == set(keys)
    for row, key in enumerate(keys):
        assert_agrees(last[key], results, row, search.n_splits_)
    assert diary.events[0][0] == "begin"
    assert diary.events[-1] == ("end", None)
    best = diary.records[-1]
    assert best.best_score == pytest.approx(search.best_score_)
    assert best.best_number == keys[search.best_index_][0]
    assert [r.best_number == r.number for r in diary.records if r.is_best] == [True] * sum(
        r.is_best for r in diary.records
    )


def _keys(results, amounts):
    """Return number and resource of each row: a setting's first row has the next number."""
    numbers: dict[str, int] = {}
    rationed = {"max_iter", "n_samples"} if amounts[0] is not None else set()
    keys = []
    for params, amount in zip(results["params"], amounts, strict=True):
        setting = repr({k: v for k, v in params.items() if k not in rationed})
        keys.append((numbers.setdefault(setting, len(numbers)), amount))
    return keys


def test_one_that_had_lost_and_was_completed_is_reported_twice():
    told = []
    RandomSearchCV(
        SVC(), {"C": (1e-3, 1e3, "log-uniform")}, n_iter=8, racing=True, random_state=0,
        callbacks=lambda search, record: told.append((record.number, record.status)),
    ).fit(X, Y)  # fmt: skip
    twice = [number for number, status in told if (number, "dropped") in told and status == "ok"]
    assert twice
    assert all(told.index((i, "dropped")) < told.index((i, "ok")) for i in twice)


class Late(BaseEstimator):
    """The first candidate waits until the second one is done."""

    done = threading.Event()

    def __init__(self, p=0):
        self.p = p

    def fit(self, X, y=None):
        if self.p == 0:
            assert self.done.wait(60)
        return self

    def score(self, X, y=None):
        return float(self.p)


def test_the_order_is_that_of_completion():
    told = []

    def callback(search, record):
        assert threading.current_thread() is threading.main_thread()
        told.append(record.number)
        Late.done.set()

    Late.done.clear()
    with joblib.parallel_config("threading", n_jobs=2):
        RandomSearchCV(
            Late(), {"p": [0, 1]}, cv=[([0, 1], [2, 3])], callbacks=callback, random_state=3
        ).fit(NONE)
    search = RandomSearchCV(Late(), {"p": [0, 1]}, cv=[([0, 1], [2, 3])], random_state=3).fit(NONE)
    first = [params["p"] for params in search.cv_results_["params"]].index(0)
    assert told[-1] == first


def test_the_end_comes_after_the_refit_and_the_score_of_the_holdout():
    seen = []

    class End:
        def on_search_end(self, search, error):
            seen.append((search.best_estimator_.C, search.final_score_, search.best_params_["C"]))

    RandomSearchCV(
        MODEL, SPACE, n_iter=3, callbacks=[End()], final_holdout=0.2, random_state=0
    ).fit(X, Y)
    [(c, score, best)] = seen
    assert c == best
    assert 0.5 < score <= 1


# -- nothing that they do ends a search ----------------------------------------------------------


@pytest.mark.parametrize("where", ["on_candidate_end", "on_search_end"])
def test_an_error_is_a_warning_once_and_the_search_is_the_same(where, caplog):
    broken, diary = Broken(where, RuntimeError("no disk")), Diary()
    search = RandomSearchCV(MODEL, SPACE, n_iter=4, cv=3, random_state=0)
    plain = clone(search).fit(X, Y)
    with (
        caplog.at_level(logging.DEBUG, "skhpo"),
        pytest.warns(UserWarning, match=f"Broken object.* RuntimeError in {where}: no disk") as w,
    ):
        search.set_params(callbacks=[broken, diary]).fit(X, Y)
    assert len(w) == 1
    assert sum("failed" in text and where in text for text in caplog.messages) == (
        4 if where == "on_candidate_end" else 1
    )
    assert len(broken.records) == len(diary.records) == 4
    assert_array_equal(search.cv_results_["mean_test_score"], plain.cv_results_["mean_test_score"])


def test_a_function_is_named_in_the_warning():
    def oh_no(search, record):
        raise KeyError("x")

    with pytest.warns(UserWarning, match=r"callback .*oh_no raised KeyError in on_candidate_end"):
        RandomSearchCV(MODEL, SPACE, n_iter=2, callbacks=oh_no).fit(X, Y)


def test_one_that_could_not_begin_is_not_called_again():
    broken = Broken("on_search_begin", OSError("no server"))
    with pytest.warns(UserWarning, match="no server.*it is not called again"):
        RandomSearchCV(MODEL, SPACE, n_iter=2, callbacks=broken).fit(X, Y)
    assert [event for event, _ in broken.events] == ["begin"]


def test_a_missing_package_is_an_error_before_anything_is_evaluated():
    first, second = Diary(), Broken("on_search_begin", ImportError("pip install it"))
    search = RandomSearchCV(Faulty(poison={1: stop}), {"p": [1]}, callbacks=[first, second])
    with pytest.raises(ImportError, match="pip install it"):
        search.fit(NONE)
    assert [event for event, _ in first.events] == ["begin", "end"]
    assert first.events[-1][1] is second.error


def test_it_may_let_an_interrupt_through():
    def give_up(search, record):
        raise KeyboardInterrupt

    search = RandomSearchCV(MODEL, SPACE, n_iter=9, cv=2, callbacks=give_up, random_state=0)
    with pytest.raises(KeyboardInterrupt):
        search.fit(X, Y)
    assert search.stop_reason_ == "interrupted"


# -- searches that end otherwise -----------------------------------------------------------------


def test_ctrl_c_while_one_begins_ends_those_that_have_begun():
    diary = Diary()
    search = RandomSearchCV(MODEL, SPACE, n_iter=2, cv=2)
    search.set_params(callbacks=[diary, Broken("on_search_begin", KeyboardInterrupt())])
    with pytest.raises(KeyboardInterrupt):
        search.fit(X, Y)
    assert [event for event, _ in diary.events] == ["begin", "end"]
    assert isinstance(diary.events[-1][1], KeyboardInterrupt)


@pytest.mark.filterwarnings("error::UserWarning")
@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("disk is full")])
def test_one_that_fails_at_the_end_keeps_no_other_from_its_end(error):
    first, last = Diary(), Diary()
    search = RandomSearchCV(MODEL, SPACE, n_iter=2, cv=2)
    search.set_params(callbacks=[first, Broken("on_search_end", error), last])
    with pytest.raises((KeyboardInterrupt, UserWarning)):
        search.fit(X, Y)
    assert [diary.events[-1] for diary in (first, last)] == [("end", None)] * 2


def test_ctrl_c_reports_what_was_cut_off_and_the_end():
    n_scored = 0

    def score(estimator, X, y=None):
        nonlocal n_scored
        n_scored += 1
        if n_scored == 6:
            raise KeyboardInterrupt
        return float(estimator.p)

    diary = Diary()
    search = RandomSearchCV(Faulty(), {"p": [1, 2, 3]}, n_iter=3, cv=3, scoring=score,
                            callbacks=diary)  # fmt: skip
    with pytest.raises(KeyboardInterrupt):
        search.fit(NONE)
    assert [(r.status, r.n_splits_evaluated) for r in diary.records] == [("ok", 3), ("dropped", 2)]
    assert np.isnan(diary.records[1].scores["score"])
    assert_array_equal(search.cv_results_["status"], ["ok", "dropped"])
    kind, error = diary.events[-1]
    assert kind == "end"
    assert isinstance(error, KeyboardInterrupt)


def test_an_error_of_the_search_is_told_and_raised():
    diary = Diary()
    search = RandomSearchCV(
        Faulty(poison={1: stop}), {"p": [1]}, cv=2, error_score="raise", callbacks=diary
    )
    with pytest.raises(ValueError, match="this setting does not work"):
        search.fit(NONE)
    assert [event for event, _ in diary.events] == ["begin", "end"]
    assert "this setting does not work" in str(diary.events[-1][1])


def test_a_resumed_search_says_which_candidates_it_only_read(tmp_path):
    search = BayesSearchCV(
        MODEL, SPACE, n_iter=3, cv=2, journal=tmp_path / "search.jsonl", random_state=0
    ).fit(X, Y)
    diary = Diary()
    clone(search).set_params(n_iter=5, callbacks=diary).fit(X, Y)
    assert [r.is_replayed for r in diary.records] == [True] * 3 + [False] * 2
    assert [r.number for r in diary.records] == [*range(5)]
    again = Diary()
    clone(search).set_params(n_iter=5, callbacks=again).fit(X, Y)
    assert [r.is_replayed for r in again.records] == [True] * 5
    assert again.records[-1].best_number == diary.records[-1].best_number


# -- the argument --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (3, "got 3"),
        ("mlflow", "got 'mlflow'"),
        ([print, None], "got None"),
        (Diary, "That is a class"),
        ({"a": 1}, "got {'a': 1}"),
    ],
)
def test_what_cannot_be_called_is_refused(bad, words):
    search = RandomSearchCV(Faulty(poison={1: stop}), {"p": [1]}, callbacks=bad)
    with pytest.raises(ValueError, match=f"callbacks should be callables.*{words}"):
        search.fit(NONE)


@pytest.mark.parametrize("none", [None, [], ()])
def test_there_may_be_none(none):
    search = RandomSearchCV(MODEL, SPACE, n_iter=2, callbacks=none).fit(X, Y)
    assert search.get_params()["callbacks"] is none


def test_clones_have_copies_of_objects_and_the_same_functions():
    diary = Diary()
    search = RandomSearchCV(MODEL, SPACE, n_iter=2, callbacks=[diary, print]).fit(X, Y)
    twin = clone(search)
    assert twin.callbacks[1] is print
    assert twin.callbacks[0] is not diary
    assert twin.callbacks[0].__class__ is Diary


def test_a_search_with_callbacks_is_pickled_with_them():
    search = RandomSearchCV(MODEL, SPACE, n_iter=2, callbacks=Broken("never", None)).fit(X, Y)
    search.callbacks.events.clear()  # they hold the search
    twin = pickle.loads(pickle.dumps(search))
    assert twin.callbacks.where == "never"
    assert copy.deepcopy(search).callbacks is not search.callbacks


def test_nested_cross_validation_calls_them_in_each_fold(tmp_path):
    told = []

    def callback(search, record):
        told.append(record.number)

    search = RandomSearchCV(MODEL, SPACE, n_iter=2, cv=2, random_state=0)
    args = {"outer_cv": 3, "random_state": 0, "journal": tmp_path}
    nested_cross_validate(clone(search).set_params(callbacks=callback), X, Y, **args)
    assert told == [0, 1] * 3
    nested_cross_validate(search, X, Y, **args)  # the journal is that of the same searches


@pytest.mark.skipif(
    parse_version(sklearn.__version__) < parse_version("1.9.dev0"),
    reason="scikit-learn has callbacks from 1.9 on",
)
def test_callbacks_of_scikit_learn_are_others():
    from sklearn.callback import ProgressBar

    pytest.importorskip("rich", reason="the progress bar of scikit-learn needs it")
    search = RandomSearchCV(MODEL, SPACE, n_iter=2, callbacks=ProgressBar())
    with pytest.raises(ValueError, match="it goes to set_callbacks"):
        search.fit(X, Y)


@pytest.mark.skipif(
    parse_version(sklearn.__version__) < parse_version("1.9.dev0"),
    reason="scikit-learn has callbacks from 1.9 on",
)
def test_both_kinds_may_be_given():
    from sklearn.callback import ScoringMonitor

    diary = Diary()
    search = RandomSearchCV(MODEL, SPACE, n_iter=2, cv=2, callbacks=diary)
    search.set_callbacks(ScoringMonitor(scoring="accuracy")).fit(X, Y)
    assert [r.number for r in diary.records] == [0, 1]
