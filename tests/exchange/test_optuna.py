"""Searches as studies of Optuna and back, with Optuna itself as the judge."""

import logging
import warnings

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState, create_trial
from scipy.stats import norm
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skhpo import (
    Choice,
    HyperbandSearchCV,
    Integer,
    Layers,
    RandomSearchCV,
    Real,
    Space,
    When,
    parameter_importance,
)
from skhpo.exchange import from_optuna, space_from_optuna, space_to_optuna, suggest, to_optuna

X, y = load_iris(return_X_y=True)
PLAIN = {
    "C": Real(1e-3, 1e3, log=True),
    "degree": Integer(1, 9),
    "kernel": ["rbf", "linear"],
    "cache_size": [100, 200, 300],
    "tol": [1e-4, 1e-3, 1e-2],
}
RICH = {
    "model": Choice(
        SVC(C=Real(0.1, 10, log=True), gamma=Choice("scale", Real(1e-3, 1.0, log=True))),
        SVC(kernel="poly", C=Real(0.1, 10, log=True), degree=Integer(2, 4)),
        DecisionTreeClassifier(max_depth=Choice(None, 1, 2, weights=[2, 1, 1])),
    )
}
PIPE = Pipeline([("model", SVC())])


@pytest.fixture(autouse=True)
def quiet():
    optuna.logging.set_verbosity(logging.WARNING)


@pytest.fixture(scope="module")
def plain():
    search = RandomSearchCV(SVC(), PLAIN, n_iter=20, cv=3, random_state=0)
    return search.fit(X, y)


@pytest.fixture(scope="module")
def rich():
    return RandomSearchCV(PIPE, RICH, n_iter=30, cv=2, random_state=0, racing=True).fit(X, y)


def test_a_trial_a_candidate(rich):
    study = to_optuna(rich)
    assert study.direction.name == "MAXIMIZE"
    status = {"ok": TrialState.COMPLETE, "dropped": TrialState.PRUNED}
    results = rich.cv_results_
    assert [t.state for t in study.trials] == [status[s] for s in results["status"]]
    for row, trial in enumerate(study.trials):
        assert trial.user_attrs["row"] == row
        scores = [results[f"split{i}_test_score"][row] for i in range(2)]
        kept = [np.nan if s is None else s for s in trial.user_attrs["split_scores"]]
        np.testing.assert_array_equal(kept, scores)
        if trial.state == TrialState.COMPLETE:
            assert trial.value == results["mean_test_score"][row]
        else:
            assert [*trial.intermediate_values.values()] == [np.nanmean(scores)]
        assert trial.duration.total_seconds() == pytest.approx(
            trial.user_attrs["seconds"], abs=1e-5
        )
    ends = [t.datetime_complete for t in study.trials]
    known = [rich.timeline_["end"][rich.timeline_["row"] == row].max() for row in range(len(ends))]
    assert np.argsort(ends, kind="stable").tolist() == np.argsort(known, kind="stable").tolist()


@pytest.mark.parametrize("name", ["plain", "rich"])
def test_there_and_back(name, request):
    search = request.getfixturevalue(name)
    back = from_optuna(to_optuna(search), space=search.param_distributions)
    results = search.cv_results_
    assert [*map(repr, back.cv_results_["params"])] == [*map(repr, results["params"])]
    for column in ("mean_test_score", "split0_test_score", "status", "rank_test_score"):
        ok = results["status"] == "ok"
        np.testing.assert_array_equal(back.cv_results_[column][ok], results[column][ok])
    assert back.best_index_ == search.best_index_
    model = PIPE if name == "rich" else SVC()
    again = RandomSearchCV(
        model, search.param_distributions, n_iter=1, cv=2, random_state=1, warm_start_from=back
    )
    again.fit(X, y)
    assert repr(again.cv_results_["params"][0]) == repr(search.best_params_)


def test_plain_parameters_need_no_space(plain):
    back = from_optuna(to_optuna(plain))
    assert back.cv_results_["params"] == plain.cv_results_["params"]
    known = plain.cv_results_["param_C"]
    assert back.cv_results_["param_C"].dtype == known.dtype
    np.testing.assert_array_equal(back.cv_results_["param_C"], known)
    first, second = (
        parameter_importance(s, space=back.param_distributions, random_state=0)
        for s in (plain, back)
    )
    assert first.equals(second)
    assert parameter_importance(back, random_state=0).equals(second)


