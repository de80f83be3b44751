"""What a multi-fidelity search needs to reach the best of 200 random candidates.

``OMP_NUM_THREADS=1 python benchmarks/time_to_best.py`` lets ``RandomizedSearchCV`` evaluate 200
candidates of each task, and then measures the fit-seconds (fitting and scoring, all splits) that
``HyperbandSearchCV`` and ``HalvingRandomSearchCV`` need, on the same folds, until their best
candidate is as good.

Only candidates with all of the resource count for ``HyperbandSearchCV``. The winner of
``HalvingRandomSearchCV`` is scored once more with all of it, which costs it nothing. Neither
is told what to reach: ``HyperbandSearchCV`` repeats its brackets, ``HalvingRandomSearchCV`` is run
again with another seed, until they are there or ``--cap`` times the fit-seconds of
``RandomizedSearchCV`` are spent, which then counts as what they needed. ``HyperbandSearchCV``
races; besides, and besides ``resource`` (and ``max_resources``, which ``HalvingRandomSearchCV``
does not take from the estimator), all arguments have their defaults.

To be reached by the medians: a third of ``RandomizedSearchCV``, half of
``HalvingRandomSearchCV``.

``--data`` is a folder with more tables: mlc_churn.csv, hpc.csv, abalone.csv and ames.csv, which
are in the R package modeldata and at UCI; without it there are four tasks. ``--plot`` writes a
figure of what is left to the best of random search against the fit-seconds.
"""

