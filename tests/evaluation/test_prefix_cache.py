"""Sharing fitted prefixes changes what is computed, never what comes out."""

import copy
import gc
import pickle
import threading
import weakref
from dataclasses import replace

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy.sparse import csr_matrix
from sklearn import clone, config_context
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, SGDClassifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import ParameterGrid, StratifiedKFold
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KernelCenterer,
    OneHotEncoder,
    StandardScaler,
    TargetEncoder,
)
from sklearn.svm import SVC

from skhpo._sklearn import fit_and_score
from skhpo.evaluation import Job, _prefix_cache
from skhpo.evaluation._prefix_cache import share_prefix

N = 60
RANDOM = np.random.default_rng(0)
Y = RANDOM.integers(2, size=N)
DENSE = RANDOM.normal(size=(N, 6)) + Y[:, None] * RANDOM.random(6)
SPARSE = csr_matrix(np.where(np.abs(DENSE) > 1, DENSE, 0))
FRAME = pd.DataFrame(DENSE, columns=list("abcdef")).assign(
    a=np.where(RANDOM.random(N) < 0.1, np.nan, DENSE[:, 0]),
    level=RANDOM.choice(["low", "high", "none"], N),
)
TEXT = [" ".join(RANDOM.choice([f"w{i}" for i in range(40 + 5 * y)], 12)) for y in Y]
C = {"model__C": [0.1, 1.0]}


class Counting(TransformerMixin, BaseEstimator):
    """Adds ``shift``, and counts what it was asked to do."""

    calls: list[str] = []  # noqa: RUF012 (shared on purpose)

    def __init__(self, shift=0.0, random_state=0, copy=True):
        self.shift = shift
        self.random_state = random_state
        self.copy = copy

    def fit(self, X, y=None, sample_weight=None):
        self.calls.append("fit")
        self.mean_ = np.mean(X, axis=0)
        return self

    def transform(self, X):
        self.calls.append("transform")
        return X - self.mean_ + self.shift


class Recorder:
    """A scorer that keeps what it saw."""

    def __init__(self):
        self.seen = []

    def __call__(self, estimator, X, y):
        answer = getattr(estimator, "decision_function", estimator.predict)(X)
        self.seen.append((answer.copy(), list(estimator.named_steps), estimator.memory))
        return float(np.mean((answer > 0) == y))


@pytest.fixture(autouse=True)
def no_calls():
    Counting.calls.clear()


def pipeline(*steps, model=None):
    named = [(f"step{i}", step) for i, step in enumerate(steps)]
    return Pipeline([*named, ("model", model or LogisticRegression())])


def job_of(estimator, X=DENSE, y=Y, scorer=None, n_splits=3, **more):
    splits = list(StratifiedKFold(n_splits).split(np.zeros(N), Y))
    scorer = check_scoring(estimator) if scorer is None else scorer
    return Job(estimator, X, y, splits, scorer, return_train_score=True, **more)


def run(job, params, split, *, limit=2**24):
    """Fit and score one candidate on one split, sharing prefixes if there is a limit."""
    train, test = job.splits[split]
    estimator = clone(job.estimator)
    if limit:
        estimator = share_prefix(estimator, job, split, train, test, limit)
    record = fit_and_score(
        estimator,
        job.X,
        job.y,
        scorer=job.scorer,
        train=train,
        test=test,
        verbose=0,
        parameters=dict(params),
        fit_params=job.fit_params,
        score_params=job.score_params,
        return_train_score=True,
        error_score="raise",
    )
    return record["test_scores"], record["train_scores"]


def run_all(job, candidates, *, limit=2**24):
    return [run(job, params, k, limit=limit) for params in candidates for k in range(3)]


def assert_same(estimator, grid, X=DENSE, y=Y):
    """Check every bit of what a scorer sees, in two orders of the candidates."""
    candidates = list(ParameterGrid(grid))
    candidates += candidates[::-1]  # each comes again, the first at last
    plain, shared = (job_of(estimator, X, y, scorer=Recorder()) for _ in range(2))
    assert run_all(shared, candidates) == run_all(plain, candidates, limit=0)
    for one, other in zip(shared.scorer.seen, plain.scorer.seen, strict=True):
        assert one[0].tobytes() == other[0].tobytes()
        assert one[1:] == other[1:]
    return store_of(shared)


