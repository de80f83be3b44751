"""Which parameters mattered, as a table."""

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from skhpo.results.importance import METHODS, Method
from skhpo.results.importance._study import Study, read_study
from skhpo.space.column import Column
from skhpo.surrogates.linalg import one_thread

if TYPE_CHECKING:
    import pandas as pd


def parameter_importance(
    search: Any,
    *,
    method: str = "fanova",
    metric: str | None = None,
    n_interactions: int | None = None,
    space: Any = None,
    n_resources: int | None = None,
    random_state: Any = None,
    **options: Any,
) -> "pd.DataFrame":
    """Say which parameters mattered in a search.

    Parameters
    ----------
    search : search estimator, dict, DataFrame, str or path-like
        A fitted search, also one of scikit-learn; a ``cv_results_``; or the path of a journal.
        For the latter two ``space`` is needed.
    method : {"fanova", "gp", "permutation", "ped_anova", "ablation"}, default="fanova"
        How importance is measured:

        * "fanova": shares of the variance of a random forest's prediction over the search space,
          of single parameters and of pairs (functional ANOVA). Together with the interactions
          that are not listed they sum to 1;
        * "gp": the share of the variance of a Gaussian process' prediction that a parameter
          explains alone (first-order Sobol' index), and that which it takes part in (``total``);
        * "permutation": squared change of the Gaussian process' prediction when the parameter is
          exchanged between random configurations, as a share of what exchanging all would
          change. Where parameters interact the sum is above 1;
        * "ped_anova": how different the values of the best tenth of the candidates are from those
          of all. Shares of the sum over the parameters, which is 1;
        * "ablation": gains on the path from the estimator's own configuration to the best one,
          in the order of the steps, as shares of the whole gain. They sum to 1; a step that
          loses is negative.
    metric : str or None, default=None
        Which score, where there are several; None for the one of ``refit``, or the first.
    n_interactions : int or None, default=None
        How many pairs of parameters "fanova" lists, the most important ones; None for 5. The
        other methods have none.
    space : Space, dict, list of dict or None, default=None
        What was searched; None takes it from the search.
    n_resources : int or None, default=None
        Where a resource was rationed (`HyperbandSearchCV`), the candidates with this amount are
        compared; None for the amount that most candidates have.
    random_state : int, Generator, RandomState or None, default=None
        Fixes the random numbers.
    **options : dict of str to object
        Of the method: ``n_trees=64`` and ``min_samples_leaf=1`` for "fanova", ``n_points=256``
        and ``n_repeats=8`` for "gp", ``n_draws=256`` and ``n_repeats=8`` for "permutation",
        ``target=0.1`` and ``region=1.0`` (the shares of the candidates that are the best, and
        that they are compared with) for "ped_anova", ``default=None`` (a dict where the path
        begins) for "ablation".

    Returns
    -------
    DataFrame
        A row a parameter or pair, the most important first: ``parameter`` (its name for
        ``set_params``; where several alternatives have one of that name, also which of them in
        brackets: ``model__C [svc]``), ``partner`` (the other one of a pair, else empty;
        "fanova" with pairs), ``importance``, and by method

        * ``std``: standard deviation over the trees ("fanova"), or the repeats;
        * ``total`` and ``total_std`` ("gp");
        * ``divergence``, before it is made a share ("ped_anova");
        * ``gain`` and predicted ``score`` of each step, and the values ``before`` and ``after``
          ("ablation");
        * ``active``: the share of the candidates in which the parameter (or pair) exists, where
          the space has conditional parameters.

        ``attrs`` holds the method, the metric, and the numbers of candidates that were used and
        left out.

    Raises
    ------
    ValueError
        If fewer than ten candidates are complete, or an argument is not allowed.
    TypeError
        If ``search`` is none of these, or the method does not have an option.

    Warns
    -----
    UserWarning
        If all scores are equal: all importances are zero then.

    See Also
    --------
    load_journal : What a journal holds, as a table.

    Notes
    -----
    Candidates that failed are left out; those that racing dropped count with the score that was
    expected of them. All methods work in the unit cube of the space, where a logarithmic range
    is one and the uniform distribution is the prior. Constraints (``forbidden``) are kept to by
    "permutation" alone.

    A parameter that exists in a part of the space only (see `When`) is judged within that part,
    and its importance is multiplied by the probability of the part.

    "gp", "permutation" and "ablation" fit the Gaussian process of `BayesSearchCV` to scores made
    normal: a few disastrous candidates matter less than with "fanova".

    References
    ----------
    Hutter, Hoos & Leyton-Brown (2014), An efficient approach for assessing hyperparameter
    importance, ICML. Watanabe, Bansal & Hutter (2023), PED-ANOVA, IJCAI. Fawcett & Hoos (2016),
    Analysing differences between algorithm configurations through ablation, Journal of
    Heuristics 22. Saltelli et al. (2010), Computer Physics Communications 181.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import RandomSearchCV, Real, parameter_importance
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"gamma": Real(1e-4, 10, log=True), "tol": Real(1e-4, 1e-2, log=True)}
    >>> search = RandomSearchCV(SVC(), space, n_iter=30, cv=3, random_state=0).fit(X, y)
    >>> table = parameter_importance(search, random_state=0)
    >>> table["parameter"][0], bool(table["importance"][0] > 0.8)
    ('gamma', True)
    """
    rule = _make_method(method, n_interactions, options)
    study = read_study(search, space=space, metric=metric, n_resources=n_resources)
    if hasattr(random_state, "randint"):
        random_state = random_state.randint(2**31 - 1)
    if study.is_constant:
        warnings.warn(
            f"all {len(study.scores)} candidates have the same {study.metric}: "
            "all importances are zero.",
            UserWarning,
            stacklevel=2,
        )
        rows = [{"at": (j,), "importance": 0.0} for j in range(study.space.n_dims)]
    else:
        with one_thread():
            rows = rule(study, np.random.default_rng(random_state))
    frame = _frame(rows, rule, study)
    frame.attrs = {
        "method": method,
        "metric": study.metric,
        "n_candidates": len(study.scores),
        "n_left_out": study.n_left_out,
    }
    return frame


