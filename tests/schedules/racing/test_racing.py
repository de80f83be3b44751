"""Guards and laws of all rules, and which of the dropped candidates are completed."""

import numpy as np
import pytest

from skhpo.schedules.racing import RULES, Racing

FAIR = ["paired", "anova", "friedman"]  # those that allow for easy and hard folds


def search(seed, n_complete=8, n_splits=10):
    """Return complete candidates, and candidates of all qualities with their first folds done."""
    rng = np.random.default_rng(seed)
    folds = rng.normal(size=n_splits)
    complete = folds + rng.normal(size=(n_complete, n_splits))
    partials = folds + rng.normal(size=(20, n_splits)) - rng.uniform(-1, 3, size=(20, 1))
    for partial in partials:
        partial[rng.integers(1, n_splits) :] = np.nan
    return complete, partials


def verdicts(racing, complete, partials):
    return [racing.has_lost(complete, partial) for partial in partials]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rule", "wilcoxon"),
        ("rule", None),
        ("rule", ["paired"]),
        ("alpha", 0),
        ("alpha", 0.5),
        ("alpha", np.nan),
        ("alpha", "0.05"),
        ("min_complete", 0),
        ("min_complete", 2.0),
        ("min_complete", True),
        ("min_splits", 0),
        ("min_splits", "all"),
        ("n_finalists", 0),
        ("n_finalists", None),
    ],
)
def test_bad_parameters_are_named_with_their_value(name, value):
    with pytest.raises(ValueError, match=rf"^{name} has to be") as raised:
        Racing(**{name: value})
    assert repr(value) in str(raised.value)


def test_numpy_s_integers_are_integers():
    assert Racing(min_complete=np.int64(4)).min_complete == 4


@pytest.mark.parametrize("rule", RULES)
def test_no_verdict_before_enough_are_complete(rule):
    racing = Racing(rule=rule, min_complete=6)
    complete, _ = search(0)
    hopeless = np.append(np.full(9, -100.0), np.nan)
    assert not racing.has_lost(complete[:5], hopeless)
    assert racing.has_lost(complete[:6], hopeless)
    assert not racing.has_lost(complete[:0], hopeless)


@pytest.mark.parametrize("rule", RULES)
def test_no_verdict_before_enough_folds(rule):
    complete, _ = search(1)
    complete += 10 * np.arange(8)[:, None]  # ranks tell these apart too
    hopeless = np.full(10, np.nan)
    folds_done = {None: [], 6: []}  # when it was dropped
    for n_done in range(10):
        for min_splits, dropped in folds_done.items():
            if Racing(rule=rule, min_splits=min_splits).has_lost(complete, hopeless):
                dropped.append(n_done)
        hopeless[n_done] = -100.0 - n_done
    first = {"anova": 3, "friedman": 3}.get(rule, 1)
    assert folds_done == {None: list(range(first, 10)), 6: list(range(6, 10))}


@pytest.mark.parametrize("rule", RULES)
def test_a_complete_candidate_is_never_dropped(rule):
    complete, _ = search(2)
    assert not Racing(rule=rule).has_lost(complete, np.full(10, -100.0))


@pytest.mark.parametrize("rule", RULES)
def test_single_fold(rule):
    racing = Racing(rule=rule, min_complete=1)
    complete = np.array([[0.5], [0.7]])
    assert not racing.has_lost(complete, np.array([0.1]))
    assert not racing.has_lost(complete, np.array([np.nan]))


@pytest.mark.parametrize("rule", FAIR)
@pytest.mark.parametrize("seed", range(5))
def test_an_easier_fold_changes_no_verdict(rule, seed):
    racing = Racing(rule=rule)
    complete, partials = search(seed)
    shift = np.random.default_rng(seed).normal(scale=10, size=10)
    before = verdicts(racing, complete, partials)
    assert verdicts(racing, complete + shift, partials + shift) == before
    assert True in before
    assert False in before


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("seed", range(5))
def test_scale_changes_no_verdict(rule, seed):
    racing = Racing(rule=rule)
    complete, partials = search(seed)
    before = verdicts(racing, complete, partials)
    for scale in (1e-6, 4.0, 1e6):
        assert verdicts(racing, scale * complete, scale * partials) == before


