"""What it brings to ask for improvement per second, where seconds are what there is.

``OMP_NUM_THREADS=1 python benchmarks/cost_aware.py`` searches functions of the suite whose
evaluations are given a cost: growing a hundredfold along two of the parameters, or differing by
learner and by what each takes longer with. A search has the seconds that 40 random draws would
take; an evaluation that is not done by then is lost. One worker, simulated time, ten seeds.
Printed are the median of the scores (0 for the median random search with the same seconds, 1 for
the optimum), how many evaluations there were, and what share of the seconds was lost in the end.
"""

import argparse

import numpy as np
import pandas as pd
from _suite import OPTIMA, PROBLEMS
from joblib import Parallel, delayed

from skhpo import Observation
from skhpo.strategies import REGISTRY

N_DRAWS = 40  # whose seconds a search has
SECONDS = {"linear": 1.0, "svm": 4.0, "forest": 8.0, "boosting": 20.0}


def along_two(space, params):
    """Seconds that grow a hundredfold along the first two parameters."""
    x = np.nan_to_num(space.encode(params), nan=0.5)
    return float(100.0 ** x[:2].mean())


def of_learners(space, params):
    """Seconds by learner; a deeper or larger one takes up to five times as long."""
    x = space.encode(params)
    return SECONDS[params["model"]] * float(5.0 ** np.nanmean(x[2:]))


COSTS = {
    "hartmann6": along_two,
    "levy8": along_two,
    "mixed7": along_two,
    "counts6": along_two,
    "learners-1": of_learners,
    "learners-2": of_learners,
    "learners-12": of_learners,
}
METHODS = ("random", "gp", "gp, per second")


def make(method, space, seed, seconds):
    options = {"max_cost": seconds} if method == "gp, per second" else {}
    return REGISTRY[method.split(",")[0]](space=space, seed=seed, **options)


def search(method, problem, seed):
    """Return the best loss in time, the evaluations, and the share of seconds that was lost."""
    task, cost = PROBLEMS[problem], COSTS[problem]
    draws = task.space.draw(2000, np.random.default_rng(0))
    seconds = N_DRAWS * np.mean([cost(task.space, task.space.decode(x)) for x in draws])
    strategy, spent, best, n = make(method, task.space, seed, seconds), 0.0, np.inf, 0
    while True:
        [candidate] = strategy.ask()
        takes = cost(task.space, candidate.params)
        if spent + takes > seconds:
            return best, n, 1.0 - spent / seconds
        spent, n = spent + takes, n + 1
        loss = task.loss(candidate.params)
        best = min(best, loss)
        strategy.tell([Observation(candidate, loss, cost=takes)])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--problems", nargs="+", choices=COSTS, default=[*COSTS])
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args()
    keys = [(m, p, s) for p in given.problems for m in METHODS for s in range(given.seeds)]
    found = Parallel(given.jobs)(delayed(search)(*key) for key in keys)
    table = pd.DataFrame(
        [(*key, *result) for key, result in zip(keys, found, strict=True)],
        columns=["method", "problem", "seed", "best", "evaluations", "lost"],
    )
    for problem, part in table.groupby("problem", sort=False):
        rows = part.groupby("method", sort=False)[["best", "evaluations", "lost"]].median()
        at_random = rows.loc["random", "best"]
        rows["score"] = (at_random - rows["best"]) / (at_random - OPTIMA[problem])
        print(f"\n{problem}\n{rows[['score', 'evaluations', 'lost']].round(2).to_string()}")
        table.loc[part.index, "score"] = (at_random - part["best"]) / (at_random - OPTIMA[problem])
    means = table.groupby("method", sort=False)[["score", "evaluations", "lost"]].mean()
    print(f"\nmean over all runs\n{means.round(2).to_string()}")


if __name__ == "__main__":
    main()
