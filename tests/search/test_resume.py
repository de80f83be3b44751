"""A search that is ended at any moment continues from its journal, and measures nothing twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import make_scorer, mean_absolute_error
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import SVC

import skhpo
from benchmarks.resume_kill import tally_of
from skhpo import (
    BayesSearchCV,
    Choice,
    JournalMismatch,
    RandomSearchCV,
    Real,
    TargetScore,
    load_journal,
)
from skhpo.journal import read
from skhpo.search._fingerprint import fingerprint
from tests.search._reuse import reused_interpreters  # noqa: F401 (a fixture)

X = np.arange(24.0).reshape(12, 2)
Y = np.arange(12.0)
SPACE = {"p": Real(0, 1), "kind": ["a", "b", "c"]}
FITS = []
failing = pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.FitFailedWarning", "ignore:One or more of the test"
)
every_search = pytest.mark.parametrize("search", [BayesSearchCV, RandomSearchCV])


class Counted(BaseEstimator):
    """Writes down each fit; scores a smooth function of ``p``, ``kind`` and the split."""

    def __init__(self, p=0.5, kind="a", fails_above=2.0):
        self.p = p
        self.kind = kind
        self.fails_above = fails_above

    def fit(self, X, y=None):
        FITS.append((self.p, self.kind, X.sum()))
        if self.p > self.fails_above:
            raise ValueError(f"p is too large: {self.p}")
        return self

    def score(self, X, y=None):
        return -((self.p - 0.3) ** 2) - 0.01 * "abc".index(self.kind) - 1e-6 * X.sum()

    def predict(self, X):
        return np.full(len(X), self.p)


def make(path, search=BayesSearchCV, **more):
    settings = {"n_iter": 14, "cv": 3, "random_state": 7, "refit": False, "journal": path}
    if search is BayesSearchCV:
        settings["n_initial_points"] = 5
    estimator, space = more.pop("estimator", Counted()), more.pop("space", SPACE)
    return search(estimator, space, **(settings | more))


def fit(path, search=BayesSearchCV, X=X, y=Y, **more):
    """Return the fitted search and how many fits it took."""
    before = len(FITS)
    fitted = make(path, search, **more).fit(X, y)
    return fitted, len(FITS) - before


def assert_same_results(ours, theirs):
    assert list(ours.cv_results_) == list(theirs.cv_results_)
    for key, column in theirs.cv_results_.items():
        if not key.endswith("_time"):
            assert type(ours.cv_results_[key]) is type(column)
            np.testing.assert_array_equal(ours.cv_results_[key], column, err_msg=key)
    assert ours.stop_reason_ == theirs.stop_reason_


def outcomes(path):
    return [record for record in read(path).records if record["kind"] == "outcome"]


# -- the same search again ----------------------------------------------------------------------


@every_search
def test_a_journal_cut_anywhere_leads_to_the_same_results(tmp_path, search):
    whole, n_fits = fit(tmp_path / "whole.jsonl", search)
    assert n_fits == 14 * 3
    content = (tmp_path / "whole.jsonl").read_bytes()
    rng = random.Random(3)
    for cut in [*(rng.randrange(len(content)) for _ in range(3)), 0, 10, len(content) - 1]:
        path = tmp_path / f"cut{cut}.jsonl"
        path.write_bytes(content[:cut])
        known = len(outcomes(path)) if cut > 10 else 0
        resumed, n_fits = fit(path, search)
        assert n_fits == 14 * 3 - known
        assert_same_results(resumed, whole)
        assert len(outcomes(path)) == 14 * 3


@every_search
def test_a_journal_changes_nothing(tmp_path, search):
    assert_same_results(fit(tmp_path / "a.jsonl", search)[0], fit(None, search)[0])


@every_search
def test_a_finished_journal_fits_nothing(tmp_path, search):
    first, _ = fit(tmp_path / "a.jsonl", search)
    content = (tmp_path / "a.jsonl").read_bytes()
    second, n_fits = fit(tmp_path / "a.jsonl", search)
    assert n_fits == 0
    assert_same_results(second, first)
    np.testing.assert_array_equal(
        second.cv_results_["mean_fit_time"], first.cv_results_["mean_fit_time"]
    )
    assert (tmp_path / "a.jsonl").read_bytes() == content


def test_a_search_that_a_rule_ended_fits_nothing_when_it_is_run_again(tmp_path):
    first, n_fits = fit(tmp_path / "a.jsonl", stopping=TargetScore(-0.02))
    assert 0 < n_fits < 14 * 3
    second, n_fits = fit(tmp_path / "a.jsonl", stopping=TargetScore(-0.02))
    assert n_fits == 0
    assert_same_results(second, first)
    third, n_fits = fit(tmp_path / "a.jsonl")
    assert len(third.cv_results_["params"]) == 14
    assert n_fits == 3 * (14 - len(first.cv_results_["params"]))


def test_without_a_seed_the_journal_has_it(tmp_path):
    path = tmp_path / "a.jsonl"
    whole, _ = fit(path, RandomSearchCV, random_state=None)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:20]))
    resumed, _ = fit(path, RandomSearchCV, random_state=None)
    assert_same_results(resumed, whole)


@every_search
def test_more_candidates_extend_a_journal(tmp_path, search):
    small, _ = fit(tmp_path / "a.jsonl", search, n_iter=6)
    large, n_fits = fit(tmp_path / "a.jsonl", search, n_iter=14)
    assert n_fits == 8 * 3
    assert large.cv_results_["params"][:6] == small.cv_results_["params"]
    assert_same_results(large, fit(None, search)[0])


def test_fewer_candidates_than_in_the_journal_lose_nothing(tmp_path):
    whole, _ = fit(tmp_path / "a.jsonl")
    again, n_fits = fit(tmp_path / "a.jsonl", n_iter=4)
    assert n_fits == 0
    assert again.cv_results_["params"] == whole.cv_results_["params"]


@every_search
def test_a_finite_space_is_searched_to_its_end(tmp_path, search):
    space = {"p": [0.1, 0.2, 0.3, 0.4], "kind": ["a", "b", "c"]}
    fit(tmp_path / "a.jsonl", search, space=space, n_iter=5)
    whole, n_fits = fit(tmp_path / "a.jsonl", search, space=space, n_iter=50)
    assert n_fits == 7 * 3
    settings = {tuple(params.values()) for params in whole.cv_results_["params"]}
    assert len(settings) == 12


def test_settings_to_begin_with_may_be_added_later(tmp_path):
    fit(tmp_path / "a.jsonl", n_iter=4)
    warm = [{"p": 0.123, "kind": "b"}]
    more, n_fits = fit(tmp_path / "a.jsonl", n_iter=6, warm_start_from=warm)
    assert n_fits == 2 * 3
    assert more.cv_results_["params"][4] == warm[0]


@pytest.mark.parametrize(("first", "then"), [(1, 2), (2, 1), (2, 3)])
@every_search
def test_another_number_of_jobs_keeps_what_was_measured(tmp_path, search, first, then):
    with joblib.parallel_config(backend="threading"):
        fit(tmp_path / "a.jsonl", search, n_jobs=first)
        content = (tmp_path / "a.jsonl").read_bytes()
        path = tmp_path / "cut.jsonl"
        path.write_bytes(content[: 2 * len(content) // 3])
        known = Counter((r["candidate"], r["split"]) for r in outcomes(path))
        points = [r["params"] for r in read(path).records if r["kind"] == "candidate"]
        resumed, n_fits = fit(path, search, n_jobs=then)
    assert n_fits == 14 * 3 - len(known)
    assert resumed.cv_results_["params"][: len(points)] == points
    assert resumed.cv_results_["n_splits_evaluated"].tolist() == [3] * 14
    counts = Counter((r["candidate"], r["split"]) for r in outcomes(path))
    assert set(counts.values()) == {1}
    assert len(counts) == 14 * 3


def test_deterministic_searches_resume_with_any_number_of_jobs(tmp_path):
    whole, _ = fit(None, deterministic=3)
    path = tmp_path / "a.jsonl"
    with joblib.parallel_config(backend="threading"):
        fit(path, deterministic=3, n_jobs=3)
        content = path.read_bytes()
        for share in (0.3, 0.7):
            path.write_bytes(content[: int(share * len(content))])
            assert_same_results(fit(path, deterministic=3, n_jobs=2)[0], whole)
    path.write_bytes(content[: len(content) // 2])
    assert len(fit(path, deterministic=1)[0].cv_results_["params"]) == 14


# -- what is kept -------------------------------------------------------------------------------


@failing
def test_failures_are_not_tried_again(tmp_path):
    settings = {"estimator": Counted(fails_above=0.6), "search": RandomSearchCV}
    first, _ = fit(tmp_path / "a.jsonl", **settings)
    assert {"ok", "failed"} == set(first.cv_results_["status"])
    second, n_fits = fit(tmp_path / "a.jsonl", **settings)
    assert n_fits == 0
    assert_same_results(second, first)
    failed = first.cv_results_["status"] == "failed"
    assert all("p is too large" in error for error in second.cv_results_["error"][failed])


class Sleepy(Counted):
    """Never ends for large ``p``."""

    def fit(self, X, y=None):
        time.sleep(60 * (self.p > 0.5))
        return super().fit(X, y)


@failing
@pytest.mark.slow
@pytest.mark.usefixtures("reused_interpreters")
def test_timeouts_are_not_tried_again(tmp_path):
    space = {"p": [0.1, 0.9]}
    settings = {"estimator": Sleepy(), "space": space, "fit_timeout": 0.3}
    first, _ = fit(tmp_path / "a.jsonl", **settings)
    start = time.perf_counter()
    second, n_fits = fit(tmp_path / "a.jsonl", estimator=Sleepy(), space=space)
    assert time.perf_counter() - start < 30
    assert (n_fits, second.cv_results_["status"].tolist()) == (0, ["ok", "timeout"])
    assert second.cv_results_["error"].tolist() == first.cv_results_["error"].tolist()
    np.testing.assert_array_equal(second.cv_results_["n_splits_evaluated"], [3, 1])


def test_several_scores_and_training_scores(tmp_path):
    scoring = {
        "error": make_scorer(mean_absolute_error, greater_is_better=False),
        "r2": "r2",
    }
    settings = {"scoring": scoring, "refit": "error", "return_train_score": True}
    first, _ = fit(tmp_path / "a.jsonl", **settings)
    content = (tmp_path / "a.jsonl").read_bytes()
    (tmp_path / "a.jsonl").write_bytes(content[: len(content) // 2])
    second, n_fits = fit(tmp_path / "a.jsonl", **settings)
    assert 1 < n_fits < 14 * 3
    assert_same_results(second, first)
    assert second.best_params_ == first.best_params_


def test_values_are_the_objects_of_the_space(tmp_path):
    models = [LogisticRegression(C=Real(0.1, 10, log=True)), SVC(C=Real(0.1, 10, log=True))]
    pipe = make_pipeline(FunctionTransformer(), LogisticRegression())
    space = skhpo.Space({"logisticregression": Choice(*models)})
    classes = np.arange(12) % 2
    settings = {"estimator": pipe, "space": space, "y": classes, "n_iter": 8}
    first, _ = fit(tmp_path / "a.jsonl", RandomSearchCV, **settings)
    second, _ = fit(tmp_path / "a.jsonl", RandomSearchCV, **settings)
    for ours, theirs in zip(
        second.cv_results_["params"], first.cv_results_["params"], strict=True
    ):
        assert ours.keys() == theirs.keys()
        assert ours["logisticregression"] is theirs["logisticregression"]
    kinds = {type(params["logisticregression"]) for params in second.cv_results_["params"]}
    assert kinds == {LogisticRegression, SVC}
    frame = load_journal(tmp_path / "a.jsonl")
    assert set(frame["param_logisticregression"]) == {"LogisticRegression()", "SVC()"}


def test_a_frame_of_a_journal_finished_or_not(tmp_path):
    search, _ = fit(tmp_path / "a.jsonl")
    frame = load_journal(tmp_path / "a.jsonl")
    results = search.cv_results_
    assert frame["status"].tolist() == ["ok"] * 14
    np.testing.assert_allclose(frame["mean_test_score"], results["mean_test_score"], rtol=1e-12)
    np.testing.assert_array_equal(frame["split2_test_score"], results["split2_test_score"])
    np.testing.assert_array_equal(frame["param_p"], results["param_p"].data)
    lines = (tmp_path / "a.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "a.jsonl").write_bytes(b"".join(lines[:7]))  # header, 1 + 3, 1 + 1
    frame = load_journal(tmp_path / "a.jsonl")
    assert frame["status"].tolist() == ["ok", "running"]
    assert frame["n_splits_evaluated"].tolist() == [3, 1]
    (tmp_path / "a.jsonl").write_bytes(lines[0])
    assert len(load_journal(tmp_path / "a.jsonl")) == 0


# -- another search is refused ------------------------------------------------------------------

CHANGES = {
    "X": {"X": X + 1},
    "y": {"y": Y[::-1]},
    "splits": {"cv": KFold(3, shuffle=True, random_state=0)},
    "space": {"space": {"p": Real(0, 2), "kind": ["a", "b", "c"]}},
    "scoring": {"scoring": "r2"},
    "estimator": {"estimator": Counted(fails_above=3.0)},
    "search": {"search": RandomSearchCV},
    "random_state": {"random_state": 8},
}


@pytest.mark.parametrize("name", CHANGES)
def test_another_search_is_refused_before_any_fit(tmp_path, name):
    fit(tmp_path / "a.jsonl", n_iter=2)
    content = (tmp_path / "a.jsonl").read_bytes()
    before = len(FITS)
    with pytest.raises(JournalMismatch, match=rf"another search: {name} is") as caught:
        fit(tmp_path / "a.jsonl", **CHANGES[name])
    assert set(caught.value.differences) == {name}
    assert len(FITS) == before
    assert (tmp_path / "a.jsonl").read_bytes() == content


def test_another_set_of_scores_is_refused(tmp_path):
    fit(tmp_path / "a.jsonl", n_iter=2, scoring=["r2"])
    with pytest.raises(JournalMismatch, match="scoring"):
        fit(tmp_path / "a.jsonl", n_iter=2, scoring=["r2", "neg_mean_absolute_error"])


def test_what_is_no_journal_is_refused_and_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match="not a journal"):
        fit(tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_frame_read_twice_is_the_same_data(tmp_path):
    frame = pd.DataFrame({"n": [1, 2, 3], "s": ["a", "b", None], "f": [0.5, np.nan, 2.0]})
    frame.to_csv(tmp_path / "a.csv", index=False)
    once, twice = (pd.read_csv(tmp_path / "a.csv") for _ in range(2))
    twice["s"].to_numpy()  # a use of it fills caches
    ours, theirs = (fingerprint({"X": f, "y": f["s"]}) for f in (once, twice))
    assert ours == theirs
    twice.loc[0, "s"] = "c"
    changed = fingerprint({"X": twice, "y": twice["s"]})
    assert changed["X"] != ours["X"]
    assert changed["y"] != ours["y"]


# -- whole processes ----------------------------------------------------------------------------

SCRIPT = """
import sys, time
import joblib, pandas as pd
from sklearn.base import BaseEstimator
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from skhpo import BayesSearchCV, Real

