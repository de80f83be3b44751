"""What somebody who checks types writes: ``mypy --strict`` has nothing to say of it.

It is also run, by ``tests/typing/test_user_script.py``.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.svm import SVC  # type: ignore[import-untyped]

import skhpo
from skhpo import (
    BayesSearchCV,
    BiasCorrectedScore,
    Candidate,
    Choice,
    ConvergenceDisplay,
    HyperbandSearchCV,
    Integer,
    NestedResult,
    Observation,
    Patience,
    Racing,
    RandomSearchCV,
    Real,
    Space,
    Strategy,
    WalkForward,
    When,
    bias_corrected_score,
    compare_candidates,
    load_journal,
    nested_cross_validate,
    parameter_importance,
)
from skhpo.statistics import Interval, bootstrap_interval
from skhpo.stopping import Progress


def enough(progress: Progress) -> str | None:
    """Stop at a score."""
    return "good enough" if progress.best_score > 0.999 else None


class Uniform(Strategy):
    """A strategy of one's own."""

    def _ask(self, n: int, rng: np.random.Generator) -> NDArray[np.float64]:
        return self.space.draw(n, rng)


def by_hand(space: Space) -> float:
    """Ask and tell."""
    strategy: Strategy = Uniform(space=space, seed=0)
    candidates: list[Candidate] = strategy.ask(2)
    strategy.tell([Observation(candidate, loss=1.0) for candidate in candidates])
    return min(observation.loss for observation in strategy.history)


def main(folder: Path) -> dict[str, float]:
    """Search, look at it, and say how good it is."""
    X, y = load_breast_cancer(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    space = Space(
        {
            "C": Real(1e-2, 1e2, log=True),
            "kernel": Choice("linear", When("poly", degree=Integer(2, 4)), "rbf"),
        }
    )
    journal = folder / "search.jsonl"
    search = BayesSearchCV(
        SVC(),
        space,
        n_iter=15,
        cv=3,
        n_jobs=1,
        journal=journal,
        racing=Racing(alpha=0.01),
        stopping=[Patience(20), enough],
        keep_predictions=True,
        random_state=0,
    ).fit(X, y)
    table: pd.DataFrame = load_journal(journal)
    importance: pd.DataFrame = parameter_importance(search)
    compared: pd.DataFrame = compare_candidates(search)
    corrected: BiasCorrectedScore = bias_corrected_score(search, X, y, random_state=0)
    interval: Interval = bootstrap_interval(np.arange(10.0), random_state=0)
    logistic = RandomSearchCV(LogisticRegression(), {"C": (1e-3, 1.0)}, n_iter=3, random_state=0)
    nested: NestedResult = nested_cross_validate(logistic, X[:, :2], y, outer_cv=3, random_state=0)
    rationed = HyperbandSearchCV(SVC(), {"C": (0.1, 10.0)}, resource="n_samples", random_state=0)
    display: type[ConvergenceDisplay] = ConvergenceDisplay
    splits = [len(test) for _, test in WalkForward(n_splits=3, test_size=100).split(X)]
    print(skhpo.__version__, search.best_params_, rationed, display, interval, splits, importance)
    return {
        "best": float(search.best_score_),
        "corrected": corrected.score,
        "nested": float(nested.scores_["outer_score"].mean()),
        "by hand": by_hand(space),
        "rows": float(len(table) + len(compared)),
    }
