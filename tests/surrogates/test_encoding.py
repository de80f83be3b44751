from dataclasses import dataclass

import numpy as np
import pytest

from skhpo.surrogates.encoding import CATEGORY_WEIGHT, Encoding, is_number


@dataclass(frozen=True)
class Column:
    kind: str
    n_values: int | None = None
    parents: tuple = ()

    def index(self, u):
        return np.minimum((u * self.n_values).astype(int), self.n_values - 1)

    def position(self, i):
        return (i + 0.5) / self.n_values


def category(n, *parents):
    return Column("categorical", n, parents)


def number(*parents):
    return Column("continuous", None, parents)


def on(parent, *values):
    return (parent, frozenset(values))


def distances(encoding, X):
    Z = encoding.points(np.array(X)).Z
    return ((Z[:, None] - Z[None]) ** 2).sum(axis=2)


def test_squared_distances_of_categories():
    encoding = Encoding.of([category(2), category(3, on(0, 1))])
    X = [[0.25, np.nan], [0.75, 1 / 6], [0.75, 0.5], [0.25, np.nan]]
    d2 = distances(encoding, X)
    w2 = CATEGORY_WEIGHT**2
    assert d2[1, 2] == pytest.approx(w2)  # two active categories
    assert d2[0, 1] == pytest.approx(w2 + w2 / 2)  # the parent differs; active and inactive
    assert d2[0, 3] == 0.0  # both inactive


def test_an_inactive_number_stands_at_the_centre():
    encoding = Encoding.of([category(2), number(on(0, 0))])
    Z = encoding.points(np.array([[0.25, 0.9], [0.75, np.nan]])).Z
    np.testing.assert_allclose(Z[:, 2], [0.4, 0.0])


def test_columns_of_a_category_share_a_length_scale():
    encoding = Encoding.of([number(), category(3), number()])
    np.testing.assert_array_equal(encoding.kernel.scale_of, [0, 1, 1, 1, 2])
    np.testing.assert_array_equal(encoding.numeric, [0, 2])
    np.testing.assert_array_equal(encoding.numeric_at, [0, 4])


def test_without_conditions_there_is_one_term():
    encoding = Encoding.of([number(), category(2)])
    [term] = encoding.kernel.terms
    assert term.group is None
    np.testing.assert_array_equal(term.columns, [0, 1, 2])
    assert encoding.points(np.array([[0.5, 0.25]])).active.shape == (1, 0)


def test_parameters_of_one_condition_form_a_group():
    encoding = Encoding.of([category(2), number(on(0, 0)), number(on(0, 1)), number(on(0, 0))])
    groups = [term.columns.tolist() for term in encoding.kernel.terms]
    assert groups == [[0, 1], [0, 1, 2, 4], [0, 1, 3]]
    points = encoding.points(np.array([[0.25, 0.5, np.nan, 0.1], [0.75, np.nan, 0.2, np.nan]]))
    np.testing.assert_array_equal(points.active, [[True, False], [False, True]])


def test_a_nested_group_has_the_columns_of_its_ancestors():
    encoding = Encoding.of(
        [category(2), category(2, on(0, 1)), number(on(1, 1)), number(on(0, 0)), number()]
    )
    groups = [term.columns.tolist() for term in encoding.kernel.terms]
    assert groups == [[0, 1, 6], [0, 1, 2, 3, 6], [0, 1, 2, 3, 4, 6], [0, 1, 5, 6]]


def test_a_shared_parameter_has_a_group_of_its_own():
    encoding = Encoding.of([category(3), number(on(0, 0, 1)), number(on(0, 0))])
    assert len(encoding.kernel.terms) == 3
    two_places = Encoding.of([category(2), category(2), number(on(0, 0), on(1, 1))])
    assert two_places.kernel.terms[1].columns.tolist() == [0, 1, 2, 3, 4]


def test_a_parameter_with_one_value_has_no_columns():
    encoding = Encoding.of([category(1), number(), Column("discrete", 1)])
    assert encoding.points(np.array([[0.5, 0.7, 0.5]])).Z.tolist() == [[pytest.approx(0.2)]]
    assert encoding.kernel.n_scales == 1


def test_a_space_without_columns_has_no_length_scales():
    assert Encoding.of([]).kernel.n_scales == 0
    assert Encoding.of([category(1)]).points(np.array([[0.5]])).Z.shape == (1, 0)


@pytest.mark.parametrize(
    ("column", "expected"),
    [(number(), True), (Column("discrete", 4), True), (Column("discrete", 1), False)],
)
def test_is_number(column, expected):
    assert is_number(column) is expected
    assert not is_number(category(3))
