"""Other libraries behind one interface: asked for parameters, told a loss, in any order.

All search the same space with their own defaults: the same ranges, logarithms, whole numbers,
categories and, where a library knows such a thing, conditions. Where it does not
(scikit-optimize), all parameters are always there and those that are inactive are ignored, as its
users do. Every library is imported where it is used; none of them is needed for another.
"""

import importlib.util
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, Protocol

import numpy as np

from skhpo import Choice, Integer, Real, Space
from skhpo.space.column import Column


class Peer(Protocol):
    """A search: what it returns beside the parameters says later which of them have a loss."""

    def ask(self) -> tuple[Any, dict[str, Any]]: ...

    def tell(self, asked: Any, loss: float) -> None: ...


def form(column: Column) -> str:
    """Say how other libraries see a column: real, integer, categorical or ordinal."""
    if isinstance(column.dimension, Choice) or column.kind == "categorical":
        return "categorical"
    forms = {Integer: "integer", Real: "real"}
    return forms.get(type(column.dimension), "ordinal")


def position(column: Column, value: Any) -> float:
    """Return the position of a value; of categorical and ordinal columns the cell is given."""
    if form(column) in ("real", "integer"):
        low, high = column.dimension.low, column.dimension.high
        value = round(value) if form(column) == "integer" else float(value)
        return column.unit(min(max(value, low), high))
    return float(column.position(np.array(min(max(int(value), 0), column.n_values - 1))))


def point(space: Space, values: dict[int, Any]) -> dict[str, Any]:
    """Return the parameters of the values of columns; those that are inactive are ignored."""
    x = np.full(space.n_dims, np.nan)
    for j, value in values.items():
        x[j] = position(space.columns[j], value)
    return space.decode(space.snap(x[None])[0])


# -- Optuna --------------------------------------------------------------------------------------

OPTUNA: dict[str, tuple[str, dict[str, Any]]] = {
    "Optuna TPE": ("TPESampler", {}),
    "Optuna TPE grouped": ("TPESampler", {"multivariate": True, "group": True}),
    "Optuna GP": ("GPSampler", {}),
    "Optuna CMA-ES": ("CmaEsSampler", {}),
}


class Optuna:
    """A sampler of Optuna, that chooses a parameter at a time as it becomes active."""

    def __init__(self, name: str, space: Space, seed: int, budget: int) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        sampler, options = OPTUNA[name]
        sampler = getattr(optuna.samplers, sampler)(seed=seed, **options)
        self.space, self.study = space, optuna.create_study(sampler=sampler)

    def ask(self) -> tuple[Any, dict[str, Any]]:
        trial = self.study.ask()
        return trial, self.space.decode(suggested(trial, self.space))

    def tell(self, trial: Any, loss: float) -> None:
        self.study.tell(trial, loss)


def suggested(trial: Any, space: Space) -> np.ndarray:
    """Let a trial of Optuna choose a point, a parameter at a time as it becomes active."""
    x = np.full(space.n_dims, np.nan)
    for j, column in enumerate(space.columns):
        if space.activity(np.where(np.isnan(x), 0.0, x)[None])[0, j]:
            x[j] = position(column, suggested_value(trial, f"{column.name} {j}", column))
    return space.snap(x[None])[0]


def suggested_value(trial: Any, name: str, column: Column) -> Any:
    kind, dimension = form(column), column.dimension
    if kind == "categorical":
        return trial.suggest_categorical(name, range(column.n_values))
    if kind == "ordinal":
        return trial.suggest_int(name, 0, column.n_values - 1)
    suggest = trial.suggest_int if kind == "integer" else trial.suggest_float
    return suggest(name, dimension.low, dimension.high, log=dimension.log)


# -- scikit-optimize -----------------------------------------------------------------------------


