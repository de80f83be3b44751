"""Plots draw what the tables say."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.svm import SVC

from skhpo import Choice, RandomSearchCV, Real, nested_cross_validate

matplotlib = pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def result():
    space = {"C": Real(0.01, 100, log=True), "kernel": Choice("rbf", "linear")}
    search = RandomSearchCV(SVC(), space, n_iter=3, cv=2)
    return nested_cross_validate(search, *load_iris(return_X_y=True), random_state=0)


@pytest.fixture(autouse=True)
def no_window():
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("agg")
    yield
    plt.close("all")


def heights(collection):
    return collection.get_offsets()[:, 1]


def test_scores(result):
    ax = result.plot_scores()
    points = {c.get_label(): heights(c) for c in ax.collections if len(c.get_offsets()) == 5}
    np.testing.assert_allclose(points["outer"], result.scores_["outer_score"])
    np.testing.assert_allclose(points["inner best"], result.scores_["inner_best"])
    assert result.plot_scores(ax=ax) is ax


def test_optimism(result):
    ax = result.plot_optimism()
    np.testing.assert_allclose([p.get_height() for p in ax.patches], result.scores_["optimism"])


def test_params(result):
    ax = result.plot_params()
    assert [text.get_text() for text in ax.get_yticklabels()] == ["C", "kernel"]
    sizes = [c.get_sizes().sum() / 30 for c in ax.collections]
    assert sizes == [5, 5]  # each fold once, in each line
    assert {t.get_text() for t in ax.texts} >= set(result.params_["kernel"])
