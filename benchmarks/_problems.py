"""Functions with a known optimum, and their spaces."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from skhpo import Choice, Integer, Observation, Real, Space, Strategy, When

HARTMANN_A = np.array(
    [
        [10, 3, 17, 3.5, 1.7, 8],
        [0.05, 10, 17, 0.1, 8, 14],
        [3, 3.5, 1.7, 10, 17, 8],
        [17, 8, 0.05, 10, 0.1, 14],
    ]
)
HARTMANN_C = np.array([1.0, 1.2, 3.0, 3.2])
HARTMANN_P = 1e-4 * np.array(
    [
        [1312, 1696, 5569, 124, 8283, 5886],
        [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
    ]
)


@dataclass(frozen=True)
class Problem:
    """A function to be minimised over a space, and its smallest value."""

    space: Space
    loss: Callable[[Mapping[str, object]], float]
    optimum: float


def hartmann6(params):
    """Hartmann's six-dimensional function; a second optimum lies 0.12 above the first."""
    x = np.array([params[f"x{i}"] for i in range(6)])
    return float(-HARTMANN_C @ np.exp(-(HARTMANN_A * (x - HARTMANN_P) ** 2).sum(axis=1)))


HARTMANN6 = Problem(
    Space({f"x{i}": Real(0.0, 1.0) for i in range(6)}), hartmann6, -3.32236801141551
)

# -- four learners -------------------------------------------------------------------------------

ALPHA = Real(1e-5, 1e3, log=True, name="alpha")  # one parameter, shared by two learners

FOUR_LEARNERS_SPACE = Space(
    {
        "prep": ["none", "scale", "rank"],
        "share": Real(0.05, 1.0),
        "model": Choice(
            When("linear", alpha=ALPHA, l1_ratio=Real(0.0, 1.0)),
            When(
                "svm",
                alpha=ALPHA,
                gamma=Real(1e-5, 1e2, log=True),
                kernel=Choice("rbf", When("poly", degree=Integer(2, 6))),
            ),
            When("forest", depth=Integer(1, 20), max_features=Real(0.05, 1.0)),
            When(
                "boosting",
                rate=Real(1e-3, 1.0, log=True),
                leaves=Integer(4, 256, log=True),
                subsample=Real(0.3, 1.0),
            ),
        ),
    }
)
PREP_COST = {
    "linear": {"none": 0.8, "scale": 0.0, "rank": 0.3},
    "svm": {"none": 1.5, "scale": 0.1, "rank": 0.0},
    "forest": {"none": 0.0, "scale": 0.0, "rank": 0.02},
    "boosting": {"none": 0.25, "scale": 0.25, "rank": 0.0},
}


def bowl(value, centre, width):
    """Squared distance from the centre in widths."""
    return ((value - centre) / width) ** 2


def linear(p):
    """Wide and mediocre: a search that trusts averages stays here or in the forest."""
    q = bowl(np.log10(p["alpha"]), 0.5, 3.0) + bowl(p["l1_ratio"], 0.2, 0.9)
    return 0.24, 0.25, q


def svm(p):
    """Return a diagonal ridge in the logarithms; each kernel has its own."""
    alpha, gamma = np.log10(p["alpha"]), np.log10(p["gamma"])
    along, across = alpha - gamma, alpha + gamma
    if p["kernel"] == "rbf":
        return 0.17, 0.40, bowl(along, 1.0, 6.0) + bowl(across, -2.0, 1.5)
    return 0.15, 0.45, bowl(along, -2.0, 5.0) + bowl(across, 0.0, 1.5) + bowl(p["degree"], 3, 1.2)


def forest(p):
    """Flat and good: the best learner on average by far."""
    return 0.16, 0.15, bowl(p["depth"], 12, 9.0) + bowl(p["max_features"], 0.4, 0.6)


def boosting(p):
    """Return the best optimum in a narrow curved valley: the worst learner on average but one."""
    rate, leaves = np.log10(p["rate"]), np.log2(p["leaves"])
    q = bowl(rate + 0.15 * (leaves - 5.0), -1.2, 1.0) + bowl(leaves, 5.0, 3.0)
    return 0.10, 0.35, q + bowl(p["subsample"], 0.75, 0.6)


LEARNERS = {"linear": linear, "svm": svm, "forest": forest, "boosting": boosting}


def four_learners(params):
    """Loss = floor + depth q/(1 + q): bowls q about each learner's optimum, flat far away.

    Thirteen parameters: four own conditions, one parameter shared by two learners, one nested
    twice (a degree for one kernel of one learner), two that all learners have. All learners want
    the same ``share``; what they want of ``prep`` differs. The optimum is 0.1, in boosting; the
    forest's, 0.16, is far easier to find.
    """
    name = params["model"]
    floor, depth, q = LEARNERS[name](params)
    q += PREP_COST[name][params["prep"]] + bowl(params["share"], 0.7, 0.5)
    return float(floor + depth * q / (1.0 + q))


TRAP = Problem(FOUR_LEARNERS_SPACE, four_learners, 0.10)


def drawn_learners(seed: int) -> Problem:
    """Draw a loss over the space of four learners: optimum 0.1, the others 0.04, 0.08, 0.12 above.

    Drawn are which learner is the best, how far each rises above its optimum, where in the cube
    that lies and how wide it is, what each learner wants of ``prep``, the one ``share`` that all
    want, and which kernel is worse.
    """
    rng = np.random.default_rng(seed)
    space, names = FOUR_LEARNERS_SPACE, list(LEARNERS)
    floors = dict(zip(names, rng.permutation([0.10, 0.14, 0.18, 0.22]), strict=True))
    depths = dict(zip(names, rng.uniform(0.15, 0.5, 4), strict=True))
    centres = {name: rng.uniform(0.1, 0.9, space.n_dims) for name in names}
    widths = {name: rng.uniform(0.3, 0.8, space.n_dims) for name in names}
    prep = {name: rng.permutation([0.0, 0.1, 0.5]) for name in names}
    kernel = rng.permutation([0.0, 0.4])
    share = rng.uniform(0.1, 0.9)
    numbers = [j for j, column in enumerate(space.columns) if column.kind != "categorical"]
    for centre in centres.values():
        for j in numbers:
            column = space.columns[j]
            centre[j] = share if column.name == "share" else centre[j]
            if column.kind == "discrete":
                centre[j] = column.position(column.index(centre[j : j + 1]))[0]

    def loss(params):
        name, x = params["model"], space.encode(params)
        q = prep[name][["none", "scale", "rank"].index(params["prep"])]
        q += kernel[int(params["kernel"] == "poly")] if "kernel" in params else 0.0
        q += np.nansum(((x - centres[name]) / widths[name])[numbers] ** 2)
        return float(floors[name] + depths[name] * q / (1.0 + q))

    return Problem(space, loss, 0.10)


def run(strategy: Strategy, problem: Problem, n: int) -> np.ndarray:
    """Losses of ``n`` evaluations, one at a time."""
    losses = []
    for _ in range(n):
        [candidate] = strategy.ask()
        losses.append(problem.loss(candidate.params))
        strategy.tell([Observation(candidate, losses[-1])])
    return np.array(losses)


def random_losses(problem: Problem, n: int, seed: int) -> np.ndarray:
    """Losses of ``n`` draws from the prior."""
    points = problem.space.draw(n, np.random.default_rng((seed, 1)))
    return np.array([problem.loss(problem.space.decode(x)) for x in points])