def store_of(job):
    return _prefix_cache._own.stores.get(job)


def seeded_target_encoder():
    if TargetEncoder().random_state is None:  # scikit-learn < 1.9
        return TargetEncoder(random_state=0)
    return TargetEncoder(cv=StratifiedKFold(3, shuffle=True, random_state=0))


COLUMNS = ColumnTransformer(
    [
        ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), list("abcdef")),
        ("level", OneHotEncoder(sparse_output=False), ["level"]),
    ]
)
UNSHARED = {"first step writes into its input", "precomputed kernel"}
SAME = {
    "dense": (pipeline(StandardScaler(), SelectKBest(k=3)), {"step1__k": [2, 4], **C}, DENSE),
    "sparse": (pipeline(StandardScaler(with_mean=False)), C, SPARSE),
    "text": (pipeline(TfidfVectorizer()), {"step0__min_df": [1, 3], **C}, TEXT),
    "text of an object array": (pipeline(TfidfVectorizer()), C, np.array(TEXT, dtype=object)),
    "text of a series": (pipeline(CountVectorizer()), C, pd.Series(TEXT)),
    "sgd on text": (
        pipeline(TfidfVectorizer(), model=SGDClassifier(random_state=0)),
        {"model__alpha": [1e-4, 1e-2]},
        TEXT,
    ),
    "columns": (
        pipeline(COLUMNS),
        {"step0__numbers__simpleimputer__strategy": ["mean", "median"], **C},
        FRAME,
    ),
    "pandas output": (
        pipeline(COLUMNS, SelectKBest(k=4)).set_output(transform="pandas"),
        C,
        FRAME,
    ),
    "polars output": (pipeline(StandardScaler()).set_output(transform="polars"), C, DENSE),
    "columns as they are": (
        pipeline(ColumnTransformer([("a", "passthrough", ["b", "c"])], remainder="drop")),
        C,
        FRAME,
    ),
    "union": (
        pipeline(FeatureUnion([("pca", PCA(2, random_state=0)), ("best", SelectKBest(k=2))])),
        {"step0__best__k": [1, 3], **C},
        DENSE,
    ),
    "nested pipeline": (
        pipeline(make_pipeline(StandardScaler(), PCA(3, random_state=0)), StandardScaler()),
        {"step0__pca__n_components": [2, 3], **C},
        DENSE,
    ),
    "passthrough": (
        pipeline(StandardScaler(), SelectKBest(k=2)),
        {"step0": ["passthrough", None, StandardScaler()], **C},
        DENSE,
    ),
    "steps replaced": (
        pipeline(StandardScaler()),
        {"step0": [StandardScaler(), SelectKBest(k=2), SelectKBest(k=3)], **C},
        DENSE,
    ),
    "looks at y": (pipeline(SelectKBest()), {"step0__k": [2, 3], **C}, DENSE),
    "cross-fitted target encoder": (
        pipeline(seeded_target_encoder(), StandardScaler()),
        C,
        FRAME[["level"]],
    ),
    "unseeded step after a seeded one": (
        pipeline(StandardScaler(), PCA(3, svd_solver="full")),
        C,
        DENSE,
    ),
    "identity": (pipeline(FunctionTransformer()), C, DENSE),
    "writes into its input": (
        pipeline(StandardScaler(), StandardScaler(copy=False), SelectKBest(k=2)),
        C,
        DENSE,
    ),
    "first step writes into its input": (
        pipeline(StandardScaler(copy=False), StandardScaler()),
        C,
        DENSE,
    ),
    "model writes into its input": (
        pipeline(StandardScaler(), model=LinearRegression(copy_X=False)),
        {"model__fit_intercept": [True, False]},
        DENSE,
    ),
    "functions": (
        pipeline(FunctionTransformer(np.exp)),
        {"step0__func": [np.exp, np.tanh, np.cbrt], **C},
        DENSE,
    ),
    "precomputed kernel": (
        pipeline(KernelCenterer(), model=SVC(kernel="precomputed")),
        {"step0": [KernelCenterer()], **C},
        DENSE @ DENSE.T,
    ),
    "svd of text": (
        pipeline(TfidfVectorizer(), TruncatedSVD(3, random_state=0)),
        {"step1__n_components": [2, 3], **C},
        TEXT,
    ),
}


