"""Every prefix of an order of rows is a fair sample of them."""

import numpy as np
import pytest
from sklearn.model_selection import GroupKFold, KFold, TimeSeriesSplit

from skhpo.evaluation import Resource, is_in_time, least_rows, sample_orders, time_ranks

N = 200
RNG = np.random.default_rng(0)


@pytest.mark.parametrize("kind", [str, int, bool])
def test_every_prefix_is_stratified(kind):
    y = np.repeat([0, 1], [150, 50])
    labels = y.astype(kind)
    [order] = sample_orders(N, labels, [(np.arange(N), [])], is_classifier=True, seed=0)
    assert sorted(order) == list(range(N))
    share = np.cumsum(y[order]) - np.arange(1, N + 1) * 0.25
    assert np.abs(share[3:]).max() <= 1.0
    assert sorted(y[order[:4]]) == [0, 0, 1, 1]


def test_many_classes_have_their_shares_once_all_have_opened():
    y = RNG.choice(4, p=[0.9, 0.06, 0.03, 0.01], size=1000)
    [order] = sample_orders(1000, y, [(np.arange(1000), [])], is_classifier=True, seed=0)
    assert np.bincount(y[order[:8]]).tolist() == [2, 2, 2, 2]
    assert least_rows(y, is_classifier=True) == 8
    for n in range(200, 1000):
        share = np.bincount(y[order[:n]], minlength=4) - n * np.bincount(y) / 1000
        assert np.abs(share).max() < 1.5


def test_orders_are_drawn_anew_for_each_split_and_repeated_by_the_seed():
    splits = [(np.arange(50), []), (np.arange(50), [])]
    one, other = sample_orders(50, None, splits, is_classifier=False, seed=1)
    again, _ = sample_orders(np.zeros((50, 2)), None, splits, is_classifier=False, seed=1)
    assert one.tolist() == again.tolist() != other.tolist()


@pytest.mark.parametrize("y", [RNG.normal(size=N), RNG.integers(2, size=(N, 2))], ids=str)
def test_other_targets_are_not_stratified(y):
    splits = [(np.arange(N), [])]
    [order] = sample_orders(N, y, splits, is_classifier=True, seed=0)
    [plain] = sample_orders(N, y, splits, is_classifier=False, seed=0)
    assert order.tolist() == plain.tolist()
    assert least_rows(y, is_classifier=True) == least_rows(None, is_classifier=True) == 1


def test_groups_come_whole():
    groups = np.repeat(["a", "b", "c", "d", "e"], [3, 50, 7, 100, 40])
    splits = list(GroupKFold(3).split(np.zeros(N), groups=groups))
    orders = sample_orders(N, None, splits, groups=groups, is_classifier=True, seed=0)
    for order, (train, _) in zip(orders, splits, strict=True):
        found = groups[train][order]
        changes = np.flatnonzero(found[1:] != found[:-1])
        assert len(changes) == len(set(groups[train])) - 1
        assert sorted(order) == list(range(len(train)))


def test_the_most_recent_rows_come_first_where_order_is_time():
    splits = list(TimeSeriesSplit(3).split(np.zeros(40)))
    assert is_in_time(splits)
    ranks = time_ranks(None, splits, np.zeros(40), None, {})
    orders = sample_orders(40, None, splits, is_classifier=True, seed=0, ranks=ranks)
    resource = Resource("n_samples", maximum=10, orders=orders)
    for split, (train, _) in enumerate(splits):
        rows = resource.rows(split, train, 5)
        assert rows.tolist() == train[-len(rows) :].tolist()


@pytest.mark.parametrize("splits", [[], [(np.arange(3), np.arange(0))]], ids=str)
def test_no_splits_are_in_no_order_of_time(splits):
    assert not is_in_time(splits)


def test_folds_are_not_in_the_order_of_time():
    assert not is_in_time(list(KFold(3).split(np.zeros(9))))


def test_lengths_have_to_agree():
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        sample_orders(5, np.zeros(4), [], is_classifier=False, seed=0)
