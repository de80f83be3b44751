"""Score of the Gaussian-process strategy on a conditional space of four learners.

``OMP_NUM_THREADS=1 python benchmarks/conditional.py`` prints, after 25 and 50 evaluations, the
score on the scale 0 = median best of random search with the same budget, 1 = the optimum: median,
mean and worst over the seeds, and how often the best learner was found. In "drawn" each seed has
a loss of its own; "trap" is one loss whose easiest learner is not the best. To be reached: a
median of 0.85 after 50 evaluations of "drawn".
"""

import argparse
import time

import numpy as np
from _problems import TRAP, drawn_learners, random_losses, run

from skhpo.strategies.gp import GaussianProcess

AT = [25, 50]
BEST_LEARNER_BELOW = 0.14  # no other learner gets there
PROBLEMS = ["drawn", "trap"]


def baselines(problem, n_runs):
    """Return the median best of random search after each number of evaluations of interest."""
    draws = [random_losses(problem, AT[-1], seed) for seed in range(n_runs)]
    return np.array([np.median([losses[:n].min() for losses in draws]) for n in AT])


def evaluate(name, seeds, n_random):
    """Print the table of one problem."""
    bests, scores, cpu = [], [], 0.0
    for seed in seeds:
        problem = TRAP if name == "trap" else drawn_learners(seed)
        start = time.process_time()
        losses = run(GaussianProcess(space=problem.space, seed=seed), problem, AT[-1])
        cpu += time.process_time() - start
        baseline = baselines(problem, n_random)
        best = np.array([losses[:n].min() for n in AT])
        bests.append(best)
        scores.append((baseline - best) / (baseline - problem.optimum))
    found = (np.array(bests) < BEST_LEARNER_BELOW).sum(axis=0)
    for n, column, n_found in zip(AT, np.array(scores).T, found, strict=True):
        print(
            f"{name:>8} {n:>11} {np.median(column):>7.3f} {np.mean(column):>7.3f} "
            f"{column.min():>7.3f} {n_found:>3}/{len(scores)}"
        )
    print(f"{name:>8} CPU per ask and tell: {1e3 * cpu / (AT[-1] * len(scores)):.1f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problems", nargs="+", choices=PROBLEMS, default=PROBLEMS)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--random-runs", type=int, default=50)
    arguments = parser.parse_args()
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.seeds)
    header = (
        f"{'problem':>8} {'evaluations':>11} {'median':>7} {'mean':>7} {'worst':>7} {'found':>6}"
    )
    print(header)
    for name in arguments.problems:
        evaluate(name, seeds, arguments.random_runs)


if __name__ == "__main__":
    main()
