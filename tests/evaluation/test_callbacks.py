"""scikit-learn's callbacks see each fit of a search once, whatever a schedule rations."""

from concurrent.futures import BrokenExecutor

import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skhpo import HyperbandSearchCV, RandomSearchCV
from skhpo.evaluation import Executor, Job
from skhpo.evaluation._payload import PayloadMissing
from skhpo.trial import Candidate, Task

# -- which task is given which context -----------------------------------------------------------

X, Y = make_classification(120, n_features=4, random_state=0)
SPLITS = [(np.arange(60), np.arange(60, 120)), (np.arange(60, 120), np.arange(60))]
CONTEXTS = ["a0", "a1", "b0", "b1"]
A, B, C = (Candidate(i, np.zeros(1), {}) for i in range(3))


class Pool:
    """Keeps what is submitted."""

    size, runs_inline, shares_memory = 2, False, True

    def __init__(self):
        self.sent = []

    def submit(self, function, args, done):
        self.sent.append(args)

    def is_broken(self):
        return False


@pytest.fixture
def executor():
    job = Job(estimator=BaseEstimator(), X=X, y=Y, splits=SPLITS, scorer=None)
    executor = Executor(job, 1, CONTEXTS)
    executor._pool = Pool()
    yield executor
    if executor._payload is not None:
        executor._payload.close()


def contexts_of(executor):
    return [args[4] for args in executor._pool.sent]


def test_contexts_have_the_order_of_candidate_and_split(executor):
    for task in (Task(B, 1), Task(A, 0), Task(B, 0), Task(C, 0)):
        executor.submit(task)
    assert contexts_of(executor) == ["b1", "a0", "b0", None]


def test_each_amount_of_a_resource_has_a_context_of_its_own(executor):
    for task in (Task(A, 0, 1), Task(B, 0, 1), Task(A, 1, 3), Task(A, 0, 3), Task(A, 0, 9)):
        executor.submit(task)
    assert contexts_of(executor) == [*CONTEXTS, None]


@pytest.mark.parametrize("resource", [None, 3])
def test_a_further_attempt_has_none(executor, resource):
    task = Task(A, 0, resource)
    executor.submit(task)
    assert executor._arguments(task)[3] == "a0"
    executor._sent_whole.add(task)
    executor._try_again(task, PayloadMissing())
    assert executor._arguments(task)[3] is None


def test_a_task_that_was_only_sent_without_its_data_keeps_it(executor):
    task = Task(A, 0, 3)
    executor.submit(task)
    executor._try_again(task, PayloadMissing())
    assert executor._arguments(task)[3] == "a0"
    executor._try_again(task, BrokenExecutor())
    assert executor._arguments(task)[3] is None


# -- scikit-learn's own callbacks ----------------------------------------------------------------

unconverged = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
SPACE = {"C": [0.01, 0.1, 1.0, 10.0]}


def hyperband(estimator, resource, **options):
    return HyperbandSearchCV(
        estimator,
        options.pop("space", SPACE),
        resource=resource,
        method=options.pop("method", "halving"),
        n_iter=4,
        cv=3,
        random_state=0,
        **options,
    )


SEARCHES = {
    "grid": lambda estimator: GridSearchCV(estimator, SPACE, cv=3),
    "random": lambda estimator: RandomSearchCV(estimator, SPACE, cv=3),
    "two threads": lambda estimator: RandomSearchCV(estimator, SPACE, cv=3, n_jobs=2),
    "n_samples": lambda estimator: hyperband(estimator, "n_samples"),
    "n_splits": lambda estimator: hyperband(estimator, "n_splits"),
    "max_iter": lambda estimator: hyperband(estimator, "max_iter", max_resources=9),
    "asha": lambda estimator: hyperband(estimator, "n_samples", method="asha"),
}


def n_fits(search):
    """Return how many fits were made on a split."""
    done = search.cv_results_.get("n_splits_evaluated", np.full(len(SPACE["C"]), 3))
    if getattr(search, "resource", None) != "n_splits":
        return int(np.sum(done))
    most = {}
    for params, count in zip(search.cv_results_["params"], done, strict=True):
        most[params["C"]] = max(count, most.get(params["C"], 0))
    return int(sum(most.values()))


@pytest.fixture(params=SEARCHES)
def make(request):
    with joblib.parallel_config(backend="threading"):
        yield SEARCHES[request.param]


@pytest.fixture
def callback():
    return pytest.importorskip("sklearn.callback", reason="came with scikit-learn 1.9")


@unconverged
def test_a_monitor_sees_each_fit_of_a_search_in_one_run(make, callback):
    monitor = callback.ScoringMonitor(scoring="accuracy")
    search = make(LogisticRegression(max_iter=9).set_callbacks(monitor)).fit(X, Y)
    [log] = monitor.get_logs(select="all")
    assert log.estimator_name == type(search).__name__
    paths = [tuple(row["task_id_path"]) for row in log.data]
    assert len(paths) == len(set(paths))
    fits = {path[:3] for path in paths if path[1] == 0}
    assert len(fits) == n_fits(search)
    assert {path[1] for path in paths} == {0, 1}  # the search and the refit


@pytest.mark.parametrize("resource", ["n_samples", "n_splits"])
def test_a_monitor_of_a_step_is_seen_too(callback, resource):
    monitor = callback.ScoringMonitor(scoring="accuracy")
    estimator = make_pipeline(StandardScaler(), LogisticRegression().set_callbacks(monitor))
    space = {"logisticregression__C": SPACE["C"]}
    hyperband(estimator, resource, space=space, refit=False).fit(X, Y)
    assert len(monitor.get_logs(select="all")) == 1


@unconverged
def test_a_progress_bar_comes_to_its_end(make, callback, capsys, monkeypatch):
    pytest.importorskip("rich")
    monkeypatch.setenv("COLUMNS", "200")
    make(LogisticRegression(max_iter=9)).set_callbacks(callback.ProgressBar()).fit(X, Y)
    lines = capsys.readouterr().out.splitlines()
    assert any(" search " in line and "100%" in line for line in lines)
