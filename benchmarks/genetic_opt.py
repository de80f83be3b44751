"""``EvolutionSearchCV`` beside ``GASearchCV`` of sklearn-genetic-opt: equal numbers of fits.

``OMP_NUM_THREADS=1 python benchmarks/genetic_opt.py`` needs sklearn-genetic-opt. On three real
tasks and the same folds, ``GASearchCV`` runs with a population of 10 until it has evaluated about
``--candidates`` settings, those that it takes from its cache not counted; then
``EvolutionSearchCV``, with its defaults, gets exactly as many. Printed are the means over the
seeds of the best score, of the fits and of the seconds with ``--jobs`` workers, the refit
included, and on how many seeds which of the two was better.

To be reached: a better or equal mean score on all tasks, a higher one on two, in less time.
"""

import argparse
import random
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from _families import table
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR

from skhpo import EvolutionSearchCV

POPULATION = 10


@dataclass(frozen=True)
class Task:
    """What is searched, and how; ranges as ("log" or "int" or "real", low, high), or lists."""

    data: str
    model: Callable[[], Any]
    space: Mapping[str, Any]
    scoring: str


TASKS = {
    "SVC, german_credit": Task(
        "german_credit",
        lambda: make_pipeline(StandardScaler(), SVC()),
        {
            "svc__C": ("log", 1e-3, 1e2),
            "svc__gamma": ("log", 1e-5, 1e1),
            "svc__kernel": ["rbf", "sigmoid", "poly"],
            "svc__class_weight": [None, "balanced"],
        },
        "roc_auc",
    ),
    "boosting, breast_cancer": Task(
        "breast_cancer",
        lambda: HistGradientBoostingClassifier(max_iter=30, early_stopping=False, random_state=0),
        {
            "learning_rate": ("log", 1e-2, 1.0),
            "max_leaf_nodes": ("int", 2, 40),
            "min_samples_leaf": ("int", 2, 80),
            "l2_regularization": ("log", 1e-6, 1e2),
            "max_features": ("real", 0.1, 1.0),
        },
        "neg_log_loss",
    ),
    "SVR, diabetes": Task(
        "diabetes",
        lambda: make_pipeline(StandardScaler(), SVR()),
        {
            "svr__C": ("log", 1e-2, 1e4),
            "svr__gamma": ("log", 1e-6, 1e1),
            "svr__epsilon": ("log", 1e-3, 1e2),
            "svr__kernel": ["rbf", "sigmoid"],
        },
        "r2",
    ),
}


def their_space(space):
    from sklearn_genetic.space import Categorical, Continuous, Integer

    made = {}
    for name, values in space.items():
        if isinstance(values, list):
            made[name] = Categorical(values)
        elif values[0] == "int":
            made[name] = Integer(*values[1:])
        else:
            prior = "log-uniform" if values[0] == "log" else "uniform"
            made[name] = Continuous(*values[1:], distribution=prior)
    return made


def our_space(space):
    made = {}
    for name, values in space.items():
        if isinstance(values, list):
            made[name] = values
        else:
            made[name] = (*values[1:], "log-uniform") if values[0] == "log" else values[1:]
    return made


def folds(task, seed):
    kind = KFold if task.scoring == "r2" else StratifiedKFold
    return kind(3, shuffle=True, random_state=seed)


def timed(search, X, y):
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search.fit(X, y)
    return time.perf_counter() - start


def theirs(task, seed, n, jobs):
    from sklearn_genetic import GASearchCV

    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 (it knows no random_state)
    search = GASearchCV(
        task.model(),
        cv=folds(task, seed),
        param_grid=their_space(task.space),
        scoring=task.scoring,
        population_size=POPULATION,
        generations=max(1, round(n / (2 * POPULATION))),
        n_jobs=jobs,
        verbose=False,
    )
    seconds = timed(search, *table(task.data))
    return search.best_score_, len(search.cv_results_["params"]), seconds


def ours(task, seed, n, jobs, method):
    search = EvolutionSearchCV(
        task.model(),
        our_space(task.space),
        n_iter=n,
        cv=folds(task, seed),
        scoring=task.scoring,
        n_jobs=jobs,
        random_state=seed,
        **({"method": method} if method else {}),
    )
    seconds = timed(search, *table(task.data))
    return search.best_score_, len(search.cv_results_["params"]), seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--method", help="of EvolutionSearchCV, if not its default")
    arguments = parser.parse_args()
    rows = []
    for name, task in TASKS.items():
        for seed in range(arguments.first_seed, arguments.first_seed + arguments.seeds):
            their = theirs(task, seed, arguments.candidates, arguments.jobs)
            our = ours(task, seed, their[1], arguments.jobs, arguments.method)
            rows.append((name, *our, *their, our[0] - their[0]))
    names = ["task", "score", "candidates", "seconds"]
    names += ["GA score", "GA candidates", "GA seconds", "difference"]
    runs = pd.DataFrame(rows, columns=names)
    means = runs.groupby("task", sort=False).mean()
    means["better on"] = runs.groupby("task", sort=False)["difference"].agg(
        lambda d: (d > 0).sum()
    )
    print(means.round(4).to_string())


if __name__ == "__main__":
    main()
