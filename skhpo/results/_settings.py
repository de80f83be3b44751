"""The settings of a table of results."""

from collections.abc import Mapping
from typing import Any

from skhpo.space import Space


def without_amounts(results: Mapping[str, Any], space: Space) -> list[dict[str, Any]]:
    """Return settings without the parameter that was rationed, unless it is searched.

    Parameters
    ----------
    results : mapping
        ``cv_results_``.
    space : Space
        What is searched.

    Returns
    -------
    list of dict
        The parameters of each row.
    """
    if "n_resources" not in results:
        return [dict(params) for params in results["params"]]
    return [
        {n: v for n, v in params.items() if n in space.paths or not _is_amount(v, amount)}
        for params, amount in zip(results["params"], results["n_resources"], strict=True)
    ]


def _is_amount(value: Any, amount: int) -> bool:
    return isinstance(value, int) and value == amount