def _make_method(name: str, n_interactions: int | None, options: dict[str, Any]) -> Method:
    if name not in METHODS:
        raise ValueError(f"method={name!r} is not known; allowed is one of {[*METHODS]}.")
    cls: Any = METHODS[name]
    known = [field.name for field in fields(cls)]
    if n_interactions is not None:
        options = {**options, "n_interactions": n_interactions}
    for option, value in options.items():
        if option not in known:
            raise TypeError(
                f"{option}={value!r}: method={name!r} has no such option; allowed is {known}."
            )
    method: Method = cls(**options)
    return method


def _frame(rows: list[dict[str, Any]], rule: Method, study: Study) -> "pd.DataFrame":
    """Return the rows with names in the place of numbers, the most important first."""
    import pandas as pd

    names = _distinct_names(study.space.columns)
    head = ["parameter"] + ["partner"] * any(len(row["at"]) == 2 for row in rows)
    head += ["active"] * any(column.parents for column in study.space.columns)
    for row in rows:
        at = list(row["at"])
        row["parameter"] = names[at[0]]
        row["partner"] = names[at[1]] if len(at) == 2 else ""
        row["active"] = study.active[:, at].all(axis=1).mean()
    frame = pd.DataFrame(rows, columns=[*head, *rule.columns])
    if rule.is_ordered:
        return frame
    return frame.sort_values("importance", ascending=False, kind="stable", ignore_index=True)


def _distinct_names(columns: Sequence[Column]) -> list[str]:
    """Return the names of columns; namesakes with the alternatives that they exist with."""
    counts = Counter(column.name for column in columns)
    names = []
    for column in columns:
        with_what = [columns[j].texts[i] for j, cells in column.parents for i in sorted(cells)]
        is_alone = counts[column.name] == 1 or not with_what
        names.append(column.name if is_alone else f"{column.name} [{', '.join(with_what)}]")
    return names
