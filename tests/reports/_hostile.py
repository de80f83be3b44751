"""A search all of whose texts try to become code."""

import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeClassifier

from skhpo import Choice, Integer, RandomSearchCV

EVIL = '</script><script>window.hacked=1</script><img src=x onerror="window.hacked=1">\'"&$x_{'


class Hostile(DecisionTreeClassifier):
    """Fails with a text of its own for some settings."""

    def __init__(self, text="a", max_depth=3, random_state=0):
        self.text = text
        super().__init__(max_depth=max_depth, random_state=random_state)

    def fit(self, X, y, sample_weight=None, check_input=True):
        if self.max_depth == 1:
            raise ValueError(f"{EVIL} \x00\x1b[31m\ud800")
        return super().fit(X, y, sample_weight, check_input)


def data():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(60, 3)), columns=[f"{EVIL}{i}" for i in range(3)])
    return X, np.where(X.iloc[:, 0] + rng.normal(scale=0.5, size=60) > 0, "yes", "no")


def fitted(journal=None, n_iter=24):
    space = {"text": Choice(EVIL, "b", "$\\frac{"), "max_depth": Integer(1, 12)}
    search = RandomSearchCV(
        Hostile(), space, n_iter=n_iter, cv=3, random_state=0, journal=journal,
        scoring={EVIL: "accuracy", "b": "roc_auc"}, refit=EVIL,
    )  # fmt: skip
    return search.fit(*data())
