"""What a search loses when it is killed.

``python benchmarks/resume_kill.py`` kills processes that run a search with SIGKILL at random
moments; in half of the rounds two of them share a journal. A process names each candidate on a
pipe once the search reports it as complete. After the kills of a round the same search is run
to its end. Every fit of a candidate that was named has to be in the journal exactly once for its
writer, the journal has to open, and the last run has to finish with every candidate in its
results, having fitted nothing that was in the journal.
"""

import argparse
import multiprocessing
import os
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import joblib
import numpy as np
from sklearn.base import BaseEstimator

from skhpo import RandomSearchCV, Real
from skhpo.journal import read

N_SPLITS = 3
X = np.arange(18.0)[:, None]
_FITS = []


class Sleeper(BaseEstimator):
    """Sleeps a little, and is counted."""

    def __init__(self, p=0.5):
        self.p = p

    def fit(self, X, y=None):
        """Sleep."""
        _FITS.append(self.p)
        time.sleep(0.002 * self.p)
        self.fitted_ = True
        return self

    def score(self, X, y=None):
        """Return a score."""
        return -((self.p - 0.3) ** 2)


def search(path, n_iter, n_jobs, stopping=None):
    """Run the search to its end, on threads."""
    with joblib.parallel_config(backend="threading"):
        return RandomSearchCV(
            Sleeper(),
            {"p": Real(0, 1)},
            n_iter=n_iter,
            cv=N_SPLITS,
            n_jobs=n_jobs,
            random_state=0,
            refit=False,
            journal=path,
            stopping=stopping,
        ).fit(X)


class Searcher:
    """A process that searches, and the candidates that it says are complete."""

    def __init__(self, path, n_iter, n_jobs):
        self.pipe, told = os.pipe()
        fork = multiprocessing.get_context("fork")
        self.process = fork.Process(target=self._run, args=(path, n_iter, n_jobs, told))
        self.process.start()
        os.close(told)

    def _run(self, path, n_iter, n_jobs, told):
        def name(progress):
            points = progress.points[:, 0].tolist()
            os.write(told, "".join(f"{p!r}\n" for p in points[name.n :]).encode())
            name.n = len(points)

        name.n = 0
        search(path, n_iter, n_jobs, name)

    def kill(self):
        """Kill it, if it still runs, and return what it named."""
        self.process.kill()
        self.process.join()
        with os.fdopen(self.pipe) as pipe:
            return [float(line) for line in pipe.read().split("\n")[:-1]]


@dataclass
class Tally:
    """What came of all rounds of a kind."""

    writers: int
    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    refitted: int = 0
    unreadable: int = 0
    incomplete: int = 0


def play(tally, path, n_iter, rng):
    """Start the searches, kill one after the other, and return what they named."""
    jobs = [rng.choice([1, 2]) for _ in range(tally.writers)]
    searchers = [Searcher(path, n_iter, n_jobs) for n_jobs in jobs]
    named = []
    for searcher in searchers:
        time.sleep(rng.uniform(0, 0.25))
        named += searcher.kill()
        tally.kills += 1
    return named


def measured(found):
    """Return by point and split how often each writer measured it."""
    points = {
        (r["writer"], r["candidate"]): r["x"][0] for r in found.records if r["kind"] == "candidate"
    }
    return Counter(
        (points[r["writer"], r["candidate"]], r["split"], r["writer"])
        for r in found.records
        if r["kind"] == "outcome"
    )


def check(tally, path, n_iter, named):
    """Run the search to its end and count what is wrong."""
    before = measured(read(path)) if path.exists() else Counter()
    known = {(point, split) for point, split, _ in before}
    expected = {(point, split) for point in named for split in range(N_SPLITS)}
    tally.acknowledged += len(expected)
    tally.lost += len(expected - known)
    _FITS.clear()
    finished = search(path, n_iter, 1)
    results = finished.cv_results_
    found = read(path)
    after = measured(found)
    tally.doubled += sum(count - 1 for count in after.values())
    tally.unreadable += found.n_damaged + found.n_torn + (found.header is None)
    tally.refitted += len(_FITS) + len(known) - len(results["params"]) * N_SPLITS
    tried = {float(params["p"]) for params in results["params"]}
    tally.incomplete += (len(tried) < n_iter) + len(set(named) - tried)
    tally.incomplete += int((results["n_splits_evaluated"] != N_SPLITS).sum())


def tally_of(folder, *, rounds, writers, seed, n_iter=60):
    """Return the tally of so many rounds, each on a journal of its own.

    Parameters
    ----------
    folder : Path
        Where the journals are written.
    rounds, writers : int
        How many journals, and how many searches on each at a time.
    seed : int
        Fixes when the searches are killed, as far as the clock does.
    n_iter : int
        Candidates of each search.
    """
    rng = random.Random(seed)
    tally = Tally(writers)
    for number in range(rounds):
        path = folder / f"{writers}-{number}.jsonl"
        named = play(tally, path, n_iter, rng)
        check(tally, path, n_iter, named)
        path.unlink()
    return tally


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    columns = [*Tally.__dataclass_fields__]
    print(" ".join(f"{column:>12}" for column in columns))
    for writers in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            tally = tally_of(
                Path(folder), rounds=given.rounds // 2, writers=writers, seed=given.seed
            )
        print(" ".join(f"{getattr(tally, column):>12}" for column in columns), flush=True)


if __name__ == "__main__":
    main()
