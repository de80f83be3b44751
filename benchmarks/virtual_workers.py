"""How many workers one driver keeps busy, in virtual time.

``python benchmarks/virtual_workers.py`` runs the engine with an executor that runs nothing: a
task takes its time on a virtual clock. What the driver itself takes of the processor, to ask,
tell, log and hand out, is measured and charged to the same clock: while the driver works, tasks
go on and workers that are done wait. Printed are the busy share of the workers in the steady
part (until the last task is handed out), and what the driver takes per task. With
``--strategies random gp tpe`` each of these searches a problem of the suite, and the best loss is
printed too: at equal numbers of evaluations, a model should find what random search does not,
without letting the workers wait. ``--workers 1000 --splits 1 --tasks 5`` are 5000 evaluations.
"""

import argparse
import heapq
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from _suite import PROBLEMS

from skhpo import Real, Space
from skhpo.engine import Engine, NoLog
from skhpo.journal import Journal, SearchLog
from skhpo.schedules import Full
from skhpo.strategies import REGISTRY
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
    loss : callable or None, default=None
        What a task yields, of its parameters; the driver is not charged for it. None: always 0.5.
    """

    def __init__(self, slots, mean, seed, transport=0.0, loss=None):
        self.slots, self.loss = slots, loss or (lambda _: 0.5)
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
        score = -self.loss(task.candidate.params)
        self._since = time.process_time()
        return Outcome(task.candidate.number, task.split, "ok", test_scores=score, fit_time=1.0)

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


def judge(trial):
    """Return the loss of a trial."""
    return -float(np.mean([outcome.test_scores for outcome in trial.outcomes.values()])), 0.0


PLAIN = Space({f"p{i}": Real(1e-3, 1.0, log=True) for i in range(8)})


def measure(
    workers,
    *,
    mean=10.0,
    n_splits=5,
    tasks=20,
    journal=False,
    transport=0.0,
    strategy="random",
    problem=None,
    seed=0,
):
    """Return the busy share, the driver's seconds per task, and the best loss.

    Parameters
    ----------
    workers : int
        How many.
    mean : float, default=10.0
        Mean seconds of a task.
    n_splits : int, default=5
        Tasks of a candidate.
    tasks : int, default=20
        Tasks a worker.
    journal : bool, default=False
        Whether a journal is kept.
    transport : float, default=0.0
        Seconds that a backend takes to ship a task.
    strategy : str, default="random"
        Which strategy chooses.
    problem : str or None, default=None
        What it searches, by its name in the suite; None: eight parameters, all of them as good.
    seed : int, default=0
        Fixes the strategy and the times.
    """
    task = PROBLEMS.get(problem)
    space, budget = task.space if task else PLAIN, workers * tasks // n_splits
    with ExitStack() as stack:
        log = NoLog()
        if journal:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            path = Path(folder) / "search.jsonl"
            log = SearchLog(stack.enter_context(Journal(path, {"fingerprint": {}})))
        loss = task.loss if task else None
        executor = VirtualExecutor(workers, mean, seed, transport, loss)
        engine = Engine(
            strategy=REGISTRY[strategy](space=space, seed=seed, budget=budget),
            schedule=Full(n_iter=budget),
            executor=executor,
            n_splits=n_splits,
            judge=judge,
            log=log,
        )
        engine.run()
    begin, end = np.array(executor.busy).T
    # the workers fill up one by one at the beginning, and run dry at the end
    last = begin.max()
    share = (np.clip(end, None, last) - begin).sum() / (workers * last)
    best = min(judge(trial)[0] for trial in engine.trials)
    return share, executor.driver / len(begin), best


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[100, 1000, 4000])
    parser.add_argument("--mean", type=float, default=10.0, help="mean seconds of a task")
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--tasks", type=int, default=20, help="tasks a worker")
    parser.add_argument("--transport", type=float, default=0.5, help="ms to ship a task")
    parser.add_argument("--strategies", nargs="+", choices=REGISTRY, help="that search --problem")
    parser.add_argument("--problem", choices=PROBLEMS, default="learners-3")
    given = parser.parse_args()
    common = {
        "mean": given.mean,
        "n_splits": given.splits,
        "tasks": given.tasks,
        "transport": given.transport / 1000,
    }
    for workers in given.workers:
        searches = [
            (name, {"strategy": name, "problem": given.problem}) for name in given.strategies or ()
        ] or [("no journal", {}), ("with journal", {"journal": True})]
        for name, options in searches:
            share, seconds, best = measure(workers, **common, **options)
            found = f", best loss {best:.5g}" if given.strategies else ""
            print(
                f"{workers:5d} workers, {given.mean:g} s a task, {name}: busy {share:.3f}, driver "
                f"{1000 * seconds:.2f} ms a task, enough for {given.mean / seconds:.0f} workers"
                f"{found}",
                flush=True,
            )


if __name__ == "__main__":
    main()
