"""How long the ready-made models take: seconds of CPU to fit 300 and 3000 rows of 20 features.

Each model in the middle of its ranges and at some settings drawn from them, one thread; warnings
other than those of convergence are errors.

    OMP_NUM_THREADS=1 python benchmarks/portfolio_times.py
"""

import argparse
import time
import warnings

import numpy as np
from sklearn.base import clone
from sklearn.datasets import make_classification, make_regression
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import StandardScaler

from skhpo import Space, portfolio

LISTS = {"classifier": portfolio.classifiers, "regressor": portfolio.regressors}


def table(task, n_rows):
    make = make_classification if task == "classifier" else make_regression
    X, y = make(n_rows, 20, n_informative=8, random_state=0)
    y = y if task == "classifier" else (y - y.mean()) / y.std()
    return StandardScaler().fit_transform(X), y


def seconds(model, X, y):
    began = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, y)
    return time.process_time() - began


def models(choice, i, n_draws):
    alone = choice.without(*[name for j, name in enumerate(choice.names) if j != i])
    space = Space({"m": alone})
    settings = [space.decode(space.default()), *space.sample(n_draws, random_state=0)]
    for params in settings:
        model = clone(params.pop("m"))
        yield model.set_params(**{name.removeprefix("m__"): v for name, v in params.items()})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=8)
    parser.add_argument("--rows", type=int, nargs="+", default=[300, 3000])
    parser.add_argument("--tasks", nargs="+", default=[*LISTS], choices=LISTS)
    parser.add_argument("--without", nargs="*", default=[], help="names to leave out")
    options = parser.parse_args()
    heads = [f"{n} rows: {what}" for n in options.rows for what in ("median", "longest")]
    for task in options.tasks:
        fast, every = LISTS[task]("fast"), LISTS[task]("all", random_state=0)
        every = every.without(*{*options.without} & {*every.names})
        print(f"\n| {task} | " + " | ".join(["list", *heads]) + " |")
        print("|" + "---|" * (2 + len(heads)))
        for i, name in enumerate(every.names):
            cells = ["fast" if name in fast.names else "all"]
            for n_rows in options.rows:
                X, y = table(task, n_rows)
                times = [seconds(model, X, y) for model in models(every, i, options.draws)]
                cells += [f"{np.median(times):.3f}", f"{max(times):.3f}"]
            print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
