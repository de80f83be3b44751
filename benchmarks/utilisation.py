"""How busy the workers are: fits that sleep for times spread 1:50 on threads.

``python benchmarks/utilisation.py`` prints the share of worker time spent in fits, in the steady
part (until the last candidate is handed out) and over all, beside the ideal: a greedy list
schedule of the same durations.
"""

import argparse
import heapq
import threading
import time

import joblib
import numpy as np
from sklearn.base import BaseEstimator

from skhpo import RandomSearchCV, Real

_LOG: list[tuple[float, float]] = []
_LOCK = threading.Lock()


class Sleeper(BaseEstimator):
    """Sleeps ``seconds`` and says when."""

    def __init__(self, seconds=0.0):
        self.seconds = seconds

    def fit(self, X, y=None):
        start = time.perf_counter()
        time.sleep(self.seconds)
        with _LOCK:
            _LOG.append((start, time.perf_counter()))
        return self

    def score(self, X, y=None):
        return -self.seconds


def greedy(durations, n_workers):
    """Return the makespan of handing each task to the first free worker."""
    free = [0.0] * n_workers
    for duration in durations:
        heapq.heappush(free, heapq.heappop(free) + duration)
    return max(free)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=16)
    parser.add_argument("--tasks", type=int, default=10, help="tasks a worker")
    parser.add_argument("--shortest", type=float, default=0.04, help="seconds")
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    n_tasks = arguments.workers * arguments.tasks
    space = {"seconds": Real(arguments.shortest, 50 * arguments.shortest, log=True)}
    steady, overall, ratio = [], [], []
    for seed in range(arguments.repeats):
        _LOG.clear()
        search = RandomSearchCV(
            Sleeper(), space, n_iter=n_tasks // 2, cv=2, random_state=seed, refit=False
        )
        with joblib.parallel_config(backend="threading", n_jobs=arguments.workers):
            search.fit(np.zeros((8, 1)))
        log = np.array(_LOG)
        begin, last_start, end = log[:, 0].min(), log[:, 0].max(), log[:, 1].max()
        busy = np.clip(log[:, 1], None, last_start) - log[:, 0]
        steady.append(busy.sum() / (arguments.workers * (last_start - begin)))
        overall.append(np.diff(log).sum() / (arguments.workers * (end - begin)))
        durations = np.diff(log[np.argsort(log[:, 0])]).ravel()
        ratio.append((end - begin) / greedy(durations, arguments.workers))
    print(
        f"{arguments.workers} workers, {n_tasks} tasks, durations 1:50: "
        f"steady {np.median(steady):.3f}, overall {np.median(overall):.3f}, "
        f"wall / ideal {np.median(ratio):.3f}"
    )


if __name__ == "__main__":
    main()
