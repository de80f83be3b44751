"""Small searches with every kind of candidate, and parameters that are hard to write down."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator

from skhpo import RandomSearchCV

X = np.zeros((9, 2))
LONG = "x" * 10_000
FAILS, ENDS = 7, 8


class Stub(BaseEstimator):
    """Scores its parameter ``p``, but for one value, which it refuses."""

    def __init__(self, p=0, text="a"):
        self.p = p
        self.text = text

    def fit(self, X, y=None):
        if self.p == FAILS:
            raise ValueError("seven\nis | not allowed")
        return self

    def score(self, X, y=None):
        if self.p == ENDS:
            raise KeyboardInterrupt
        return float(self.p)


class Unprintable:
    """A parameter that cannot be written down."""

    def __repr__(self):
        raise RuntimeError("has no text")


def end_unprintably(tracker):
    """Track a fitted search whose best parameters cannot be written down."""
    search = search_with(None, ps=[1, 2], text="a").fit(X)
    tracker.on_search_begin(search)
    search.best_params_ = {"p": Unprintable()}
    with pytest.raises(RuntimeError, match="has no text"):
        tracker.on_search_end(search, None)


def search_with(callbacks, ps=(1, FAILS, 3), text=LONG, **options):
    """Return a search over a list of values, in that order."""
    options = {"cv": 3, "random_state": 0, "error_score": -1.0, **options}
    return RandomSearchCV(
        Stub(), {"p": list(ps), "text": [text]}, n_iter=len(ps), callbacks=callbacks, **options
    )
