import numpy as np
import pytest

from skhpo.surrogates.gp import condition, fit
from skhpo.surrogates.output import Output, best
from skhpo.surrogates.warping import WARPINGS, Warping, log_density
from tests.surrogates.test_likelihood import one_term, plain

X = np.linspace(-0.5, 0.5, 25)
SMOOTH = np.sin(7 * X) + 0.3 * X
THETA = np.log([0.3, 1.0, 0.01])


def model(y):
    return lambda warping: fit(one_term(1), plain(X[:, None]), warping(y), dimension=1)


def test_a_smooth_function_is_left_as_it_is_and_its_exponential_is_not():
    assert best(["none", "log"], SMOOTH, model(SMOOTH)) == "none"
    y = np.exp(2.5 * SMOOTH)
    assert best(["none", "log"], y, model(y)) == "log"


@pytest.mark.parametrize("name", WARPINGS)
def test_the_density_by_which_maps_are_compared_is_that_of_explicit_refits(name):
    y = np.exp(SMOOTH)
    warping = Warping.of(name, y)
    z = warping(y)
    whole = condition(one_term(1), plain(X[:, None]), z, THETA)
    ours = log_density(y, warping, *whole.leave_one_out())
    for i in range(0, 25, 6):
        others = np.delete(np.arange(25), i)
        part = condition(one_term(1), plain(X[others, None]), z[others], THETA)
        left = part.predict(plain(X[i : i + 1, None]))
        var = left.var + 0.01
        expected = log_density(y[i : i + 1], warping, left.mean, var)
        assert ours[i] == pytest.approx(expected[0], abs=1e-6)


def test_one_cliff_does_not_decide():
    """Beyond the limit of one map nothing is compared: there all may say what they like."""
    y = np.append(SMOOTH[:-1], 1e5)
    chosen = best(["yeo_johnson", "none"], y, model(y))
    assert chosen == "none"


def test_a_map_is_held_until_a_fit_or_an_overflow():
    y = np.exp(20 * np.random.default_rng(0).random(30))
    output = Output(("yeo_johnson",))
    first = output.update(y, None)
    assert output.update(np.append(y, 5.0), None, fits=False) is first
    assert output.update(np.append(y, -1e150), None, fits=False) is not first
    assert output.update(y, None) is not first


def test_a_choice_is_made_at_the_first_fit_and_each_eighth_one():
    y, made = np.exp(SMOOTH), []

    def counted(warping):
        made.append(warping)
        return model(y)(warping)

    output = Output(("none", "log"))
    counts = []
    for _ in range(10):
        output.update(y, counted)
        counts.append(len(made))
    assert counts == [2] * 8 + [4] * 2


def test_losses_that_cannot_be_mapped_have_no_map():
    output = Output(WARPINGS)
    assert output.update(np.ones(5), model(np.ones(5))) is None
    assert output.update(np.exp(SMOOTH), model(np.exp(SMOOTH))) is not None
