"""Spaces of scikit-optimize, sklearn-genetic-opt and hyperopt mean here what they mean there."""

from collections import Counter

import numpy as np
import pytest
from scipy.stats import kstest
from sklearn.datasets import load_iris
from sklearn.svm import SVC

from skhpo import BayesSearchCV, Choice, JournalMismatch, Real, Space, When

N = 400


def column_of(value):
    [column] = Space({"p": value}).columns
    return column


def check_continuous(column, draws):
    """Draws of the peer are even in our unit interval: same range, same scale."""
    assert kstest([column.unit(v) for v in draws], "uniform").pvalue > 1e-3


def check_discrete(column, draws, *, ends=1.0):
    """Each value is drawn as often as its cell is wide, up to five standard errors.

    Those at the ends may be drawn as often as ``ends`` times that.
    """
    counts = Counter(draws)
    cells = [column.value(u) for u in np.linspace(0, 1, 20_001)[:-1]]
    shares = {value: n / len(cells) for value, n in Counter(cells).items()}
    assert set(counts) == set(shares)
    for value, share in shares.items():
        low = min(share, ends * share)
        error = 5 * np.sqrt(share / len(draws))
        assert low - error < counts[value] / len(draws) < share + error + (1 - ends) * share


SKOPT = {
    "real": lambda s: s.Real(0.5, 2),
    "whole ends": lambda s: s.Real(1, 5),
    "log": lambda s: s.Real(1e-4, 1e2, prior="log-uniform"),
    "base": lambda s: s.Real(1, 64, prior="log-uniform", base=2),
}
SKOPT_DISCRETE = {
    "integer": lambda s: s.Integer(1, 5),
    "categories": lambda s: s.Categorical(["a", "b", None]),
    "numbers": lambda s: s.Categorical([10, 1, 100]),
    "prior": lambda s: s.Categorical(["a", "b"], prior=[0.2, 0.8]),
}


@pytest.mark.parametrize("name", SKOPT)
def test_skopt_continuous(name):
    dimension = SKOPT[name](pytest.importorskip("skopt.space"))
    column = column_of(dimension)
    assert column.kind == "continuous"
    check_continuous(column, dimension.rvs(N, random_state=0))


@pytest.mark.parametrize("name", SKOPT_DISCRETE)
def test_skopt_discrete(name):
    dimension = SKOPT_DISCRETE[name](pytest.importorskip("skopt.space"))
    check_discrete(column_of(dimension), list(dimension.rvs(N, random_state=0)))


def test_skopt_types():
    space = pytest.importorskip("skopt.space")
    assert column_of(space.Categorical([10, 1])).kind == "categorical"
    assert repr(column_of(space.Integer(1, 9, prior="log-uniform")).dimension) == (
        "Integer(1, 9, log=True)"
    )


def test_genetic():
    space = pytest.importorskip("sklearn_genetic.space")
    texts = {
        "Real(1.0, 5.0)": space.Continuous(1, 5),
        "Real(0.01, 5.0, log=True)": space.Continuous(0.01, 5, distribution="log-uniform"),
        "Integer(1, 5)": space.Integer(1, 5),
        "Choice('a', 'b')": space.Categorical(["a", "b"]),
        "Choice('a', 'b', weights=[0.2, 0.8])": space.Categorical(["a", "b"], priors=[0.2, 0.8]),
    }
    for text, dimension in texts.items():
        column = column_of(dimension)
        assert repr(column.dimension) == text
        assert all(column.unit(dimension.sample()) >= 0 for _ in range(50))


HYPEROPT = {
    "uniform": lambda hp: hp.uniform("p", 0.5, 2),
    "by name": lambda hp: hp.uniform("p", low=0.5, high=2),
    "loguniform": lambda hp: hp.loguniform("p", np.log(1e-3), np.log(1e2)),
}
HYPEROPT_DISCRETE = {
    "uniformint": (lambda hp, scope: hp.uniformint("p", 1, 5), 0.5),
    "quniform": (lambda hp, scope: hp.quniform("p", 0, 2, 0.5), 0.5),
    "int": (lambda hp, scope: scope.int(hp.quniform("p", 2, 10, 2)), 0.5),
    "int of 1": (lambda hp, scope: scope.int(hp.quniform("p", 2, 5, 1)), 0.5),
    "randint": (lambda hp, scope: hp.randint("p", 4), 1.0),
    "randint from": (lambda hp, scope: hp.randint("p", 2, 6), 1.0),
    "choice": (lambda hp, scope: hp.choice("p", ["a", None, (1, "b"), 3.5]), 1.0),
    "pchoice": (lambda hp, scope: hp.pchoice("p", [(0.25, "a"), (0.75, "b")]), 1.0),
}


def drawn(expression):
    sample = pytest.importorskip("hyperopt.pyll.stochastic").sample
    rng = np.random.default_rng(0)
    return [sample(expression, rng=rng) for _ in range(N)]