def test_optuna_draws_and_judges_what_it_is_given(plain, rich):
    study = to_optuna(plain)
    assert {*optuna.importance.get_param_importances(study)} == {*PLAIN}
    assert "model" in optuna.importance.get_param_importances(to_optuna(rich))


@pytest.mark.parametrize("space", [PLAIN, RICH])
def test_a_sampler_goes_on(space, plain, rich):
    search, model = (plain, SVC()) if space is PLAIN else (rich, PIPE)
    study = to_optuna(search)
    n = len(study.trials)
    study.sampler = optuna.samplers.TPESampler(seed=0)
    seen = []

    def objective(trial):
        seen.append(suggest(trial, space))
        assert Space(space).contains(seen[-1])
        return len(seen)

    study.optimize(objective, n_trials=8)
    assert len(study.trials) == n + 8
    assert study.best_trial.number == n + 7
    back = from_optuna(study, space=space)
    assert [*map(repr, back.cv_results_["params"][n:])] == [*map(repr, seen)]
    assert cross_val_score(model.set_params(**seen[0]), X, y, cv=2).shape == (2,)


def test_rungs_are_intermediate_values():
    search = HyperbandSearchCV(SVC(), {"C": Real(0.1, 10)}, cv=2, random_state=0).fit(X, y)
    study = to_optuna(search)
    results = search.cv_results_
    assert sum(len(t.intermediate_values) for t in study.trials) == len(results["params"])
    most = results["n_resources"].max()
    complete = [t for t in study.trials if t.state == TrialState.COMPLETE]
    assert len(complete) == int((results["n_resources"] == most).sum())
    assert all([*t.intermediate_values][-1] == most for t in complete)
    assert study.best_value == search.best_score_


@pytest.fixture
def storage(tmp_path):
    """A database that is closed in the end; Optuna leaves that to the end of the process."""
    database = optuna.storages.RDBStorage(f"sqlite:///{tmp_path / 'a.db'}")
    yield database
    database.remove_session()
    database.engine.dispose()


def test_journals_and_storages(tmp_path, storage):
    path = tmp_path / "search.jsonl"
    search = RandomSearchCV(PIPE, RICH, n_iter=8, cv=2, random_state=0, journal=path).fit(X, y)
    to_optuna(path, storage, "iris", space=RICH)
    loaded = optuna.load_study(study_name="iris", storage=storage)
    assert [t.params for t in loaded.trials] == [t.params for t in to_optuna(search).trials]
    assert from_optuna(loaded, space=RICH).best_score_ == search.best_score_
    texts = to_optuna(path)  # without a space
    assert texts.trials[0].params["model"] == repr(search.cv_results_["params"][0]["model"])


def test_failures_and_searches_of_scikit_learn():
    grid = {"C": [0.1, 1.0], "gamma": ["scale", -1.0]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # half of the fits fail
        search = GridSearchCV(SVC(), grid, cv=2).fit(X, y)
    study = to_optuna(search)
    assert [t.state.name for t in study.trials] == ["COMPLETE", "FAIL"] * 2
    assert to_optuna(search.cv_results_).best_params == study.best_params
    back = from_optuna(study)
    assert back.cv_results_["status"].tolist() == ["ok", "failed"] * 2


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        (["sqrt", 1, 1.0], ["sqrt", "1", "1.0"]),  # of max_features: one feature, or all
        ([1, 1.0, 1], ["1", "1.0", "1"]),
        ([True, 1, None], ["True", "1", "None"]),
        ([1, 0.5, 2], [1, 0.5, 2]),
        ([2**70, 1], [2**70, 1]),
    ],
)
def test_equal_values_of_different_types_stay_apart(values, kept, storage):
    """In a storage too, which has a value as the number of the first that is equal."""
    scores = np.linspace(0, 1, len(values))
    results = {
        "params": [{"p": value} for value in values],
        "mean_fit_time": np.ones(len(values)),
        "mean_score_time": np.ones(len(values)),
        "split0_test_score": scores,
        "mean_test_score": scores,
    }
    to_optuna(results, storage, "a")
    study = optuna.load_study(study_name="a", storage=storage)
    read = from_optuna(study).cv_results_
    assert [params["p"] for params in read["params"]] == kept
    assert read["param_p"].tolist() == kept


def test_scores_of_splits_are_turned_round_with_their_mean():
    study = optuna.create_study(direction="minimize")

    def loss(trial):
        losses = [1.0, 2.0 + trial.number]
        trial.set_user_attr("split_scores", losses)
        return trial.suggest_float("x", 0, 0) + float(np.mean(losses))

    study.optimize(loss, n_trials=3)
    read = from_optuna(study).cv_results_
    splits = np.array([read["split0_test_score"], read["split1_test_score"]])
    np.testing.assert_allclose(splits.mean(axis=0), read["mean_test_score"])


