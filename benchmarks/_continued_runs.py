"""Searches that were continued: how often the forecast held what came."""

import numpy as np
from _functions import COUNTS_SPACE, SWITCHES_SPACE, counts, switches
from _problems import HARTMANN6, TRAP, Problem

from skhpo import Observation
from skhpo.results.convergence import convergence
from skhpo.strategies import CmaEs, GaussianProcess, RandomSampling, TreeParzen

LEVEL = 0.9
PROBLEMS = {
    "Hartmann 6": HARTMANN6,
    "four learners": TRAP,
    "counts": Problem(COUNTS_SPACE, counts, 0.0),
    "switches": Problem(SWITCHES_SPACE, switches, 0.0),
}
STRATEGIES = {  # and how many seeds
    "random": (RandomSampling, 50),
    "densities (TPE)": (TreeParzen, 20),
    "CMA-ES": (CmaEs, 20),
    "Gaussian process": (GaussianProcess, 5),
}
N_SHOWN = 40
NOISE = 0.02  # of the mean score, beside losses of the order of 1


def scores(make, problem, seed):
    """Return noisy scores of twice as many candidates as are shown, in their order."""
    strategy = make(space=problem.space, seed=seed)
    rng = np.random.default_rng([seed, 3])
    found = []
    for _ in range(2 * N_SHOWN):
        [candidate] = strategy.ask()
        loss = problem.loss(candidate.params) + NOISE * rng.normal()
        strategy.tell([Observation(candidate, loss)])
        found.append(-loss)
    return np.array(found)


def judged(run):
    """Return what was forecast from the first half, beside what came."""
    shown = {"params": [{}] * N_SHOWN, "split0_test_score": run[:N_SHOWN]}
    end = convergence(shown, level=LEVEL).curve.iloc[-1]
    best, after = run[:N_SHOWN].max(), run.max()
    held = end["low"] <= after <= end["high"]
    return held, after > end["high"], after > best, end["p_improvement"]


def continued():
    print(
        f"| search of {N_SHOWN}, continued to {2 * N_SHOWN} | runs | held in {LEVEL:.0%} interval "
        "| above it | improved | forecast |\n|---|---|---|---|---|---|"
    )
    for name, (make, n_seeds) in STRATEGIES.items():
        runs = [
            judged(scores(make, problem, seed))
            for problem in PROBLEMS.values()
            for seed in range(n_seeds)
        ]
        held, above, improved, forecast = np.mean(runs, axis=0)
        error = np.sqrt(held * (1 - held) / len(runs))
        print(
            f"| {name} | {len(runs)} | {held:.2f} ± {error:.2f} | {above:.2f} | {improved:.2f} "
            f"| {forecast:.2f} |",
            flush=True,
        )
