"""Searches made of formulas, for what does not depend on how scores came about."""

import numpy as np

from skhpo import Choice, Integer, Real, Space, When


def results_of(space, score, n, seed=0):
    """Return a ``cv_results_`` of draws from the prior."""
    X = space.draw(n, np.random.default_rng(seed))
    params = [space.decode(x) for x in X]
    return {"params": params, "mean_test_score": np.array([score(p) for p in params])}


def fixed_study(n=200, *, conditional=False):
    """Return the study that Optuna was given: settings, scores and their space."""
    rng = np.random.default_rng(0)
    params, scores = [], []
    for _ in range(n):
        u = rng.random(6)
        p = {"a": 4 * u[0] - 2, "b": 10.0 ** (4 * u[1] - 3), "c": u[2], "k": int(1 + 20 * u[3])}
        p |= {"m": "xyz"[int(3 * u[4])], "z": u[5]}
        coupled = 1.5 * p["c"] * (p["m"] == "y")
        scores.append(-(p["a"] ** 2) + coupled + 0.12 * p["k"] + 0.2 * np.log10(p["b"]))
        if conditional and p["m"] != "y":
            del p["c"]
        params.append(p)
    c = Real(0, 1)
    m = Choice("x", When("y", c=c), "z") if conditional else Choice("x", "y", "z")
    definition = {"a": Real(-2, 2), "b": Real(1e-3, 10, log=True), "k": Integer(1, 20), "m": m}
    definition |= {"z": Real(0, 1)} | ({} if conditional else {"c": c})
    return {"params": params, "mean_test_score": np.array(scores)}, Space(definition)


TWO_MODELS = Space({"model": Choice("plain", When("curved", bend=Real(0, 1))), "x": Real(0, 1)})


def two_models(p):
    """Variances over the prior: model 1, bend 1/6 (a half of 4/12), x 1/12."""
    return (0.0 if p["model"] == "plain" else 1.0 + 2.0 * p["bend"]) + p["x"]


TRUTH = {"model": 12 / 15, "bend": 2 / 15, "x": 1 / 15}