import argparse
import os
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.stats import loguniform, randint, uniform
from sklearn import datasets
from sklearn.base import clone
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
)
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import (
    HalvingRandomSearchCV,
    KFold,
    RandomizedSearchCV,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.svm import SVC, SVR

from skhpo import HyperbandSearchCV

GERMAN_CREDIT = Path(__file__).resolve().parents[1] / "examples" / "data"
TARGETS = {"mlc_churn": "churn", "hpc": "class", "abalone": "rings", "ames": "Sale_Price"}
N_RANDOM, N_FOLDS, MAX_ROWS = 200, 3, 1000
SEARCHES = ("hyperband", "halving")
GRID = np.linspace(0.005, 1.0, 200)  # of fit-seconds, in those of random search


@dataclass(frozen=True)
class Task:
    """What is searched, how, and by which score."""

    steps: Callable[[], list[Any]]
    space: dict[str, Any]
    resource: str
    scoring: str
    encoder: str = "one-hot"


def encode(X, encoder):
    """Return the table with its categories encoded, one column or more for each."""
    if encoder == "one-hot":
        categories = OneHotEncoder(min_frequency=10, sparse_output=False)
    else:
        categories = OrdinalEncoder()
    columns = make_column_transformer(
        ("passthrough", make_column_selector(dtype_include="number")),
        (categories, make_column_selector(dtype_exclude="number")),
    )
    return np.asarray(columns.fit_transform(X), dtype=float)


def boosting(n):
    return HistGradientBoostingClassifier(max_iter=n, early_stopping=False, random_state=0)


BOOSTING_SPACE = {
    "model__learning_rate": loguniform(0.01, 0.5),
    "model__max_leaf_nodes": randint(3, 64),
    "model__min_samples_leaf": randint(2, 100),
    "model__l2_regularization": loguniform(1e-6, 1e2),
    "model__max_features": uniform(0.2, 0.8),
}
TASKS = {
    "digits": Task(
        lambda: [StandardScaler(), PCA(random_state=0), SVC()],
        {
            "step1__n_components": randint(8, 65),
            "model__C": loguniform(1e-2, 1e3),
            "model__gamma": loguniform(1e-5, 1e0),
        },
        "n_samples",
        "accuracy",
    ),
    "breast_cancer": Task(
        lambda: [boosting(40)], BOOSTING_SPACE, "model__max_iter", "neg_log_loss"
    ),
    "german_credit": Task(
        lambda: [ExtraTreesClassifier(n_estimators=27, random_state=0)],
        {
            "model__max_features": uniform(0.05, 0.95),
            "model__min_samples_leaf": randint(1, 30),
            "model__max_depth": randint(2, 30),
            "model__criterion": ["gini", "entropy"],
            "model__class_weight": [None, "balanced"],
        },
        "model__n_estimators",
        "roc_auc",
    ),
    "diabetes": Task(
        lambda: [ExtraTreesRegressor(n_estimators=40, random_state=0)],
        {
            "model__max_features": uniform(0.1, 0.9),
            "model__min_samples_leaf": randint(1, 30),
            "model__max_depth": randint(2, 30),
            "model__bootstrap": [False, True],
        },
        "model__n_estimators",
        "r2",
    ),
    "ames": Task(
        lambda: [StandardScaler(), SVR()],
        {
            "model__C": loguniform(1e-2, 1e3),
            "model__gamma": loguniform(1e-5, 1e-1),
            "model__epsilon": loguniform(1e-3, 0.3),
        },
        "n_samples",
        "r2",
    ),
    "mlc_churn": Task(
        lambda: [boosting(50)], BOOSTING_SPACE, "model__max_iter", "neg_log_loss", "ordinal"
    ),
    "hpc": Task(
        lambda: [StandardScaler(), MLPClassifier(max_iter=27, random_state=0)],
        {
            "model__hidden_layer_sizes": randint(8, 65),
            "model__alpha": loguniform(1e-6, 1e0),
            "model__learning_rate_init": loguniform(1e-4, 1e-1),
            "model__activation": ["relu", "tanh"],
            "model__batch_size": [64, 128],
        },
        "model__max_iter",
        "neg_log_loss",
    ),
    "abalone": Task(
        lambda: [GradientBoostingRegressor(n_estimators=40, random_state=0)],
        {
            "model__learning_rate": loguniform(0.01, 0.5),
            "model__max_depth": randint(1, 8),
            "model__subsample": uniform(0.3, 0.7),
            "model__min_samples_leaf": randint(1, 50),
            "model__max_features": uniform(0.2, 0.8),
        },
        "model__n_estimators",
        "neg_root_mean_squared_error",
    ),
}


def load(name, folder):
    """Return X and y; None where the table is not at hand.

    Categories are encoded here: done by a step of the pipeline, ``HyperbandSearchCV`` would share
    the fitted step among candidates, and that is not what is to be measured.
    """
    if hasattr(datasets, f"load_{name}"):
        X, y = getattr(datasets, f"load_{name}")(return_X_y=True, as_frame=True)
    else:
        folder = GERMAN_CREDIT if name == "german_credit" else folder
        if folder is None:
            return None
        X = pd.read_csv(folder / f"{name}.csv", keep_default_na=False, na_values=[""])
        y = X.pop(TARGETS.get(name, "target"))
    rows = np.random.default_rng(0).permutation(len(X))[:MAX_ROWS]
    y = np.log(y) if name == "ames" else y
    return encode(X.iloc[rows], TASKS[name].encoder), y.iloc[rows].reset_index(drop=True)


@dataclass
class Problem:
    """A task with its data and folds; it runs the searches."""

    task: Task
    X: Any
    y: Any

    def __post_init__(self):
        steps = self.task.steps()
        names = [*(f"step{i}" for i in range(len(steps) - 1)), "model"]
        self.pipeline = Pipeline([*zip(names, steps, strict=True)])
        regression = self.y.dtype.kind in "fi" and self.y.nunique() > 20
        splitter = KFold if regression else StratifiedKFold
        self.cv = splitter(N_FOLDS, shuffle=True, random_state=0)
        self.common = {"scoring": self.task.scoring, "cv": self.cv, "refit": False}

    def random(self, seed):
        """Return fit-seconds and the best score after each candidate."""
        search = RandomizedSearchCV(
            self.pipeline, self.task.space, n_iter=N_RANDOM, random_state=seed, **self.common
        ).fit(self.X, self.y)
        results = search.cv_results_
        return np.cumsum(seconds_of(results, N_FOLDS)), results["mean_test_score"]

    def hyperband(self, seed, goal, cap):
        """Return fit-seconds and score of each candidate with all of the resource."""
        start = time.process_time()

        def watch(progress):
            if progress.best_score >= goal:
                return "there"
            return "over" if time.process_time() - start > 1.5 * cap else None

        search = HyperbandSearchCV(
            self.pipeline,
            self.task.space,
            resource=self.task.resource,
            n_iter=100_000,
            racing=True,
            stopping=watch,
            random_state=seed,
            **self.common,
        ).fit(self.X, self.y)
        results = search.cv_results_
        spent = np.cumsum(seconds_of(results, results["n_splits_evaluated"]))
        full = results["n_resources"] == search.n_resources_[-1]
        return spent[full], np.nan_to_num(results["mean_test_score"][full], nan=-np.inf)

    def halving(self, seed, goal, cap):
        """Return fit-seconds and score of the winner of each search."""
        log = [(0.0, -np.inf)]
        while log[-1][1] < goal and log[-1][0] < cap:
            search = HalvingRandomSearchCV(
                self.pipeline,
                self.task.space,
                resource=self.task.resource,
                max_resources=self._max_resources(),
                random_state=seed + 1000 * len(log),
                **self.common,
            ).fit(self.X, self.y)
            spent = log[-1][0] + seconds_of(search.cv_results_, N_FOLDS).sum()
            log.append((spent, self._score(search.best_params_)))
        return np.array(log[1:]).T

    def _max_resources(self):
        if self.task.resource == "n_samples":
            return "auto"
        return self.pipeline.get_params()[self.task.resource]

    def _score(self, params):
        """Return the score of a candidate with all of the resource."""
        model = clone(self.pipeline).set_params(
            **{name: value for name, value in params.items() if name != self.task.resource}
        )
        return cross_val_score(model, self.X, self.y, cv=self.cv, scoring=self.task.scoring).mean()


def seconds_of(results, n_splits):
    """Return the fit-seconds of each row."""
    return (results["mean_fit_time"] + results["mean_score_time"]) * n_splits


def needed(log, goal, cap):
    """Return the time to the goal, the cap if it is not reached before."""
    times, scores = log
    reached = np.flatnonzero(scores >= goal)
    return min(times[reached[0]], cap) if len(reached) else cap


def regret(log, goal, typical, total):
    """Return what is left to the goal, 1 for the median random candidate, on ``GRID``."""
    times, scores = log
    best = np.maximum.accumulate(scores)
    place = np.searchsorted(times / total, GRID, side="right") - 1
    left = (goal - np.where(place < 0, typical, best[np.maximum(place, 0)])) / (goal - typical)
    return np.clip(left, 0, 1)


def measure(name, folder, seed, cap):
    """Return needs as shares of random search, whether it was reached, seconds, and regrets."""
    warnings.simplefilter("ignore")  # fits that are stopped early, as is the idea, say so
    problem = Problem(TASKS[name], *load(name, folder))
    random = problem.random(seed)
    goal, typical, total = random[1].max(), np.nanmedian(random[1]), random[0][-1]
    row = {"task": name, "seconds": total}
    curves = {"random": regret(random, goal, typical, total)}
    for name in SEARCHES:
        log = getattr(problem, name)(seed, goal, cap * total)
        row[name] = needed(log, goal, cap * total) / total
        row[f"{name} reached"] = row[name] < cap
        curves[name] = regret(log, goal, typical, total)
    return row, curves


def report(name, rows):
    """Print the medians over rows."""
    table = pd.DataFrame(rows)
    ratio = (table["hyperband"] / table["halving"]).median()
    missed = [int((~table[f"{search} reached"]).sum()) for search in SEARCHES]
    print(
        f"{name:14} {table['seconds'].median():8.1f} {table['hyperband'].median():10.2f} "
        f"{table['halving'].median():8.2f} {ratio:18.2f} {missed[0]:9}/{len(rows)} "
        f"{missed[1]:7}/{len(rows)}",
        flush=True,
    )


def plot(curves, path):
    """Draw the median curves of all tasks and seeds."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    labels = {
        "random": "RandomizedSearchCV, 200 candidates",
        "halving": "HalvingRandomSearchCV",
        "hyperband": "HyperbandSearchCV",
    }
    figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
    for name, label in labels.items():
        values = [curve[name] for curve in curves]
        [line] = axes.plot(GRID, np.median(values, axis=0), label=label)
        low, high = np.quantile(values, [0.25, 0.75], axis=0)
        axes.fill_between(GRID, low, high, color=line.get_color(), alpha=0.12, linewidth=0)
    axes.set(
        xlabel="fit-seconds, share of RandomizedSearchCV's",
        ylabel="left to its best score",
        xlim=(0, 1),
        ylim=(0, 0.4),
    )
    axes.legend(frameon=False)
    figure.savefig(path, dpi=100)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--cap", type=float, default=1.0, help="in times of random search")
    parser.add_argument("--jobs", type=int, default=1, help="tasks at a time, one a core")
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()
    if os.environ.get("OMP_NUM_THREADS") != "1":
        parser.error("set OMP_NUM_THREADS=1: fit-seconds are those of one core.")
    at_hand = [name for name in arguments.tasks if load(name, arguments.data) is not None]
    jobs = [(name, seed) for name in at_hand for seed in range(arguments.seeds)]
    results = Parallel(n_jobs=arguments.jobs, return_as="generator")(
        delayed(measure)(name, arguments.data, seed, arguments.cap) for name, seed in jobs
    )
    rows, curves = [], []
    print(f"{'task':14} {'random s':>8} hyperband/r halving/r  hyperband/halving  not reached")
    for row, curve in results:
        rows.append(row)
        curves.append(curve)
        if len(rows) % arguments.seeds == 0:
            report(row["task"], rows[-arguments.seeds :])
    report("all", rows)
    if arguments.plot is not None:
        plot(curves, arguments.plot)


if __name__ == "__main__":
    main()