folder, name, n_jobs, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])

class Counted(BaseEstimator):
    def __init__(self, p=0.5, weight=abs):
        self.p, self.weight = p, weight
    def fit(self, X, y=None):
        time.sleep(seconds * self.p)
        with open(f"{folder}/{name}.fits", "a") as file:
            file.write(f"{self.p!r} {X.sum()}\\n")
        self.fitted_ = True
        return self
    def score(self, X, y=None):
        return -abs(self.p - 0.3) - 1e-6 * X.sum()

def halved(X):
    return X / 2

data = pd.read_csv(f"{folder}/data.csv")
pipe = make_pipeline(
    FunctionTransformer(lambda X: X[["a"]].to_numpy()), FunctionTransformer(halved), Counted()
)
search = BayesSearchCV(pipe, {"counted__p": Real(0, 1)}, n_iter=16, n_initial_points=12, cv=3,
                       n_jobs=n_jobs, random_state=None, refit=False,
                       journal=f"{folder}/a.jsonl")
with joblib.parallel_config(backend="threading"):
    search.fit(data)
pd.DataFrame(search.cv_results_).to_json(f"{folder}/{name}.json")
"""


def start(folder, name, n_jobs=1, seconds=0.0):
    (folder / "data.csv").write_text("a,b\n" + "".join(f"{i},{i % 3}x\n" for i in range(12)))
    (folder / "script.py").write_text(SCRIPT)
    home = str(Path(skhpo.__file__).parents[1])
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([home, *sys.path])}
    command = [sys.executable, "script.py", str(folder), name, str(n_jobs), str(seconds)]
    return subprocess.Popen(command, env=env, cwd=folder)


def fits_of(folder, name):
    path = folder / f"{name}.fits"
    return path.read_text().splitlines() if path.exists() else []


def kill_after(process, folder, name, n_fits):
    deadline = time.monotonic() + 120
    while len(fits_of(folder, name)) < n_fits and process.poll() is None:
        if time.monotonic() > deadline:
            process.kill()
            raise TimeoutError("the search makes no progress")
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_killed_search_is_continued_by_the_same_script_twice_at_once(tmp_path):
    kill_after(start(tmp_path, "killed", 2, seconds=0.05), tmp_path, "killed", 13)
    known = outcomes(tmp_path / "a.jsonl")
    assert 11 <= len(known) < 16 * 3
    names = ["one", "two"]
    processes = [start(tmp_path, name, 1 + i, 0.02) for i, name in enumerate(names)]
    assert [process.wait() for process in processes] == [0, 0]
    content, after = read(tmp_path / "a.jsonl"), outcomes(tmp_path / "a.jsonl")
    assert (content.n_damaged, content.n_torn) == (0, 0)
    assert len({(r["writer"], r["candidate"], r["split"]) for r in after}) == len(after)
    for name in names:
        fits = fits_of(tmp_path, name)
        assert len(set(fits)) == len(fits) <= 16 * 3 - len(known)
        assert len(set(fits_of(tmp_path, "killed")) & set(fits)) <= 2  # under way at the kill
        results = json.loads((tmp_path / f"{name}.json").read_text())
        assert set(results["n_splits_evaluated"].values()) == {3}
        assert len(results["params"]) >= 16


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # forked with threads
@pytest.mark.parametrize("writers", [1, 2])
def test_searches_are_killed_at_random_moments(tmp_path, writers):
    tally = tally_of(tmp_path, rounds=4, writers=writers, seed=writers)
    assert tally.kills == 4 * writers
    assert (tally.lost, tally.doubled, tally.refitted) == (0, 0, 0)
    assert (tally.unreadable, tally.incomplete) == (0, 0)
