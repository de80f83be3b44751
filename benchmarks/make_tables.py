"""Make the tables of the tabular problems: cross-validations of random configurations.

``OMP_NUM_THREADS=1 python benchmarks/make_tables.py --jobs 2`` writes ``benchmarks/tables/``; it
takes some minutes. The tables are part of the benchmark: made anew by another version of
scikit-learn, they are another benchmark.
"""

import argparse
import warnings

import numpy as np
import pandas as pd
from _families import table
from _tables import FOLDER, TABLES, Table
from joblib import Parallel, delayed
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score

WORST = {"neg_log_loss": 5.0, "r2": 1.0, "roc_auc": 0.0}  # a loss that no better model has


def evaluate(task: Table, params) -> float:
    """Return minus the mean score of three folds, cut off at the worst."""
    X, y = table(task.data)
    order = np.random.default_rng(0).permutation(len(X))[: task.rows]
    folds = (KFold if task.scoring == "r2" else StratifiedKFold)(3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = task.make(params)
        scores = cross_val_score(model, X[order], y[order], cv=folds, scoring=task.scoring)
    loss = -float(scores.mean())
    return min(loss, WORST[task.scoring]) if np.isfinite(loss) else WORST[task.scoring]


def make(name: str, n: int, jobs: int) -> pd.DataFrame:
    task = TABLES[name]
    points = task.space.draw(n, np.random.default_rng(0))
    settings = [task.space.decode(x) for x in points]
    losses = Parallel(jobs)(delayed(evaluate)(task, params) for params in settings)
    return pd.DataFrame(settings).assign(measured=losses)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=[*TABLES])
    parser.add_argument("--configurations", type=int, default=1500)
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    for name in arguments.tables:
        made = make(name, arguments.configurations, arguments.jobs)
        made.to_csv(FOLDER / f"{name}.csv", index=False, float_format="%.6g")
        print(f"{name}: best {made['measured'].min():.4f}, median {made['measured'].median():.4f}")


if __name__ == "__main__":
    main()
