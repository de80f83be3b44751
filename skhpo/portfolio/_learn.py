"""``learn``: a portfolio of settings from earlier searches.

References
----------
.. [1] M. Feurer, K. Eggensperger, S. Falkner, M. Lindauer, F. Hutter: Auto-Sklearn 2.0: Hands-free
   AutoML via Meta-Learning. JMLR 23(261), 2022, section 3.2.
"""

import re
from collections.abc import Mapping, Sequence
from numbers import Integral
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestRegressor
from sklearn.feature_extraction import DictVectorizer

from skhpo.results._portfolio import Portfolio
from skhpo.results._sources import Source, read_source
from skhpo.space._values import is_number

WORST = 2.0  # of a loss that is 0 for the best and 1 for the median
N_POOL = 20  # candidates of each search that may be chosen
LEAST_TO_PREDICT = 8  # candidates from which losses are predicted
_SEED = re.compile(r"random_state=\w+(, )?")


def learn(results: Sequence[Any], *, size: int = 10, random_state: int | None = None) -> Portfolio:
    """Build a portfolio of settings from earlier searches on other data.

    The settings are chosen greedily [1]_: each time the one that brings the best of all chosen so
    far nearest to the best of each search, on average over the searches. What a setting comes to
    on data that it was not tried on is predicted by a random forest for each search.

    Parameters
    ----------
    results : sequence of (search estimator, dict, str or path)
        Fitted searches, their ``cv_results_``, or paths of journals; each on data of its own, of
        one kind of target and of similar spaces, such as those of `PipelineSearchCV`.
    size : int, default=10
        Settings at the most.
    random_state : int or None, default=None
        Seed of the forests.

    Returns
    -------
    Portfolio
        A list of settings, for ``warm_start_from``, with ``regret``: how far behind the best of
        each search they are expected to be.

    Raises
    ------
    ValueError
        If there are no results, a search is not fitted or none of its candidates is complete, or
        ``size`` is not valid.
    TypeError
        If ``results`` is no list, or one of them is no search.
    FileNotFoundError
        If there is no such journal.

    References
    ----------
    .. [1] M. Feurer, K. Eggensperger, S. Falkner, M. Lindauer, F. Hutter: Auto-Sklearn 2.0:
       Hands-free AutoML via Meta-Learning. JMLR 23(261), 2022, section 3.2.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer, load_iris, load_wine
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skhpo import RandomSearchCV, portfolio
    >>> space = {"max_depth": (1, 12), "min_samples_leaf": (1, 30)}
    >>> def search(load, **more):
    ...     tree = DecisionTreeClassifier(random_state=0)
    ...     return RandomSearchCV(tree, space, n_iter=12, random_state=0, **more).fit(
    ...         *load(return_X_y=True)
    ...     )
    >>> learnt = portfolio.learn([search(load_iris), search(load_wine)], size=3, random_state=0)
    >>> len(learnt), learnt.regret[-1] <= learnt.regret[0]
    (3, np.True_)
    >>> later = search(load_breast_cancer, warm_start_from=learnt)
    >>> later.cv_results_["params"][0] == learnt[0]
    True
    """
    given: Any = size  # whatever its type says
    if not isinstance(given, Integral) or given < 1:
        raise ValueError(f"size should be a whole number of at least 1, got {size!r}.")
    if isinstance(results, str | PathLike | Mapping) or hasattr(results, "fit"):
        raise TypeError(f"results should be a list of searches or journals, got {results!r}.")
    sources = [_checked(result) for result in results]
    if not sources:
        raise ValueError("results should have at least one search, got none.")
    pool = _pool(sources)
    losses = np.stack([_losses(source, pool, random_state) for source in sources])
    chosen, regret = _greedy(losses, min(int(size), len(pool)))
    return Portfolio([pool[i] for i in chosen], regret)