class Skopt:
    """``skopt.Optimizer`` with a Gaussian process; all parameters are always there.

    It has no notion of a point under way, so it can only be asked and told in turn.
    """

    def __init__(self, name: str, space: Space, seed: int, budget: int) -> None:
        from skopt import Optimizer

        dimensions = [skopt_dimension(column) for column in space.columns]
        self.space = space
        self.optimizer = Optimizer(dimensions, "GP", random_state=seed)

    def ask(self) -> tuple[Any, dict[str, Any]]:
        x = self.optimizer.ask()
        return x, point(self.space, dict(enumerate(x)))

    def tell(self, x: Any, loss: float) -> None:
        self.optimizer.tell(x, loss)


def skopt_dimension(column: Column) -> Any:
    from skopt import space

    kind, dimension = form(column), column.dimension
    if kind == "categorical":
        return space.Categorical(list(range(column.n_values)))
    if kind == "ordinal":
        return space.Integer(0, column.n_values - 1)
    make = space.Integer if kind == "integer" else space.Real
    prior = "log-uniform" if dimension.log else "uniform"
    return make(dimension.low, dimension.high, prior=prior)


# -- hyperopt ------------------------------------------------------------------------------------


class Hyperopt:
    """``hyperopt.tpe`` over a tree of ``hp.choice``, as its conditional spaces are written."""

    def __init__(self, name: str, space: Space, seed: int, budget: int) -> None:
        from hyperopt import Trials
        from hyperopt.base import Domain

        self.space, self.trials = space, Trials()
        self.tree = hyperopt_tree(space)
        self.domain = Domain(lambda _: 0.0, self.tree)
        self.rng = np.random.default_rng(seed)

    def ask(self) -> tuple[Any, dict[str, Any]]:
        from hyperopt import space_eval, tpe

        self.trials.refresh()
        ids = self.trials.new_trial_ids(1)
        docs = tpe.suggest(ids, self.domain, self.trials, int(self.rng.integers(2**31 - 1)))
        self.trials.insert_trial_docs(docs)
        self.trials.refresh()
        doc = self.trials._dynamic_trials[-1]
        values = {k: v[0] for k, v in doc["misc"]["vals"].items() if len(v)}
        return doc, point(self.space, gathered(space_eval(self.tree, values)))

    def tell(self, doc: Any, loss: float) -> None:
        from hyperopt import JOB_STATE_DONE, STATUS_OK

        doc["state"] = JOB_STATE_DONE
        doc["result"] = {"status": STATUS_OK, "loss": loss}


def hyperopt_tree(space: Space) -> dict[str, Any]:
    """Return the columns as a tree: below each cell of a choice the columns that it opens.

    A column that several cells open (a shared parameter) stands at the root, always there and
    ignored where it is inactive: hyperopt refuses the same label in two places.
    """
    return {str(j): hyperopt_node(space, j) for j in children(space, None)}


def children(space: Space, where: tuple[int, int] | None) -> list[int]:
    """Return the columns below a cell of a column; None: those at the root."""
    return [j for j in range(space.n_dims) if place(space, j) == where]


def place(space: Space, j: int) -> tuple[int, int] | None:
    """Return the column and cell that a column stands below; None if several open it."""
    cells = [(parent, cell) for parent, cells in space.columns[j].parents for cell in cells]
    return cells[0] if len(cells) == 1 else None


def hyperopt_node(space: Space, j: int) -> Any:
    from hyperopt import hp

    column, name = space.columns[j], f"{j}"
    kind, dimension = form(column), column.dimension
    if kind == "categorical":
        options = [
            {"cell": i, **{str(k): hyperopt_node(space, k) for k in children(space, (j, i))}}
            for i in range(column.n_values)
        ]
        return hp.choice(name, options)
    if kind == "ordinal":
        return hp.quniform(name, -0.5, column.n_values - 0.5, 1)
    low, high = dimension.low, dimension.high
    if kind == "integer":
        low, high = low - 0.5, high + 0.5
        if dimension.log:
            return hp.qloguniform(name, np.log(low), np.log(high), 1)
        return hp.quniform(name, low, high, 1)
    if dimension.log:
        return hp.loguniform(name, np.log(low), np.log(high))
    return hp.uniform(name, low, high)


