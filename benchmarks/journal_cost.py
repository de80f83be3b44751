"""What an append to a journal costs in CPU time, with one writer and with two.

``python benchmarks/journal_cost.py`` prints the median over several runs of the CPU
milliseconds an append, of a record as a task leaves it: ten parameters, three scores, times.
Two writers are two processes that append to one file at the same time.
"""

import argparse
import multiprocessing
import os
import statistics
import tempfile
import time
from pathlib import Path

from skhpo.journal import Journal

HEADER = {"fingerprint": {"X": "ab12", "seed": 3}}
RECORD = {
    "candidate": 17,
    "split": 3,
    "status": "ok",
    "params": {f"model__parameter_{i}": 10.0 ** (i / 3) for i in range(10)},
    "test_scores": {"roc_auc": 0.8123456789, "f1": 0.71234567, "accuracy": 0.91234567},
    "fit_time": 1.2345678,
    "score_time": 0.012345678,
    "error": None,
}


def append(path, n, sync, barrier):
    """Return CPU and wall milliseconds an append."""
    with Journal(path, HEADER, sync=sync) as journal:
        barrier.wait()
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(n):
            journal.append(RECORD)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return 1e3 * cpu / n, 1e3 * wall / n


def report(queue, *arguments):
    """Put what ``append`` returns into a queue."""
    queue.put(append(*arguments))


def cost(writers, n, sync):
    """Return the medians over the writers of CPU and wall milliseconds an append."""
    context = multiprocessing.get_context("spawn")
    queue, barrier = context.Queue(), context.Barrier(writers)
    with tempfile.TemporaryDirectory(dir=os.curdir) as folder:
        path = Path(folder) / "search.jsonl"
        processes = [
            context.Process(target=report, args=(queue, path, n, sync, barrier))
            for _ in range(writers)
        ]
        for process in processes:
            process.start()
        figures = [queue.get() for _ in processes]
        for process in processes:
            process.join()
    return [statistics.median(column) for column in zip(*figures, strict=True)]


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--appends", type=int, default=5000)
    parser.add_argument("--repeats", type=int, default=7)
    arguments = parser.parse_args()
    print(f"{'writers':>8} {'sync':>6} {'CPU ms/append':>14} {'wall ms/append':>15}")
    for writers, sync in [(1, False), (2, False), (1, True)]:
        n = arguments.appends // 20 if sync else arguments.appends
        runs = [cost(writers, n, sync) for _ in range(arguments.repeats)]
        cpu, wall = (statistics.median(column) for column in zip(*runs, strict=True))
        print(f"{writers:>8} {sync!s:>6} {cpu:>14.4f} {wall:>15.4f}", flush=True)


if __name__ == "__main__":
    main()