@pytest.mark.parametrize("rule", FAIR)
@pytest.mark.parametrize("seed", range(5))
def test_order_of_folds_and_candidates_changes_no_verdict(rule, seed):
    racing = Racing(rule=rule)
    complete, partials = search(seed)
    rng = np.random.default_rng(seed)
    folds, rows = rng.permutation(10), rng.permutation(len(complete))
    mixed = verdicts(racing, complete[rows][:, folds], partials[:, folds])
    assert mixed == verdicts(racing, complete, partials)


@pytest.mark.parametrize("seed", range(5))
def test_who_is_better_than_the_incumbent_so_far_is_never_dropped(seed):
    complete, partials = search(seed)
    incumbent = complete[complete.mean(axis=1).argmax()]
    for rule in ("paired", "anova"):
        racing = Racing(rule=rule, alpha=0.49)
        for partial in partials:
            if np.nanmean(partial - incumbent) >= 0:
                assert not racing.has_lost(complete, partial)
        assert not racing.has_lost(complete, np.append(incumbent[:9], np.nan))


@pytest.mark.parametrize("rule", FAIR)
def test_a_smaller_alpha_drops_fewer(rule):
    complete, partials = search(7)
    dropped = [
        verdicts(Racing(rule=rule, alpha=alpha), complete, partials) for alpha in (0.001, 0.2)
    ]
    assert all(bold >= careful for careful, bold in zip(*dropped, strict=True))
    assert sum(dropped[0]) < sum(dropped[1])


@pytest.mark.parametrize("rule", RULES)
def test_scores_that_are_all_equal_drop_nobody(rule):
    partial = np.append(np.full(9, 0.5), np.nan)
    assert not Racing(rule=rule).has_lost(np.full((6, 10), 0.5), partial)


# -- completing ----------------------------------------------------------------------------------


def completed(racing, complete, partials, full):
    """Complete what is asked for until nothing is; return the scores of all complete ones."""
    partials = partials.copy()
    while rows := racing.to_complete(complete, partials):
        assert np.isnan(partials[rows]).any(axis=1).all()
        complete = np.vstack([complete, full[rows]])
        partials[rows] = full[rows]
    return complete, np.flatnonzero(np.isnan(partials).any(axis=1))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("n_finalists", [1, 3, 100])
def test_in_the_end_the_best_are_complete_and_the_others_have_lost(rule, n_finalists):
    racing = Racing(rule=rule, n_finalists=n_finalists)
    complete, partials = search(11)
    rng = np.random.default_rng(11)
    full = np.where(np.isnan(partials), rng.normal(size=partials.shape) - 2, partials)
    complete, dropped = completed(racing, complete, partials, full)
    means = np.sort(complete.mean(axis=1))[::-1]
    assert (len(dropped) == 0) == (n_finalists == 100)
    for row in dropped:
        assert racing.has_lost(complete, partials[row])
        assert racing.estimate(complete, partials[row])[0] <= means[n_finalists - 1]


def test_ties_are_in_favour_of_those_that_are_complete():
    complete = np.zeros((6, 4)) + np.array([1.0, 0, 0, 0, 0, 0])[:, None]
    partials = np.array([[0.0, 0.0, np.nan, np.nan]])
    assert Racing(n_finalists=3).to_complete(complete, partials) == []
    assert Racing(n_finalists=7).to_complete(complete, partials) == [0]


def test_all_are_completed_while_too_few_are():
    complete, partials = search(3, n_complete=4)
    assert Racing().to_complete(complete, partials) == list(range(20))
    assert Racing().to_complete(complete[:0], partials) == list(range(20))


def test_a_candidate_without_any_fold_has_not_lost():
    complete, partials = search(4)
    partials[5] = np.nan
    assert 5 in Racing().to_complete(complete, partials)


def test_nothing_dropped_is_nothing_to_complete():
    complete, partials = search(5)
    assert Racing().to_complete(complete, partials[:0]) == []
    assert Racing().to_complete(complete, complete[:3]) == []