def gathered(tree: dict[str, Any]) -> dict[int, Any]:
    """Return the values of the columns of a drawn tree."""
    values: dict[int, Any] = {}
    for key, node in tree.items():
        if isinstance(node, dict):
            values[int(key)] = node["cell"]
            values |= gathered({k: v for k, v in node.items() if k != "cell"})
        else:
            values[int(key)] = node
    return values


# -- SMAC ----------------------------------------------------------------------------------------


class Smac:
    """SMAC's facade for hyper-parameter optimisation, its conditions given as such.

    It is told that the function is deterministic: it would else spend evaluations on repeats.
    """

    def __init__(self, name: str, space: Space, seed: int, budget: int) -> None:
        import logging

        from smac import HyperparameterOptimizationFacade, Scenario

        logging.disable(logging.CRITICAL)
        self.space = space
        self.folder = tempfile.TemporaryDirectory()
        scenario = Scenario(
            smac_space(space, seed),
            deterministic=True,
            n_trials=budget,
            seed=seed,
            output_directory=self.folder.name,
        )
        self.facade = HyperparameterOptimizationFacade(
            scenario, unused, overwrite=True, logging_level=False
        )

    def ask(self) -> tuple[Any, dict[str, Any]]:
        info = self.facade.ask()
        return info, point(self.space, {int(k): v for k, v in dict(info.config).items()})

    def tell(self, info: Any, loss: float) -> None:
        from smac.runhistory.dataclasses import TrialValue

        self.facade.tell(info, TrialValue(cost=loss))


def unused(config, seed: int = 0) -> float:  # noqa: ARG001 (SMAC looks at the names)
    return 0.0


def smac_space(space: Space, seed: int) -> Any:
    from ConfigSpace import ConfigurationSpace, InCondition, OrConjunction

    made = ConfigurationSpace(seed=seed)
    parameters = [smac_parameter(column, str(j)) for j, column in enumerate(space.columns)]
    made.add(parameters)
    for j, column in enumerate(space.columns):
        opens = [
            InCondition(parameters[j], parameters[parent], sorted(cells))
            for parent, cells in column.parents
        ]
        if opens:
            made.add(opens[0] if len(opens) == 1 else OrConjunction(*opens))
    return made


def smac_parameter(column: Column, name: str) -> Any:
    from ConfigSpace import CategoricalHyperparameter, Float
    from ConfigSpace import Integer as Whole

    kind, dimension = form(column), column.dimension
    if kind == "categorical":
        return CategoricalHyperparameter(name, list(range(column.n_values)))
    if kind == "ordinal":
        return Whole(name, (0, column.n_values - 1))
    make = Whole if kind == "integer" else Float
    return make(name, (dimension.low, dimension.high), log=dimension.log)


# -- all -----------------------------------------------------------------------------------------

PEERS: dict[str, Callable[[str, Space, int, int], Peer]] = {
    **dict.fromkeys(OPTUNA, Optuna),
    "scikit-optimize GP": Skopt,
    "hyperopt TPE": Hyperopt,
    "SMAC": Smac,
}
PACKAGES = {"Optuna": "optuna", "scikit-optimize": "skopt", "hyperopt": "hyperopt", "SMAC": "smac"}
DISTRIBUTIONS = {"skopt": "scikit-optimize"}


def package(name: str) -> str:
    """Return the package that a peer is imported from."""
    return next(module for start, module in PACKAGES.items() if name.startswith(start))


def is_installed(name: str) -> bool:
    return importlib.util.find_spec(package(name)) is not None


def versions(names: list[str]) -> dict[str, str]:
    """Return the versions of the libraries of peers, by the name of the distribution."""
    modules = dict.fromkeys(
        package(name) for name in names if name in PEERS and is_installed(name)
    )
    names = [DISTRIBUTIONS.get(module, module) for module in modules]
    return {name: version(name) for name in names}
