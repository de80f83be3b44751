"""Whole systems against each other: a table, sixty seconds, two cores, rows held out.

``python benchmarks/automl.py --data FOLDER --out runs.jsonl`` gives each system each table, whose
rows are divided anew for each seed: a quarter, stratified by class, is held out and scored
(ROC AUC for two classes, negative log-loss for more, R2 for numbers). Each run is a process of its
own, ended hard at three times the budget and half a minute for its start; it adds a line to the
file. Runs that are there already are not repeated, so that a benchmark can be continued.

``--report`` prints the tables of what is there: scores, ranks, seconds beyond the budget,
failures, and how much better or worse than histogram gradient boosting by its defaults.

The other systems are installed by the extra ``automl``; those that are not there have no result.
What each is given is said in ``_automl_systems.py``, and where the tables come from in
``_automl_tables.py``. What is measured depends on the machine, and needs one that does nothing
else, or ``nice -n -15`` before the command.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from importlib.metadata import PackageNotFoundError, version
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from _automl_systems import PACKAGES, SYSTEMS
from _automl_tables import TABLES, Table
from sklearn.metrics import log_loss, r2_score, roc_auc_score
from sklearn.model_selection import train_test_split

PATIENCE, START = 3, 30  # times the budget, and seconds, after which a run is ended
RUN = ("system", "table", "seed", "budget")
COMMON = ("numpy", "scikit-learn", "lightgbm", "xgboost")


# -- one run, in a process of its own ----------------------------------------------------------


def keep_priority() -> None:
    """Let the niceness count: Linux gives each session its share, and nice divides only that."""
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(os.nice(0)))


def run(system: str, table: Table, seed: int, budget: float, folder: Path) -> dict[str, Any]:
    """Fit a system to three quarters of a table, and return its score on the last one."""
    X, y = table.load(folder)
    classes = None if table.task == "regression" else y
    X_fit, X_test, y_fit, y_test = train_test_split(
        X, y, test_size=0.25, stratify=classes, random_state=seed
    )
    model = SYSTEMS[system](table, budget, seed)
    start = time.perf_counter()
    model.fit(X_fit.reset_index(drop=True), y_fit)
    seconds = time.perf_counter() - start
    predicted = model.predict(X_test.reset_index(drop=True))
    return {"score": score(table, y_test, predicted), "seconds": round(seconds, 2)}


def score(table: Table, y: np.ndarray, predicted: np.ndarray) -> float:
    if table.task == "binary":
        return float(roc_auc_score(y, predicted[:, 1]))
    if table.task == "multiclass":
        return -float(log_loss(y, predicted))
    return float(r2_score(y, predicted))


def versions(system: str) -> dict[str, str]:
    found = {}
    for name in dict.fromkeys((PACKAGES[system], *COMMON)):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


# -- all of them, one after the other ----------------------------------------------------------


def start(key: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Run one in a process, and return its line."""
    patience = PATIENCE * key["budget"] + START
    with tempfile.TemporaryDirectory() as work:
        result, log = Path(work) / "result.json", Path(work) / "log"
        asked = [f"--{name}s={key[name]}" for name in RUN[:3]] + [f"--budget={key['budget']}"]
        command = [sys.executable, __file__, f"--one={result}", f"--data={folder}", *asked]
        with log.open("wb") as stream:
            process = subprocess.Popen(
                command, stdout=stream, stderr=stream, cwd=work, start_new_session=True
            )
            try:
                process.wait(patience)
                error = f"ended with code {process.returncode}: {last_line(log)}"
            except subprocess.TimeoutExpired:
                error = f"ended after {patience:g} s"
            end_all(process)
        found = json.loads(result.read_text()) if result.exists() else {"error": error}
    empty = {"metric": TABLES[key["table"]].metric, "score": None, "seconds": None, "error": None}
    return {**key, **empty, "versions": versions(key["system"]), **found}


