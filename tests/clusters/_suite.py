"""What holds on every cluster; a module of tests says how its cluster is reached."""

import os
import signal
import threading
import time

import joblib
import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

import skhpo
from skhpo import HyperbandSearchCV
from skhpo.evaluation import _executor, _payload
from tests.clusters._fits import (
    HARMLESS,
    Stump,
    X,
    Y,
    assert_no_sandbox_is_left,
    assert_one_row_is,
    one_with,
    scores,
    searched,
    statuses,
    weight_of,
)

PROVOKED = [
    # Workers that are killed on purpose leave sockets and half-read streams, which the garbage
    # collector reports in whatever test it runs.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    # What the tests provoke, scikit-learn reports.
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning"),
    pytest.mark.filterwarnings("ignore:One or more of the test scores:UserWarning"),
]


@pytest.fixture
def hidden_payload(monkeypatch):
    """Make the payload a file that nobody but the driver has ever seen; return what is sent."""
    sent = []

    class Elsewhere(_payload.Payload):
        def __init__(self, content):
            super().__init__(content)
            self.content  # noqa: B018 (read while the file is there)
            self.path.unlink()

    def send(self, task, *, isolate, whole=False):
        sent.append(whole)
        original(self, task, isolate=isolate, whole=whole)

    original = _executor.Executor._send
    monkeypatch.setattr(_executor, "Payload", Elsewhere)
    monkeypatch.setattr(_executor.Executor, "_send", send)
    return sent


def alone(search):
    """Fit a search in this process."""
    with joblib.parallel_config(backend="sequential"):
        return search.set_params(n_jobs=1).fit(X, Y)


class ClusterSuite:
    """Tests of searches on two workers.

    A subclass has the fixtures ``on_cluster``, within which the cluster is joblib's backend, and
    ``shipped``, a list to which the size of each array is added that the cluster is given.
    """

    def test_the_results_are_those_of_one_process(self, on_cluster):
        search = searched().fit(X, Y)
        assert scores(search) == scores(alone(searched()))
        assert len(scores(search)) == 5

    def test_fits_that_continue_lead_to_the_results_of_one_process(self, on_cluster):
        def search():
            forest = RandomForestClassifier(random_state=0, warm_start=False)
            space = {"max_depth": (1, 8), "min_samples_leaf": (1, 9)}
            return HyperbandSearchCV(
                forest, space, resource="n_estimators", min_resources=1, max_resources=9,
                method="halving", sampler="random", n_iter=9, cv=2, random_state=0,
            )  # fmt: skip

        def measured(found):
            results = found.cv_results_
            return {
                tuple(params.items()): (results["mean_test_score"][i], results["status"][i])
                for i, params in enumerate(results["params"])
            }

        ours, theirs = search().fit(X, Y), alone(search())
        assert ours.n_resources_ == theirs.n_resources_
        assert measured(ours) == measured(theirs)
        assert len(measured(ours)) == 9 + 3 + 1
        assert ours.best_params_ == theirs.best_params_
        # summed over trees in the order in which threads come
        np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=1e-12)

    def test_fits_run_in_all_workers_and_not_in_the_driver(self, on_cluster, tmp_path):
        searched(estimator=Stump(folder=str(tmp_path), fate="slow"), n_iter=4).fit(X, Y)
        fitted_in = {int(path.name.split("-")[0]) for path in tmp_path.iterdir()}
        assert len(fitted_in) == 2
        assert os.getpid() not in fitted_in

    def test_sample_weight_reaches_the_fits(self, on_cluster):
        weight = np.arange(60.0)
        search = searched(scoring=weight_of, error_score="raise").fit(X, Y, sample_weight=weight)
        both = search.cv_results_["split0_test_score"] + search.cv_results_["split1_test_score"]
        assert both == pytest.approx(np.full(5, weight.sum()))

    def test_a_worker_that_does_not_see_the_file_is_sent_the_bytes_once(
        self, on_cluster, hidden_payload, shipped
    ):
        search = searched(estimator=Stump(fate="slow")).fit(np.tile(X, (1, 1000)), Y)
        assert statuses(search) == ["ok"] * 5
        # The task that brings the content may run on another worker than the one that asked.
        assert 1 <= sum(hidden_payload) <= 5
        assert len(shipped) == 1
        assert shipped[0] > 1_000_000

    def test_limits_where_the_file_is_not_seen(self, on_cluster, hidden_payload):
        search = searched(one_with("hang"), 6, fit_timeout=1).fit(X, Y)
        assert_one_row_is(search, "timeout")
        assert_no_sandbox_is_left()

    def test_a_candidate_that_kills_its_worker_is_marked(self, on_cluster):
        search = searched(one_with("exit"), 6).fit(X, Y)
        assert_one_row_is(search, "crashed")
        assert_no_sandbox_is_left()

    def test_a_worker_killed_from_outside_costs_nothing(self, on_cluster, tmp_path):
        def kill_one():
            while not any(tmp_path.iterdir()):
                time.sleep(0.05)
            os.kill(int(next(tmp_path.iterdir()).name.split("-")[0]), signal.SIGKILL)

        killer = threading.Thread(target=kill_one)
        killer.start()
        search = searched(estimator=Stump(folder=str(tmp_path), fate="slow")).fit(X, Y)
        killer.join()
        assert scores(search) == scores(alone(searched()))
        assert statuses(search) == ["ok"] * 5

    def test_fits_that_hang_or_take_too_much_memory_are_ended(self, on_cluster):
        space = [*one_with("hang"), {"threshold": [0.2], "fate": ["grow"]}]
        search = searched(space, 7, fit_timeout=1, fit_memory="150MB").fit(X, Y)
        assert statuses(search) == ["memory", *["ok"] * 5, "timeout"]
        assert_no_sandbox_is_left()

    def test_a_journal_stays_with_the_driver_and_is_continued(self, on_cluster, tmp_path):
        path = tmp_path / "search.jsonl"
        searched(HARMLESS, 3, journal=path).fit(X, Y)
        resumed = searched(HARMLESS, 5, journal=path).fit(X, Y)
        assert len(resumed.cv_results_["params"]) == len(skhpo.load_journal(path)) == 5
        assert scores(resumed) == scores(alone(searched()))
