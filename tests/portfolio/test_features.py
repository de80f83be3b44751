import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.preprocessing import StandardScaler

from skhpo import Space, portfolio

X, LABELS = make_classification(260, 8, n_informative=4, random_state=0)
X = StandardScaler().fit_transform(X)
X[:, 2] = (X[:, 0] > 0) * 1.0  # of two values


@pytest.mark.parametrize(
    "choice",
    [
        portfolio.feature_selection("classification", random_state=0),
        portfolio.feature_selection("regression", random_state=0),
        portfolio.feature_construction(random_state=0),
    ],
    ids=["select for classes", "select for numbers", "construct"],
)
def test_every_drawn_step_transforms_without_a_warning(choice):
    space = Space({"step": choice})
    seen = set()
    for params in space.sample(24, random_state=0):
        step = params.pop("step")
        if step == "passthrough":
            continue
        seen.add(type(step).__name__)
        step = clone(step).set_params(**{k.removeprefix("step__"): v for k, v in params.items()})
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            # two values are fewer than any number of quantiles
            warnings.filterwarnings("ignore", "Bins whose width", UserWarning)
            made = step.fit(X[:220], LABELS[:220]).transform(X[220:])
        assert made.shape[0] == 40
        assert made.shape[1] >= 1
        assert np.isfinite(made).all()
    assert len(seen) == len(choice.names) - 1


def test_nothing_is_the_default():
    for choice in (portfolio.feature_selection("regression"), portfolio.feature_construction()):
        assert Space({"step": choice}).decode(Space({"step": choice}).default()) == {
            "step": "passthrough"
        }


def test_ranges_are_those_of_auto_sklearn():
    columns = Space({"step": portfolio.feature_construction()}).columns
    found = {}
    for column in columns:
        if column.kind != "categorical":
            found.setdefault(column.paths[0], column.dimension)
    bounds = {name.removeprefix("step__"): (d.low, d.high) for name, d in found.items()}
    assert bounds["gamma"] == (2**-15, 8)
    assert bounds["degree"] == (2, 5)
    assert bounds["coef0"] == (-1, 1)
    pca = Space({"pca": portfolio.feature_construction().alternatives[1]}).columns
    share = next(c.dimension for c in pca if c.paths == ("pca__n_components",))
    assert (share.low, share.high) == (0.5, 0.9999)


def test_the_task_chooses_the_scores():
    [f_test] = {
        params["s__score_func"].__name__
        for params in Space(
            {"s": portfolio.feature_selection("regression").alternatives[1]}
        ).sample(20, 0)
    } - {"mutual_info_regression"}
    assert f_test == "f_regression"
    with pytest.raises(ValueError, match=r"task should be one of .*, got 'ranking'"):
        portfolio.feature_selection("ranking")