@pytest.mark.parametrize("case", SAME)
def test_results_are_the_same_to_the_bit(case):
    assert (assert_same(*SAME[case]).hits > 0) == (case not in UNSHARED)


def test_pipelines_that_end_with_a_transformer():
    def scorer(estimator, X, y):
        return float(estimator.transform(X)[:, 0] @ y)

    job = job_of(pipeline(StandardScaler(), model=SelectKBest()), scorer=scorer)
    candidates = [*ParameterGrid({"model__k": [1, 2]}), {"model": "passthrough"}]
    assert run_all(job, candidates) == run_all(job, candidates, limit=0)
    assert store_of(job).hits


def test_each_prefix_is_fitted_once_a_split():
    job = job_of(pipeline(Counting()))
    run_all(job, ParameterGrid({"step0__shift": [0.0, 0.1], "model__C": [0.1, 1.0, 10.0]}))
    assert Counting.calls.count("fit") == 2 * 3
    # training part once with the fit; test and training part at the first and second sighting
    assert Counting.calls.count("transform") == 2 * 3 * (1 + 2 + 2)


def test_a_leading_run_is_shared_though_a_later_step_differs():
    job = job_of(pipeline(Counting(), SelectKBest()))
    run_all(job, ParameterGrid({"step1__k": [1, 2, 3, 4, 5]}))
    # the second candidate shows that the first step alone comes again
    assert Counting.calls.count("fit") == 2 * 3


def test_disabled_as_a_whole(monkeypatch):
    monkeypatch.setattr(_prefix_cache, "ENABLED", False)
    job = job_of(pipeline(Counting()))
    run_all(job, ParameterGrid(C))
    assert Counting.calls.count("fit") == 2 * 3


class TestBounds:
    def test_bytes_are_bounded(self):
        job = job_of(pipeline(Counting()))
        sizes = set()
        for shift in np.linspace(0, 1, 20):
            run(job, {"step0__shift": shift}, 0, limit=6_000)
            run(job, {"step0__shift": shift}, 0, limit=6_000)
            sizes.add(store_of(job).size)
        assert max(sizes) <= 6_000
        assert store_of(job).hits

    def test_too_little_room_for_anything_is_no_error(self):
        job = job_of(pipeline(Counting()))
        run_all(job, ParameterGrid(C), limit=100)
        assert Counting.calls.count("fit") == 2 * 3
        assert store_of(job).size == 0

    def test_hopeless_searches_keep_nothing_more(self):
        job = job_of(pipeline(Counting()), n_splits=3)
        for shift in np.linspace(0, 1, 50):
            run(job, {"step0__shift": shift}, 0)
        assert len(store_of(job)._entries) == store_of(job).hope == 24
        run(job, {"step0__shift": np.float64(1)}, 0)
        run(job, {"step0__shift": np.float64(1)}, 0)
        assert store_of(job).hits == 1

    def test_goes_with_the_job(self):
        job = job_of(pipeline(Counting()))
        run_all(job, ParameterGrid(C))
        store = weakref.ref(store_of(job))
        data = weakref.ref(job)
        del job
        gc.collect()
        assert data() is None
        assert store() is None

    def test_threads_do_not_share(self):
        job = job_of(pipeline(Counting()))
        threads = [threading.Thread(target=run, args=(job, {}, 0)) for _ in range(2)]
        for thread in threads:
            thread.start()
            thread.join()
        assert Counting.calls.count("fit") == 2


