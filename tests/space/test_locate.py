"""An estimator's own parameters as a point."""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC

from skhpo.space import Choice, Integer, Real, Space, When


def current(**steps):
    return Pipeline([*steps.items()]).get_params(deep=True)


def test_values_that_lie_in_the_space_are_taken():
    space = Space({"model__C": Real(0.1, 10), "model__kernel": ["linear", "rbf"]})
    params = space.decode(space.locate(current(model=SVC(C=2.5))))
    assert params["model__C"] == 2.5
    assert params["model__kernel"] == "rbf"


def test_elsewhere_the_default_stands():
    space = Space({"C": Real(10, 20), "kernel": ["linear", "poly"], "unheard_of": Integer(1, 3)})
    params = space.decode(space.locate(SVC().get_params()))
    assert params == {"C": 15.0, "kernel": "linear", "unheard_of": 2}


def test_an_estimator_stands_for_the_alternative_of_its_type():
    space = Space(
        {
            "model": Choice(
                LogisticRegression(C=Real(0.1, 10)),
                SVC(C=Real(0.1, 10), shrinking=False),
                SVC(C=Real(0.1, 10), kernel=Choice("rbf", When("poly", degree=Integer(2, 5)))),
            )
        }
    )
    own = SVC(C=3.0, kernel="poly", degree=4)
    x = space.locate(current(model=own))
    assert space.columns[0].index(x[:1])[0] == 2
    params = space.decode(x)
    assert {**params, "model": None, "model__C": None} == {
        "model": None,
        "model__C": None,
        "model__kernel": "poly",
        "model__degree": 4,
    }
    np.testing.assert_allclose(params["model__C"], 3.0)
    # no alternative agrees in the rest: the first of the type stands in
    x = space.locate(current(model=SVC(tol=0.5, C=3.0)))
    assert space.columns[0].index(x[:1])[0] == 1


def test_an_estimator_of_no_alternative_says_nothing():
    space = Space({"model": Choice(LogisticRegression(C=Real(1, 9)), "passthrough")})
    params = space.decode(space.locate(current(model=SVC(C=7.0))))
    assert isinstance(params["model"], LogisticRegression)
    assert params["model__C"] == 5.0


def test_literal_alternatives():
    space = Space({"reduce": Choice(PCA(n_components=Integer(2, 9)), "passthrough", None)})
    assert space.decode(space.locate(current(reduce="passthrough")))["reduce"] == "passthrough"


def test_a_dict_that_fits_is_chosen():
    space = Space([{"C": Real(5, 6)}, {"C": Real(0, 2), "tol": Real(0, 1)}, {}])
    params = space.decode(space.locate(SVC(C=1.5).get_params()))
    np.testing.assert_allclose(params["C"], 1.5)


def test_a_forbidden_point_gives_way_to_the_default():
    space = Space({"C": Real(0, 10), "kernel": ["rbf", "poly"]}, forbidden=lambda p: p["C"] == 1.0)
    np.testing.assert_array_equal(space.locate(SVC(C=1.0).get_params()), space.default())
