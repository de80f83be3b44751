"""Amounts of a resource: parameters, and fair nested samples of the training rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import make_classification
from sklearn.metrics import get_scorer
from sklearn.model_selection import KFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from skhpo.evaluation import Job, Resource, run_task, sample_orders

RNG = np.random.default_rng(0)


def test_a_parameter_is_set_and_rows_are_not_touched():
    resource, train = Resource("clf__max_iter", maximum=9), np.arange(5)
    assert resource.params(3) == {"clf__max_iter": 3}
    assert resource.rows(0, train, 3) is train


@pytest.mark.parametrize("name", ["n_samples", "n_splits"])
def test_what_is_no_parameter_sets_none(name):
    assert Resource(name, maximum=9).params(3) == {}


@pytest.mark.parametrize("amount", [0, -1, 10, 2.0, True, "3", None])
def test_a_bad_amount_is_an_error_that_says_what_is_allowed(amount):
    resource = Resource("n_samples", maximum=9, orders=[np.arange(4)])
    with pytest.raises(ValueError, match=r"'n_samples' has to be an integer from 1 to its max"):
        resource.rows(0, np.arange(4), amount)
    with pytest.raises(ValueError, match="integer from 1"):
        resource.params(amount)


@pytest.mark.parametrize("orders", [None, [np.arange(3)]])
def test_samples_need_an_order_of_the_rows(orders):
    with pytest.raises(ValueError, match="no order of the 4 training rows of split 0"):
        Resource("n_samples", maximum=9, orders=orders).rows(0, np.arange(4), 3)


@given(
    n=st.integers(1, 60),
    maximum=st.integers(1, 60),
    seed=st.integers(0, 9),
    least=st.integers(1, 5),
    data=st.data(),
)
@settings(max_examples=50, deadline=None)
def test_rows_are_nested_in_their_order_and_as_many_as_the_share(n, maximum, seed, least, data):
    train = np.random.default_rng(seed).choice(100, n, replace=False)
    orders = sample_orders(100, None, [(train, [])], is_classifier=False, seed=seed)
    resource = Resource("n_samples", maximum, orders=orders, least=least)
    small, large = sorted(data.draw(st.integers(1, maximum)) for _ in range(2))
    few, many = resource.rows(0, train, small), resource.rows(0, train, large)
    assert set(few) <= set(many) <= set(train)
    assert few.tolist() == [row for row in train if row in set(few)]
    assert small == maximum or len(few) == min(n, max(least, small * n // maximum))
    assert resource.rows(0, train, maximum) is train


# -- in a task -----------------------------------------------------------------------------------


def sampled_job(estimator, X, y, **options):
    splits = list(KFold(4, shuffle=True, random_state=0).split(X))
    orders = sample_orders(X, y, splits, is_classifier=True, seed=0)
    resource = Resource("n_samples", maximum=100, orders=orders)
    return Job(
        estimator, X, y, splits, get_scorer("accuracy"), resource=resource,
        error_score="raise", **options,
    )  # fmt: skip


@pytest.mark.parametrize("memoriser", [KNeighborsClassifier(1), DecisionTreeClassifier()])
def test_no_test_row_is_ever_trained_on(memoriser):
    X, y = RNG.normal(size=(800, 5)), RNG.integers(2, size=800)
    job = sampled_job(memoriser, X, y, return_train_score=True)
    for amount in (1, 10, 50, 100):
        outcomes = [run_task(job, 0, {}, split, None, amount) for split in range(4)]
        assert {outcome.train_scores for outcome in outcomes} == {1.0}
        assert abs(np.mean([o.test_scores for o in outcomes]) - 0.5) < 0.1
        assert all(outcome.resource == amount for outcome in outcomes)
        assert all(outcome.state is None and outcome.curve is None for outcome in outcomes)


class Counting(KNeighborsClassifier):
    """Scores how many rows it was given."""


def count_rows(estimator, X, y):
    return float(estimator[-1].n_samples_fit_)


@pytest.mark.parametrize("cache", [0, 2**28])
def test_samples_are_a_share_and_are_not_mixed_up_by_the_prefix_cache(cache):
    X, y = make_classification(80, random_state=0)
    job = sampled_job(make_pipeline(StandardScaler(), Counting(1)), X, y, prefix_cache_bytes=cache)
    job.__dict__["scorer"] = count_rows
    for _ in range(2):
        counts = [run_task(job, 0, {}, 1, None, amount).test_scores for amount in (10, 50, 100)]
        assert counts == [6, 30, 60]


def test_an_amount_of_nothing_is_a_failure():
    job = Job(KNeighborsClassifier(), np.zeros((4, 1)), [0, 1, 0, 1], [(np.arange(2), [3])], None)
    assert "the job has no resource" in run_task(job, 0, {}, 0, None, 3).error
