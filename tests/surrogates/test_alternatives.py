import numpy as np
import pytest

from skhpo import Real, Space
from skhpo.surrogates.alternatives import is_stalled, most_neglected, price_of_looking

NOBODY = np.array([], dtype=int)


@pytest.mark.parametrize(("expected", "stalled"), [(0.29, True), (0.31, False)])
def test_progress_is_measured_from_the_median_to_the_best(expected, stalled):
    assert is_stalled(expected, np.array([-8.0, 2.0, 100.0]), best=-8.0) == stalled


def test_candidates_are_shared_as_one_over_the_rank():
    best = np.array([0.1, 0.2, 0.3, 0.4])
    told = np.arange(4)
    for _ in range(1100):
        told = np.append(told, np.argmin(price_of_looking(best[told], told, NOBODY, 4)))
    counts = np.bincount(told)
    assert counts[0] == 1
    np.testing.assert_allclose(counts[1:] / counts[1:].sum(), np.array([6, 3, 2]) / 11, atol=0.01)


def test_an_alternative_without_evaluations_comes_first():
    y, told = np.array([1.0, 2.0]), np.array([0, 1])
    assert np.argmin(price_of_looking(y, told, NOBODY, 3)) == 2
    assert np.argmin(price_of_looking(y, told, np.array([2, 2]), 3)) == 1


def test_alternatives_that_only_fail_come_last():
    y, told = np.array([1.0, 2.0, 2.0, np.inf, np.inf]), np.array([0, 1, 1, 2, 2])
    assert np.argmin(price_of_looking(y, told, NOBODY, 3)) == 1


def test_where_all_have_failed_there_is_a_choice_all_the_same():
    prices = price_of_looking(np.full(3, np.inf), np.array([0, 0, 1]), NOBODY, 2)
    assert np.isfinite(prices).sum() == 1


def test_of_several_categories_the_cheapest_alternative_is_chosen():
    space = Space({"a": list("pqr"), "x": Real(0, 1), "b": list("pq")})
    rows = [("p", "p"), ("p", "p"), ("q", "p"), ("q", "p"), ("r", "q"), ("r", "p")]
    X = np.array([space.encode({"a": a, "x": 0.5, "b": b}) for a, b in rows])
    y = np.array([0.0, 5.0, 1.0, 5.0, 2.0, 5.0])
    # of a: "q" at 2 x 1, "r" at 2 x 2; of b: "q" at 1 x 1
    chosen = most_neglected(y, X, X[:0], space.columns, [0, 2])[0]
    assert (chosen.j, space.decode(chosen_point(space, chosen))["b"]) == (2, "q")
    # two of that under way make it dearer than "q" of a
    running = np.array([space.encode({"a": "p", "x": 0.1 * i, "b": "q"}) for i in range(2)])
    chosen = most_neglected(y, X, running, space.columns, [0, 2])[0]
    assert (chosen.j, space.decode(chosen_point(space, chosen))["a"]) == (0, "q")


def chosen_point(space, chosen):
    x = space.encode({"a": "p", "x": 0.5, "b": "p"})
    j, position = chosen.fixed
    x[j] = position
    assert chosen.holds(x[None])[0]
    return x
