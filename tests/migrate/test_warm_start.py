"""What other libraries have found is where a search begins."""

import numpy as np
import pytest
from scipy.stats import loguniform
from sklearn.datasets import load_iris
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhpo import BayesSearchCV, Real

X, Y = load_iris(return_X_y=True)
SPACE = {"C": Real(1e-2, 1e2, log=True)}


def begun_from(source):
    search = BayesSearchCV(SVC(), SPACE, n_iter=5, random_state=0, warm_start_from=source)
    return search.fit(X, Y)


def test_scikit_optimize():
    skopt = pytest.importorskip("skopt")
    space = {"C": (1e-2, 1e2, "log-uniform")}
    peer = skopt.BayesSearchCV(SVC(), space, n_iter=5, random_state=0).fit(X, Y)
    search = begun_from(peer)
    assert search.cv_results_["params"][0] == dict(peer.best_params_)
    assert search.best_score_ == pytest.approx(peer.best_score_)


def test_sklearn_genetic_opt():
    genetic = pytest.importorskip("sklearn_genetic")
    space = {"C": genetic.space.Continuous(1e-2, 1e2, distribution="log-uniform")}
    peer = genetic.GASearchCV(
        SVC(), cv=5, param_grid=space, population_size=4, generations=1, verbose=False
    ).fit(X, Y)
    assert begun_from(peer).cv_results_["params"][0] == peer.best_params_


def test_dask_ml():
    model_selection = pytest.importorskip("dask_ml.model_selection")
    space = {"C": loguniform(1e-2, 1e2)}
    peer = model_selection.RandomizedSearchCV(
        SVC(), space, n_iter=4, cv=5, scheduler="sync", random_state=0
    ).fit(X, Y)
    assert begun_from(peer).cv_results_["params"][0] == peer.best_params_


def test_optuna_search():
    integration = pytest.importorskip("optuna_integration")
    distributions = pytest.importorskip("optuna").distributions
    space = {"C": distributions.FloatDistribution(1e-2, 1e2, log=True)}
    peer = integration.OptunaSearchCV(SVC(), space, n_trials=4, random_state=0).fit(X, Y)
    with pytest.raises(ValueError, match="Give a list of settings"):
        begun_from(peer)
    trials = sorted(peer.trials_, key=lambda trial: -trial.value)
    search = begun_from([trial.params for trial in trials])
    assert search.cv_results_["params"][0] == peer.best_params_


def test_hyperopt():
    hyperopt = pytest.importorskip("hyperopt")
    space = {"C": hyperopt.hp.loguniform("C", np.log(1e-2), np.log(1e2))}
    trials = hyperopt.Trials()
    best = hyperopt.fmin(
        lambda p: -SVC(**p).fit(X, Y).score(X, Y),
        space,
        algo=hyperopt.rand.suggest,
        max_evals=4,
        trials=trials,
        rstate=np.random.default_rng(0),
        show_progressbar=False,
    )
    ranked = sorted(trials.trials, key=lambda t: t["result"]["loss"])
    settings = [
        hyperopt.space_eval(space, {name: drawn[0] for name, drawn in t["misc"]["vals"].items()})
        for t in ranked
    ]
    search = begun_from(settings)
    assert search.cv_results_["params"][0]["C"] == pytest.approx(best["C"])


def test_incremental_search_of_dask_ml():
    distributed = pytest.importorskip("distributed")
    model_selection = pytest.importorskip("dask_ml.model_selection")
    from sklearn.linear_model import SGDClassifier

    space = {"alpha": [1e-4, 1e-3, 1e-2, 1e-1]}
    with distributed.Client(processes=False, n_workers=1, dashboard_address=None):
        peer = model_selection.HyperbandSearchCV(
            SGDClassifier(), space, max_iter=3, random_state=0
        ).fit(StandardScaler().fit_transform(X), Y, classes=[0, 1, 2])
    search = BayesSearchCV(
        SGDClassifier(random_state=0), {"alpha": (1e-5, 1.0, "log-uniform")}, n_iter=4,
        random_state=0, warm_start_from=peer,
    ).fit(X, Y)  # fmt: skip
    assert search.cv_results_["params"][0] == peer.best_params_
