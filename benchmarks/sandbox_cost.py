"""What it costs to run a task in the sandbox, and to replace a process that was killed.

``python benchmarks/sandbox_cost.py`` prints medians over rounds of the milliseconds a task with
an empty fit: wall time, and CPU time of the driver and of the child together, outside and inside
the sandbox; then the wall time from one good fit to the next where a crash lies in between.
"""

import argparse
import os
import time
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator

from skhpo.evaluation import Job, run_task
from skhpo.evaluation._payload import Payload
from skhpo.evaluation._sandbox import Sandbox

SANDBOXES = {
    "with a deadline": {"timeout": 60.0, "memory": None},
    "with both limits": {"timeout": 60.0, "memory": 10**9},
}


class Empty(BaseEstimator):
    """Fits nothing, or crashes."""

    def __init__(self, a=0.0, crash=False):
        self.a = a
        self.crash = crash

    def fit(self, X, y=None):
        if self.crash:
            os._exit(1)
        return self


def score(estimator, *_):
    return estimator.a


def cpu_seconds(pid):
    """Return the CPU time of the main thread of another process, to the nanosecond."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def cost(run, n_tasks, pid=None):
    """Return the milliseconds a task: wall, CPU of the driver, CPU of the child."""
    before = cpu_seconds(pid) if pid else 0.0
    wall, cpu = time.perf_counter(), time.process_time()
    for i in range(n_tasks):
        run(i, {"a": float(i)}, 0)
    after = cpu_seconds(pid) if pid else 0.0
    used = time.perf_counter() - wall, time.process_time() - cpu, after - before
    return 1e3 * np.array(used) / n_tasks


def replacement(sandbox):
    """Return the milliseconds of a crash and a good fit, less those of a good fit."""
    start = time.perf_counter()
    sandbox.run(0, {"crash": True}, 0)
    sandbox.run(0, {}, 0)
    middle = time.perf_counter()
    sandbox.run(0, {}, 0)
    return 1e3 * (2 * middle - start - time.perf_counter())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=300, help="tasks a round")
    parser.add_argument("--rounds", type=int, default=11)
    arguments = parser.parse_args()
    rows = np.arange(4)
    splits = [(rows[:2], rows[2:])]
    job = Job(estimator=Empty(), X=np.zeros((4, 2)), y=None, splits=splits, scorer=score)
    payload = Payload(job)
    sandboxes = {name: Sandbox(payload.ticket, **limits) for name, limits in SANDBOXES.items()}
    for sandbox in sandboxes.values():
        sandbox.run(0, {}, 0)

    rounds = {name: [] for name in ("outside", *sandboxes)}
    for _ in range(arguments.rounds):  # in turn, so that all meet the same load of the machine
        rounds["outside"].append(cost(lambda *task: run_task(job, *task), arguments.tasks))
        for name, sandbox in sandboxes.items():
            rounds[name].append(cost(sandbox.run, arguments.tasks, sandbox.pid))

    medians = {name: np.median(values, axis=0) for name, values in rounds.items()}
    reference = medians["outside"]
    print(
        f"{'ms a task':<18} {'wall':>7} {'driver':>7} {'child':>7} {'CPU more than outside':>22}"
    )
    for name, (wall, driver, child) in medians.items():
        more = driver + child - reference[1]
        print(f"{name:<18} {wall:>7.3f} {driver:>7.3f} {child:>7.3f} {more:>22.3f}")
    times = [replacement(sandboxes["with a deadline"]) for _ in range(arguments.rounds)]
    print(f"a crash and a replacement: {np.median(times):.0f} ms")
    for sandbox in sandboxes.values():
        sandbox.close()
    payload.close()


if __name__ == "__main__":
    main()
