"""A portfolio learnt from searches on other data."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.svm import SVC

from skhpo import RandomSearchCV, Real, portfolio
from skhpo.portfolio._learn import _greedy

SPACE = {"C": Real(0.01, 100, log=True), "gamma": Real(1e-4, 1, log=True)}


def searched(load, **options):
    options = {"n_iter": 10, "cv": 2, "random_state": 0, "refit": False, **options}
    return RandomSearchCV(SVC(), SPACE, **options).fit(*load(return_X_y=True))


@pytest.fixture(scope="module")
def earlier():
    return [searched(load, random_state=i) for i, load in enumerate((load_iris, load_wine))]


def test_greedy_choice_by_hand():
    """Third alone is the best on average, but first and second together are perfect."""
    losses = np.array([[0.0, 0.9, 0.4, 2.0], [0.9, 0.0, 0.4, 2.0]])
    chosen, regret = _greedy(losses, 3)
    assert chosen[0] == 2
    assert regret[:2] == pytest.approx([0.4, 0.2])
    assert set(chosen) == {0, 1, 2}
    assert regret[2] == pytest.approx(0.0)


def test_what_was_measured_everywhere_is_not_predicted():
    """Two searches of the same candidates: the best setting of both, exactly."""
    both = [searched(load) for load in (load_iris, load_wine)]
    scores = [s.cv_results_["mean_test_score"] for s in both]
    scaled = [np.clip((s.max() - s) / (s.max() - np.median(s)), 0, 2) for s in scores]
    learnt = portfolio.learn(both, size=1, random_state=0)
    best = int(np.argmin(np.mean(scaled, axis=0)))
    assert learnt[0] == both[0].cv_results_["params"][best]
    assert learnt.regret[0] == pytest.approx(np.mean(scaled, axis=0)[best])


def test_regret_falls_and_settings_are_those_of_the_searches(earlier):
    learnt = portfolio.learn(earlier, size=5, random_state=0)
    known = [params for search in earlier for params in search.cv_results_["params"]]
    assert len(learnt) == 5
    assert all(setting in known for setting in learnt)
    assert (np.diff(learnt.regret) <= 0).all()
    again = portfolio.learn(earlier, size=5, random_state=0)
    assert [*again] == [*learnt]


def test_journals_results_and_searches_teach_the_same(tmp_path, earlier):
    paths = [tmp_path / f"{i}.jsonl" for i in range(2)]
    for i, load in enumerate((load_iris, load_wine)):
        searched(load, random_state=i, journal=paths[i])
    expected = [*portfolio.learn(earlier, size=4, random_state=0)]
    assert [*portfolio.learn(paths, size=4, random_state=0)] == expected
    tables = [search.cv_results_ for search in earlier]
    assert [*portfolio.learn(tables, size=4, random_state=0)] == expected


def test_a_search_begins_with_what_was_learnt(earlier):
    learnt = portfolio.learn(earlier, size=3, random_state=0)
    later = searched(load_breast_cancer, warm_start_from=learnt, n_iter=4)
    assert later.cv_results_["params"][:3] == [*learnt]


def test_it_begins_better_than_at_random():
    """On a family of data sets with one optimum, what others found is better than a draw."""
    rng = np.random.default_rng(0)
    optimum = {"C": 3.0, "gamma": 0.01}

    def table(shift):
        params = [
            {"C": 10 ** rng.uniform(-2, 2), "gamma": 10 ** rng.uniform(-4, 0)} for _ in range(40)
        ]
        scores = [-value(p, shift) for p in params]
        ranks = np.argsort(np.argsort(-np.array(scores))) + 1
        return {
            "params": params,
            "mean_test_score": np.array(scores),
            "rank_test_score": ranks,
            "mean_fit_time": np.ones(40),
        }

    def value(p, shift):
        return sum((np.log10(p[n] / optimum[n]) - shift) ** 2 for n in optimum)

    learnt = portfolio.learn([table(s) for s in (-0.2, 0.0, 0.2)], size=3, random_state=0)
    reached = min(value(p, 0.1) for p in learnt)
    drawn = [min(value(p, 0.1) for p in table(0)["params"][:3]) for _ in range(50)]
    assert reached < np.quantile(drawn, 0.1)


def test_what_had_most_of_the_resource_counts():
    """C=1 was splendid on few rows, and then not."""
    table = {
        "params": [{"C": 1}, {"C": 2}, {"C": 1}, {"C": 2}, {"C": 3}],
        "n_resources": np.array([100, 100, 1000, 1000, 100]),
        "mean_test_score": np.array([0.99, 0.85, 0.80, 0.90, 0.50]),
        "rank_test_score": np.array([3, 4, 2, 1, 5]),
        "status": np.array(["ok"] * 5, dtype=object),
    }
    learnt = portfolio.learn([table], size=3)
    assert learnt[0]["C"] == 2
    assert learnt.regret[0] == 0.0


def test_bad_arguments_are_named(earlier):
    for one in (earlier[0], "search.jsonl", earlier[0].cv_results_):
        with pytest.raises(TypeError, match="a list of searches or journals"):
            portfolio.learn(one)
    with pytest.raises(ValueError, match="size should be a whole number"):
        portfolio.learn(earlier, size=0)
    with pytest.raises(ValueError, match="at least one search"):
        portfolio.learn([])
    with pytest.raises(TypeError, match="results should be"):
        portfolio.learn([3])
    with pytest.raises(ValueError, match="not fitted"):
        portfolio.learn([RandomSearchCV(SVC(), SPACE)])
    nothing = {"params": [{"C": 1}], "mean_test_score": [np.nan], "rank_test_score": [1]}
    with pytest.raises(ValueError, match="is complete"):
        portfolio.learn([nothing])
