"""Distributions of Optuna as values of a search space, and mistakes with those of anybody."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import Ridge
from sklearn.svm import SVC

from skhpo import BayesSearchCV, Choice, Space

optuna = pytest.importorskip("optuna")
d = optuna.distributions

TAKEN = [
    (d.FloatDistribution(0.5, 2), "Real(0.5, 2.0)"),
    (d.FloatDistribution(1e-3, 1, log=True), "Real(0.001, 1.0, log=True)"),
    (d.FloatDistribution(0, 1, step=0.25), "[0.0, 0.25, 0.5, 0.75, 1.0]"),
    (d.IntDistribution(1, 9), "Integer(1, 9)"),
    (d.IntDistribution(1, 1000, log=True), "Integer(1, 1000, log=True)"),
    (d.IntDistribution(1, 9, step=4), "[1, 5, 9]"),
    (d.CategoricalDistribution([1, 2, "a", None]), "Choice(1, 2, 'a', None)"),
]


@pytest.mark.parametrize(("distribution", "text"), TAKEN)
def test_distributions_of_optuna(distribution, text):
    [column] = Space({"p": distribution}).columns
    assert repr(column.dimension) == text
    for u in np.linspace(0, 1, 23):  # what we try, Optuna would allow
        internal = distribution.to_internal_repr(column.value(u))
        assert distribution._contains(internal)


@pytest.mark.parametrize("distribution", [d for d, _ in TAKEN])
def test_what_optuna_draws_is_allowed_here(distribution):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    space = Space({"p": distribution})
    for _ in range(20):
        assert space.contains(study.ask({"p": distribution}).params)


def test_a_single_number_is_a_constant():
    space = Space({"p": d.FloatDistribution(2, 2), "q": d.IntDistribution(3, 3)})
    assert space.decode(space.locate({})) == {"p": 2.0, "q": 3}


def test_older_distributions_of_optuna_are_those_they_derive_from():
    class LogUniformDistribution(d.FloatDistribution):
        def __init__(self, low, high):
            super().__init__(low, high, log=True)

    [column] = Space({"p": LogUniformDistribution(1e-2, 1)}).columns
    assert repr(column.dimension) == "Real(0.01, 1.0, log=True)"


def test_inside_a_choice_and_inside_an_estimator():
    positive = d.FloatDistribution(1e-4, 1, log=True)
    space = Space({"model": Choice(SVC(gamma=Choice("scale", positive)), Ridge(alpha=positive))})
    assert space.contains({"model": SVC(), "model__gamma": "scale"})
    assert space.contains({"model": SVC(), "model__gamma": 0.01})
    assert space.contains({"model": Ridge(), "model__alpha": 0.01})
    assert not space.contains({"model": Ridge(), "model__alpha": 2.0})


def test_too_many_steps():
    wide = d.IntDistribution(0, 10**7, step=2)
    with pytest.raises(ValueError, match=r"'p': this IntDistribution cannot be .* 5000001 values"):
        Space({"p": wide})


def test_a_class_instead_of_an_instance():
    with pytest.raises(TypeError, match="'p' needs to be a list"):
        Space({"p": d.FloatDistribution})


def test_search():
    X, y = load_iris(return_X_y=True)
    space = {"C": d.FloatDistribution(1e-2, 1e3, log=True), "degree": d.IntDistribution(2, 4)}
    search = BayesSearchCV(SVC(), space, n_iter=3, random_state=0).fit(X, y)
    assert search.best_score_ > 0.9
    assert all(
        1e-2 <= p["C"] <= 1e3 and 2 <= p["degree"] <= 4 for p in search.cv_results_["params"]
    )
