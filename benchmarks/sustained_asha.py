"""How busy asynchronous successive halving keeps the workers: sleeping fits spread 1:50.

``python benchmarks/sustained_asha.py`` runs ``HyperbandSearchCV(method="asha")`` on threads. The
seconds of a candidate with all of the resource are spread log-uniformly 1:50, and a rung sleeps
its share of them. It prints the share of worker time spent in fits in the steady part, from the
first fit until the last candidate has been begun, beside the same of ``method="hyperband"``,
which waits at the end of each rung. To be reached by "asha": 95 %.
"""

import argparse
import threading
import time

import joblib
import numpy as np
from sklearn.base import BaseEstimator

from skhpo import HyperbandSearchCV, Real

SPREAD = 50
RUNGS = 3  # amounts 1, 3 and 9 of the resource
_LOG: list[tuple[int, float, float]] = []
_LOCK = threading.Lock()


class Sleeper(BaseEstimator):
    """Sleeps ``seconds`` for all of the iterations, and says when."""

    def __init__(self, seconds=0.0, n_iter=3 ** (RUNGS - 1)):
        self.seconds = seconds
        self.n_iter = n_iter

    def fit(self, X, y=None):
        start = time.perf_counter()
        time.sleep(self.seconds * self.n_iter / 3 ** (RUNGS - 1))
        with _LOCK:
            _LOG.append((self.n_iter, start, time.perf_counter()))
        return self

    def score(self, X, y=None):
        return np.sin(1e4 * self.seconds)  # any duration may be a good one


def steady_share(log, n_workers):
    """Return the busy share of the workers until the last new candidate is begun."""
    amount, start, end = np.array(log).T
    until = start[amount == 1].max()
    busy = np.clip(np.minimum(end, until) - start, 0, None).sum()
    return busy / (n_workers * (until - start.min()))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=16)
    parser.add_argument("--candidates", type=int, default=300)
    parser.add_argument("--shortest", type=float, default=0.2, help="seconds, of all iterations")
    parser.add_argument("--sampler", default="tpe", choices=["random", "sobol", "tpe", "de", "gp"])
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    space = {"seconds": Real(arguments.shortest, SPREAD * arguments.shortest, log=True)}
    for method in ("asha", "hyperband"):
        shares = []
        for seed in range(arguments.repeats):
            _LOG.clear()
            search = HyperbandSearchCV(
                Sleeper(),
                space,
                resource="n_iter",
                min_resources=1,
                method=method,
                sampler=arguments.sampler,
                n_iter=arguments.candidates,
                cv=2,
                random_state=seed,
                refit=False,
            )
            with joblib.parallel_config(backend="threading", n_jobs=arguments.workers):
                search.fit(np.zeros((8, 1)))
            shares.append(steady_share(_LOG, arguments.workers))
        print(
            f"{method}: {arguments.workers} workers, {arguments.candidates} candidates, "
            f"durations 1:{SPREAD}: steady {np.median(shares):.3f}, least {min(shares):.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
