"""Searches that never ran: results of any number of candidates, with a known best place."""

from types import SimpleNamespace

import numpy as np

from skhpo import Choice, Integer, Real, Space, When

SPACE = Space(
    {
        "C": Real(1e-3, 1e3, log=True),
        "tol": Real(0.0, 1.0),
        "depth": Integer(1, 9),
        "kernel": Choice("rbf", "linear", When("poly", degree=Integer(2, 5))),
    }
)


def truth(params):
    """Return the score of a candidate: best at C=1, tol=0.3, with "rbf"."""
    offset = {"rbf": 0.0, "linear": -0.08, "poly": -0.03}[params["kernel"]]
    return 0.9 - 0.03 * np.log10(params["C"]) ** 2 - 0.1 * (params["tol"] - 0.3) ** 2 + offset


def results(n, n_splits=5, seed=0, *, racing=False, failed=0.0, space=SPACE):
    """Return a ``cv_results_`` and a ``timeline_`` of four workers."""
    rng = np.random.default_rng(seed)
    params = [space.decode(x) for x in space.draw(n, rng)]
    scores = np.array([truth(p) for p in params])[:, None] + rng.normal(0, 0.01, (n, n_splits))
    status = np.full(n, "ok", dtype=object)
    if racing:
        lost = (scores[:, 0] < np.maximum.accumulate(scores[:, 0]) - 0.03).nonzero()[0]
        status[lost] = "dropped"
        scores[lost, rng.integers(1, n_splits, len(lost))] = np.nan
        scores[np.isnan(scores).cumsum(axis=1) > 0] = np.nan
    broken = rng.random(n) < failed
    status[broken], scores[broken] = "failed", np.nan
    done = np.isfinite(scores).sum(axis=1)
    seconds = rng.lognormal(-2, 0.5, n)
    table = {
        "params": params,
        "status": status,
        "error": np.array([f"ValueError: {i}" if b else None for i, b in enumerate(broken)] + [0])[
            :-1
        ],
        "n_splits_evaluated": np.where(broken, 1, done),
        "mean_test_score": np.where(status == "ok", scores.mean(axis=1), np.nan),
        "mean_fit_time": seconds,
        "mean_score_time": 0.1 * seconds,
        **{f"split{i}_test_score": scores[:, i] for i in range(n_splits)},
    }
    order = -np.nan_to_num(table["mean_test_score"], nan=-9)
    table["rank_test_score"] = np.argsort(np.argsort(order)) + 1
    return table, _timeline(table, n_splits)


def _timeline(table, n_splits):
    fits, free = [], np.zeros(4)
    for row, n in enumerate(table["n_splits_evaluated"]):
        for split in range(int(n)):
            worker = int(np.argmin(free))
            start = free[worker]
            free[worker] = start + 1.1 * table["mean_fit_time"][row]
            fits.append((row, split, start, free[worker], table["status"][row] == "failed"))
    rows, splits, starts, ends, bad = map(np.array, zip(*fits, strict=True))
    status = np.where(bad, "failed", "ok").astype(object)
    return {"row": rows, "split": splits, "start": starts, "end": ends, "status": status}


def search(n, **options):
    """Return what looks like a fitted search."""
    table, timeline = results(n, **options)
    return SimpleNamespace(
        fit=None, cv_results_=table, timeline_=timeline, param_distributions=SPACE, refit=True
    )


def halving(n=81, factor=3, seed=0, n_brackets=2):
    """Return what looks like a fitted search that rationed something."""
    rows = {k: [] for k in ("params", "mean_test_score", "n_resources", "iter", "bracket")}
    rng = np.random.default_rng(seed)
    for bracket in range(n_brackets):
        params = [SPACE.decode(x) for x in SPACE.draw(n // factor**bracket, rng)]
        amount, rung = factor**bracket, 0
        while params:
            scores = [truth(p) - 0.2 / amount + rng.normal(0, 0.02) for p in params]
            rows["params"] += [{**p, "n_estimators": amount} for p in params]
            rows["mean_test_score"] += scores
            rows["n_resources"] += [amount] * len(params)
            rows["iter"] += [rung] * len(params)
            rows["bracket"] += [bracket] * len(params)
            keep = np.argsort(scores)[::-1][: len(params) // factor]
            params, amount, rung = [params[i] for i in keep], amount * factor, rung + 1
    table = {k: v if k == "params" else np.array(v) for k, v in rows.items()}
    n_rows = len(table["params"])
    table |= {"status": np.full(n_rows, "ok", dtype=object)}
    table |= {f"split{i}_test_score": table["mean_test_score"] for i in range(2)}
    table |= {name: np.full(n_rows, 0.1) for name in ("mean_fit_time", "mean_score_time")}
    table["rank_test_score"] = np.argsort(np.argsort(-table["mean_test_score"])) + 1
    return SimpleNamespace(
        fit=None, cv_results_=table, param_distributions=SPACE, refit=True, resource="n_estimators"
    )