@pytest.mark.parametrize("name", HYPEROPT)
def test_hyperopt_continuous(name):
    expression = HYPEROPT[name](pytest.importorskip("hyperopt").hp)
    check_continuous(column_of(expression), drawn(expression))


@pytest.mark.parametrize("name", HYPEROPT_DISCRETE)
def test_hyperopt_discrete(name):
    hyperopt = pytest.importorskip("hyperopt")
    make, ends = HYPEROPT_DISCRETE[name]
    expression = make(hyperopt.hp, hyperopt.pyll.scope)
    draws = [v.item() if isinstance(v, np.generic | np.ndarray) else v for v in drawn(expression)]
    column = column_of(expression)
    assert {type(column.value(u)) for u in np.linspace(0, 1, 50)} == set(map(type, draws))
    check_discrete(column, draws, ends=ends)


def test_hyperopt_expression_inside_a_choice():
    hp = pytest.importorskip("hyperopt").hp
    space = Space({"gamma": hp.choice("gamma", ["scale", hp.loguniform("g", -4, 0)])})
    assert space.contains({"gamma": "scale"})
    assert space.contains({"gamma": 0.5})
    assert not space.contains({"gamma": 2.0})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda hp, scope: hp.normal("p", 0, 1), r"hp\.normal has no counterpart\. Write a Real"),
        (lambda hp, scope: hp.choice("p", [{"C": 1}, {"C": 2}]), "Choice\\(When"),
        (lambda hp, scope: hp.choice("p", [(hp.randint("q", 2), 1)]), "List the tuples"),
        (lambda hp, scope: hp.uniform("p", 0, 1) + 1, "'add' is no expression"),
        (lambda hp, scope: scope.int(hp.uniform("p", 0, 9)), "Write an Integer"),
        (lambda hp, scope: hp.uniform("p", 0, hp.uniform("q", 1, 2)), "itself an expression"),
        (lambda hp, scope: hp.quniform("p", 0, 1e9, 1), "has 1000000001 values"),
    ],
)
def test_hyperopt_without_a_counterpart(make, message):
    hyperopt = pytest.importorskip("hyperopt")
    with pytest.raises(ValueError, match=f"'p': this Apply cannot be taken over.*{message}"):
        Space({"p": make(hyperopt.hp, hyperopt.pyll.scope)})


PLACES = {
    "alone": lambda value: {"C": value},
    "in a list": lambda value: {"C": [value, 5.0]},
    "in a tuple": lambda value: {"C": (value, 5.0)},
    "in a choice": lambda value: {"C": Choice(5.0, value, weights=[1, 3])},
    "beside a value": lambda value: {"kernel": Choice("rbf", When("linear", C=value))},
    "in an estimator": lambda value: {"base_estimator": [SVC(C=value)]},
    "in a list beside": lambda value: {"kernel": Choice("rbf", When("linear", C=[value, 5.0]))},
}


@pytest.mark.parametrize("place", PLACES)
def test_it_says_its_range_wherever_it_stands(place):
    """As our own dimension does; a journal compares the texts of spaces."""
    hp = pytest.importorskip("hyperopt").hp
    foreign = {high: Space(PLACES[place](hp.uniform("C", 0.1, high))) for high in (2.0, 3.0)}
    for high, space in foreign.items():
        assert repr(space) == repr(Space(PLACES[place](Real(0.1, high))))
    assert repr(foreign[2.0]) != repr(foreign[3.0])


def test_an_estimator_of_the_user_is_left_as_it_is():
    value = pytest.importorskip("hyperopt").hp.uniform("C", 0.1, 2)
    model = SVC(C=value)
    Space({"base_estimator": [model]})
    assert model.C is value


def test_one_in_the_searched_estimator_is_refused():
    value = pytest.importorskip("hyperopt").hp.uniform("C", 0.1, 2)
    search = BayesSearchCV(SVC(C=value), {"degree": [2, 3]}, n_iter=2)
    with pytest.raises(ValueError, match="belongs in the search space"):
        search.fit(*load_iris(return_X_y=True))


def test_a_class_of_no_module_is_a_value():
    odd = type("Odd", (), {"__module__": None})
    assert Space({"p": [odd(), 1]}).n_dims == 1


def test_a_journal_notices_another_range(tmp_path):
    hp = pytest.importorskip("hyperopt").hp
    X, y = load_iris(return_X_y=True)

    def fit(high):
        space = {"C": hp.uniform("C", 0.1, high)}
        search = BayesSearchCV(SVC(), space, n_iter=2, cv=2, journal=tmp_path / "search.jsonl")
        return search.fit(X, y)

    assert fit(2.0).cv_results_["params"] == fit(2.0).cv_results_["params"]
    with pytest.raises(JournalMismatch):
        fit(3.0)
