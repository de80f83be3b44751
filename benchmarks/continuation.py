"""What it costs to climb five rungs instead of fitting once, where a fit goes on from the last.

``python benchmarks/continuation.py`` trains histogram gradient boosting to 800 iterations and a
multi-layer perceptron to 200 epochs, in five rungs of factor three, each a task of its own with
what the one before has left. It counts the iterations really trained, in all rungs together, and
prints the CPU time beside that of one task that trains them all: the median of some repeats, in
turn. ``--curve`` has the smaller rungs scored along the one fit too. Set ``OMP_NUM_THREADS=1``.
"""

import argparse
import statistics
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import get_scorer
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skhpo.evaluation import Job, Resource, run_task

FACTOR = 3
N_RUNGS = 5
MODELS = {
    "histogram gradient boosting": (
        HistGradientBoostingClassifier(random_state=0, early_stopping=False),
        800,
    ),
    "multi-layer perceptron": (
        MLPClassifier(random_state=0, tol=0.0, n_iter_no_change=1000),
        200,
    ),
}


def job_of(model: ClassifierMixin, maximum: int, n_rows: int, *, curve: bool) -> Job:
    X, y = make_classification(
        n_rows, 20, n_informative=10, n_classes=3, flip_y=0.1, random_state=0
    )
    rows = np.arange(n_rows)
    pipeline = make_pipeline(StandardScaler(), model)
    rungs = tuple(round(maximum / FACTOR**k) for k in reversed(range(N_RUNGS)))
    return Job(
        pipeline,
        X,
        y,
        splits=[(rows[: n_rows * 4 // 5], rows[n_rows * 4 // 5 :])],
        scorer=get_scorer("neg_log_loss"),
        error_score="raise",
        resource=Resource(
            f"{pipeline.steps[-1][0]}__max_iter", maximum, levels=rungs if curve else ()
        ),
    )


@contextmanager
def counted(kind: type) -> Iterator[list[int]]:
    """Note the iterations that each call of a class's ``fit`` trains."""
    trained: list[int] = []
    fit = kind.fit

    def call(self: Any, X: Any, y: Any) -> Any:
        # boosting counts the iterations it goes on from, a perceptron does not
        is_counted = isinstance(self, HistGradientBoostingClassifier) and self.warm_start
        before = self.n_iter_ if is_counted else 0
        fit(self, X, y)
        trained.append(self.n_iter_ - before)
        return self

    with mock.patch.object(kind, "fit", call):
        yield trained


def climb(job: Job, rungs: tuple[int, ...]) -> tuple[float, float, int]:
    """Return the CPU time, the last score and the bytes of the largest state."""
    state, largest = None, 0
    began = time.process_time()
    for amount in rungs:
        outcome = run_task(job, 0, {}, 0, None, amount, state)
        if outcome.exception is not None:
            raise outcome.exception
        state = outcome.state
        largest = max(largest, len(state or b""))
    return time.process_time() - began, outcome.test_scores, largest


def measure(name: str, n_rows: int, repeats: int, *, curve: bool) -> None:
    model, maximum = MODELS[name]
    job = job_of(model, maximum, n_rows, curve=curve)
    rungs = tuple(round(maximum / FACTOR**k) for k in reversed(range(N_RUNGS)))
    with counted(type(model)) as trained:
        climb(job, rungs)
    climb(job, rungs[:2])
    times: dict[str, list[float]] = {"rungs": [], "once": []}
    for _ in range(repeats):
        in_rungs, score, largest = climb(job, rungs)
        at_once, expected, _ = climb(job, rungs[-1:])
        times["rungs"].append(in_rungs)
        times["once"].append(at_once)
    medians = {key: statistics.median(values) for key, values in times.items()}
    print(f"{name}, {n_rows} rows, rungs {rungs}")
    print(f"  iterations trained {sum(trained)}, in one fit {maximum}")
    print(f"  score in rungs {score:.12f}, in one fit {expected:.12f}, equal: {score == expected}")
    print(
        f"  CPU in rungs {medians['rungs']:.3f} s, in one fit {medians['once']:.3f} s: "
        f"{medians['rungs'] / medians['once'] - 1:+.1%}; largest state {largest / 1e6:.2f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--curve", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    for name in MODELS:
        measure(name, options.rows, options.repeats, curve=options.curve)


if __name__ == "__main__":
    main()
