"""Spaces in print."""

from scipy.stats import norm
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from skhpo.space import Choice, Integer, Real, Space, When

C = Real(2**-5, 2**15, log=True, name="C")


def test_the_tree():
    space = Space(
        {
            "prep__strategy": ["mean", "median"],
            "reduce": Choice("passthrough", PCA(n_components=Real(0.5, 0.99))),
            "model": Choice(
                LogisticRegression(C=C),
                SVC(C=C, kernel=Choice("rbf", When("poly", degree=Integer(2, 5)))),
                names=["logreg", "svc"],
                weights=[1, 3],
            ),
            "gamma": Choice("scale", Integer(1, 9, log=True)),
            "shift": norm(0, 1),
            "alpha": [0.1, 1, 10],
        }
    )
    assert str(space).splitlines() == [
        "Space: 11 columns, infinite size",
        "  prep__strategy: 'mean' | 'median'",
        "  reduce",
        "    'passthrough'",
        "    PCA()",
        "      reduce__n_components: 0.5 to 0.99",
        "  model",
        "    logreg: LogisticRegression() (25%)",
        "      model__C [C]: 0.03125 to 32768.0, log",
        "    svc: SVC() (75%)",
        "      model__C [C]: 0.03125 to 32768.0, log",
        "      model__kernel",
        "        'rbf'",
        "        'poly'",
        "          model__degree: 2 to 5",
        "  gamma",
        "    'scale'",
        "    1 to 9, log",
        "  shift: norm(0, 1)",
        "  alpha: [0.1, 1, 10]",
    ]


def test_lists_of_dicts():
    space = Space([{"a": [1, 2]}, {"b": (1, 9)}])
    assert str(space).splitlines() == [
        "Space: 3 columns, size 11",
        "  one of",
        "    dict 0",
        "      a: [1, 2]",
        "    dict 1",
        "      b: 1 to 9",
    ]


def test_small_spaces():
    assert str(Space({})) == "Space: 0 columns, size 1"
    assert str(Space({"a": [1, 2]})) == "Space: 1 column, size 2\n  a: [1, 2]"


def test_repr():
    assert repr(Space({"a": [1, 2], "b": norm(0, scale=2)})) == (
        "Space({'a': [1, 2], 'b': norm(0, scale=2)})"
    )
    assert repr(Space([{"a": (1, 2)}, {}])) == "Space([{'a': (1, 2)}, {}])"

    def rule(params):
        return False

    assert repr(Space({}, forbidden=rule)).startswith("Space({}, forbidden=[test_repr.<locals>")
