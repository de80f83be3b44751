"""What the runs of ``quality.py`` say, as tables in Markdown.

``python benchmarks/quality_report.py --runs FILE --default gp`` prints them;
``--write doc/benchmarks.md`` puts them between the two marks in that file.

The score of a run after n evaluations is (r - loss) / (r - best): r is the median of random search
after n evaluations, best the best loss known (the optimum, the stored best of long searches, or
the best of any run); it is cut off below at -1. Means are over problems and seeds; intervals are
bootstrap intervals of 95 %, problems drawn first and then the seeds of each. Ranks are among the
methods of a column. A column has the methods, problems and seeds that all of its methods have.
"""

import argparse
import json
import re
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from _peers import versions
from _problems import HARTMANN6
from _scores import evaluations_to_reach, interval, mean_ranks, score
from _suite import HALVES, KINDS, PROBLEMS, problems_of
from best_known import stored

AT = (25, 50, 100)
KEY = ["method", "problem", "seed", "workers"]
BEGIN, END = "<!-- quality: begin -->", "<!-- quality: end -->"


def read(paths: list[Path]) -> pd.DataFrame:
    """Return the runs, a row each: the longest of each method, problem, seed and workers."""
    lines = [line for path in paths for line in path.read_text().splitlines()]
    runs = pd.DataFrame({"workers": 1, **json.loads(line)} for line in lines)
    runs = runs[runs["problem"].isin(PROBLEMS)].assign(n=lambda t: t["best"].map(len))
    return runs.sort_values("n").drop_duplicates(KEY, keep="last")


class Table:
    """The runs of some methods after some number of evaluations.

    Attributes
    ----------
    methods, problems : list of str
        Those that have been run as long.
    losses : ndarray of shape (methods, problems, seeds)
        Losses without noise of what looked best.
    scores : ndarray of shape (methods, problems, seeds)
        See above.
    """

    def __init__(self, runs, methods, problems, n, n_seeds):
        long = runs[(runs["n"] >= n) & runs["problem"].isin(problems)]
        wide = long.assign(loss=long["best"].map(lambda best: best[n - 1])).pivot(
            index=["problem", "seed"], columns="method", values="loss"
        )
        self.n, self.n_seeds = n, n_seeds
        self.methods = [m for m in methods if m in wide and wide[m].notna().sum() >= n_seeds]
        shared = wide[wide.index.get_level_values("seed") < n_seeds][self.methods].dropna()
        counts = shared.groupby(level="problem").size()
        self.problems = [p for p in problems if counts.get(p, 0) == n_seeds]
        self.losses = np.array(
            [[shared[m].loc[p].to_numpy() for p in self.problems] for m in self.methods]
        ).reshape(len(self.methods), len(self.problems), n_seeds)
        medians = (
            long[long["method"] == "random"]
            .assign(loss=lambda t: t["best"].map(lambda best: best[n - 1]))
            .groupby("problem")["loss"]
            .median()
        )
        best = best_known(runs)
        self.scores = np.empty_like(self.losses)
        for j, p in enumerate(self.problems):
            self.scores[:, j] = score(self.losses[:, j], medians[p], best[p])

    def of(self, method):
        return self.scores[self.methods.index(method)]


def best_known(runs: pd.DataFrame) -> dict[str, float]:
    """Return the best loss known of each problem."""
    seen = runs["best"].map(min).groupby(runs["problem"]).min()
    known = stored()
    return {p: min(seen[p], known.get(p, np.inf)) for p in seen.index}


# -- tables --------------------------------------------------------------------------------------


def with_interval(values: np.ndarray) -> str:
    low, high = interval(values)
    return f"{values.mean():.2f} ({low:.2f} to {high:.2f})"


def markdown(rows: pd.DataFrame) -> str:
    """Return a table in Markdown; the index is the first column."""
    lines = [f"| {rows.index.name or ''} | {' | '.join(map(str, rows.columns))} |"]
    lines.append("|" + "---|" * (1 + len(rows.columns)))
    for name, row in rows.astype(object).iterrows():
        cells = ["" if pd.isna(cell) else str(cell) for cell in row]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def overall(tables: dict[int, Table]) -> pd.DataFrame:
    """Return score and mean rank of each method, the best rank after 50 evaluations first."""
    columns = {}
    for n, table in tables.items():
        values = [with_interval(scores) for scores in table.scores]
        columns[f"score at {n}"] = pd.Series(values, table.methods)
    for n, table in tables.items():
        columns[f"rank at {n}"] = pd.Series(mean_ranks(table.losses).round(2), table.methods)
    rows = pd.DataFrame(columns).rename_axis("method")
    middle = "rank at 50" if 50 in tables else rows.columns[-1]
    return rows.sort_values(middle)


def by_kind(table: Table) -> pd.DataFrame:
    """Return the mean score of each method on the problems of each kind."""
    kinds = np.array([PROBLEMS[p].kind for p in table.problems])
    present = [kind for kind in KINDS if kind in kinds]
    columns = {
        f"{kind} ({(kinds == kind).sum()})": table.scores[:, kinds == kind].mean(axis=(1, 2))
        for kind in present
    }
    rows = pd.DataFrame(columns, table.methods).rename_axis("method")
    order = np.argsort(mean_ranks(table.losses))
    return rows.iloc[order].map("{:.2f}".format)


