"""Every strategy against random search, and the best without a model against Optuna.

``OMP_NUM_THREADS=1 python benchmarks/families.py --jobs 2`` lets every strategy spend 100
evaluations on each of 20 problems (continuous, mixed, conditional, noisy, and cross-validations
of scikit-learn models), one at a time, with ten seeds, and prints

* the score of each, 0 for the median of random search with the same budget, 1 for the best that
  any run has found: median over the seeds, mean over the problems of a kind;
* its mean rank among all of them, and on how many problems its median is better than that of
  random search, with the p-value of a one-sided sign test.

To be reached: a p-value below 0.05 by every strategy that is documented as general-purpose, and
on the continuous problems 0.9 of the better score of Optuna's TPE and CMA-ES. Optuna is measured
where it is installed. ``--runs`` is a file to which every run is added; those that stand there
are not run again, so that a strategy that has changed can be taken out and measured anew.
"""

import argparse
import importlib.util
import json
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from _families import TASKS, Task
from _peers import Optuna
from joblib import Parallel, delayed
from scipy.stats import binomtest, rankdata

from skhpo import Observation
from skhpo.strategies import REGISTRY

POLLS = ("compass", "pattern", "mads")
OURS: dict[str, Callable] = {
    "random": REGISTRY["random"],
    "sobol": partial(REGISTRY["quasirandom"], sequence="sobol"),
    **{name: REGISTRY[name] for name in ("cmaes", "es", "de", "ga", "pso", "annealing")},
    "annealing, 4 chains": partial(REGISTRY["annealing"], n_chains=4),
    **{poll: partial(REGISTRY["pattern"], poll=poll) for poll in POLLS},
    **{name: REGISTRY[name] for name in ("nelder_mead", "random_local")},
    **{name: REGISTRY[name] for name in ("refine", "adaptive", "hierarchical", "local")},
    "fractional": REGISTRY["fractional"],
    **{name: REGISTRY[name] for name in ("tpe", "forest", "gp")},
}
BANDITS: dict[str, Callable] = {  # on request: for problems with alternatives
    f"{name}, {policy}": partial(REGISTRY["bandit"], policy=policy, make=OURS[name])
    for name in ("random", "cmaes", "compass", "de")
    for policy in ("ucb1", "thompson", "exp3")
}
PEERS = ("Optuna TPE", "Optuna CMA-ES")
KINDS = ("continuous", "mixed", "conditional", "noisy", "real")


def evaluate(task: Task, params, rng: np.random.Generator) -> tuple[float, float]:
    """Return what the strategy is told, and the loss without noise."""
    loss = task.loss(params)
    return loss + task.noise * rng.standard_normal(), loss


def run_ours(name: str, task: Task, seed: int, n: int) -> list[tuple[float, float]]:
    strategy = {**OURS, **BANDITS}[name](space=task.space, seed=seed, budget=n)
    rng, losses = np.random.default_rng((seed, 3)), []
    for _ in range(n):
        for candidate in strategy.ask():
            losses.append(evaluate(task, candidate.params, rng))
            strategy.tell([Observation(candidate, losses[-1][0])])
    return losses


def run_optuna(name: str, task: Task, seed: int, n: int) -> list[tuple[float, float]]:
    peer = Optuna(name, task.space, seed, n)
    rng, losses = np.random.default_rng((seed, 3)), []
    for _ in range(n):
        trial, params = peer.ask()
        losses.append(evaluate(task, params, rng))
        peer.tell(trial, losses[-1][0])
    return losses


def run(name: str, problem: str, seed: int, n: int) -> dict:
    """Return the loss without noise of what looks best after each evaluation."""
    runner = run_optuna if name in PEERS else run_ours
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        told, true = np.array(runner(name, TASKS[problem], seed, n)).T
    best = np.maximum.accumulate(np.where(told == np.minimum.accumulate(told), np.arange(n), 0))
    return {"method": name, "problem": problem, "seed": seed, "best": true[best].tolist()}


def wanted(arguments) -> list[tuple[str, str, int]]:
    methods = arguments.methods or [*OURS, *PEERS]
    if importlib.util.find_spec("optuna") is None:
        methods = [name for name in methods if name not in PEERS]
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.seeds)
    triples = [(m, p, s) for p in arguments.problems for m in methods for s in seeds]
    return [t for t in triples if t[0] != "Optuna CMA-ES" or TASKS[t[1]].kind == "continuous"]


def all_runs(arguments) -> pd.DataFrame:
    """Return the runs asked for, those from the file and those still to be made."""
    path, asked = arguments.runs, wanted(arguments)
    lines = path.read_text().splitlines() if path and path.exists() else []
    runs = [r for r in map(json.loads, lines) if len(r["best"]) == arguments.evaluations]
    known = {(r["method"], r["problem"], r["seed"]): r for r in runs}
    todo = [delayed(run)(*t, arguments.evaluations) for t in asked if t not in known]
    for made in Parallel(arguments.jobs, return_as="generator_unordered")(todo):
        known[made["method"], made["problem"], made["seed"]] = made
        if path:
            with path.open("a") as file:
                file.write(json.dumps(made) + "\n")
    rows = [known[t] for t in asked]
    at = (arguments.at or arguments.evaluations) - 1
    return pd.DataFrame(rows).assign(
        final=lambda t: [best[at] for best in t["best"]],
        least=lambda t: [min(best) for best in t["best"]],
    )


def scores(table: pd.DataFrame) -> pd.DataFrame:
    """Return the median score over the seeds, a row a problem and a column a method."""
    medians = table.pivot_table("final", "problem", "method", "median")
    best = table.groupby("problem")["least"].min()
    gap = (medians["random"] - best).where(lambda g: g > 0)
    return (-medians).add(medians["random"], axis=0).div(gap, axis=0)


def mean_ranks(table: pd.DataFrame) -> pd.Series:
    """Return the mean rank among the methods that have run on all problems."""
    wide = table.pivot_table("final", ["problem", "seed"], "method").dropna(axis=1)
    return pd.Series(rankdata(wide, axis=1).mean(axis=0), wide.columns)


def report(table: pd.DataFrame) -> pd.DataFrame:
    by_problem = scores(table)
    kinds = pd.Series({problem: TASKS[problem].kind for problem in by_problem.index})
    rows = by_problem.groupby(kinds).mean().reindex([k for k in KINDS if k in set(kinds)]).T
    rows["all"] = by_problem.mean().where(by_problem.notna().all())
    rows["mean rank"] = mean_ranks(table)
    better = (by_problem > 0).sum()
    decided = by_problem.notna().sum() - (by_problem == 0).sum()
    rows["better on"] = [f"{better[m]} of {decided[m]}" for m in rows.index]
    rows["p"] = [
        binomtest(int(better[m]), int(decided[m]), alternative="greater").pvalue
        if decided[m]
        else np.nan
        for m in rows.index
    ]
    return rows.sort_values("mean rank")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evaluations", type=int, default=100)
    parser.add_argument("--at", type=int, help="judge after so many of them, by the same runs")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--methods", nargs="+", choices=[*OURS, *BANDITS, *PEERS])
    parser.add_argument("--problems", nargs="+", choices=TASKS, default=[*TASKS])
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--runs", type=Path)
    parser.add_argument("--by-problem", action="store_true")
    arguments = parser.parse_args()
    table = all_runs(arguments)
    with pd.option_context("display.width", 200, "display.max_columns", 40):
        if arguments.by_problem:
            print(scores(table).round(2).to_string(), "\n")
        print(report(table).round(3).to_string())


if __name__ == "__main__":
    main()
