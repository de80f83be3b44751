"""The forest is scikit-learn's, and its variance that of a tree drawn at random."""

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesRegressor, RandomForestRegressor

from skhpo import Choice, Integer, Real, Space, When
from skhpo.surrogates.forest import MIN_VARIANCE, RandomForest, features

SPACE = Space(
    {
        "model": Choice(
            When("tree", depth=Integer(1, 9)), When("svm", C=Real(1e-3, 1e3, log=True)), "naive"
        ),
        "scale": [True, False],
    }
)


def drawn(n, seed):
    X = SPACE.draw(n, np.random.default_rng(seed))
    return X, features(X, SPACE.columns)


Z = drawn(80, 0)[1]
Y = np.random.default_rng(1).standard_normal(80) + 2.0 * Z[:, 0]
AT = drawn(200, 2)[1]


@pytest.mark.parametrize("bootstrap", [True, False])
@pytest.mark.parametrize("extra", [True, False])
def test_means_are_those_of_scikit_learn(extra, bootstrap):
    make = ExtraTreesRegressor if extra else RandomForestRegressor
    options = {"min_samples_leaf": 2, "max_features": 0.6, "bootstrap": bootstrap}
    theirs = make(25, random_state=7, **options).fit(Z, Y)
    ours = RandomForest.fit(Z, Y, n_trees=25, extra=extra, seed=7, **options)
    mean, _ = ours.predict(AT)
    np.testing.assert_allclose(mean, theirs.predict(AT), rtol=1e-12)
    for t, tree in enumerate(theirs.estimators_):
        np.testing.assert_array_equal(ours.of_tree(t, AT), tree.predict(AT))


@pytest.mark.parametrize("min_samples_leaf", [1, 3])
def test_variance_is_the_sum_over_trees_and_what_fell_in_their_leaves(min_samples_leaf):
    """Both moments from the bootstrap samples themselves, leaf by leaf."""
    n_trees, seed = 12, 3
    forest = RandomForest.fit(Z, Y, n_trees=n_trees, min_samples_leaf=min_samples_leaf, seed=seed)
    theirs = RandomForestRegressor(
        n_trees, min_samples_leaf=min_samples_leaf, random_state=seed
    ).fit(Z, Y)
    mean, var = forest.predict(AT)
    for i in range(0, len(AT), 10):
        first, second = [], []
        for tree, sample in zip(theirs.estimators_, theirs.estimators_samples_, strict=True):
            inside = Y[sample][tree.apply(Z[sample]) == tree.apply(AT[i : i + 1])[0]]
            first.append(inside.mean())
            second.append((inside**2).mean())
        assert mean[i] == pytest.approx(np.mean(first))
        total = np.mean(second) - np.mean(first) ** 2  # E[y²] - E[y]² with a tree drawn
        assert var[i] == pytest.approx(max(total, MIN_VARIANCE), abs=1e-10)


def test_without_bootstrap_the_variance_grows_away_from_the_observations():
    forest = RandomForest.fit(Z, Y, extra=True, bootstrap=False, seed=0)
    unique = np.unique(Z, axis=0, return_index=True, return_counts=True)
    alone = unique[1][unique[2] == 1]
    mean, var = forest.predict(Z[alone])
    np.testing.assert_allclose(mean, Y[alone])
    np.testing.assert_array_equal(var, MIN_VARIANCE)
    assert np.median(forest.predict(AT)[1]) > 0.1


def test_variances_have_a_floor():
    forest = RandomForest.fit(Z, np.ones(len(Z)), seed=0)
    mean, var = forest.predict(AT)
    np.testing.assert_array_equal(mean, 1.0)
    np.testing.assert_array_equal(var, MIN_VARIANCE)


def test_features_of_a_conditional_space():
    X = np.array(
        [
            SPACE.encode({"model": "tree", "depth": 9, "scale": False}),
            SPACE.encode({"model": "svm", "C": 1.0, "scale": True}),
            SPACE.encode({"model": "naive", "scale": True}),
        ]
    )
    names = [column.name for column in SPACE.columns]
    found = features(X, SPACE.columns)
    assert found.shape == (3, 6)
    order = np.argsort([names.index("model"), names.index("depth"), names.index("C")])
    assert order.tolist() == [0, 1, 2]
    np.testing.assert_allclose(found[:, :3], np.eye(3))
    np.testing.assert_allclose(found[:, 3], [17 / 18, -1, -1])
    np.testing.assert_allclose(found[:, 4], [-1, 0.5, -1], atol=1e-7)
    np.testing.assert_allclose(found[:, 5], [0.75, 0.25, 0.25])


def test_a_nested_choice_that_is_inactive_has_no_category():
    inner = Choice("a", "b", "c")
    space = Space({"k": Choice("off", When("on", inner=inner))})
    off = features(space.encode({"k": "off"})[np.newaxis], space.columns)
    np.testing.assert_allclose(off, [[0.25, -1, -1, -1]])
