"""``RandomSearchCV``: what ``sampling`` draws."""

import numpy as np
import pytest
from scipy import stats
from sklearn.base import BaseEstimator, clone

from skhpo import RandomSearchCV, Real

X = np.arange(6.0)[:, None]
SPACE = {"a": Real(0, 1), "b": Real(0, 1)}


class Sum(BaseEstimator):
    """Scores the sum of its parameters."""

    def __init__(self, a=0.0, b=0.0, k="x"):
        self.a = a
        self.b = b
        self.k = k

    def fit(self, X, y=None):
        return self

    def score(self, X, y=None):
        return self.a + self.b


def search(sampling, n_iter=9, space=SPACE, **options):
    options = {"random_state": 0, "cv": 2, **options}
    return RandomSearchCV(Sum(), space, n_iter=n_iter, sampling=sampling, **options).fit(X)


def draws(found):
    return np.array([[p["a"], p["b"]] for p in found.cv_results_["params"]])


def test_latin_hypercubes_have_as_many_slices_as_candidates():
    for sampling in ("lhs", "lhs_optimized", "lhs_orthogonal"):
        for column in draws(search(sampling)).T:
            assert sorted((9 * column).astype(int).tolist()) == list(range(9))


def test_an_orthogonal_hypercube_has_one_candidate_a_square():
    cells = (3 * draws(search("lhs_orthogonal"))).astype(int)
    assert len(np.unique(cells, axis=0)) == 9


@pytest.mark.parametrize("sampling", ["faure", "van_der_corput", "sobol"])
def test_sequences_have_one_candidate_in_each_eighth(sampling):
    for column in draws(search(sampling, n_iter=8)).T:
        assert sorted((8 * column).astype(int).tolist()) == list(range(8))


def test_antithetic_candidates_are_mirrored():
    x = draws(search("antithetic", n_iter=8))
    np.testing.assert_allclose(x[::2] + x[1::2], 1.0)


def test_stratified_candidates_are_spread_over_the_quarters():
    x = draws(search("stratified", n_iter=16))
    assert np.histogram2d(*x.T, bins=4, range=[(0, 1), (0, 1)])[0].tolist() == [[1.0] * 4] * 4


def test_poisson_disks_keep_their_distance():
    x = draws(search("poisson_disk", n_iter=20))
    distances = np.linalg.norm(x[:, None] - x, axis=2)[np.triu_indices(20, 1)]
    assert distances.min() > 0.6 / np.sqrt(20)


def test_an_unknown_sampling_is_named():
    with pytest.raises(ValueError, match="'sampling' parameter of RandomSearchCV must be a str"):
        search("niederreiter")


def test_importance_sampling_tells_its_weights():
    priors = {"a": stats.beta(5, 2), "k": {"y": 3, "x": 1}}
    space = {**SPACE, "k": ["x", "y"]}
    found = search("importance", n_iter=400, space=space, priors=priors)
    weight, score = (found.cv_results_[c] for c in ("importance_weight", "mean_test_score"))
    assert weight.dtype == float
    assert (weight > 0).all()
    assert weight.max() <= 5.0
    assert weight.mean() == pytest.approx(1.0, abs=5 * weight.std() / 20)
    # the mean score over the space is 1; over the draws it is not
    assert (weight * score).mean() == pytest.approx(1.0, abs=5 * (weight * score).std() / 20)
    assert score.mean() > 1.1
    rows = [p["k"] == "y" for p in found.cv_results_["params"]]
    assert np.mean(rows) == pytest.approx(0.2 / 2 + 0.8 * 0.75, abs=0.1)


def test_importance_sampling_goes_on_from_its_journal(tmp_path):
    options = {"priors": {"a": stats.beta(5, 2)}, "journal": tmp_path / "search.jsonl"}
    search("importance", n_iter=5, **options)
    resumed = search("importance", n_iter=9, **options)
    whole = search("importance", n_iter=9, priors=options["priors"])
    np.testing.assert_array_equal(draws(resumed), draws(whole))
    for name in ("importance_weight", "mean_test_score"):
        np.testing.assert_array_equal(resumed.cv_results_[name], whole.cv_results_[name])


def test_a_search_with_priors_is_cloned():
    priors = {"a": stats.beta(5, 2)}
    first = search("importance", priors=priors)
    again = clone(first).fit(X)
    np.testing.assert_array_equal(draws(first), draws(again))


@pytest.mark.parametrize(
    ("sampling", "priors", "error", "message"),
    [
        ("importance", None, ValueError, "at least one is needed, got priors=None"),
        ("importance", {}, ValueError, "at least one is needed"),
        ("importance", {"c": {1: 1}}, ValueError, "priors: 'c' is no parameter that varies"),
        ("importance", {"a": Real(3, 4)}, ValueError, "priors: 'a': .*gives no probability"),
        ("importance", {"a": "high"}, TypeError, "priors: 'a': a prior should be"),
        ("importance", [1, 2], TypeError, "'priors' parameter of RandomSearchCV"),
        ("random", {"a": Real(0, 1)}, ValueError, "priors are for sampling="),
    ],
)
def test_bad_priors_are_named_at_fit(sampling, priors, error, message):
    with pytest.raises(error, match=message):
        search(sampling, priors=priors)


def test_the_other_samplings_have_no_weights():
    assert "importance_weight" not in search("sobol").cv_results_


def test_priors_are_checked_where_the_space_is_enumerated():
    with pytest.raises(ValueError, match="nonsense"):
        search("importance", 10, {"k": ["x", "y"]}, priors={"nonsense": [1, 2]})
