"""The argument ``bandit`` of the searches."""

import numpy as np
import pytest
from joblib import parallel_config
from scipy.stats import norm
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skhpo import (
    AnnealingSearchCV,
    BayesSearchCV,
    Choice,
    DirectSearchCV,
    EvolutionSearchCV,
    HyperbandSearchCV,
    Integer,
    RandomSearchCV,
    Real,
    RefineGridSearchCV,
    When,
)

X, Y = load_iris(return_X_y=True)
PIPE = Pipeline([("clf", DummyClassifier())])
NAIVE = GaussianNB(var_smoothing=Real(1e-12, 1e-3, log=True))
TREE = DecisionTreeClassifier(
    random_state=0, max_depth=Integer(1, 8), min_samples_leaf=Integer(1, 30)
)
CLF = Choice(NAIVE, TREE, DummyClassifier(strategy="prior"), names=["naive", "tree", "dummy"])
SPACE = {"clf": CLF}
SEARCHES = [
    AnnealingSearchCV,
    BayesSearchCV,
    DirectSearchCV,
    EvolutionSearchCV,
    RandomSearchCV,
    RefineGridSearchCV,
]


def search(cls=RandomSearchCV, space=SPACE, **options):
    options = {"n_iter": 14, "cv": 3, "random_state": 0, "bandit": "ucb1", **options}
    return cls(PIPE, space, **options).fit(X, Y)


@pytest.mark.parametrize("cls", SEARCHES)
def test_every_search_has_a_column_of_arms(cls):
    table = search(cls, bandit="thompson").cv_results_
    types = [type(params["clf"]).__name__ for params in table["params"]]
    names = {"GaussianNB": "naive", "DecisionTreeClassifier": "tree", "DummyClassifier": "dummy"}
    assert [names[t] for t in types] == table["arm"].tolist()
    assert table["arm"].tolist().count("dummy") == 1
    assert {*table["arm"]} == {"naive", "tree", "dummy"}


def test_the_notes_of_annealing_are_kept():
    table = search(AnnealingSearchCV, space={"clf": Choice(NAIVE, TREE)}).cv_results_
    assert {"arm", "chain", "temperature", "accepted"} <= {*table}


