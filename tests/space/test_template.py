"""Templates: estimators with dimensions among their parameters."""

import numpy as np
import pytest
from scipy.stats import loguniform
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.ensemble import BaggingClassifier
from sklearn.feature_selection import SelectPercentile
from sklearn.gaussian_process.kernels import RBF, WhiteKernel
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skhpo.space import Choice, Integer, Real, Space, When


def law(space, n=60):
    """Check that points and parameters are two sides of one thing; return the parameters."""
    X = space.draw(n, np.random.default_rng(0))
    for x in X:
        params = space.decode(x)
        again = space.encode(params)
        np.testing.assert_allclose(again, x, rtol=1e-9)
        assert space.decode(again).keys() == params.keys()
        assert list(params) == [*dict.fromkeys(params)]
    return [space.decode(x) for x in X]


def test_a_template_is_stripped_to_the_defaults_of_its_class():
    template = SVC(C=Real(5, 10), gamma=Choice("auto", "scale"), tol=0.5)
    space = Space({"model": Choice(template)})
    [params] = [space.decode(space.default())]
    assert params["model"].get_params() == SVC(tol=0.5).get_params()
    assert params["model__C"] == 7.5
    assert params["model__gamma"] == "auto"


def test_the_alternative_is_the_same_object_every_time():
    space = Space({"model": [SVC(C=Real(1, 2)), LogisticRegression()]})
    found = {id(params["model"]) for params in space.sample(20, 0)}
    assert len(found) == 2


def test_an_alternative_without_dimensions_is_the_users_object():
    model = LogisticRegression()
    space = Space({"model": [model, SVC(C=Real(1, 2))]})
    assert space.decode(space.default())["model"] is model


def test_the_users_template_is_left_alone():
    C = Real(1, 2)
    template = Pipeline([("pca", PCA(n_components=Integer(2, 5))), ("svm", SVC(C=C))])
    before = repr(template)
    inner = template.named_steps["svm"]
    space = Space({"model": [template]})
    params = space.sample(random_state=0)
    params["model"].set_params(svm__C=3, pca=None)
    assert repr(template) == before
    assert template.named_steps["svm"] is inner
    assert inner.C is C


def test_children_exist_only_with_their_alternative():
    space = Space(
        {
            "reduce": Choice(
                "passthrough",
                PCA(n_components=Real(0.5, 0.99)),
                SelectPercentile(percentile=(5, 95)),
            )
        }
    )
    for params in law(space):
        expected = {"reduce"}
        if isinstance(params["reduce"], PCA):
            expected.add("reduce__n_components")
        assert set(params) == expected
    # a plain tuple inside a template is a value like any other
    assert space.n_dims == 2


def test_a_bare_template_is_a_constant_with_children():
    space = Space({"model": SVC(C=Real(1, 2))})
    assert [column.name for column in space.columns] == ["model__C"]
    assert set(space.decode([0.5])) == {"model", "model__C"}


def test_pipelines_as_alternatives_and_templates_inside_them():
    space = Space(
        {
            "model": Choice(
                make_pipeline(StandardScaler(), SVC(C=loguniform(1e-2, 1e2))),
                make_pipeline(MinMaxScaler(), LogisticRegression(C=Real(0.1, 1))),
            )
        }
    )
    names = [column.name for column in space.columns]
    assert names == ["model", "model__svc__C", "model__logisticregression__C"]
    law(space)


def test_a_step_that_is_a_choice():
    inner = Pipeline(
        [
            ("scale", Choice("passthrough", StandardScaler(with_mean=Choice(True, False)))),
            ("svm", SVC()),
        ]
    )
    space = Space({"model": [inner]})
    params = law(space)
    # scikit-learn takes all of it at once
    outer = Pipeline([("model", None)])
    for setting in params:
        fitted = clone(outer).set_params(**clone(setting, safe=False))
        scale = fitted.get_params()["model__scale"]
        if "model__scale__with_mean" in setting:
            assert scale.with_mean is setting["model__scale__with_mean"]
        else:
            assert scale == "passthrough"


def test_column_transformer_and_meta_estimator():
    prep = ColumnTransformer([("num", SimpleImputer(strategy=Choice("mean", "median")), [0])])
    bag = BaggingClassifier(
        Choice(DecisionTreeClassifier(max_depth=Integer(1, 9)), SVC()), n_estimators=Integer(5, 9)
    )
    space = Space({"prep": [prep], "bag": [bag]})
    assert {column.name for column in space.columns} == {
        "prep__num__strategy",
        "bag__estimator",
        "bag__estimator__max_depth",
        "bag__n_estimators",
    }
    for setting in law(space):
        Pipeline([("prep", None), ("bag", None)]).set_params(**clone(setting, safe=False))


def test_kernels_are_templates():
    space = Space({"kernel": [RBF(length_scale=Real(0.1, 10, log=True)), WhiteKernel()]})
    assert [column.name for column in space.columns] == ["kernel", "kernel__length_scale"]
    law(space)


def test_templates_and_conditions_to_depth_three():
    space = Space(
        {
            "model": Choice(
                SVC(
                    kernel=Choice(
                        "rbf",
                        When(
                            "poly",
                            degree=Choice(
                                2,
                                When(3, coef0=Choice(0.0, When(1.0, shrinking=[True, False]))),
                            ),
                        ),
                    )
                ),
                LogisticRegression(),
            )
        }
    )
    assert space.size == 1 + 1 + (1 + (1 + 2)) == len([*space.enumerate()])
    law(space)
    deep = space.decode(space.witness(4))
    assert [*deep] == [
        "model",
        "model__kernel",
        "model__degree",
        "model__coef0",
        "model__shrinking",
    ]
    SVC().set_params(**{key[7:]: value for key, value in deep.items() if key != "model"})


def test_one_path_in_two_alternatives_is_two_columns():
    space = Space(
        {"model": [LogisticRegression(C=Real(1, 2)), SVC(C=Real(10, 20))]},
    )
    assert [column.paths for column in space.columns] == [
        ("model",),
        ("model__C",),
        ("model__C",),
    ]
    for params in law(space):
        low = 1 if isinstance(params["model"], LogisticRegression) else 10
        assert low <= params["model__C"] <= 2 * low


def test_a_parameter_must_not_be_defined_twice():
    with pytest.raises(ValueError, match="'model__C' is defined twice"):
        Space({"model": [SVC(C=Real(1, 2))], "model__C": [1, 2]})
    with pytest.raises(ValueError, match="'degree' is defined twice"):
        Space({"kernel": Choice("a", When("b", degree=[1])), "degree": [1, 2]})
    with pytest.raises(ValueError, match="'kernel' is defined inside of itself"):
        Space({"kernel": Choice("a", When("b", kernel=[1]))})


def test_equal_values_that_open_different_parameters():
    space = Space({"p": Choice(When("a", x=[1, 2]), When("a", y=[1, 2, 3]), "a")})
    assert space.size == 2 + 3 + 1
    law(space)


class Forgetful(SVC):
    """An estimator without parameters that were left at None, as those of CatBoost are."""

    def __init__(self, depth=None):
        self.depth = depth

    def get_params(self, deep=True):
        return {} if self.depth is None else {"depth": self.depth}


def test_an_estimator_that_forgets_its_defaults_can_be_cloned():
    space = Space({"model": Forgetful(depth=Integer(1, 9))})
    model = space.decode([0.1])["model"]
    assert clone(model).depth == model.depth == 5
