"""What overlapping labels are worth to each splitter, in numbers.

The target is the return of a random walk over the next 20 steps, which nothing foretells; the
features are slow, so that neighbours in time are neighbours in them. A correlation of prediction
and target above nothing is a leak.
"""

import numpy as np
import pytest
from sklearn.model_selection import KFold
from sklearn.neighbors import KNeighborsRegressor

from skhpo import BlockedKFold, CombinatorialPurged, PurgedKFold, RepeatedHoldOut, WalkForward

N, N_SEEDS, N_TARGETS = 4000, 6, 8
H = 20  # steps that the target looks ahead, and over which features are averaged


def walk(seed, horizon):
    """Return three slow features, and the returns over the next steps of independent walks."""
    steps = np.random.default_rng(seed).normal(size=(N + 2 * H, 3 + N_TARGETS))
    paths = np.cumsum(steps, axis=0)
    total = np.cumsum(paths[:, :3], axis=0)
    now = np.arange(H, H + N)
    features = (total[now] - total[now - H]) / H
    return features, paths[now + horizon - 1, 3:] - paths[now - 1, 3:]


def correlation(cv, horizon=H):
    """Return the mean correlation of prediction and target, and its standard error."""
    found = []
    for seed in range(N_SEEDS):
        X, y = walk(seed, horizon)
        pairs = []
        for train, test in cv.split(X):
            model = KNeighborsRegressor(5).fit(X[train], y[train])
            pairs.append((model.predict(X[test]), y[test]))
        predicted, true = map(np.vstack, zip(*pairs, strict=True))
        found += [np.corrcoef(a, b)[0, 1] for a, b in zip(predicted.T, true.T, strict=True)]
    return np.mean(found), np.std(found, ddof=1) / np.sqrt(len(found))


def test_the_check_has_power():
    """Shuffled folds score 0.92 on what cannot be foretold; contiguous ones still score."""
    assert correlation(KFold(5, shuffle=True, random_state=0))[0] == pytest.approx(0.92, abs=0.02)
    leaking, error = correlation(KFold(30))
    assert leaking > 0.05 + error


@pytest.mark.parametrize(
    "cv",
    [
        PurgedKFold(10, horizon=H, embargo=20),
        CombinatorialPurged(5, 2, horizon=H, embargo=20),
        BlockedKFold(10, gap=H),
        WalkForward(test_size=250, min_train_size=1000, gap=H),
        RepeatedHoldOut(10, gap=H, random_state=0),
    ],
    ids=repr,
)
def test_nothing_leaks(cv):
    assert abs(correlation(cv)[0]) < 0.05


def test_labels_that_end_at_once_leak_nowhere():
    assert abs(correlation(KFold(5, shuffle=True, random_state=0), horizon=1)[0]) < 0.05
