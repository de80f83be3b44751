"""What ``deterministic`` costs: how busy threads are whose fits sleep for times spread 1:50.

``python benchmarks/deterministic_utilisation.py`` prints, for several numbers of splits, the
share of the time of 16 threads that is spent in fits in the steady part (until the last task is
handed out): without ``deterministic``, with its default lag and with others.
"""

import argparse
import threading
import time

import joblib
import numpy as np
from sklearn.base import BaseEstimator

from skhpo import RandomSearchCV, Real

_LOG: list[tuple[float, float]] = []
_LOCK = threading.Lock()


class Sleeper(BaseEstimator):
    """Sleeps ``seconds``, or on each split a time of its own, and says when."""

    def __init__(self, seconds=0.0, longest=None):
        self.seconds = seconds
        self.longest = longest

    def fit(self, X, y=None):
        """Sleep."""
        start = time.perf_counter()
        time.sleep(self.seconds if self.longest is None else self._own(float(X.sum())))
        with _LOCK:
            _LOG.append((start, time.perf_counter()))
        return self

    def score(self, X, y=None):
        """Return minus the time slept."""
        return -self.seconds

    def _own(self, split):
        share = np.random.default_rng((hash(self.seconds) % 2**32, int(split))).random()
        return self.longest * 50 ** (share - 1)


def utilisation(deterministic, *, workers, tasks, n_splits, shortest, seed, by_split):
    """Return the busy share in the steady part.

    Parameters
    ----------
    deterministic : bool or int
        As the searches take it.
    workers, tasks : int
        Threads, and tasks of each.
    n_splits : int
        Splits of a candidate.
    shortest : float
        Seconds of the shortest fit; the longest takes 50 times as long.
    seed : int
        Fixes the durations.
    by_split : bool
        Whether each split has a time of its own; else all splits of a candidate take as long.
    """
    _LOG.clear()
    search = RandomSearchCV(
        Sleeper(longest=50 * shortest if by_split else None),
        {"seconds": Real(shortest, 50 * shortest, log=True)},
        n_iter=workers * tasks // n_splits,
        cv=n_splits,
        random_state=seed,
        refit=False,
        deterministic=deterministic,
    )
    with joblib.parallel_config(backend="threading", n_jobs=workers):
        search.fit(np.arange(4.0 * n_splits)[:, None])
    log = np.array(_LOG)
    begin, last_start = log[:, 0].min(), log[:, 0].max()
    busy = np.clip(log[:, 1], None, last_start) - log[:, 0]
    return busy.sum() / (workers * (last_start - begin))


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=16)
    parser.add_argument("--tasks", type=int, default=20, help="tasks a worker")
    parser.add_argument("--shortest", type=float, default=0.01, help="seconds")
    parser.add_argument("--splits", type=int, nargs="+", default=[5, 2])
    parser.add_argument("--lags", type=int, nargs="*", default=[])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--by-split", action="store_true", help="splits differ in time")
    given = parser.parse_args()
    for n_splits in given.splits:
        for deterministic in (False, True, *given.lags):
            shares = [
                utilisation(
                    deterministic,
                    workers=given.workers,
                    tasks=given.tasks,
                    n_splits=n_splits,
                    shortest=given.shortest,
                    seed=seed,
                    by_split=given.by_split,
                )
                for seed in range(given.repeats)
            ]
            print(
                f"{given.workers} workers, cv={n_splits}, deterministic={deterministic}: "
                f"steady {np.median(shares):.3f} (least {min(shares):.3f})",
                flush=True,
            )


if __name__ == "__main__":
    main()
