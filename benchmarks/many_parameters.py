"""Many parameters: the regions of the Gaussian process beside random search and CMA-ES.

``OMP_NUM_THREADS=1 python benchmarks/many_parameters.py`` prints the median loss after 50 and 100
evaluations over five seeds, the worst seed's, and the CPU time of an ask and a tell; it takes some
minutes. The problems:

hartmann6 of 40    six of 40 parameters matter
sparse of 40       four matter much, all of them a little
dense of 40        a bowl whose axes' weights go from 0.1 to 10
rosenbrock of 24   the logarithm of a curved valley in 24 dimensions
"""

import argparse
import time
from functools import partial

import numpy as np
from _problems import HARTMANN_A, HARTMANN_C, HARTMANN_P
from joblib import Parallel, delayed

from skhpo import Observation, Real, Space
from skhpo.strategies import REGISTRY

AT = 50, 100


def hartmann(x):
    """Return Hartmann's function of six coordinates among many; its minimum is -3.322."""
    u = x[np.linspace(1, len(x) - 2, 6).astype(int)]
    return float(-HARTMANN_C @ np.exp(-(HARTMANN_A * (u - HARTMANN_P) ** 2).sum(axis=1)))


def sparse(x):
    """Let four coordinates matter, one of them with a kink, and all others a little."""
    z = x[np.linspace(2, len(x) - 3, 4).astype(int)] - np.array([0.2, 0.7, 0.35, 0.85])
    few = 2 * z[0] ** 2 + 3 * z[1] ** 2 + 4 * (z[2] + 0.5 * z[0]) ** 2 + abs(z[3])
    return float(few + 0.8 * ((x - 0.6) ** 2).mean())


def dense(x):
    """Return a bowl whose weights differ by a factor of 100."""
    weights = np.random.default_rng(0).permutation(10 ** np.linspace(-1, 1, len(x)))
    centre = np.random.default_rng(1).uniform(0.1, 0.9, len(x))
    return float(10 * weights @ (x - centre) ** 2 / weights.sum())


def rosenbrock(x):
    """Return the logarithm of a curved valley whose optimum is off the centre."""
    z = 4 * (x + np.random.default_rng(3).uniform(-0.15, 0.15, len(x))) - 2
    return float(np.log1p((100 * (z[1:] - z[:-1] ** 2) ** 2 + (1 - z[:-1]) ** 2).sum() / len(x)))


PROBLEMS = {
    "hartmann6 of 40": (40, hartmann),
    "sparse of 40": (40, sparse),
    "dense of 40": (40, dense),
    "rosenbrock of 24": (24, rosenbrock),
}
METHODS = {name: REGISTRY[name] for name in ("random", "cmaes")} | {
    f"gp, {region}": partial(REGISTRY["gp"], region=region)
    for region in ("global", "trust", "subspace")
}


def run(method, problem, seed):
    """Return the best losses at the evaluations of interest, and CPU milliseconds of each."""
    d, loss = PROBLEMS[problem]
    space = Space({f"x{i}": Real(0.0, 1.0) for i in range(d)})
    strategy = METHODS[method](space=space, seed=seed, budget=AT[-1])
    losses, start = [], time.process_time()
    while len(losses) < AT[-1]:
        for candidate in strategy.ask():
            losses.append(loss(candidate.x))
            strategy.tell([Observation(candidate, losses[-1])])
    ms = 1e3 * (time.process_time() - start) / len(losses)
    return [*np.minimum.accumulate(losses)[np.array(AT) - 1], ms]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problems", nargs="+", default=[*PROBLEMS], choices=PROBLEMS)
    parser.add_argument("--methods", nargs="+", default=[*METHODS], choices=METHODS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.seeds)
    print(f"{'':>17} {'':>13} {'@50':>8} {'@100':>8} {'worst':>8} {'CPU ms':>7}")
    for problem in arguments.problems:
        for method in arguments.methods:
            runs = Parallel(arguments.jobs)(delayed(run)(method, problem, s) for s in seeds)
            at_50, at_100, ms = np.array(runs).T
            print(
                f"{problem:>17} {method:>13} {np.median(at_50):>8.3f} {np.median(at_100):>8.3f} "
                f"{at_100.max():>8.3f} {ms.mean():>7.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
