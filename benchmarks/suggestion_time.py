"""CPU time of one suggestion (ask and tell) with 100 observations in 10 dimensions.

``OMP_NUM_THREADS=1 python benchmarks/suggestion_time.py`` measures the Gaussian-process strategy
(with each of the ``--regions``) and, where they are installed, the Gaussian processes of Optuna
and scikit-optimize, on the same function, one after the other in the same run. ``--strategies``
names others of skhpo, ``--peers`` other samplers of Optuna and scikit-optimize; with ``--mixed``
half of the parameters are whole numbers and categories (not for scikit-optimize). The first
suggestion after loading the observations is not counted (imports, cold starts); the mean over
those that follow includes the fits of hyper-parameters that fall among them, the maximum is the
longest.

To be reached with ``--mixed``, in the mean: "gp" 60 ms at 100 observations, 200 at 500 and 500 at
1000 (``--observations``); "tpe" 2 ms at 100 and 5 at 1000; "forest" 150 ms.
"""

import argparse
import importlib.util
import time
import warnings
from functools import partial

import numpy as np

from skhpo import Integer, Observation, Real, Space
from skhpo.strategies import REGISTRY

MIXED = {  # what takes the place of the last numbers
    "few": Integer(1, 12),
    "many": Integer(1, 300),
    "log": Integer(2, 512, log=True),
    "three": list("abc"),
    "five": list("abcde"),
}


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


def space_of(d, mixed):
    last = MIXED if mixed else {}
    return Space({f"x{i}": Real(0.0, 1.0) for i in range(d - len(last))} | last)


def skhpo_step(name, options, d, n, seed, mixed):
    strategy = REGISTRY[name](space=space_of(d, mixed), seed=seed, n_initial=n, **options)
    strategy.tell([Observation(c, loss(c.x)) for c in strategy.ask(n)])

    def step():
        [candidate] = strategy.ask()
        strategy.tell([Observation(candidate, loss(candidate.x))])

    return step


def optuna_distribution(column):
    from optuna import distributions

    dimension = column.dimension
    if isinstance(dimension, Integer):
        low, high, log = dimension.low, dimension.high, dimension.log
        return distributions.IntDistribution(low, high, log=log)
    if isinstance(dimension, Real):
        return distributions.FloatDistribution(dimension.low, dimension.high)
    return distributions.CategoricalDistribution(column.texts)


def optuna_step(sampler, d, n, seed, mixed):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    ours = space_of(d, mixed)
    space = {c.name: optuna_distribution(c) for c in ours.columns}
    options = {"deterministic_objective": True} if sampler == "GPSampler" else {}
    made = getattr(optuna.samplers, sampler)(seed=seed, **options)
    study = optuna.create_study(sampler=made)
    for x in ours.draw(n, np.random.default_rng(seed)):
        params = ours.decode(x)
        study.add_trial(
            optuna.trial.create_trial(params=params, distributions=space, value=loss(x))
        )

    def step():
        trial = study.ask(space)
        study.tell(trial, loss(ours.encode(trial.params)))

    return step


def skopt_step(d, n, seed, mixed):  # noqa: ARG001 (what every step is given)
    from skopt import Optimizer

    optimizer = Optimizer([(0.0, 1.0)] * d, "GP", n_initial_points=10, random_state=seed)
    X = np.random.default_rng(seed).random((n, d)).tolist()
    optimizer.tell(X, [loss(x) for x in X])

    def step():
        x = optimizer.ask()
        optimizer.tell(x, loss(x))

    return step


PEERS = {
    "optuna gp": (("optuna", "torch"), partial(optuna_step, "GPSampler")),
    "optuna tpe": (("optuna",), partial(optuna_step, "TPESampler")),
    "scikit-optimize": (("skopt",), skopt_step),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strategies", nargs="+", default=["gp"], choices=REGISTRY)
    parser.add_argument("--peers", nargs="*", default=["optuna gp", "scikit-optimize"])
    parser.add_argument("--dimensions", type=int, default=10)
    parser.add_argument("--regions", nargs="+", default=["auto"], help="of the strategy gp")
    parser.add_argument("--mixed", action="store_true")
    parser.add_argument("--observations", type=int, default=100)
    parser.add_argument("--suggestions", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.mixed and "scikit-optimize" in arguments.peers:
        arguments.peers.remove("scikit-optimize")
    warnings.simplefilter("ignore")

    steps = {name: partial(skhpo_step, name, {}) for name in arguments.strategies if name != "gp"}
    for region in arguments.regions if "gp" in arguments.strategies else ():
        name = "gp" if region == "auto" else f"gp, {region}"
        steps[name] = partial(skhpo_step, "gp", {"region": region})
    for name in arguments.peers:
        modules, step = PEERS[name]
        if all(importlib.util.find_spec(module) for module in modules):
            steps[name] = step
    print(f"{'CPU ms':>16} {'mean':>8} {'median':>8} {'maximum':>8}   (over all seeds)")
    options = arguments.dimensions, arguments.observations
    for name, make in steps.items():
        times = [
            timed(make(*options, seed, arguments.mixed), arguments.suggestions)
            for seed in range(arguments.seeds)
        ]
        print(f"{name:>16} {np.mean(times):>8.1f} {np.median(times):>8.1f} {np.max(times):>8.1f}")


if __name__ == "__main__":
    main()