def end_all(process: subprocess.Popen) -> None:
    """End what a run has left behind; its processes are a group of their own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else "without a word"


def read(files: list[Path]) -> list[dict[str, Any]]:
    return [json.loads(line) for f in files if f.exists() for line in f.read_text().splitlines()]


def run_all(options: argparse.Namespace) -> None:
    out = options.out[0]
    done = {tuple(line[name] for name in RUN) for line in read(options.out)}
    # seeds outermost: what else the machine does falls on all systems alike
    for seed, table, system in product(options.seeds, options.tables, options.systems):
        key = (system, table, seed, options.budget)
        if key in done:
            continue
        line = start(dict(zip(RUN, key, strict=True)), options.data)
        with out.open("a") as stream:
            stream.write(json.dumps(line) + "\n")
        print(*key, line["score"], line["seconds"], line["error"] or "", flush=True)


# -- what came of it ---------------------------------------------------------------------------


def report(lines: list[dict[str, Any]]) -> str:
    """Return the tables, as text: means over the seeds, and over all runs."""
    runs = pd.DataFrame(lines).astype({"score": float, "seconds": float})
    systems = [name for name in SYSTEMS if name in set(runs["system"])]
    cells = runs.pivot_table("score", ["table", "seed"], "system", dropna=False)
    tried = runs.pivot_table("budget", ["table", "seed"], "system")
    # only what all of them have tried is compared
    cells = cells.reindex(index=tried.dropna().index, columns=systems)
    ranks = cells.rank(axis=1, ascending=False, na_option="bottom")  # no result is the last place
    parts = ["Mean score", _by_table(cells, "{:.4f}"), "Mean rank", _by_table(ranks, "{:.2f}")]
    beyond, by = runs["seconds"] - runs["budget"], runs["system"]
    total = pd.DataFrame(
        {
            "mean rank": ranks.mean().round(2),
            "seconds beyond the budget, mean": beyond.groupby(by).mean().round(1),
            "most": beyond.groupby(by).max().round(1),
            "no result": runs["score"].isna().groupby(by).sum(),
            "runs": by.value_counts(),
        }
    ).loc[systems]
    if "hgb" in systems:
        gaps = cells.sub(cells["hgb"], axis=0).div(cells["hgb"].abs(), axis=0) * 100
        parts += ["Better than `hgb` by % of its score", _by_table(gaps, "{:+.2f}")]
        total["worst of all runs, % of hgb"] = gaps.min().round(2)
        total["worst table, % of hgb"] = gaps.groupby("table").mean().min().round(2)
    return "\n\n".join([*parts, "All", markdown(total.astype(str))])


def _by_table(cells: pd.DataFrame, form: str) -> str:
    """Return means over the seeds; "none" where a seed has no result."""
    means = cells.groupby("table").agg(lambda column: column.mean(skipna=False))
    texts = means.map(lambda v: "none" if np.isnan(v) else form.format(v))
    texts.insert(0, "metric", [TABLES[name].metric for name in texts.index])
    return markdown(texts.loc[[name for name in TABLES if name in texts.index]])


def markdown(frame: pd.DataFrame) -> str:
    head = [str(frame.index.name or ""), *map(str, frame.columns)]
    rows = [[str(index), *row] for index, row in zip(frame.index, frame.to_numpy(), strict=True)]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--systems", nargs="+", default=[*SYSTEMS], choices=SYSTEMS)
    parser.add_argument("--tables", nargs="+", default=[*TABLES], choices=TABLES)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--budget", type=float, default=60.0, help="seconds")
    parser.add_argument("--data", type=Path, default=Path(), help="folder with the CSV files")
    parser.add_argument("--out", type=Path, nargs="+", default=[Path("automl.jsonl")])
    parser.add_argument("--report", action="store_true", help="print the tables of --out")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.data = options.data.resolve()
    if options.report:
        print(report(read(options.out)))
        return
    if options.one is None:
        run_all(options)
        return
    keep_priority()
    warnings.simplefilter("ignore")
    [system], [table], [seed] = options.systems, options.tables, options.seeds
    result = run(system, TABLES[table], seed, options.budget, options.data)
    options.one.write_text(json.dumps(result))


if __name__ == "__main__":
    main()