def paired(tables: dict[int, Table], default: str) -> pd.DataFrame:
    """Return by how much the score of the default is above that of each other method."""
    columns = {
        f"at {n}": {
            m: with_interval(table.of(default) - table.of(m))
            for m in table.methods
            if m != default
        }
        for n, table in tables.items()
        if default in table.methods
    }
    return pd.DataFrame(columns).rename_axis(f"score of {default} above that of")


def overhead(runs: pd.DataFrame, methods: list[str]) -> pd.DataFrame:
    """Return the mean CPU milliseconds of an ask and tell about the n-th evaluation."""
    columns = {}
    for n in AT:
        last = runs[runs["n"] >= n].assign(
            ms=lambda t, n=n: t["cpu"].map(lambda cpu: 1e3 * np.mean(cpu[n - 5 : n]))
        )
        columns[f"ms at {n}"] = last.groupby("method")["ms"].mean()
    return pd.DataFrame(columns).reindex(methods).round(1).rename_axis("method")


def hartmann(runs: pd.DataFrame, methods: list[str]) -> pd.DataFrame:
    """Return the median regret on Hartmann's function."""
    rows = runs[runs["problem"] == "hartmann6"]
    columns = {
        f"at {n}": rows[rows["n"] >= n]
        .assign(regret=lambda t, n=n: t["best"].map(lambda b: b[n - 1] - HARTMANN6.optimum))
        .groupby("method")["regret"]
        .median()
        for n in AT
    }
    return pd.DataFrame(columns).reindex(methods).round(4).rename_axis("median regret")


def catching_up(runs: pd.DataFrame, methods: list[str], n: int = 50) -> pd.DataFrame:
    """Return how many evaluations reach what one worker has after 50, and the share that do not.

    The mark is the median over the seeds of one worker; each run of any number of workers is held
    against it, so that the row of one worker says what chance alone does.
    """
    single = runs[(runs["workers"] == 1) & (runs["n"] >= n)]
    marks = single["best"].map(lambda best: best[n - 1])
    marks = marks.groupby([single["method"], single["problem"]]).median().rename("mark")
    long = runs[runs["n"] > n].join(marks, on=["method", "problem"], how="inner")
    several = long[long["workers"] > 1].set_index(["method", "problem"]).index
    long = long[long.set_index(["method", "problem"]).index.isin(several)]
    needed = [
        evaluations_to_reach(best, mark)
        for best, mark in zip(long["best"], long["mark"], strict=True)
    ]
    groups = long.assign(needed=needed).groupby(["method", "workers"])["needed"]
    rows = groups.agg(median="median", never=lambda t: np.isinf(t).mean(), runs="size")
    rows = rows.loc[[m for m in methods if m in rows.index.get_level_values(0)]].round(2)
    return rows.reset_index("workers").rename_axis("method")


def half_report(runs, methods, half, n_seeds, default) -> str:
    """Return the tables of a half."""
    made = {n: Table(runs, methods, problems_of(half), n, n_seeds) for n in AT}
    tables = {n: t for n, t in made.items() if len(t.methods) > 1 and t.problems}
    if not tables:
        return f"Nothing to compare in the half {half!r}."
    sizes = ", ".join(f"{len(t.problems)} problems at {n}" for n, t in tables.items())
    title = "All problems" if half == "all" else f"The half {half!r}"
    parts = [f"### {title}: {sizes}; {n_seeds} seeds", markdown(overall(tables))]
    if default in methods:
        parts.append(markdown(paired(tables, default)))
    n = 50 if 50 in tables else max(tables)
    parts += [f"Score after {n} evaluations by kind of problem:", markdown(by_kind(tables[n]))]
    return "\n\n".join(parts)


def report(runs: pd.DataFrame, arguments) -> str:
    """Return all tables."""
    methods = arguments.methods or [*dict.fromkeys(runs["method"])]
    everything, runs = runs, runs[runs["workers"] == 1]
    found = {"skhpo": version("skhpo"), **versions(methods)}
    parts = [
        half_report(runs, methods, half, arguments.seeds, arguments.default)
        for half in arguments.halves
    ]
    parts += ["### Hartmann-6", markdown(hartmann(runs, methods))]
    parts += [
        "### CPU time of an ask and tell, in the same runs",
        markdown(overhead(runs, methods)),
    ]
    if (everything["workers"] > 1).any():
        parts += ["### Evaluations that reach what one worker has after 50"]
        parts += [markdown(catching_up(everything, methods))]
    parts.append("Versions: " + ", ".join(f"{k} {v}" for k, v in found.items()) + ".")
    return "\n\n".join(parts)


def write(path: Path, text: str, command: str) -> None:
    """Put a text between the marks in a file."""
    page = path.read_text()
    if BEGIN not in page or END not in page:
        raise ValueError(f"{path} should hold the marks {BEGIN} and {END}.")
    block = f"{BEGIN}\n<!-- made by: {command} -->\n\n{text}\n\n{END}"
    path.write_text(re.sub(f"{BEGIN}.*{END}", lambda _: block, page, flags=re.DOTALL))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, nargs="+", required=True)
    parser.add_argument("--methods", nargs="+", help="default: all in the files")
    parser.add_argument("--default", default="gp", help="what the others are compared with")
    parser.add_argument("--halves", nargs="+", choices=HALVES, default=["report", "all"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    text = report(read(arguments.runs), arguments)
    if arguments.write:
        files = " ".join(f"{path.name}" for path in arguments.runs)
        command = f"benchmarks/quality_report.py --runs {files} --write {arguments.write}"
        write(arguments.write, text, command)
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
