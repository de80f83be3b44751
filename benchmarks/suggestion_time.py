"""CPU time of one suggestion (ask and tell) with 100 observations in 10 dimensions.

``OMP_NUM_THREADS=1 python benchmarks/suggestion_time.py`` measures the Gaussian-process strategy
and, where they are installed, the Gaussian processes of Optuna and scikit-optimize, on the same
function, one after the other in the same run. The first suggestion after loading the
observations is not counted (imports, cold starts). To be reached: 80 ms, half of Optuna's, a
fifth of scikit-optimize's.
"""

import argparse
import importlib.util
import time
import warnings

import numpy as np

from skhpo import Observation, Real, Space
from skhpo.strategies.gp import GaussianProcess


def loss(x):
    """Return a smooth function with unequal relevance of the dimensions."""
    x = np.asarray(x)
    return float(np.sin(5 * x[0]) + 3 * x[1] ** 2 + x[2] * x[3] + 0.1 * np.sum((x - 0.4) ** 2))


def timed(step, n):
    """Return the median CPU milliseconds of a step, after one that is not counted."""
    step()
    times = []
    for _ in range(n):
        start = time.process_time()
        step()
        times.append(1e3 * (time.process_time() - start))
    return float(np.median(times))


def skhpo_step(d, n, seed):
    space = Space({f"x{i}": Real(0.0, 1.0) for i in range(d)})
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


PEERS = {"optuna": ("optuna", optuna_step), "scikit-optimize": ("skopt", skopt_step)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dimensions", type=int, default=10)
    parser.add_argument("--observations", type=int, default=100)
    parser.add_argument("--suggestions", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")

    steps = {"skhpo": skhpo_step}
    for name, (module, step) in PEERS.items():
        if importlib.util.find_spec(module) is not None:
            steps[name] = step
    print(f"{'':>16} {'CPU ms':>8} {'ratio':>7}   (median over seeds)")
    ours = None
    for name, make in steps.items():
        runs = [
            timed(make(arguments.dimensions, arguments.observations, seed), arguments.suggestions)
            for seed in range(arguments.seeds)
        ]
        cpu = float(np.median(runs))
        ours = cpu if ours is None else ours
        print(f"{name:>16} {cpu:>8.1f} {cpu / ours:>7.1f}")


if __name__ == "__main__":
    main()
