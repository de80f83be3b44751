"""CPU time of one suggestion (ask and tell) with 100 observations in 10 dimensions.

``OMP_NUM_THREADS=1 python benchmarks/suggestion_time.py`` measures the Gaussian-process strategy,
with ten reals and with six, two integers and two categories, and, where they are installed, the
Gaussian processes of Optuna and scikit-optimize on the reals, on the same function, one after the
other in the same run. The first suggestion after loading the observations is not counted
(imports, cold starts); the mean over those that follow includes the fits of hyper-parameters that
fall among them, the maximum is the longest. To be reached on the mixed space, in the mean: 60 ms
at 100 observations, 200 at 500 and 500 at 1000 (``--observations``).
"""

import argparse
import importlib.util
import time
import warnings

import numpy as np

from skhpo import Integer, Observation, Real, Space
from skhpo.strategies.gp import GaussianProcess


def loss(x):
    """Return a smooth function with unequal relevance of the dimensions."""
    x = np.asarray(x)
    return float(np.sin(5 * x[0]) + 3 * x[1] ** 2 + x[2] * x[3] + 0.1 * np.sum((x - 0.4) ** 2))


def timed(step, n):
    """Return the CPU milliseconds of n steps, after one that is not counted."""
    step()
    times = []
    for _ in range(n):
        start = time.process_time()
        step()
        times.append(1e3 * (time.process_time() - start))
    return times


def skhpo_step(d, n, seed):
    return _step_of(Space({f"x{i}": Real(0.0, 1.0) for i in range(d)}), n, seed)


def mixed_step(d, n, seed):
    kinds = {0: Real(0.0, 1.0), 6: Integer(1, 20), 8: list("abcd")}
    space = {f"x{i}": kinds[max(k for k in kinds if k <= i % 10)] for i in range(d)}
    return _step_of(Space(space), n, seed)


def _step_of(space, n, seed):
    strategy = GaussianProcess(space=space, seed=seed, n_initial=n)
    strategy.tell([Observation(c, loss(c.x)) for c in strategy.ask(n)])

    def step():
        [candidate] = strategy.ask()
        strategy.tell([Observation(candidate, loss(candidate.x))])

    return step


def optuna_step(d, n, seed):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    names = [f"x{i}" for i in range(d)]
    space = {name: optuna.distributions.FloatDistribution(0.0, 1.0) for name in names}
    sampler = optuna.samplers.GPSampler(seed=seed, deterministic_objective=True)
    study = optuna.create_study(sampler=sampler)
    for x in np.random.default_rng(seed).random((n, d)):
        params = dict(zip(names, x.tolist(), strict=True))
        study.add_trial(
            optuna.trial.create_trial(params=params, distributions=space, value=loss(x))
        )

    def step():
        trial = study.ask(space)
        study.tell(trial, loss([trial.params[name] for name in names]))

    return step


def skopt_step(d, n, seed):
    from skopt import Optimizer

    optimizer = Optimizer([(0.0, 1.0)] * d, "GP", n_initial_points=10, random_state=seed)
    X = np.random.default_rng(seed).random((n, d)).tolist()
    optimizer.tell(X, [loss(x) for x in X])

    def step():
        x = optimizer.ask()
        optimizer.tell(x, loss(x))

    return step


PEERS = {
    "optuna": (("optuna", "torch"), optuna_step),
    "scikit-optimize": (("skopt",), skopt_step),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dimensions", type=int, default=10)
    parser.add_argument("--observations", type=int, default=100)
    parser.add_argument("--suggestions", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")

    steps = {"skhpo, mixed": mixed_step, "skhpo": skhpo_step}
    for name, (modules, step) in PEERS.items():
        if all(importlib.util.find_spec(module) for module in modules):
            steps[name] = step
    print(f"{'CPU ms':>16} {'mean':>8} {'median':>8} {'maximum':>8}   (over all seeds)")
    for name, make in steps.items():
        times = [
            timed(make(arguments.dimensions, arguments.observations, seed), arguments.suggestions)
            for seed in range(arguments.seeds)
        ]
        print(f"{name:>16} {np.mean(times):>8.1f} {np.median(times):>8.1f} {np.max(times):>8.1f}")


if __name__ == "__main__":
    main()
