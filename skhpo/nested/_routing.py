"""What of the metadata goes to the outer splitter, to the search and to the outer scorer."""

from collections.abc import Mapping
from typing import Any

from sklearn import get_config
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.utils import Bunch
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    get_routing_for_object,
    process_routing,
)

from skhpo import _sklearn

OWNER = "nested_cross_validate"


def route(params: Mapping[str, Any], X: Any, *, splitter: Any, search: Any, scorer: Any) -> Bunch:
    """Divide the metadata as ``cross_validate`` does.

    Parameters
    ----------
    params : dict of str to object
        As the user gave it.
    X : array-like
        The data.
    splitter, search, scorer : object
        Who may want some.

    Returns
    -------
    Bunch
        ``splitter.split``, ``estimator.fit`` and ``scorer.score``: each a dict of all rows.

    Raises
    ------
    ValueError
        If something can reach the splitter by metadata routing only, and that is disabled.
    UnsetMetadataPassedError
        With routing: if nobody has said whether something is wanted.
    """
    given = {name: value for name, value in params.items() if value is not None}
    given = _sklearn.check_fit_params(X, params=given)
    if get_config()["enable_metadata_routing"]:
        return _by_request(given, splitter, search, scorer)
    _check_reachable(given, splitter)
    groups = {"groups": given["groups"]} if "groups" in given else {}
    is_search = isinstance(search, _sklearn.BaseSearchCV)
    fit = {name: v for name, v in given.items() if name != "groups" or is_search}
    return Bunch(splitter=Bunch(split=groups), estimator=Bunch(fit=fit), scorer=Bunch(score={}))


def _by_request(params: dict[str, Any], splitter: Any, search: Any, scorer: Any) -> Bunch:
    def on_fit(callee: str) -> MethodMapping:
        return MethodMapping().add(caller="fit", callee=callee)

    router = MetadataRouter(owner=OWNER)
    router.add(splitter=splitter, method_mapping=on_fit("split"))
    router.add(estimator=search, method_mapping=on_fit("fit"))
    router.add(scorer=scorer, method_mapping=on_fit("score"))
    try:
        return process_routing(router, "fit", **params)
    except UnsetMetadataPassedError as error:
        raise UnsetMetadataPassedError(
            message=str(error).replace(f"{OWNER}.fit", OWNER),
            unrequested_params=error.unrequested_params,
            routed_params=error.routed_params,
        ) from None


def _check_reachable(params: Mapping[str, Any], splitter: Any) -> None:
    requests = getattr(get_routing_for_object(splitter), "split", None)
    wanted = set(getattr(requests, "requests", {})) - {"groups"}
    for name in sorted(wanted & set(params)):
        raise ValueError(
            f"params: {name!r} reaches a splitter only by metadata routing. Call "
            "sklearn.set_config(enable_metadata_routing=True) first."
        )
