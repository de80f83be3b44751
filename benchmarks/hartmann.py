"""Regret of the Gaussian-process strategy on Hartmann-6, beside that of random draws.

``OMP_NUM_THREADS=1 python benchmarks/hartmann.py`` prints the regret of the best of the first 20,
30, 40 and 60 noise-free evaluations: median and mean over the seeds. To be reached: a median of
0.3 after 30 and 0.01 after 60, a mean of 0.1 after 60.
"""

import argparse
import time

import numpy as np
from _problems import HARTMANN6, random_losses, run

from skhpo.strategies.gp import GaussianProcess

AT = [20, 30, 40, 60]


def regret(losses):
    """Return the regret of the best so far, at the evaluations of interest."""
    return np.minimum.accumulate(losses)[np.array(AT) - 1] - HARTMANN6.optimum


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=0)
    arguments = parser.parse_args()
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.seeds)

    start = time.process_time()
    runs = [run(GaussianProcess(space=HARTMANN6.space, seed=s), HARTMANN6, AT[-1]) for s in seeds]
    cpu = (time.process_time() - start) / (AT[-1] * len(runs))
    draws = [random_losses(HARTMANN6, AT[-1], seed) for seed in seeds]
    print(f"{'regret after':>24} " + " ".join(f"{n:>8}" for n in AT))
    for name, losses in (("GaussianProcess", runs), ("random", draws)):
        table = np.array([regret(y) for y in losses])
        for statistic in (np.median, np.mean):
            row = " ".join(f"{value:>8.4f}" for value in statistic(table, axis=0))
            print(f"{name:>17} {statistic.__name__:>6} {row}")
    print(f"CPU per ask and tell: {1e3 * cpu:.1f} ms ({len(runs)} seeds)")


if __name__ == "__main__":
    main()
