"""Distributions of scipy.stats, and objects that can only be drawn from."""

import copy

import numpy as np
import pytest
from scipy import stats

from skhpo.space import Space

CONTINUOUS = [
    stats.loguniform(1e-3, 1e3),
    stats.reciprocal(1, 10),
    stats.uniform(-1, 5),
    stats.uniform,
    stats.loguniform(1, 100, loc=5),
    stats.norm(3, 2),
    stats.beta(2, 5),
    stats.expon(scale=10),
    stats.gamma(2),
    stats.t(3),
]
DISCRETE = [
    stats.randint(2, 9),
    stats.poisson(3),
    stats.poisson(50),
    stats.binom(20, 0.3),
    stats.geom(0.2),
    stats.rv_discrete(values=([1, 5, 7], [0.2, 0.5, 0.3])),
]


def values_of(space, n=4000):
    return np.array([params["p"] for params in space.sample(n, random_state=0)])


@pytest.mark.parametrize("source", CONTINUOUS)
def test_continuous_draws_follow_the_distribution(source):
    space = Space({"p": source})
    assert space.columns[0].kind == "continuous"
    assert stats.kstest(values_of(space), source.cdf).pvalue > 1e-3


@pytest.mark.parametrize("source", DISCRETE)
def test_discrete_draws_follow_the_distribution(source):
    space = Space({"p": source})
    assert space.columns[0].kind == "discrete"
    drawn = values_of(space)
    assert {type(value) for value in drawn.tolist()} == {int}
    numbers = np.unique(drawn)
    gap = [abs(np.mean(drawn <= number) - source.cdf(number)) for number in numbers]
    assert max(gap) < 1.95 / np.sqrt(len(drawn))  # Kolmogorov-Smirnov at 0.1 %


@pytest.mark.parametrize("source", CONTINUOUS)
def test_continuous_values_are_encoded_back(source):
    space = Space({"p": source})
    for u in np.linspace(0.001, 0.999, 21):
        params = space.decode([u])
        assert type(params["p"]) is float
        np.testing.assert_allclose(space.encode(params), [u], rtol=1e-9)
        again = space.decode(space.encode(params))
        assert again["p"] == pytest.approx(params["p"], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("source", DISCRETE)
def test_discrete_values_are_encoded_back_exactly(source):
    space = Space({"p": source})
    for x in space.enumerate():
        params = space.decode(x)
        np.testing.assert_array_equal(space.encode(params), x)


@pytest.mark.parametrize("source", [*CONTINUOUS, *DISCRETE])
def test_the_ends_of_the_cube_have_finite_values(source):
    space = Space({"p": source})
    ends = [space.decode([u])["p"] for u in (0.0, 1.0)]
    assert np.isfinite(ends).all()
    np.testing.assert_array_equal(space.snap(space.snap([[0.0], [1.0]])), space.snap([[0], [1]]))


def test_ends_of_a_loguniform_are_exact():
    space = Space({"p": stats.loguniform(1e-3, 1e3)})
    assert [space.decode([u])["p"] for u in (0.0, 1.0)] == [1e-3, 1e3]


def test_discrete_values_that_are_not_whole():
    space = Space({"p": stats.rv_discrete(values=([0.5, 1.5], [0.25, 0.75]))})
    assert [space.decode(x)["p"] for x in space.enumerate()] == [0.5, 1.5]


def test_wide_discrete_distributions():
    space = Space({"p": stats.randint(0, 2**32)})
    assert space.size == 2**32
    assert space.decode(space.encode({"p": 2**31}))["p"] == 2**31
    # the tail of a zipf goes on for ever: what is kept holds nearly all of it
    heavy = Space({"p": stats.zipf(2)})
    assert heavy.columns[0].n_values <= 2**20
    assert heavy.decode([0.3])["p"] == 1


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (stats.norm(), "a"),
        (stats.beta(2, 2), 1.5),
        (stats.poisson(3), -1),
        (stats.poisson(3), 2.0),
    ],
)
def test_values_outside_are_refused(source, value):
    with pytest.raises(ValueError, match=r"parameter 'p'.*is not allowed; allowed is"):
        Space({"p": source}).encode({"p": value})


def test_bad_arguments_of_a_distribution():
    with pytest.raises(ValueError, match=r"'p'.*norm.*scale=-1.*has no values"):
        Space({"p": stats.norm(scale=-1)})
    with pytest.raises(TypeError, match=r"'p'.*loguniform should be frozen"):
        Space({"p": stats.loguniform})


class OnlyRvs:
    """Has ``rvs`` and keeps count of its calls."""

    def __init__(self, draw):
        self.draw = draw
        self.calls = 0

    def rvs(self, random_state=None):
        self.calls += 1
        return self.draw(random_state)


def test_an_object_with_rvs_alone_is_estimated():
    source = OnlyRvs(lambda rng: rng.normal(10, 2))
    space = Space({"p": source})
    assert space.columns[0].kind == "continuous"
    assert source.calls == 0
    assert stats.kstest(values_of(space, 500), stats.norm(10, 2).cdf).statistic < 0.08
    params = space.decode([0.37])
    np.testing.assert_allclose(space.encode(params), [0.37], rtol=1e-9)


def test_whole_draws_stay_whole():
    space = Space({"p": OnlyRvs(lambda rng: rng.randint(3, 6))})
    assert [space.decode(x)["p"] for x in space.enumerate()] == [3, 4, 5]
    assert type(space.decode([0.5])["p"]) is int


def test_few_floats_are_a_list():
    space = Space({"p": OnlyRvs(lambda rng: rng.choice([0.5, 0.25]))})
    assert [space.decode(x)["p"] for x in space.enumerate()] == [0.25, 0.5]


def test_other_draws_are_categories_as_likely_as_they_were_frequent():
    space = Space({"p": OnlyRvs(lambda rng: "a" if rng.uniform() < 0.8 else None)})
    [column] = space.columns
    assert column.kind == "categorical"
    widths = dict(zip(column.dimension.alternatives, np.diff(column.dimension.edges), strict=True))
    assert widths["a"] == pytest.approx(0.8, abs=0.05)
    assert space.contains({"p": None})


def test_draws_are_the_same_every_time():
    source = OnlyRvs(lambda rng: rng.normal())
    spaces = [Space({"p": source}), Space({"p": copy.deepcopy(source)})]
    assert spaces[0].decode([0.3]) == spaces[1].decode([0.3])