def _checked(result: Any) -> Source:
    source = read_source(result, "results")
    if not np.isfinite(source.scores).any():
        raise ValueError(f"results: none of the candidates of {result!r} is complete.")
    return source


def _pool(sources: Sequence[Source]) -> list[dict[str, Any]]:
    """Return the best settings of each search, each once."""
    pool: dict[str, dict[str, Any]] = {}
    for source in sources:
        for i in np.argsort(source.ranks, kind="stable")[:N_POOL]:
            if np.isfinite(source.scores[i]):
                pool.setdefault(_key(source.params[i]), dict(source.params[i]))
    return [*pool.values()]


def _losses(
    source: Source, pool: Sequence[Mapping[str, Any]], random_state: int | None
) -> NDArray[np.float64]:
    """Return what each setting comes to on the data of a search, measured or predicted."""
    complete = _last(source)
    params = [source.params[i] for i in complete]
    own = _scaled(source, complete)
    measured: dict[str, list[float]] = {}
    for setting, loss in zip(params, own, strict=True):
        measured.setdefault(_key(setting), []).append(loss)
    found = _predicted(params, own, pool, random_state)
    for i, setting in enumerate(pool):
        if _key(setting) in measured:
            found[i] = np.mean(measured[_key(setting)])
    return found


def _last(source: Source) -> list[int]:
    """Return the complete candidates, each with the most that it was given of a resource."""
    last: dict[str, int] = {}
    for i in np.argsort(-source.ranks, kind="stable").tolist():  # higher tiers rank first
        if np.isfinite(source.scores[i]):
            last[_key(source.params[i])] = i
    return sorted(last.values())


def _scaled(source: Source, complete: Sequence[int]) -> NDArray[np.float64]:
    """Return losses, 0 for the best and 1 for the median; what was not promoted is no better."""
    scores = source.scores[complete]
    amounts = np.zeros(len(scores)) if source.amounts is None else source.amounts[complete]
    losses = np.zeros(len(scores))
    for amount in np.unique(amounts):
        here = amounts == amount
        unit = scores[here].max() - np.median(scores[here])
        if unit > 0:
            losses[here] = np.clip((scores[here].max() - scores[here]) / unit, 0, WORST)
    return np.where(amounts < amounts.max(), np.maximum(losses, 1.0), losses)


def _predicted(
    params: Sequence[Mapping[str, Any]],
    losses: NDArray[np.float64],
    pool: Sequence[Mapping[str, Any]],
    random_state: int | None,
) -> NDArray[np.float64]:
    if len(params) < LEAST_TO_PREDICT:
        return np.full(len(pool), losses.mean())
    vectorizer = DictVectorizer(sparse=False)
    known = vectorizer.fit_transform([_features(setting) for setting in params])
    forest = RandomForestRegressor(min_samples_leaf=2, random_state=random_state)
    forest.fit(known, losses)
    return np.asarray(forest.predict(vectorizer.transform([_features(s) for s in pool])))


def _greedy(losses: NDArray[np.float64], size: int) -> tuple[list[int], list[float]]:
    """Return the settings chosen, and the mean loss of the best of them after each."""
    reached = np.full(len(losses), WORST)
    chosen: list[int] = []
    regret: list[float] = []
    for _ in range(size):
        means = np.minimum(losses, reached[:, None]).mean(axis=0)
        # of equals, the one that is good on its own
        order = np.lexsort([losses.mean(axis=0), means])
        best = next(int(i) for i in order if i not in chosen)
        chosen.append(best)
        reached = np.minimum(reached, losses[:, best])
        regret.append(float(reached.mean()))
    return chosen, regret


def _features(setting: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _feature(value) for name, value in setting.items()}


def _feature(value: Any) -> float | str:
    if is_number(value):
        return float(value)
    return _SEED.sub("", value if isinstance(value, str) else repr(value))


def _key(setting: Mapping[str, Any]) -> str:
    return repr(sorted(_features(setting).items()))
