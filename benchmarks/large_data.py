"""What the driver of a search pays for large data and for many trials.

``python benchmarks/large_data.py`` searches on a matrix of 200 MB with two worker processes and
prints the driver's CPU time per task, the first task apart (it ships the data), and by how much
the driver's memory grows per trial over some hundreds of trials with tiny fits. The strategy
draws at random: what a model costs is measured elsewhere. Set ``OMP_NUM_THREADS=1``.
"""

import argparse
import gc
import time
import tracemalloc

import joblib
import numpy as np
from sklearn.base import BaseEstimator

from skhpo import RandomSearchCV, Real
from skhpo.engine import Engine
from skhpo.evaluation._limits import memory_of

N_FEATURES = 100


class Tiny(BaseEstimator):
    """Looks at one number of the data."""

    def __init__(self, p: float = 0.0) -> None:
        self.p = p

    def fit(self, X: np.ndarray, y: object = None) -> "Tiny":
        self.first_ = float(X[0, 0])
        return self

    def score(self, X: np.ndarray, y: object = None) -> float:
        return self.p


class Meter:
    """Reads the clock of the driver each time an outcome comes in, or now and then its memory."""

    def __init__(self, *, of_memory: bool, trace: bool) -> None:
        self.of_memory = of_memory
        self.trace = trace
        self.cpu: list[float] = []
        self.memory: list[tuple[int, int]] = []

    def __call__(self, engine: Engine) -> None:
        self.cpu.append(time.process_time())
        if self.of_memory and len(self.cpu) % 50 == 0:
            gc.collect()  # takes the time of some hundred tasks
            traced = tracemalloc.get_traced_memory()[0] if self.trace else memory_of(["self"])[0]
            self.memory.append((len(engine.finished), traced))


class Measured(RandomSearchCV):
    """A search that shows its engine to a meter."""

    meter: Meter

    def _make_engine(self, *args: object) -> Engine:
        engine = super()._make_engine(*args)
        collect = engine._collect

        def measured(outcome: object) -> None:
            collect(outcome)
            self.meter(engine)

        engine._collect = measured
        return engine


def search(
    X: np.ndarray, n_iter: int, *, of_memory: bool = False, trace: bool = False, **options: object
) -> Meter:
    found = Measured(Tiny(), {"p": Real(0.0, 1.0)}, n_iter=n_iter, random_state=0, **options)
    found.meter = Meter(of_memory=of_memory, trace=trace)
    with joblib.parallel_config(backend="loky"):
        found.fit(X)
    if set(found.cv_results_["status"]) != {"ok"}:
        raise RuntimeError("a fit failed")
    return found.meter


def growth(points: list[tuple[int, int]]) -> float:
    """Return bytes a trial: the slope of the second half, after all caches are filled."""
    trials, sizes = np.array(points[len(points) // 2 :], dtype=float).T
    return float(np.polyfit(trials, sizes, 1)[0])


def main() -> None:
    """Read the arguments and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--tasks", type=int, default=100)
    parser.add_argument("--trials", type=int, default=600)
    options = parser.parse_args()
    n_rows = options.megabytes * 10**6 // 8 // N_FEATURES
    X = np.random.default_rng(0).standard_normal((n_rows, N_FEATURES))
    print("| | driver |")
    print("|---|---|")
    for name, limits in [("without limits", {}), ("with fit_timeout", {"fit_timeout": 60.0})]:
        start = time.process_time()
        cpu = search(X, options.tasks // 2, cv=2, n_jobs=2, refit=False, **limits).cpu
        print(f"| {X.nbytes / 1e6:.0f} MB, {name}: first task | {cpu[0] - start:.2f} s CPU |")
        each = (cpu[-1] - cpu[0]) / (len(cpu) - 1)
        late = float(np.median(np.diff(cpu)))
        data = f"{X.nbytes / 1e6:.0f} MB, {name}"
        print(f"| {data}: each further task, mean | {1e3 * each:.2f} ms CPU |")
        print(f"| {data}: each further task, median | {1e3 * late:.2f} ms CPU |")
    small = X[:100].copy()
    tracemalloc.start()
    options_of_memory = {"cv": 2, "n_jobs": 2, "refit": False, "of_memory": True}
    memory = search(small, options.trials, trace=True, **options_of_memory).memory
    tracemalloc.stop()
    print(f"| allocated by Python, a trial | {growth(memory) / 1e3:.2f} kB |")
    memory = search(small, options.trials, **options_of_memory).memory
    print(f"| resident memory, a trial | {growth(memory) / 1e3:.2f} kB |")


if __name__ == "__main__":
    main()
