"""Quality and overhead of the searches with a model, beside their peers.

``OMP_NUM_THREADS=1 python benchmarks/quality.py --runs FILE`` lets every method spend its
evaluations on every problem of the suite, one at a time, and adds every run to the file; runs that
stand there are not made again. All problems of the first seed come before those of the second, so
that an interrupted file can be read. ``--limit "scikit-optimize GP=50"`` gives a slow method fewer
evaluations; ``--workers 8`` simulates so many. ``quality_report.py`` prints what the runs say.

A run is a line of JSON: method, problem, seed, workers, the best loss so far as it was told, the
loss without noise of the candidate that looked best so far, and the CPU seconds of each ask and
tell.
"""

import argparse
import heapq
import json
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from _peers import PEERS, is_installed
from _suite import HALVES, PROBLEMS, problems_of
from joblib import Parallel, delayed

from skhpo import Observation, Space
from skhpo.strategies import REGISTRY

OURS: dict[str, Callable[..., Any]] = {name: REGISTRY[name] for name in ("random", "gp", "tpe")}


SPREAD = 0.5  # standard deviation of the logarithm of simulated times


class Own:
    """A strategy of this library behind the interface of its peers."""

    def __init__(self, make: Callable[..., Any], space: Space, seed: int, budget: int) -> None:
        self.strategy = make(space=space, seed=seed, budget=budget)

    def ask(self) -> tuple[Any, dict[str, Any]]:
        [candidate] = self.strategy.ask()
        return candidate, candidate.params

    def tell(self, candidate: Any, loss: float) -> None:
        self.strategy.tell([Observation(candidate, loss)])


def search(method: str, space: Space, seed: int, budget: int) -> Any:
    """Return a search by the name of a method: ours, ours with options, or a peer's.

    ``"gp, kernel=matern32, n_initial=5"`` is the strategy ``gp`` with these arguments.
    """
    if method in PEERS:
        return PEERS[method](method, space, seed, budget)
    name, *options = method.split(", ")
    given = {k: literal(v) for k, v in (option.split("=", 1) for option in options)}
    return Own(partial(REGISTRY[name], **given), space, seed, budget)


def literal(text: str) -> Any:
    """Return the number, True, False or None that a text says, else the text."""
    try:
        return json.loads({"True": "true", "False": "false", "None": "null"}.get(text, text))
    except json.JSONDecodeError:
        return text


class Clock:
    """CPU seconds since the last look."""

    def __init__(self) -> None:
        self.since = time.process_time()

    def seconds(self) -> float:
        before, self.since = self.since, time.process_time()
        return self.since - before


def run(method: str, problem: str, seed: int, n: int, workers: int = 1) -> dict[str, Any]:
    """Return the run of a method on a problem.

    Workers are simulated: an evaluation takes a time drawn from a log-normal distribution; the
    one that ends first is told, and its worker asks for the next. Evaluations count when they end.
    """
    task, rng, times = PROBLEMS[problem], noise(seed), np.random.default_rng((seed, 5))
    told, true, cpu, running = np.empty(n), np.empty(n), np.empty(n), []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        clock = Clock()
        peer, now, made = search(method, task.space, seed, n), 0.0, clock.seconds()
        for i in range(n + workers - 1):
            clock.seconds()
            if i < n:
                asked, params = peer.ask()
                duration = times.lognormal(0.0, SPREAD)
                heapq.heappush(running, (now + duration, i, asked, params, clock.seconds()))
            if i >= workers - 1:
                now, _, asked, params, seconds = heapq.heappop(running)
                k = i - workers + 1
                true[k] = task.loss(params)
                told[k] = true[k] + task.noise * rng.standard_normal()
                clock.seconds()
                peer.tell(asked, told[k])
                cpu[k] = seconds + clock.seconds()
    cpu[0] += made
    return {
        "method": method,
        "problem": problem,
        "seed": seed,
        "workers": workers,
        "told": rounded(np.minimum.accumulate(told)),
        "best": rounded(true[incumbents(told)]),
        "cpu": [round(seconds, 6) for seconds in cpu],
    }


def noise(seed: int) -> np.random.Generator:
    return np.random.default_rng((seed, 3))


def incumbents(told: np.ndarray) -> np.ndarray:
    """Return which evaluation looks best after each."""
    n = np.arange(len(told))
    return np.maximum.accumulate(np.where(told == np.minimum.accumulate(told), n, 0))


def rounded(values: np.ndarray) -> list[float]:
    return [float(f"{value:.9g}") for value in values]


def wanted(arguments) -> Iterator[tuple[str, str, int, int]]:
    """Iterate over the runs asked for, seed by seed: method, problem, seed, evaluations."""
    limits = dict(limit.rsplit("=", 1) for limit in arguments.limit)
    for seed in range(arguments.first_seed, arguments.first_seed + arguments.seeds):
        for method in arguments.methods:
            for problem in arguments.problems or problems_of(arguments.half):
                yield method, problem, seed, int(limits.get(method, arguments.evaluations))


def known(path: Path, workers: int) -> dict[tuple[str, str, int], int]:
    """Return how many evaluations the runs in a file have."""
    lines = path.read_text().splitlines() if path.exists() else []
    lengths: dict[tuple[str, str, int], int] = {}
    for made in map(json.loads, lines):
        if made.get("workers", 1) != workers:
            continue
        key = (made["method"], made["problem"], made["seed"])
        lengths[key] = max(len(made["best"]), lengths.get(key, 0))
    return lengths


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, required=True)
    parser.add_argument("--methods", nargs="+", default=[*OURS, *filter(is_installed, PEERS)])
    parser.add_argument("--problems", nargs="+", choices=PROBLEMS)
    parser.add_argument("--half", choices=HALVES, default="all")
    parser.add_argument("--evaluations", type=int, default=100)
    parser.add_argument("--limit", nargs="+", default=[], metavar="METHOD=N")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1, help="simulated, asynchronous")
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    made = known(arguments.runs, arguments.workers)
    todo = [
        delayed(run)(*w, arguments.workers) for w in wanted(arguments) if made.get(w[:3], 0) < w[3]
    ]
    for i, result in enumerate(Parallel(arguments.jobs, return_as="generator_unordered")(todo), 1):
        with arguments.runs.open("a") as file:
            file.write(json.dumps(result) + "\n")
        seconds, n = sum(result["cpu"]), len(result["cpu"])
        print(
            f"{i}/{len(todo)} {result['method']}, {result['problem']}, seed {result['seed']}: "
            f"{result['best'][-1]:.5g}, {1e3 * seconds / n:.0f} ms an evaluation",
            flush=True,
        )


if __name__ == "__main__":
    main()