class TestNeverMixed:
    def test_splits(self):
        job = job_of(pipeline(Counting()))
        assert run(job, {}, 0) == run(job, {}, 0, limit=0)
        assert run(job, {}, 1) == run(job, {}, 1, limit=0)
        assert store_of(job).hits == 0

    def test_jobs(self):
        one = job_of(pipeline(Counting()))
        other = replace(one, X=one.X[::-1] * 2)
        for job in (one, other, one, other):
            assert run(job, {}, 0) == run(job, {}, 0, limit=0)
        assert store_of(one) is not store_of(other)
        assert store_of(one).hits == store_of(other).hits == 1

    def test_pairwise_data_and_rows(self):
        class Pairwise(Counting):
            def __sklearn_tags__(self):
                tags = super().__sklearn_tags__()
                tags.input_tags.pairwise = True
                return tags

        estimator = pipeline("passthrough", Pairwise())
        orders = [[("a", "passthrough"), ("b", Pairwise())], [("b", Pairwise())]]
        grid = {"steps": [[*order, ("model", LogisticRegression())] for order in orders]}
        assert_same(estimator, grid, DENSE @ DENSE.T)


OFF = {
    "random without a seed": pipeline(Counting(random_state=None)),
    "random state": pipeline(
        Counting(random_state=np.random.RandomState(0))  # noqa: TID251 (what users have)
    ),
    "random generator": pipeline(Counting(random_state=np.random.default_rng(0))),
    "random deep inside": pipeline(
        FeatureUnion([("a", make_pipeline(Counting(), PCA(2)))]),
    ),
    "writes into its input": pipeline(Counting(copy=False)),
    "verbose": Pipeline([("step0", Counting()), ("model", LogisticRegression())], verbose=True),
    "not a pipeline": TransformedTargetRegressor(make_pipeline(Counting(), LinearRegression())),
}


@pytest.mark.parametrize("case", OFF)
def test_off_where_it_cannot_be_right(case):
    job = job_of(OFF[case])
    for _ in range(3):
        run(job, {}, 0)
    assert Counting.calls.count("fit") == 3


def test_off_with_metadata():
    weights = np.ones(N)
    fit = job_of(pipeline(Counting()), fit_params={"step0__sample_weight": weights})
    score = job_of(pipeline(Counting()), score_params={"sample_weight": weights})
    for job in (fit, fit, score, score):
        run(job, {}, 0)
    assert Counting.calls.count("fit") == 4


def test_off_for_subclasses_of_pipeline():
    class Special(Pipeline):
        pass

    estimator = Special([("step0", Counting()), ("model", LogisticRegression())])
    assert share_prefix(estimator, job_of(estimator), 0, [0], [1]) is estimator
    assert estimator.memory is None


def test_off_for_steps_with_callbacks():
    estimator = pipeline(Counting())
    estimator[0]._skl_callbacks = [object()]
    job = job_of(estimator)
    run(job, {}, 0)
    run(job, {}, 0)
    kept = hasattr(clone(estimator)[0], "_skl_callbacks")  # scikit-learn < 1.9 drops them
    assert store_of(job).hits == (not kept)


def test_off_for_transformers_of_another_kind():
    class Foreign:
        def fit(self, X, y=None):
            Counting.calls.append("fit")
            return self

        def transform(self, X):
            return X

        def get_params(self, deep=True):
            return {}

        def set_params(self):
            return self

        def __sklearn_tags__(self):
            return StandardScaler().__sklearn_tags__()

    job = job_of(pipeline(Foreign()))
    run(job, {}, 0)
    run(job, {}, 0)
    assert Counting.calls.count("fit") == 2


def test_memory_of_the_user_is_honoured(tmp_path):
    memory = joblib.Memory(tmp_path, verbose=0)
    estimator = pipeline(StandardScaler()).set_params(memory=memory)
    assert share_prefix(estimator, job_of(estimator), 0, [0], [1]).memory is memory
    job = job_of(pipeline(StandardScaler()))
    assert run(job, {"memory": memory}, 0) == run(job, {}, 0, limit=0)
    assert list(tmp_path.rglob("output.pkl"))


def test_frozen_estimators_are_told_apart():
    frozen = pytest.importorskip("sklearn.frozen").FrozenEstimator
    scalers = [frozen(StandardScaler().fit(DENSE[:n])) for n in (5, 60)]
    assert_same(pipeline(scalers[0]), {"step0": scalers, **C})


