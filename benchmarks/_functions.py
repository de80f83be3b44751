"""Functions of the suite: continuous, mixed and conditional, their optima known.

They look like losses of models over parameters in natural units, and cost nothing.
"""

import numpy as np
from _families import vector
from _problems import bowl

from skhpo import Choice, Integer, Real, Space, When

# -- continuous ----------------------------------------------------------------------------------


def styblinski(params):
    """Return Styblinski and Tang's function: 2^d optima on a grid, one of them the best."""
    x = vector(params)
    return float(np.sum(x**4 - 16 * x**2 + 5 * x) / 2)


def steps(params):
    """Return a bowl in steps: flat nearly everywhere, with jumps, as trees and ranks give."""
    x = vector(params)
    return float(np.sum(np.floor(20 * np.abs(x - np.linspace(0.2, 0.8, len(x))))))


# -- mixed ---------------------------------------------------------------------------------------

COUNTS_SPACE = Space(
    {
        "trees": Integer(10, 1000, log=True),
        "depth": Integer(1, 30),
        "leaf": Integer(1, 100, log=True),
        "bins": Integer(2, 64),
        "share": Real(0.05, 1.0),
        "weights": ["none", "balanced"],
    }
)


def counts(params):
    """Return a loss of whole numbers that trade off against each other along a curve."""
    trees, leaf = np.log2(params["trees"]), np.log2(params["leaf"])
    q = bowl(params["depth"] + 2 * leaf, 17, 6) + bowl(leaf - 0.1 * params["bins"], 0, 1.5)
    q += 0.3 * bowl(trees, 9, 3) + bowl(params["share"] * params["depth"], 5, 4)
    return float(np.sqrt(q + 0.01) + 0.4 * (params["weights"] == "balanced"))


SWITCHES_SPACE = Space(
    {
        **{f"on{i}": ["no", "yes"] for i in range(5)},
        "scale": ["none", "standard", "minmax", "rank"],
        "C": Real(1e-4, 1e4, log=True),
        "tol": Real(1e-6, 1e-1, log=True),
        "gamma": Real(1e-6, 1e2, log=True),
    }
)
GAINS = np.array([0.3, -0.15, 0.2, 0.1, -0.25])


def switches(params):
    """Return a loss of steps of a pipeline that are on or off, two of which need each other."""
    on = np.array([params[f"on{i}"] == "yes" for i in range(5)])
    together = 0.6 * (on[0] != on[3]) + 0.2 * (on[1] & on[4])
    scale = {"none": 0.5, "standard": 0.1, "minmax": 0.25, "rank": 0.0}[params["scale"]]
    C, gamma = np.log10(params["C"]), np.log10(params["gamma"])
    shift = 1.5 * (params["scale"] == "none")
    q = bowl(C + gamma, -1 - shift, 1.5) + bowl(C - gamma, 3, 4)
    return float(np.log1p(q) - GAINS @ on + together + scale + 0.02 * np.log10(params["tol"]))


# -- conditional ---------------------------------------------------------------------------------

RATE = Real(1e-5, 1.0, log=True, name="rate")
OPTIMISER_SPACE = Space(
    {
        "rate": RATE,
        "decay": Real(1e-7, 1e-1, log=True),
        "optimiser": Choice(
            When("sgd", momentum=Choice("none", When("heavy", mass=Real(0.5, 0.999)))),
            When("adam", beta=Real(0.5, 0.999), amsgrad=["no", "yes"]),
            "lion",
        ),
        "schedule": Choice(
            "constant",
            When("cosine", warm=Real(0.0, 0.5)),
            When("step", every=Integer(1, 50, log=True), factor=Real(0.05, 1.0, log=True)),
        ),
    }
)


