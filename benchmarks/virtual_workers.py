"""How many workers one driver keeps busy, in virtual time.

``python benchmarks/virtual_workers.py`` runs the engine with an executor that runs nothing: a
task takes its time on a virtual clock. What the driver itself takes of the processor, to ask,
tell, log and hand out, is measured and charged to the same clock: while the driver works, tasks
go on and workers that are done wait. Printed are the busy share of the workers in the steady
part (until the last task is handed out), and what the driver takes per task.
"""

import argparse
import heapq
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from skhpo import Real, Space
from skhpo.engine import Engine, NoLog
from skhpo.journal import Journal, SearchLog
from skhpo.schedules import Full
from skhpo.strategies import RandomSampling
from skhpo.trial import Outcome


class VirtualExecutor:
    """Workers on a virtual clock, and a driver that is charged for what it does.

    Parameters
    ----------
    slots : int
        Number of workers.
    mean : float
        Mean seconds of a task; they are spread 1:50, log-uniform.
    seed : int
        Fixes them.
    transport : float, default=0.0
        Seconds of the driver's that handing out a task takes besides.
    """

    def __init__(self, slots, mean, seed, transport=0.0):
        self.slots = slots
        self.clock = 0.0
        self.busy = []  # begin and end of each task
        self.driver = 0.0
        self._transport = transport
        self._longest = mean * np.log(50) / (1 - 1 / 50)
        self._rng = np.random.default_rng(seed)
        self._running = []
        self._since = time.process_time()

    def submit(self, task, seconds=None):
        """Start a task at the time at which the driver gets to it."""
        self._charge(self._transport)
        end = self.clock + self._longest * 50 ** -self._rng.random()
        self.busy.append((self.clock, end))
        heapq.heappush(self._running, (end, len(self.busy), task))

    def collect(self):
        """Return the next outcome; the clock waits for it, if it has not come already."""
        self._charge()
        end, _, task = heapq.heappop(self._running)
        self.clock = max(self.clock, end)
        return Outcome(task.candidate.number, task.split, "ok", test_scores=0.5, fit_time=1.0)

    def forget(self, candidate):
        """Nothing is kept."""

    def abort(self):
        """End all tasks."""
        self._running.clear()

    def _charge(self, more=0.0):
        now = time.process_time()
        self.clock += now - self._since + more
        self.driver += now - self._since + more
        self._since = now


def judge(trial):  # noqa: ARG001 (the contract of the engine)
    """Return the loss of a trial."""
    return -0.5, 0.0


def measure(workers, *, mean=10.0, n_splits=5, n_dims=8, tasks=20, journal=False, transport=0.0):
    """Return the busy share, and the driver's seconds per task.

    Parameters
    ----------
    workers : int
        How many.
    mean : float, default=10.0
        Mean seconds of a task.
    n_splits, n_dims : int
        Tasks of a candidate, and parameters.
    tasks : int, default=20
        Tasks a worker.
    journal : bool, default=False
        Whether a journal is kept.
    transport : float, default=0.0
        Seconds that a backend takes to ship a task.
    """
    space = Space({f"p{i}": Real(1e-3, 1.0, log=True) for i in range(n_dims)})
    with ExitStack() as stack:
        log = NoLog()
        if journal:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            path = Path(folder) / "search.jsonl"
            log = SearchLog(stack.enter_context(Journal(path, {"fingerprint": {}})))
        executor = VirtualExecutor(workers, mean, seed=0, transport=transport)
        Engine(
            strategy=RandomSampling(space=space, seed=0),
            schedule=Full(n_iter=workers * tasks // n_splits),
            executor=executor,
            n_splits=n_splits,
            judge=judge,
            log=log,
        ).run()
    begin, end = np.array(executor.busy).T
    # the workers fill up one by one at the beginning, and run dry at the end
    last = begin.max()
    share = (np.clip(end, None, last) - begin).sum() / (workers * last)
    return share, executor.driver / len(begin)


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[100, 1000, 4000])
    parser.add_argument("--mean", type=float, default=10.0, help="mean seconds of a task")
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--tasks", type=int, default=20, help="tasks a worker")
    parser.add_argument("--transport", type=float, default=0.5, help="ms to ship a task")
    given = parser.parse_args()
    for workers in given.workers:
        for journal in (False, True):
            share, seconds = measure(
                workers,
                mean=given.mean,
                n_splits=given.splits,
                tasks=given.tasks,
                journal=journal,
                transport=given.transport / 1000,
            )
            print(
                f"{workers:5d} workers, {given.mean:g} s a task, "
                f"{'with' if journal else 'no'} journal: busy {share:.3f}, driver "
                f"{1000 * seconds:.2f} ms a task, enough for {given.mean / seconds:.0f} workers",
                flush=True,
            )


if __name__ == "__main__":
    main()
