"""The problems of the suite are well formed, and its halves alike."""

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
sys.path.insert(0, str(FOLDER))  # the scripts import each other by their bare names

import _suite  # noqa: E402 (needs the path)
from _peers import children, form, place  # noqa: E402
from quality import incumbents, literal, run  # noqa: E402

PROBLEMS = _suite.PROBLEMS
FUNCTIONS = [name for name, task in PROBLEMS.items() if task.kind not in ("real", "tabular")]


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.filterwarnings("ignore")  # of models that do not converge
def test_losses_are_finite_and_the_same_again(name):
    task = PROBLEMS[name]
    points = [task.space.default(), *task.space.draw(3, np.random.default_rng(0))]
    losses = [task.loss(task.space.decode(x)) for x in points]
    assert np.isfinite(losses).all()
    assert task.loss(task.space.decode(points[0])) == losses[0]
    assert len(set(losses)) > 1


@pytest.mark.parametrize("name", FUNCTIONS)
def test_nothing_is_better_than_the_optimum(name):
    task, optimum = PROBLEMS[name], _suite.OPTIMA[name]
    losses = [
        task.loss(task.space.decode(x)) for x in task.space.draw(300, np.random.default_rng(1))
    ]
    assert min(losses) >= optimum - 1e-9


OPTIMAL = {
    "rosenbrock5": {f"x{i}": 1.0 for i in range(5)},
    "levy8": {f"x{i}": 1.0 for i in range(8)},
    "ridge6": {f"x{i}": 0.3 for i in range(6)},
    "styblinski5": {f"x{i}": -2.903534 for i in range(5)},
    "steps6": dict(zip([f"x{i}" for i in range(6)], np.linspace(0.2, 0.8, 6), strict=True)),
    "mixed7": {
        "rate": 10**-0.9,
        "l2": 0.1,
        "share": 0.6,
        "depth": 4,
        "leaves": 58,
        "rule": "entropy",
        "grow": "depth",
    },
    "pipeline": {
        "encode": "target",
        "smooth": 10.0,
        "reduce": "select",
        "k": 16,
        "score": "mutual",
        "model": "boost",
        "eta": 10**-1.5,
        "rounds": 316,
    },
    "counts6": {
        "trees": 512,
        "depth": 15,
        "leaf": 2,
        "bins": 10,
        "share": 1 / 3,
        "weights": "none",
    },
    "switches9": {
        **dict(zip([f"on{i}" for i in range(5)], ["yes", "no", "yes", "yes", "no"], strict=True)),
        "scale": "rank",
        "C": 10.0,
        "tol": 1e-6,
        "gamma": 1e-2,
    },
    "optimiser": {
        "rate": 1e-2,
        "decay": 1e-4,
        "optimiser": "sgd",
        "momentum": "heavy",
        "mass": 1 - 10**-1.2,
        "schedule": "cosine",
        "warm": 0.1,
    },
    "layers": {
        "rate": 10**-3.5,
        "next1": "more",
        "next2": "more",
        "units1": 256,
        "units2": 128,
        "units3": 16,
        "drop1": 0.3,
        "drop2": 0.3,
        "drop3": 0.3,
    },
}


@pytest.mark.parametrize("name", OPTIMAL)
def test_optimum_is_attained_in_the_space(name):
    task = PROBLEMS[name]
    assert task.space.contains(OPTIMAL[name])
    assert task.loss(OPTIMAL[name]) == pytest.approx(_suite.OPTIMA[name], abs=1e-4)


def test_halves_are_alike():
    halves = [_suite.problems_of(half) for half in ("tuning", "report")]
    kinds = [Counter(PROBLEMS[name].kind for name in half) for half in halves]
    assert sorted(halves[0] + halves[1]) == sorted(PROBLEMS)
    assert len(PROBLEMS) >= 30
    assert set(kinds[0]) == set(kinds[1]) == set(_suite.KINDS)
    assert all(abs(kinds[0][kind] - kinds[1][kind]) <= 1 for kind in _suite.KINDS)
    assert {"hartmann6", "learners-3"} <= set(halves[1])


def test_what_a_peer_sees_of_a_conditional_space():
    space = PROBLEMS["learners-3"].space
    names = [column.name for column in space.columns]
    model, kernel = names.index("model"), names.index("kernel")
    assert place(space, names.index("alpha")) is None  # shared by two learners
    assert [names[j] for j in children(space, (model, 1))] == ["gamma", "kernel"]
    assert [names[j] for j in children(space, (kernel, 1))] == ["degree"]
    assert [form(c) for c in space.columns[:3]] == ["categorical", "real", "categorical"]


def test_what_looks_best_is_what_was_told_smallest_first():
    assert incumbents(np.array([3.0, 1.0, 2.0, 0.5, 0.5])).tolist() == [0, 1, 1, 3, 4]


def test_options_of_a_method():
    assert [literal(text) for text in ("5", "0.1", "True", "None", "ucb")] == [
        5,
        0.1,
        True,
        None,
        "ucb",
    ]


def test_eight_workers_are_told_as_many_evaluations():
    single, several = (run("random", "hartmann6-noisy", 0, 30, workers) for workers in (1, 8))
    assert len(several["best"]) == len(several["cpu"]) == 30
    # the same candidates, ended in another order
    assert min(single["best"]) != several["best"][0]
    assert several["told"] == sorted(several["told"], reverse=True)
    assert single["best"] == run("random", "hartmann6-noisy", 0, 30)["best"]