def optimiser(params):
    """Return a loss of two choices that interact: the best rate depends on both."""
    name, rate = params["optimiser"], np.log10(params["rate"])
    base, centre, q = {"sgd": (0.08, -1.0, 0.0), "adam": (0.1, -3.0, 0.0), "lion": (0.2, -4, 0)}[
        name
    ]
    if name == "sgd":
        heavy = params["momentum"] == "heavy"
        centre -= 1.0 * heavy
        q += bowl(np.log10(1 - params["mass"]), -1.2, 1.0) if heavy else 0.8
    if name == "adam":
        q += bowl(params["beta"], 0.9, 0.3) + 0.1 * (params["amsgrad"] == "no")
    schedule = params["schedule"]
    if schedule == "constant":
        q, centre = q + 0.5, centre - 0.5
    elif schedule == "cosine":
        q += bowl(params["warm"], 0.1, 0.25)
    else:
        q += 0.1 + bowl(np.log2(params["every"] * -np.log10(params["factor"]) + 0.5), 3.0, 2.0)
    q += bowl(rate, centre, 0.8) + bowl(np.log10(params["decay"]), -4 - 0.5 * (rate + 2), 2.0)
    return float(base + 0.5 * q / (1 + q))


def layer(i: int, *deeper) -> dict:
    own = {f"units{i}": Integer(8, 512, log=True), f"drop{i}": Real(0.0, 0.8)}
    return {**own, f"next{i}": Choice("end", *deeper)} if deeper else own


LAYERS_SPACE = Space(
    {
        "rate": Real(1e-5, 1e-1, log=True),
        **layer(1, When("more", **layer(2, When("more", **layer(3))))),
    }
)


def layers(params):
    """Return a loss of a network of one to three layers, each opened by the one before."""
    depth = sum(f"units{i}" in params for i in (1, 2, 3))
    wanted = {1: [6.0], 2: [8.0, 5.0], 3: [8.0, 7.0, 4.0]}[depth]
    units = np.log2([params[f"units{i}"] for i in range(1, depth + 1)])
    drops = np.array([params[f"drop{i}"] for i in range(1, depth + 1)])
    q = np.mean(bowl(units, np.array(wanted), 1.5)) + np.mean(bowl(drops, 0.3, 0.3))
    q += bowl(np.log10(params["rate"]), -2.0 - 0.5 * depth, 0.8)
    return float({1: 0.2, 2: 0.14, 3: 0.1}[depth] + 0.4 * q / (1 + q))


STEPS_SPACE = Space(
    {
        "encode": Choice(
            "ordinal", When("target", smooth=Real(1e-1, 1e3, log=True)), When("hash", bits=(4, 12))
        ),
        "reduce": Choice(
            "all",
            When("pca", share=Real(0.05, 1.0)),
            When("select", k=Integer(1, 100, log=True), score=["f", "mutual", "chi2"]),
        ),
        "model": Choice(
            When("ridge", alpha=Real(1e-4, 1e4, log=True)),
            When("knn", k_near=Integer(1, 60, log=True), p=Real(1.0, 4.0)),
            When("boost", eta=Real(1e-3, 1.0, log=True), rounds=Integer(10, 1000, log=True)),
        ),
    }
)


def encoding(p):
    if p["encode"] == "target":
        return bowl(np.log10(p["smooth"]), 1.0, 1.0)
    return 0.5 if p["encode"] == "ordinal" else 0.2 + bowl(p["bits"], 10, 4)


def reduction(p):
    if p["reduce"] == "all":
        return 0.7 if p["model"] == "knn" else 0.25
    if p["reduce"] == "pca":
        return bowl(p["share"], 0.4, 0.4) + (0.6 if p["model"] == "boost" else 0.1)
    score = {"f": 0.3, "mutual": 0.0, "chi2": 0.5}[p["score"]]
    return bowl(np.log2(p["k"]), 4.0, 2.0) + score


def steps_of_pipeline(p):
    """Return a loss of three choices side by side, of which two depend on each other."""
    if p["model"] == "ridge":
        floor, q = 0.2, bowl(np.log10(p["alpha"]), 1.0, 2.5)
    elif p["model"] == "knn":
        floor, q = 0.14, bowl(np.log2(p["k_near"]), 3.0, 1.5) + bowl(p["p"], 1.3, 1.5)
    else:
        eta, rounds = np.log10(p["eta"]), np.log10(p["rounds"])
        floor, q = 0.1, bowl(eta + rounds, 1.0, 0.5) + bowl(eta, -1.5, 1.2)
    q += encoding(p) + reduction(p)
    return float(floor + 0.4 * q / (1 + q))
