"""``MLflow`` with its local stores: what is written is read back with MLflow's own client."""

from dataclasses import replace
from math import exp, log

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.svm import SVC

from skhpo import CandidateRecord, HyperbandSearchCV, RandomSearchCV
from skhpo.tracking import MLflow
from tests.tracking._searches import (
    ENDS,
    FAILS,
    LONG,
    Unprintable,
    X,
    end_unprintably,
    search_with,
)

mlflow = pytest.importorskip("mlflow")
# SQLAlchemy deprecates what MLflow's store uses
pytestmark = [
    pytest.mark.filterwarnings("ignore:::mlflow"),
    pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy"),
]


@pytest.fixture(scope="module", params=["file", "sqlite"])
def uri(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "file":
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
            yield f"file://{folder}/mlruns"
    else:
        pytest.importorskip("sqlalchemy")
        yield f"sqlite:///{folder}/mlflow.db"


class Runs:
    """The runs of an experiment."""

    def __init__(self, uri, experiment):
        client = mlflow.MlflowClient(tracking_uri=uri)
        number = client.get_experiment_by_name(experiment).experiment_id
        runs = client.search_runs([number])
        [self.parent] = [r for r in runs if "mlflow.parentRunId" not in r.data.tags]
        self.children = {r.info.run_name: r for r in runs if r is not self.parent}
        self.history = client.get_metric_history(self.parent.info.run_id, "best_score")
        for child in self.children.values():
            assert child.data.tags["mlflow.parentRunId"] == self.parent.info.run_id


def test_candidates_are_runs(uri):
    with pytest.warns(match="fits failed"):
        search = search_with(MLflow("all kinds", tracking_uri=uri), ps=[1, FAILS, 3]).fit(X)
    runs = Runs(uri, "all kinds")
    assert set(runs.children) == {f"candidate {i}" for i in range(3)}
    results = search.cv_results_
    for row in range(3):
        run = runs.children[f"candidate {row}"]
        params = results["params"][row]
        assert run.data.params["p"] == str(params["p"])
        assert run.data.params["text"] == LONG[:5997] + "..."
        assert run.data.tags["status"] == results["status"][row]
        if params["p"] == FAILS:
            assert run.info.status == "FAILED"
            assert run.data.tags["error"].endswith("ValueError: seven\nis | not allowed")
            assert "score" not in run.data.metrics
            continue
        assert run.info.status == "FINISHED"
        assert run.data.metrics["score"] == results["mean_test_score"][row] == params["p"]
        assert run.data.metrics["std_score"] == 0
        assert run.data.metrics["split2_score"] == params["p"]
        assert run.data.metrics["fit_time"] == pytest.approx(results["mean_fit_time"][row])


def test_the_search_is_their_parent(uri):
    tracker = MLflow("parent", tracking_uri=uri, run_name="first", tags={"team": "red"})
    search = search_with(tracker, ps=[1, 2, 3]).fit(X)
    parent = Runs(uri, "parent").parent
    assert (parent.info.run_name, parent.info.status) == ("first", "FINISHED")
    assert parent.data.params["best.p"] == "3"
    assert parent.data.params["n_iter"] == "3"
    assert parent.data.metrics["best_score"] == search.best_score_
    assert parent.data.metrics["refit_time"] == pytest.approx(search.refit_time_)
    tags = parent.data.tags
    assert (tags["n_rows"], tags["n_columns"], tags["team"]) == ("9", "2", "red")
    assert tags["search"] == "RandomSearchCV"
    assert tags["version skhpo"]
    assert tags["stop_reason"] == search.stop_reason_


def test_the_best_score_so_far_is_a_curve(uri):
    X, y = load_iris(return_X_y=True)
    space = {"C": (log(1.1), exp(5), "log-uniform")}
    search = RandomSearchCV(
        SVC(), space, n_iter=6, random_state=1, callbacks=MLflow("curve", tracking_uri=uri)
    ).fit(X, y)
    means = search.cv_results_["mean_test_score"]
    history = sorted(Runs(uri, "curve").history, key=lambda point: point.step)
    best = {point.step: point.value for point in history}
    so_far = np.maximum.accumulate(means)
    risen = [0, *(np.flatnonzero(np.diff(so_far) > 0) + 1)]
    assert [*best] == [*risen, 6]  # the end has a point of its own
    np.testing.assert_allclose([*best.values()], [*so_far[risen], search.best_score_])


def test_rungs_are_runs_of_their_own(uri):
    X, y = load_iris(return_X_y=True)
    search = HyperbandSearchCV(
        SVC(), {"C": (0.1, 10.0)}, n_iter=4, method="halving", random_state=0,
        callbacks=MLflow("rungs", tracking_uri=uri),
    ).fit(X, y)  # fmt: skip
    runs = Runs(uri, "rungs")
    assert len(runs.children) == len(search.cv_results_["params"])
    amounts = sorted(run.data.metrics["n_resources"] for run in runs.children.values())
    assert amounts == sorted(search.cv_results_["n_resources"])


def test_what_racing_drops_is_killed_and_what_it_completes_has_one_run(uri):
    X, y = load_iris(return_X_y=True)
    search = RandomSearchCV(
        SVC(), {"C": (1e-3, 1e3, "log-uniform")}, n_iter=8, racing=True, random_state=0,
        callbacks=MLflow("race", tracking_uri=uri),
    ).fit(X, y)  # fmt: skip
    status = search.cv_results_["status"]
    assert {*status} == {"ok", "dropped"}
    expected = {"ok": "FINISHED", "dropped": "KILLED"}
    runs = Runs(uri, "race").children
    assert {name: run.info.status for name, run in runs.items()} == {
        f"candidate {row}": expected[s] for row, s in enumerate(status)
    }


@pytest.mark.parametrize(
    ("bad", "error", "status"),
    [(ENDS, KeyboardInterrupt, "KILLED"), (FAILS, ValueError, "FAILED")],
)
def test_the_run_is_closed_whatever_ends_the_search(uri, bad, error, status):
    tracker = MLflow(f"ended {status}", tracking_uri=uri)
    search = search_with(tracker, ps=[2, 3, bad], text="a", error_score="raise")
    with pytest.raises(error):
        search.fit(X)
    runs = Runs(uri, f"ended {status}")
    assert runs.parent.info.status == status
    assert runs.parent.data.params["best.p"] == "3"
    assert runs.parent.data.metrics["best_score"] == 3
    assert len(runs.children) == 2


def test_the_run_is_closed_when_its_end_cannot_be_written(uri):
    end_unprintably(MLflow("unprintable", tracking_uri=uri))
    assert Runs(uri, "unprintable").parent.info.status == "FINISHED"


def test_the_run_of_a_candidate_is_closed_when_it_cannot_be_written(uri):
    class Unlucky(MLflow):
        def on_candidate_end(self, search, record):
            super().on_candidate_end(search, replace(record, params={"p": Unprintable()}))

    search = search_with(Unlucky("unprintable candidate", tracking_uri=uri), ps=[1, 2], text="a")
    with pytest.warns(UserWarning, match="has no text"):
        search.fit(X)
    runs = Runs(uri, "unprintable candidate")
    assert {r.info.status for r in [runs.parent, *runs.children.values()]} == {"FINISHED"}


def test_the_run_is_closed_when_its_arguments_cannot_be_written(uri):
    search = search_with(MLflow("unprintable arguments", tracking_uri=uri))
    search.set_params(param_distributions={"p": [1], "text": [Unprintable()]}, n_iter=1)
    with pytest.warns(UserWarning, match="has no text"):
        search.fit(X)
    runs = Runs(uri, "unprintable arguments")
    assert (runs.parent.info.status, runs.children) == ("FAILED", {})


def test_names_that_could_lead_elsewhere(uri):
    names = {"/a": "_/a", "a//b": "a/_/b", "c/": "c/_", "../d": "_/d", "./e": "_/e"}
    search = search_with(MLflow("paths", tracking_uri=uri), ps=[1, 2], text="a", refit="/a")
    search.set_params(scoring=dict.fromkeys(names, _p)).fit(X)
    runs = Runs(uri, "paths")
    assert runs.parent.info.status == "FINISHED"
    metrics = runs.children["candidate 1"].data.metrics
    assert [metrics[kept] for kept in names.values()] == [2.0] * 5


def _p(estimator, X, y=None):
    return float(estimator.p)


def test_names_and_numbers_that_mlflow_refuses(uri):
    tracker, search = (
        MLflow("names", tracking_uri=uri),
        search_with(None, text="a").set_params(param_distributions={"p": [1]}, refit=False).fit(X),
    )
    record = CandidateRecord(
        number=0,
        params={f"p{i}": i for i in range(130)},
        status="ok",
        scores={"a (%)": 1.0, "b": np.nan},
        split_scores={name: np.array([1.0, np.nan]) for name in ("a (%)", "b")},
        fit_time=1.0,
        score_time=0.5,
        n_splits_evaluated=2,
    )
    tracker.on_search_begin(search)
    tracker.on_candidate_end(search, record)
    tracker.on_search_end(search, None)
    [run] = Runs(uri, "names").children.values()
    assert run.data.params == {f"p{i}": str(i) for i in range(130)}
    assert run.data.metrics["a ___"] == 1
    assert "b" not in run.data.metrics
    assert run.info.end_time - run.info.start_time >= 3000  # what the fits took


def test_the_active_run_of_the_program_is_left_alone(uri):
    mlflow.set_tracking_uri(uri)
    mlflow.set_experiment("mine")
    with mlflow.start_run() as mine:
        search_with(MLflow("other"), ps=[1, 2], text="a").fit(X)
        assert mlflow.active_run().info.run_id == mine.info.run_id
    assert len(Runs(uri, "other").children) == 2  # in the store that is set
    assert Runs(uri, "mine").children == {}