@pytest.mark.parametrize("attribute", [0.5, "abc", {"a": 1}, [[1.0]], ["a"]])
def test_an_attribute_of_another_meaning_is_not_taken_for_scores(attribute):
    study = optuna.create_study()
    study.optimize(lambda t: t.set_user_attr("split_scores", attribute) or 2.0, n_trials=2)
    assert from_optuna(study).cv_results_["split0_test_score"].tolist() == [-2.0, -2.0]


def test_minimised_studies_are_turned_round():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda t: t.suggest_float("x", 0, 1, step=0.1) ** 2, n_trials=12)
    results = from_optuna(study)
    assert results.best_score_ == -study.best_value
    space = results.param_distributions
    assert all(space.contains(params) for params in results.cv_results_["params"])


def test_distributions_there_and_back():
    space = Space(PLAIN)
    known = space_to_optuna(space)
    assert known == {
        "C": FloatDistribution(1e-3, 1e3, log=True),
        "degree": IntDistribution(1, 9),
        "kernel": CategoricalDistribution(("rbf", "linear")),
        "cache_size": IntDistribution(100, 300, step=100),
        "tol": CategoricalDistribution((1e-4, 1e-3, 1e-2)),
    }
    back = space_from_optuna(known)
    assert space_to_optuna(back) == known
    assert all(back.contains(params) for params in space.sample(50, random_state=0))
    assert all(space.contains(params) for params in back.sample(50, random_state=0))
    drawn = space_to_optuna({"a": norm(), "h": Layers(2, 8, 64)})
    assert drawn["h"] == IntDistribution(8, 64, log=True)
    assert drawn["a"].low == pytest.approx(norm.ppf(1e-9))


def test_what_optuna_draws_lies_in_the_space():
    known = {
        "a": FloatDistribution(0.1, 0.9, step=0.1),
        "b": IntDistribution(1, 100, log=True),
        "c": IntDistribution(0, 8, step=4),
        "d": CategoricalDistribution((None, "x", 3, True)),
        "e": FloatDistribution(2.0, 2.0),
    }
    space = space_from_optuna(known)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(40):
        study.tell(study.ask(known), 0.0)
    results = from_optuna(study)
    assert all(space.contains(params) for params in results.cv_results_["params"])
    for params in space.sample(40, random_state=0):  # which Optuna checks
        create_trial(params=params, distributions=known, value=0.0)


def test_what_cannot_be_said_is_refused():
    many = optuna.create_study(directions=["minimize", "maximize"])
    with pytest.raises(ValueError, match=r"study has 2 objectives"):
        from_optuna(many)
    with pytest.raises(ValueError, match=r"study has no complete trial"):
        from_optuna(optuna.create_study())
    with pytest.raises(TypeError, match=r"study should be a study of Optuna, got dict"):
        from_optuna({})
    with pytest.raises(ValueError, match=r"'degree' exists with some values"):
        space_to_optuna({"kernel": Choice("rbf", When("poly", degree=Integer(2, 5)))})
    with pytest.raises(ValueError, match=r"forbidden combinations"):
        space_to_optuna(Space({"C": [1, 2]}, forbidden=lambda p: p["C"] == 1))
    with pytest.raises(ValueError, match=r"'x': .* has 1000001 numbers; at most 10000"):
        space_from_optuna({"x": FloatDistribution(0, 1, step=1e-6)})
    with pytest.raises(TypeError, match=r"'x': 3 is no distribution"):
        space_from_optuna({"x": 3})
    with pytest.raises(ValueError, match=r"no distribution to make"):
        space_from_optuna({})
    study = optuna.create_study()
    study.optimize(lambda t: t.suggest_float("x", 0, 1 + t.number), n_trials=2)
    with pytest.raises(ValueError, match=r"'x' has several distributions"):
        space_from_optuna(study)
    with pytest.raises(ValueError, match=r"space: trial 0 is not of it"):
        from_optuna(study, space={"y": Real(0, 1)})


def test_forbidden_combinations_are_pruned():
    space = Space({"C": [1, 2], "k": [1, 2]}, forbidden=lambda p: p["C"] == p["k"])
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda trial: suggest(trial, space)["C"], n_trials=12)
    same = [t.params["C"] == t.params["k"] for t in study.trials]
    assert any(same)
    assert [t.state == TrialState.PRUNED for t in study.trials] == same