def test_failing_prefix_fails_each_time():
    job = job_of(pipeline(SelectKBest(k="nonsense")))
    for _ in range(2):
        with pytest.raises(ValueError, match="nonsense"):
            run(job, {}, 0)


class TestScorersSee:
    """Whatever a scorer does with the pipeline or the data, it sees and gets what it would."""

    def check(self, scorer, estimator=None, X=DENSE):
        estimator = (
            pipeline(StandardScaler(), SelectKBest(k=3)) if estimator is None else estimator
        )
        shared, plain = (job_of(estimator, X, scorer=scorer) for _ in range(2))
        candidates = [*ParameterGrid(C)] * 2
        expected = run_all(plain, candidates, limit=0)
        assert run_all(shared, candidates) == expected
        assert store_of(shared).hits

    def test_data_written_to(self):
        def scorer(estimator, X, y):
            first = estimator.decision_function(X).sum()
            X[:, 0] = 0.0
            return float(first + 2 * estimator.decision_function(X).sum())

        self.check(scorer)

    def test_output_written_to(self):
        def scorer(estimator, X, y):
            Xt = estimator[:-1].transform(X)
            Xt *= 2
            Xt2 = estimator[0].transform(X)
            Xt2 += 1
            return float(Xt.sum() + estimator.decision_function(X).sum() + Xt2.sum())

        self.check(scorer)

    def test_sparse_output_written_to(self):
        def scorer(estimator, X, y):
            Xt = estimator[:-1].transform(X)
            Xt.data *= 2
            Xt.indices[:] = 0
            return float(Xt.sum() + estimator.decision_function(X).sum())

        self.check(scorer, pipeline(TfidfVectorizer()), TEXT)

    def test_other_data(self):
        def scorer(estimator, X, y):
            return float(estimator.decision_function(X[::2]).sum())

        self.check(scorer)

    def test_attributes_and_types(self):
        def scorer(estimator, X, y):
            assert type(estimator) is Pipeline
            assert type(estimator.named_steps["step0"]) is StandardScaler
            assert isinstance(estimator[1], SelectKBest)
            assert estimator.memory is None
            return float(estimator[0].mean_.sum() + estimator[1].scores_.sum())

        self.check(scorer)

    def test_attributes_set(self):
        def scorer(estimator, X, y):
            estimator[0].mean_ = estimator[0].mean_ + 1
            return float(estimator.decision_function(X).sum())

        self.check(scorer)

    def test_another_output_container(self):
        def scorer(estimator, X, y):
            inner = estimator[0].set_output(transform="pandas").transform(X)
            assert isinstance(inner, pd.DataFrame)
            return float(inner.to_numpy().sum())

        self.check(scorer)

    def test_another_configuration(self):
        def scorer(estimator, X, y):
            estimator.predict(X)
            with config_context(transform_output="pandas"):
                assert isinstance(estimator[0].transform(X), pd.DataFrame)
            return 1.0

        self.check(scorer)

    @pytest.mark.parametrize(
        "twin", [copy.deepcopy, clone, lambda e: pickle.loads(pickle.dumps(e))]
    )
    def test_copies_fitted_anew(self, twin):
        def scorer(estimator, X, y):
            again = twin(estimator).fit(X * 3, y)
            return float(again.decision_function(X).sum() + estimator.decision_function(X).sum())

        self.check(scorer)

    def test_copies(self):
        def scorer(estimator, X, y):
            again = pickle.loads(pickle.dumps(estimator))
            return float(again.decision_function(X).sum())

        self.check(scorer)

    def test_the_step_alone(self):
        def scorer(estimator, X, y):
            transform = estimator.steps.pop(0)[1].transform
            return float(transform(X).sum())

        self.check(scorer)

    def test_several_scores(self):
        scorer = check_scoring(pipeline(), scoring=["accuracy", "neg_log_loss", "roc_auc"])
        self.check(scorer)


def test_routing_enabled_without_metadata():
    with sklearn.config_context(enable_metadata_routing=True):
        assert assert_same(pipeline(StandardScaler()), C).hits
