"""What our searches promise beyond scikit-learn's own tests of a search."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse as sp
from scipy.stats import loguniform, randint
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.cluster import KMeans
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_diabetes, load_iris, make_classification
from sklearn.decomposition import PCA
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import FitFailedWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    RandomizedSearchCV,
    StratifiedKFold,
    cross_val_score,
    cross_validate,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skhpo import BayesSearchCV, Choice, Integer, RandomSearchCV, Real, Space, When
from skhpo.strategies import GaussianProcess, TreeParzen

X, Y = load_iris(return_X_y=True)
every_search = pytest.mark.parametrize("search", [BayesSearchCV, RandomSearchCV])


class Moody(ClassifierMixin, BaseEstimator):
    """Fails, or scores what is not a number, for some values of ``p``."""

    def __init__(self, p=0.0, on_fold=None):
        self.p = p
        self.on_fold = on_fold

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        if self.p > 0.5:
            raise ValueError(f"p is too large: {self.p}")
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])

    def score(self, X, y):
        return float(self.p)


def points(search):
    return [tuple(sorted(params.items())) for params in search.cv_results_["params"]]


# -- drop-in ------------------------------------------------------------------------------------


@every_search
def test_a_grid_no_larger_than_the_budget_gives_grid_search_results(search):
    grid = {"C": [0.1, 1.0, 10.0], "kernel": ["rbf", "linear"]}
    ours = search(SVC(), param_grid=grid, n_iter=50, cv=3).fit(X, Y)
    theirs = GridSearchCV(SVC(), param_grid=grid, cv=3).fit(X, Y)
    assert ours.cv_results_["params"] == theirs.cv_results_["params"]
    assert ours.best_params_ == theirs.best_params_
    for key, column in theirs.cv_results_.items():
        assert type(ours.cv_results_[key]) is type(column)
        if "time" not in key and key != "params":
            assert ours.cv_results_[key].dtype == column.dtype, key
            np.testing.assert_array_equal(ours.cv_results_[key], column)


@every_search
def test_all_that_randomized_search_takes(search):
    space = {"C": loguniform(1e-2, 1e2), "degree": randint(2, 5), "kernel": ["rbf", "poly"]}
    ours = search(SVC(), space, n_iter=12, cv=3, random_state=0).fit(X, Y)
    theirs = RandomizedSearchCV(SVC(), space, n_iter=12, cv=3, random_state=0).fit(X, Y)
    assert set(theirs.cv_results_) <= set(ours.cv_results_)
    assert all(type(p["degree"]) is int for p in ours.cv_results_["params"])
    assert len(set(points(ours))) == 12


@every_search
def test_it_works_inside_cross_validate_and_a_pipeline(search):
    inner = search(SVC(), {"C": Real(0.1, 10, log=True)}, n_iter=3, cv=2, random_state=0)
    pipeline = make_pipeline(StandardScaler(), inner)
    result = cross_validate(pipeline, X, Y, cv=3, return_estimator=True)
    assert result["test_score"].min() > 0.9
    assert all(len(e[-1].cv_results_["params"]) == 3 for e in result["estimator"])


@every_search
def test_clone_and_pickle(search):
    original = search(SVC(), {"C": Real(0.1, 10, log=True)}, n_iter=3, cv=2, random_state=0)
    copy = clone(original)
    original.fit(X, Y)
    copy.fit(X, Y)
    assert points(original) == points(copy)
    again = pickle.loads(pickle.dumps(original))
    np.testing.assert_array_equal(again.predict(X), original.predict(X))
    assert not hasattr(clone(original), "cv_results_")


@every_search
def test_the_users_objects_are_not_changed(search):
    template = SVC(C=Real(0.1, 10, log=True))
    space = {"model": Choice(template, DummyClassifier())}
    pipeline = Pipeline([("model", LogisticRegression())])
    before = repr((space, pipeline.get_params()))
    search(pipeline, space, n_iter=4, cv=2, random_state=0).fit(X, Y)
    assert repr((space, pipeline.get_params())) == before
    assert space["model"] is not None
    assert isinstance(template.C, Real)


# -- data ---------------------------------------------------------------------------------------


@every_search
@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize("kind", ["array", "list", "sparse", "pandas", "polars"])
def test_kinds_of_data(search, kind, n_jobs):
    convert = {
        "array": np.asarray,
        "list": lambda a: a.tolist(),
        "sparse": sp.csr_matrix,
        "pandas": lambda a: pd.DataFrame(a, columns=list("abcd")),
        "polars": lambda a: pl.DataFrame(a, schema=list("abcd")),
    }
    space = {"C": Real(0.1, 10, log=True)}
    data = convert[kind](X)
    fitted = search(SVC(), space, n_iter=3, cv=2, random_state=0, n_jobs=n_jobs).fit(data, Y)
    assert fitted.best_score_ > 0.9
    assert len(fitted.predict(data)) == len(Y)
    if kind in ("pandas", "polars"):
        # scikit-learn 1.6 sees no names in polars frames
        alone = getattr(SVC().fit(data, Y), "feature_names_in_", None)
        np.testing.assert_array_equal(getattr(fitted, "feature_names_in_", None), alone)


@every_search
def test_columns_with_categories_and_missing_values(search):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=80), "c": rng.choice(["a", "b", "c"], size=80)})
    y = (frame["x"] + (frame["c"] == "a") > 0.3).astype(int)
    frame.loc[::7, "x"] = np.nan
    frame.loc[::9, "c"] = None
    prep = make_column_transformer(
        (SimpleImputer(), ["x"]), (OneHotEncoder(handle_unknown="ignore"), ["c"])
    )
    pipeline = Pipeline([("prep", prep), ("model", LogisticRegression())])
    space = {
        "prep__simpleimputer__strategy": ["mean", "median"],
        "model": Choice(
            LogisticRegression(C=Real(1e-2, 1e2, log=True)),
            SVC(C=Real(1e-1, 1e2, log=True), kernel=Choice("rbf", When("poly", degree=[2, 3]))),
            names=["logreg", "svc"],
        ),
    }
    fitted = search(pipeline, space, n_iter=12, cv=3, random_state=0).fit(frame, y)
    assert fitted.best_score_ > 0.7
    for params in fitted.cv_results_["params"]:
        is_svc = isinstance(params["model"], SVC)
        assert ("model__kernel" in params) == is_svc
        assert ("model__degree" in params) == (params.get("model__kernel") == "poly")
    masked = fitted.cv_results_["param_model__kernel"]
    assert masked.mask.tolist() == ["model__kernel" not in p for p in fitted.cv_results_["params"]]


@every_search
def test_precomputed_kernel_unsupervised_and_multi_output(search):
    kernel = X @ X.T
    space = {"C": Real(0.1, 10, log=True)}
    assert (
        search(SVC(kernel="precomputed"), space, n_iter=3, cv=2).fit(kernel, Y).best_score_ > 0.9
    )
    clusters = search(KMeans(n_init=1, random_state=0), {"n_clusters": Integer(2, 5)}, n_iter=4)
    assert clusters.fit(X).best_params_["n_clusters"] == 5
    A, b = load_diabetes(return_X_y=True)
    ridge = search(Ridge(), {"alpha": Real(1e-3, 10, log=True)}, n_iter=3, cv=2)
    assert ridge.fit(A, np.c_[b, -b]).predict(A).shape == (len(A), 2)


@every_search
def test_groups_and_sample_weight_reach_splitter_and_fit(search):
    groups = np.repeat(np.arange(15), 10)
    seen = []

    class Weighted(DummyClassifier):
        def fit(self, X, y, sample_weight=None):
            seen.append(sample_weight)
            return super().fit(X, y, sample_weight)

    weight = np.linspace(1, 2, len(Y))
    fitted = search(
        Weighted(strategy="prior"), {"constant": [0, 1]}, n_iter=2, cv=GroupKFold(3)
    ).fit(X, Y, groups=groups, sample_weight=weight)
    assert fitted.n_splits_ == 3
    assert [len(w) for w in seen] == [100] * 6 + [150]


@every_search
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_metadata_routing(search, n_jobs):
    weight = np.linspace(1, 2, len(Y))
    with config_context(enable_metadata_routing=True):
        estimator = LogisticRegression(max_iter=500).set_fit_request(sample_weight=True)
        estimator.set_score_request(sample_weight=True)
        fitted = search(
            estimator,
            {"C": Real(0.1, 10)},
            n_iter=2,
            cv=GroupKFold(3).set_split_request(groups=True),
            n_jobs=n_jobs,
        ).fit(X, Y, groups=np.arange(150) % 15, sample_weight=weight)
    assert fitted.best_score_ > 0.9


# -- scores -------------------------------------------------------------------------------------


@every_search
def test_several_metrics_and_train_scores(search):
    fitted = search(
        LogisticRegression(max_iter=500),
        {"C": Real(1e-4, 1, log=True)},
        n_iter=5,
        cv=3,
        scoring=["accuracy", "neg_log_loss"],
        refit="neg_log_loss",
        return_train_score=True,
        random_state=0,
    ).fit(X, Y)
    results = fitted.cv_results_
    assert fitted.best_index_ == results["mean_test_neg_log_loss"].argmax()
    assert results["mean_train_accuracy"].shape == (5,)
    assert set(fitted.scorer_) == {"accuracy", "neg_log_loss"}


def test_the_model_is_told_the_metric_of_refit():
    """The two metrics have opposite optima: the search has to concentrate on the refit one."""

    def both(estimator, X, y):
        return {"low": -float(estimator.p), "high": float(estimator.p)}

    class Number(Moody):
        def fit(self, X, y):
            self.classes_ = np.unique(y)
            return self

    for metric, better in (("low", np.less), ("high", np.greater)):
        fitted = BayesSearchCV(
            Number(), {"p": Real(0, 1)}, n_iter=20, cv=2, scoring=both, refit=metric
        ).fit(X, Y)
        values = np.array([p["p"] for p in fitted.cv_results_["params"]])
        assert better(np.median(values[12:]), 0.5)


@every_search
def test_callable_refit(search):
    fitted = search(SVC(), {"C": Real(0.1, 1)}, n_iter=4, cv=2, refit=lambda results: 2).fit(X, Y)
    assert fitted.best_index_ == 2
    assert not hasattr(fitted, "best_score_")


# -- failures -----------------------------------------------------------------------------------


@every_search
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_failing_candidates_rank_last_and_keep_their_cause(search, n_jobs):
    with pytest.warns((FitFailedWarning, UserWarning)):
        fitted = search(
            Moody(), {"p": Real(0, 1)}, n_iter=12, cv=2, random_state=0, n_jobs=n_jobs
        ).fit(X, Y)
    results = fitted.cv_results_
    failed = np.array([p["p"] > 0.5 for p in results["params"]])
    assert failed.any()
    assert not failed.all()
    assert (results["status"] == np.where(failed, "failed", "ok")).all()
    assert all("p is too large" in error for error in results["error"][failed])
    assert all(error is None for error in results["error"][~failed])
    assert results["rank_test_score"][failed].min() > results["rank_test_score"][~failed].max()
    assert fitted.best_params_["p"] <= 0.5


def test_the_model_learns_where_fits_fail():
    with pytest.warns((FitFailedWarning, UserWarning)):
        fitted = BayesSearchCV(Moody(), {"p": Real(0, 0.9)}, n_iter=30, cv=2, random_state=0).fit(
            X, Y
        )
    # the optimum lies at the edge of what fails, at 0.5
    assert fitted.best_score_ > 0.495


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_score_that_is_not_finite_never_wins(bad):
    def score(estimator, X, y):
        return bad if estimator.p == 0.3 else float(estimator.p)

    with pytest.warns(UserWarning, match="non-finite"):
        fitted = RandomSearchCV(
            Moody(), {"p": [0.1, 0.2, 0.3]}, n_iter=3, cv=2, scoring=score
        ).fit(X, Y)
    assert fitted.best_params_ == {"p": 0.2}
    assert fitted.cv_results_["status"].tolist() == ["ok", "ok", "failed"]
    assert "not finite" in fitted.cv_results_["error"][2]


def test_failing_on_one_fold_only_is_failing():
    def score(estimator, X, y):
        return 1.0 if estimator.p < 0.2 and X[0, 0] > 6 else np.nan if estimator.p < 0.2 else 0.5

    with pytest.warns(UserWarning, match="non-finite"):
        fitted = RandomSearchCV(
            Moody(), {"p": [0.1, 0.3]}, n_iter=2, cv=KFold(3), scoring=score
        ).fit(X, Y)
    assert fitted.best_params_ == {"p": 0.3}
    assert fitted.cv_results_["status"].tolist() == ["failed", "ok"]


@every_search
def test_error_score_raise_raises(search):
    with pytest.raises(ValueError, match="p is too large"):
        search(Moody(), {"p": Real(0.6, 1)}, n_iter=3, cv=2, error_score="raise").fit(X, Y)


@every_search
def test_all_failing_is_one_error_with_the_cause(search):
    with pytest.raises(ValueError, match=r"(?s)All the 6 fits failed.*p is too large"):
        search(Moody(), {"p": Real(0.6, 1)}, n_iter=3, cv=2).fit(X, Y)


def test_all_scores_not_finite_is_an_error():
    with pytest.raises(ValueError, match=r"(?s)every candidate failed.*not finite"):
        RandomSearchCV(
            Moody(), {"p": Real(0, 0.4)}, n_iter=3, cv=2, scoring=lambda e, X, y: np.nan
        ).fit(X, Y)


def test_a_failed_candidate_never_wins_whatever_the_error_score():
    def score(estimator, X, y):
        return -1.0

    with pytest.warns(FitFailedWarning):
        fitted = RandomSearchCV(
            Moody(), {"p": [0.1, 0.9]}, cv=2, scoring=score, error_score=0.0
        ).fit(X, Y)
    assert fitted.best_params_ == {"p": 0.1}
    assert fitted.cv_results_["rank_test_score"].tolist() == [1, 2]
    assert fitted.cv_results_["mean_test_score"].tolist() == [-1.0, 0.0]


def test_each_candidate_failing_on_one_split_is_an_error():
    class OnOneFold(Moody):
        def fit(self, X, y):
            self.classes_ = np.unique(y)
            if X[0, 0] < 5.5:
                raise ValueError("a bad fold")
            return self

    with pytest.warns(FitFailedWarning), pytest.raises(ValueError, match=r"(?s)every.*a bad fold"):
        RandomSearchCV(OnOneFold(), {"p": [0.1, 0.2]}, cv=KFold(3)).fit(X, Y)


def test_only_the_metric_of_refit_decides_what_has_failed():
    def both(estimator, X, y):
        return {"good": float(estimator.p), "bad": np.nan}

    with pytest.warns(UserWarning, match="non-finite"):
        fitted = RandomSearchCV(Moody(), {"p": [0.1, 0.2]}, cv=2, scoring=both, refit="good").fit(
            X, Y
        )
    assert fitted.best_params_ == {"p": 0.2}
    assert fitted.cv_results_["status"].tolist() == ["ok", "ok"]


# -- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("space", "error", "words"),
    [
        ({"CC": Real(0.1, 1)}, ValueError, r"'CC'.*Never.*Did you mean 'C'"),
        ({"c": (0.1, 1.0)}, ValueError, r"'c'.*Did you mean 'C'"),
        ({"C": []}, ValueError, "C"),
        ({"C": "abc"}, TypeError, "C"),
        ({"C": 3}, TypeError, "C"),
        ({"C": (10.0, 1.0)}, ValueError, "10.0"),
        ({"C": (0.0, 1.0, "log-uniform")}, ValueError, "log"),
    ],
)
def test_a_bad_space_is_said_before_anything_is_fitted(space, error, words):
    class Never(SVC):
        def fit(self, *args, **kwargs):
            raise RuntimeError("fitted")

    with pytest.raises(error, match=words):
        BayesSearchCV(Never(), space, error_score="raise").fit(X, Y)


def test_a_parameter_without_the_name_of_its_step_is_said():
    for name, hint in [("C", "svc__C"), ("with_mean", "standardscaler__with_mean")]:
        with pytest.raises(ValueError, match=rf"'{name}'.*Did you mean '{hint}'"):
            RandomSearchCV(make_pipeline(StandardScaler(), SVC()), {name: [1, 2]}).fit(X, Y)


def test_an_unknown_parameter_of_an_alternative_is_said():
    pipeline = Pipeline([("model", SVC())])
    space = [
        {"model": [SVC()], "model__C": [1]},
        {"model": [DecisionTreeClassifier()], "model__max_dept": [3, 4]},
    ]
    with pytest.raises(ValueError, match=r"max_dept.*Did you mean 'model__max_depth'"):
        BayesSearchCV(pipeline, space, error_score="raise").fit(X, Y)


@pytest.mark.parametrize(
    ("estimator", "space", "words"),
    [
        (make_pipeline("passthrough", SVC()), {"passthrough__n": [1, 2]}, r"'passthrough__n'"),
        (
            Pipeline([("scale", StandardScaler()), ("model", SVC())]),
            {"scale": ["passthrough", StandardScaler()], "scale__with_mean": [True, False]},
            r"'scale__with_mean': it does not exist where 'scale' is 'passthrough'",
        ),
        (SVC(C=Real(0.1, 1)), {"gamma": (0.1, 1.0)}, r"parameter 'C' of the estimator is Real"),
        (SVC(), Space({"C": [1, 2]}, forbidden=lambda p: True), "forbidden leaves nothing"),
        (SVC(), Space({"C": (0.1, 1.0)}, forbidden=lambda p: True), "forbidden leaves"),
        (
            SVC(),
            Space({"C": (0.1, 1.0)}, forbidden=lambda p: p["degree"] > 1),
            "forbidden raised TypeError",
        ),
    ],
)
def test_other_bad_input_is_said_before_anything_is_fitted(estimator, space, words):
    with pytest.raises(ValueError, match=words):
        BayesSearchCV(estimator, space, error_score="raise").fit(X, Y)


@pytest.mark.parametrize("given", [{}, {"param_distributions": {"C": [1]}, "param_grid": {}}])
def test_the_space_is_given_once(given):
    with pytest.raises(ValueError, match="param_distributions or as param_grid"):
        BayesSearchCV(SVC(), **given).fit(X, Y)


@pytest.mark.parametrize("bad", [{"n_iter": 0}, {"n_initial_points": 0}, {"random_state": "a"}])
def test_bad_arguments(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        BayesSearchCV(SVC(), {"C": Real(0.1, 1)}, **bad).fit(X, Y)


def test_nothing_is_checked_in_init():
    BayesSearchCV(None, 3, n_iter="many", cv="nonsense", random_state="x")


# -- candidates ---------------------------------------------------------------------------------


@every_search
def test_same_seed_same_search(search):
    space = {"C": Real(0.1, 10, log=True), "kernel": ["rbf", "linear"]}
    first, second, other = (
        search(SVC(), space, n_iter=14, cv=2, random_state=seed).fit(X, Y) for seed in (0, 0, 1)
    )
    assert points(first) == points(second) != points(other)
    np.testing.assert_array_equal(
        first.cv_results_["mean_test_score"], second.cv_results_["mean_test_score"]
    )


def test_the_estimators_own_configuration_is_tried_first():
    fitted = BayesSearchCV(
        SVC(C=3.5, kernel="poly"),
        {"C": Real(0.1, 10, log=True), "kernel": ["rbf", "poly"], "degree": Integer(1, 6)},
        n_iter=2,
        cv=2,
    ).fit(X, Y)
    first = fitted.cv_results_["params"][0]
    assert first == {"C": 3.5, "kernel": "poly", "degree": 3}


def test_a_search_without_parameters():
    fitted = BayesSearchCV(SVC(), {}, cv=2).fit(X, Y)
    assert fitted.cv_results_["params"] == [{}]


def test_forbidden_combinations_are_not_fitted():
    space = Space(
        {"C": [0.1, 1.0, 10.0], "kernel": ["rbf", "linear"]},
        forbidden=lambda p: p["kernel"] == "linear" and p["C"] > 1,
    )
    fitted = BayesSearchCV(SVC(), space, cv=2).fit(X, Y)
    assert len(fitted.cv_results_["params"]) == 5


@pytest.mark.parametrize("sampling", ["random", "sobol", "halton", "lhs"])
def test_samplings(sampling):
    fitted = RandomSearchCV(
        SVC(), {"C": (1.0, 9.0), "gamma": (0.1, 1.0)}, n_iter=8, sampling=sampling, cv=2
    ).fit(X, Y)
    cells = sorted(int(p["C"] - 1) for p in fitted.cv_results_["params"])
    assert len(cells) == 8
    assert sampling != "lhs" or cells == list(range(8))


def test_folds_are_drawn_once():
    calls = []

    class Counting(KFold):
        def split(self, X, y=None, groups=None):
            calls.append(1)
            return super().split(X, y, groups)

    BayesSearchCV(
        SVC(), {"C": Real(0.1, 1)}, n_iter=4, cv=Counting(3, shuffle=True), refit=False
    ).fit(X, Y)
    assert len(calls) == 1


def test_candidates_share_the_folds_of_an_unseeded_splitter():
    """With folds drawn anew a constant model would score differently each time."""
    A, b = make_classification(n_samples=60, weights=[0.6], random_state=0)
    fitted = BayesSearchCV(
        DummyClassifier(), {"constant": Integer(0, 10**6)}, n_iter=5, cv=KFold(3, shuffle=True)
    ).fit(A, b)
    columns = [fitted.cv_results_[f"split{i}_test_score"] for i in range(3)]
    assert all(len(set(column)) == 1 for column in columns)


def test_a_better_model_in_fewer_fits_than_random():
    """A narrow optimum of two parameters: the model has to find it where draws do not."""

    def score(estimator, X, y):
        return -((np.log10(estimator.C) - 1.3) ** 2) - (np.log10(estimator.gamma) + 2.7) ** 2

    space = {"C": Real(1e-3, 1e3, log=True), "gamma": Real(1e-5, 1e1, log=True)}
    best = {
        search: np.median(
            [
                search(SVC(), space, n_iter=25, cv=2, scoring=score, random_state=seed)
                .fit(X, Y)
                .best_score_
                for seed in range(3)
            ]
        )
        for search in (BayesSearchCV, RandomSearchCV)
    }
    assert best[BayesSearchCV] > -0.01 > best[RandomSearchCV]


def test_html_view_and_repr():
    search = BayesSearchCV(make_pipeline(PCA(), SVC()), {"svc__C": Real(0.1, 1)}, n_iter=2)
    assert "BayesSearchCV" in repr(search)
    assert "SVC" in search._repr_html_()
    assert "best_estimator_" in search.fit(X, Y)._repr_html_()


def test_cross_val_score_of_the_search_is_a_score():
    search = BayesSearchCV(SVC(), {"C": Real(0.1, 10)}, n_iter=2, cv=StratifiedKFold(2))
    assert cross_val_score(search, X, Y, cv=2).shape == (2,)


@pytest.mark.parametrize("acquisition", ["ei", "log_ei", "pi", "ucb", "thompson", "portfolio"])
def test_acquisitions_by_name(acquisition):
    space = {"C": Real(1e-3, 1e3, log=True), "gamma": Real(1e-5, 1e1, log=True)}
    options = {"n_iter": 16, "cv": 2, "random_state": 0, "n_initial_points": 6}
    search = BayesSearchCV(SVC(), space, acquisition=acquisition, **options).fit(X, Y)
    usual = BayesSearchCV(SVC(), space, **options).fit(X, Y)
    same = [
        a == b for a, b in zip(*(s.cv_results_["params"] for s in (search, usual)), strict=True)
    ]
    assert all(same[:6])
    assert all(same) == (acquisition in ("ei", "log_ei"))


@pytest.mark.parametrize("kernel", ["auto", "additive"])
def test_kernels_by_name(kernel):
    options = {"n_iter": 14, "n_initial_points": 6, "cv": 3, "random_state": 0}
    space = {"C": Real(1e-2, 1e3, log=True), "gamma": Real(1e-4, 1e1, log=True)}
    search, default = (
        BayesSearchCV(SVC(), space, kernel=name, **options).fit(X, Y)
        for name in (kernel, "matern52")
    )
    same = search.cv_results_["param_C"] == default.cv_results_["param_C"]
    assert same[:6].all()
    assert not same.all()


def test_an_unknown_acquisition_is_an_error_before_anything_is_fitted():
    with pytest.raises(ValueError, match="The 'acquisition' parameter of BayesSearchCV"):
        BayesSearchCV(SVC(), {"C": Real(0.1, 10)}, acquisition="kg").fit(X, Y)


def test_surrogates_by_name():
    space = {"C": Real(1e-3, 1e3, log=True), "gamma": Real(1e-5, 1e1, log=True)}
    options = {"n_iter": 12, "cv": 2, "random_state": 0, "n_initial_points": 6}
    points = {
        surrogate: BayesSearchCV(SVC(), space, surrogate=surrogate, **options)
        .fit(X, Y)
        .cv_results_["param_C"]
        for surrogate in ("gp", "forest", "tpe")
    }
    for one, other in (("gp", "forest"), ("gp", "tpe"), ("forest", "tpe")):
        np.testing.assert_array_equal(points[one][:6], points[other][:6])  # the same design
        assert (points[one][6:] != points[other][6:]).all()


@pytest.mark.parametrize("acquisition", ["thompson", "ucb", "log_pi", "pi", "portfolio"])
def test_densities_have_no_other_acquisition(acquisition):
    search = BayesSearchCV(
        SVC(), {"C": Real(0.1, 10)}, surrogate="tpe", acquisition=acquisition, n_iter=2
    )
    with pytest.raises(ValueError, match=f"acquisition='{acquisition}'.*surrogate='tpe'"):
        search.fit(X, Y)


def test_a_region_is_for_the_gaussian_process():
    space = {"C": Real(1e-2, 1e3, log=True), "gamma": Real(1e-4, 1e1, log=True)}
    options = {"n_iter": 12, "n_initial_points": 6, "cv": 3, "random_state": 0}
    boxed, default = (
        BayesSearchCV(SVC(), space, region=region, **options).fit(X, Y)
        for region in ("trust", "auto")
    )
    same = boxed.cv_results_["param_C"] == default.cv_results_["param_C"]
    assert same[:6].all()
    assert not same.all()
    with pytest.raises(ValueError, match="region='trust' is not possible with surrogate='tpe'"):
        BayesSearchCV(SVC(), space, surrogate="tpe", region="trust").fit(X, Y)


def test_an_unknown_surrogate_is_an_error_before_anything_is_fitted():
    with pytest.raises(ValueError, match="The 'surrogate' parameter of BayesSearchCV"):
        BayesSearchCV(SVC(), {"C": Real(0.1, 10)}, surrogate="net").fit(X, Y)


def test_the_automatic_surrogate_is_a_process_until_there_are_too_many_candidates():
    space = Space({"C": Real(0.1, 10)})
    few = BayesSearchCV(SVC(), space, n_iter=2000)._make_strategy(space, 0)
    many = BayesSearchCV(SVC(), space, n_iter=2001)._make_strategy(space, 0)
    drawn = BayesSearchCV(SVC(), space, n_iter=2001, acquisition="thompson")
    assert isinstance(few, GaussianProcess)
    assert isinstance(many, TreeParzen)
    assert isinstance(drawn._make_strategy(space, 0), GaussianProcess)


def test_a_time_limit_is_a_budget_of_seconds_of_all_workers():
    space = Space({"C": Real(0.1, 10)})
    search = BayesSearchCV(SVC(), space, max_time=60, n_jobs=8)
    search.n_splits_ = 5
    strategy = search._make_strategy(space, 0)
    assert (strategy.max_cost, strategy.cost_share) == (480, 5 / 8)
    search.set_params(cost_aware=False)
    assert search._make_strategy(space, 0).max_cost is None


def test_results_say_how_each_candidate_was_chosen():
    space = {"C": Real(0.1, 10), "gamma": Real(1e-3, 1)}
    search = BayesSearchCV(SVC(), space, n_iter=12, n_initial_points=5, random_state=0).fit(X, Y)
    origins = search.cv_results_["origin"].tolist()
    assert origins[:5] == ["given", *["design"] * 4]
    assert set(origins[5:]) <= {"model", "sample"}


def test_settings_of_the_process_reach_it():
    settings = {"kernel": "matern32", "output": "none", "parallel": "penalty"}
    space = Space({"C": Real(0.1, 10)})
    strategy = BayesSearchCV(SVC(), space, **settings)._make_strategy(space, 0)
    assert {name: getattr(strategy, name) for name in settings} == settings