@pytest.mark.parametrize("policy", ["ucb1", "thompson", "exp3"])
def test_a_resumed_search_equals_the_whole_one(tmp_path, policy):
    path = tmp_path / "bandit.jsonl"
    whole = search(EvolutionSearchCV, method="de", bandit=policy, journal=path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: len(lines) // 2]))
    again = search(EvolutionSearchCV, method="de", bandit=policy, journal=path)
    for name in ("mean_test_score", "arm"):
        np.testing.assert_array_equal(again.cv_results_[name], whole.cv_results_[name])
    assert [str(p) for p in again.cv_results_["params"]] == [
        str(p) for p in whole.cv_results_["params"]
    ]


@pytest.mark.parametrize("policy", ["ucb1", "thompson", "exp3"])
def test_deterministic_for_any_n_jobs(policy):
    with parallel_config(backend="threading"):
        one, two = (
            search(EvolutionSearchCV, bandit=policy, deterministic=3, n_jobs=n).cv_results_
            for n in (1, 3)
        )
    for name in ("mean_test_score", "arm"):
        np.testing.assert_array_equal(one[name], two[name])


def test_hyperband_with_a_bandit():
    found = search(
        HyperbandSearchCV,
        n_iter="auto",
        sampler="de",
        bandit="exp3",
        resource="n_samples",
        method="halving",
    )
    assert {*found.cv_results_["arm"]} <= {"naive", "tree", "dummy"}
    assert found.best_score_ > 0.9


def test_the_parameter_can_be_named():
    space = {**SPACE, "verbose": [False, True]}
    found = search(space=space, bandit=("thompson", "verbose"))
    assert {*found.cv_results_["arm"]} == {"False", "True"}


def test_failures_leave_an_alternative_alone():
    broken = When(LogisticRegression(C=-1.0), clf__max_iter=Integer(10, 1000))
    space = {"clf": Choice(broken, TREE, names=["broken", "tree"])}
    with pytest.warns((FitFailedWarning, UserWarning), match="fits failed|non-finite"):
        found = search(space=space, n_iter=20)
    arms = found.cv_results_["arm"].tolist()
    assert arms.count("broken") == 4
    assert found.best_score_ > 0.9


def test_warm_starts_belong_to_their_arms():
    first = search(n_iter=8)
    again = search(n_iter=12, warm_start_from=first, bandit="exp3")
    assert sorted(again.cv_results_["arm"][:8]) == sorted(first.cv_results_["arm"])


def test_priors_are_cut_down_to_what_an_alternative_has():
    space = {"clf": Choice(NAIVE, TREE), "verbose": [False, True]}
    priors = {"clf__max_depth": norm(3, 1), "clf": [1, 3], "verbose": {True: 3, False: 1}}
    table = search(space=space, sampling="importance", priors=priors).cv_results_
    assert {"arm", "importance_weight"} <= {*table}
    with pytest.raises(ValueError, match="'nope' is no parameter"):
        search(space=space, sampling="importance", priors={"nope": [1]})


def test_groups_are_cut_down_to_what_an_alternative_has():
    groups = [["clf__max_depth"], ["clf__var_smoothing", "clf__min_samples_leaf"]]
    space = {"clf": Choice(NAIVE, TREE)}
    table = search(RefineGridSearchCV, space, method="hierarchical", groups=groups).cv_results_
    assert len({*table["arm"]}) == 2


# -- errors --------------------------------------------------------------------------------------


class Untouchable(DummyClassifier):
    """Must not be fitted."""

    def fit(self, X, y, sample_weight=None):
        raise AssertionError("something was evaluated")


@pytest.mark.parametrize("cls", SEARCHES)
@pytest.mark.parametrize(
    ("bandit", "message"),
    [
        ("greedy", "The 'bandit' parameter"),
        (("greedy", "strategy"), r"bandit should be None, one of .*'exp3'.* got \('greedy'"),
        (("ucb1",), r"bandit should be .* got \('ucb1',\)"),
        (("ucb1", None), r"bandit should be .* got \('ucb1', None\)"),
        (("ucb1", "nope"), "'nope' is no parameter that varies"),
        (("ucb1", "random_state"), "'random_state' has no alternatives"),
        (("ucb1", "constant"), "'constant' is not always active"),
    ],
)
def test_a_bandit_that_makes_no_sense_is_refused_before_anything_is_fitted(cls, bandit, message):
    space = {
        "strategy": Choice("prior", When("constant", constant=[0, "a", None])),
        "random_state": Integer(0, 99),
    }
    with pytest.raises(ValueError, match=message):
        cls(Untouchable(), space, n_iter=3, bandit=bandit, error_score="raise").fit(X, Y)


def test_a_space_without_alternatives_is_refused():
    estimator = Untouchable()
    with pytest.raises(ValueError, match=r"bandit='ucb1' needs a choice that is always there"):
        RandomSearchCV(estimator, {"random_state": Integer(0, 99)}, bandit="ucb1").fit(X, Y)


LONE = {"kernel": Choice("linear", When("rbf", gamma=Real(1e-4, 1e1, log=True)))}


@pytest.mark.parametrize(
    ("search", "method"),
    [
        *((DirectSearchCV, method) for method in ("compass", "nelder_mead", "random_local")),
        *((RefineGridSearchCV, method) for method in ("refine", "adaptive", "hierarchical")),
        (EvolutionSearchCV, "cmaes"),
    ],
)
def test_an_alternative_without_parameters_is_tried_once(search, method):
    """What is below it has no column: nothing is left to choose."""
    options = {"n_iter": 12, "cv": 2, "random_state": 0, "bandit": "ucb1"}
    table = search(SVC(), LONE, method=method, **options).fit(X, Y).cv_results_
    assert len(table["params"]) == 12
    assert list(table["param_kernel"]).count("linear") == 1
