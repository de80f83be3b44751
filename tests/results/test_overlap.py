"""How far splits overlap: searches of skhpo have counted their rows."""

import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, KFold, ShuffleSplit

from skhpo import CombinatorialPurged, PurgedKFold, RandomSearchCV, RepeatedHoldOut
from skhpo.results._complete import overlap, ratio_of

X, y = (a[:240] for a in load_diabetes(return_X_y=True))
SPACE = {"alpha": [0.1, 1.0]}


@pytest.mark.parametrize(
    ("cv", "ratio"),
    [
        (CombinatorialPurged(6, 2), 2 / 4),
        (RepeatedHoldOut(10), 0.1 / 0.6),
        (ShuffleSplit(5, test_size=40, random_state=0), 40 / 200),
        (PurgedKFold(4), 1 / 3),
        (KFold(4), 1 / 3),
    ],
    ids=str,
)
def test_the_rows_of_the_splits_are_counted(cv, ratio):
    search = RandomSearchCV(Ridge(), SPACE, n_iter=2, cv=cv).fit(X, y)
    assert overlap(search, search.n_splits_) == pytest.approx(ratio)


def test_other_searches_are_guessed_by_their_splitter():
    assert overlap(GridSearchCV(Ridge(), SPACE, cv=4), 4) == pytest.approx(1 / 3)


def test_masks_are_counted_as_rows():
    assert ratio_of([([True, True, False], [False, False, True])]) == 0.5
    assert ratio_of([([0, 1], [2])]) == 0.5
