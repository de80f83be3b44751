"""``skhpo tune``: from a file to a fitted pipeline in a file."""

import argparse
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from skhpo.cli._say import CommandError, near, note
from skhpo.cli._tables import check_output, read_table, with_iso_dates
from skhpo.cli.report import write_report

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SECONDS = 300.0  # where neither --time nor --candidates says how long
ON_BOARD = 10  # candidates that are shown
SHOWN = ["rank", "model", "score", "error", "fit_time", "predict_time", "status"]
HELP = """\
Search preprocessing, model and hyper-parameters for a table, and save the best pipeline, fitted.
The leaderboard, an explanation and the score on --holdout go to the standard output. Ctrl-C ends
the search; the best pipeline so far is fitted and saved, and the exit code is 130.
"""


class Data(NamedTuple):
    """What is learned from: the table, the target and the groups of its rows."""

    X: "pd.DataFrame"
    y: "np.ndarray"
    groups: "np.ndarray | None"


def add_to(commands: Any) -> None:
    """Add the command to the parser.

    Parameters
    ----------
    commands : object
        What ``add_subparsers`` returned.
    """
    parser = commands.add_parser("tune", help="tune a pipeline for a table", description=HELP)
    add = parser.add_argument
    add("data", type=Path, help="the table: .csv, .tsv (also .gz) or .parquet")
    add("--target", required=True, metavar="COLUMN", help="the column to predict")
    add("--time", type=_positive(float), metavar="SECONDS", help="for all of it (default: 300)")
    add("--candidates", type=_positive(int), metavar="N", help="how many, instead of a time")
    add("--scoring", metavar="NAME", help="a score of scikit-learn, such as roc_auc")
    add("--output", type=Path, metavar="FILE", help="where the fitted pipeline goes (joblib)")
    add("--code", type=Path, metavar="FILE", help="where the pipeline goes as Python code")
    add("--report", type=Path, metavar="FILE", help="where a report goes (HTML)")
    add("--task", choices=["auto", "classification", "regression"], default="auto")
    add("--models", default="fast", metavar="NAMES", help="'fast', 'all', or names: lda,ridge")
    add("--cv", type=_positive(int), metavar="FOLDS", help="number of folds")
    add("--groups", metavar="COLUMN", help="rows of a group stay together in the folds")
    add("--drop", "--ignore", action="append", default=[], metavar="COLUMN",
        help="a column to leave out; can be given several times")  # fmt: skip
    add("--holdout", type=_share, metavar="SHARE", default=0.0,
        help="share of the rows, such as 0.25, kept apart for an honest score")  # fmt: skip
    add("--n-jobs", type=int, default=1, metavar="N", help="fits at a time; -1: all processors")
    add("--seed", type=int, default=0, help="the same for the same candidates (default: 0)")
    add("--journal", type=Path, metavar="FILE", help="where each fit is kept, to go on later")
    add("--separator", metavar="CHARACTER", help="between the cells of a CSV file")
    add("--quiet", action="store_true", help="without progress")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Tune.

    Parameters
    ----------
    options : Namespace
        What the parser made of the arguments.

    Returns
    -------
    int
        The exit code.

    Raises
    ------
    CommandError
        If something is wrong with what was given.
    """
    for path in (options.output, options.code, options.report, options.journal):
        check_output(path)
    _check_scoring(options.scoring)
    data, task = _read(options)
    data, held_out = _divide(data, task, options)
    search = _make_search(options, task)
    is_whole = _fit(search, data, options)
    try:
        model = search.best_estimator_ if is_whole else _fit_best(search, data)
    except KeyboardInterrupt:  # the second one
        return _nothing_saved(options)
    if model is None:
        return _nothing_saved(options)
    _save(model, options)
    if options.report is not None:
        write_report(search, options.report)
    _show(search, model, held_out, is_whole)
    return 0 if is_whole else 130


# -- what was given ------------------------------------------------------------------------------


def _positive(kind: type) -> Any:
    def positive(text: str) -> Any:
        value = kind(text)
        if not 0 < value < float("inf"):
            raise argparse.ArgumentTypeError(f"should be positive, got {text}")
        return value

    return positive


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"should be from 0 to below 1, got {text}")
    return value


def _check_scoring(name: str | None) -> None:
    from sklearn.metrics import get_scorer_names

    if name is not None and name not in get_scorer_names():
        raise CommandError(f"--scoring: there is no {name!r}; {near(name, get_scorer_names())}.")


def _read(options: argparse.Namespace) -> tuple[Data, str]:
    """Return the table and its target, and what is to be learned."""
    frame = read_table(options.data, options.separator)
    target, groups = options.target, options.groups
    named = {"--target": [target], "--groups": [groups] if groups else [], "--drop": options.drop}
    for option, names in named.items():
        for name in names:
            _check_column(option, name, frame)
    if target in (groups, *options.drop):
        raise CommandError(f"--target {target!r} is also given to --groups or --drop.")
    frame = _without_missing(frame, "target", target)
    if groups is not None:
        frame = _without_missing(frame, "groups", groups)
    # a column may be both: dropped as a feature, used as the groups
    kept = frame.drop(columns={target, *options.drop, *([groups] if groups else [])})
    empty = [name for name in kept.columns if kept[name].isna().all()]
    if empty:
        note(f"columns without a value are left out: {', '.join(map(repr, empty))}.")
    X = with_iso_dates(kept.drop(columns=empty))
    if not X.shape[1]:
        raise CommandError(f"{options.data}: no column is left to learn from.")
    y, task = _target(frame[target], options.task)
    return Data(X, y, None if groups is None else frame[groups].to_numpy()), task


def _check_column(option: str, name: str, frame: "pd.DataFrame") -> None:
    if name in frame.columns:
        return
    hint = " Is --separator right?" if frame.shape[1] == 1 else ""
    raise CommandError(
        f"{option}: the table has no column {name!r}; {near(name, frame.columns)}.{hint}"
    )


def _without_missing(frame: "pd.DataFrame", what: str, name: str) -> "pd.DataFrame":
    is_missing = frame[name].isna()
    if is_missing.all():
        raise CommandError(f"--{what}: column {name!r} has no value in any row.")
    if is_missing.any():
        note(f"{is_missing.sum()} rows without a value in {name!r} are left out.")
    return frame[~is_missing].reset_index(drop=True)


def _target(column: "pd.Series[Any]", task: str) -> tuple["np.ndarray", str]:
    from skhpo.search._target import as_target

    if column.nunique() < 2:
        [value] = column.unique().tolist()
        raise CommandError(
            f"--target: column {column.name!r} has the single value {value!r}: there is nothing "
            "to learn."
        )
    try:
        if column.dtype.kind == "f" and bool((column == column.round()).all()):
            column = column.astype("int64")  # as it would be read without the missing ones
        return as_target(column, task)
    except ValueError as error:
        raise CommandError(f"--target {column.name!r}: {error}") from error


def _divide(data: Data, task: str, options: argparse.Namespace) -> tuple[Data, Data | None]:
    """Return the rows to learn from, and those that are held out."""
    import numpy as np
    from sklearn.model_selection import GroupShuffleSplit, train_test_split

    share, seed = options.holdout, options.seed
    if not share:
        return data, None
    try:
        if data.groups is not None:
            splitter = GroupShuffleSplit(1, test_size=share, random_state=seed)
            [(kept, out)] = splitter.split(data.X, data.y, data.groups)
        else:
            classes = data.y if task == "classification" else None
            kept, out = train_test_split(
                np.arange(len(data.y)), test_size=share, stratify=classes, random_state=seed
            )
    except ValueError as error:
        raise CommandError(f"--holdout {share:g}: {error}") from error
    parts = [
        Data(
            data.X.iloc[rows].reset_index(drop=True),
            data.y[rows],
            None if data.groups is None else data.groups[rows],
        )
        for rows in (kept, out)
    ]
    return parts[0], parts[1]


# -- the search --------------------------------------------------------------------------------


def _make_search(options: argparse.Namespace, task: str) -> Any:
    from skhpo import PipelineSearchCV

    models: Any = options.models
    if models not in ("fast", "all"):
        models = [name.strip() for name in models.split(",") if name.strip()]
    seconds = options.time
    if seconds is None and options.candidates is None:
        seconds = SECONDS
    return PipelineSearchCV(
        task=task,
        models=models,
        max_time=seconds,
        n_iter=options.candidates or "auto",
        scoring=options.scoring,
        cv=options.cv,
        n_jobs=options.n_jobs,
        random_state=options.seed,
        journal=options.journal,
        verbose=0 if options.quiet else 1,
    )


def _fit(search: Any, data: Data, options: argparse.Namespace) -> bool:
    """Search; return whether it came to its end."""
    from skhpo import JournalMismatch

    params = {} if data.groups is None else {"groups": data.groups}
    try:
        with redirect_stdout(sys.stderr):  # progress is no result
            search.fit(data.X, data.y, **params)
    except KeyboardInterrupt:
        return False
    except (ValueError, TypeError, JournalMismatch, OSError) as error:
        raise CommandError(f"{options.data}: {error}") from error
    return True


def _fit_best(search: Any, data: Data) -> Any:
    """Return the best pipeline of a search that was interrupted, fitted; None if there is none."""
    from sklearn.base import clone
    from sklearn.pipeline import Pipeline

    from skhpo.search._pipelines import STEPS

    if not hasattr(search, "best_params_"):
        return None
    note("interrupted: fitting the best candidate so far (Ctrl-C again to end without it).")
    params = {name: clone(value, safe=False) for name, value in search.best_params_.items()}
    pipeline = Pipeline([(name, "passthrough") for name in STEPS])
    return pipeline.set_params(**params).fit(data.X, data.y)


# -- what came of it ---------------------------------------------------------------------------


def _save(model: Any, options: argparse.Namespace) -> None:
    import joblib

    from skhpo.results._code import code_of

    if options.output is not None:
        part = options.output.with_name(options.output.name + ".part")
        try:
            joblib.dump(model, part)
            os.replace(part, options.output)  # never half a model
        except OSError as error:
            raise CommandError(f"{options.output} cannot be written: {error}") from error
        note(f"the fitted pipeline is in {options.output}.")
    if options.code is not None:
        try:
            options.code.write_text(code_of(model))
        except OSError as error:
            raise CommandError(f"{options.code} cannot be written: {error}") from error
        note(f"the pipeline as Python code is in {options.code}.")
    if options.output is None:
        note("the pipeline is not saved: --output says where.")


def _show(search: Any, model: Any, held_out: Data | None, is_whole: bool) -> None:
    board = search.leaderboard_[SHOWN]
    print(board.head(ON_BOARD).to_string(index=False, float_format="{:.4g}".format))
    if len(board) > ON_BOARD:
        print(f"... and {len(board) - ON_BOARD} more")
    print()
    print(search.explain())
    if held_out is not None:
        score = search.scorer_(model, held_out.X, held_out.y)
        print(f"\nScore on the {len(held_out.y)} rows that were held out: {score:.4f}")
    if not is_whole:
        note("the search was interrupted; all of this is of what was complete.")


def _nothing_saved(options: argparse.Namespace) -> int:
    kept = f" The fits so far are in {options.journal}." if options.journal else ""
    print(f"skhpo: interrupted; nothing was saved.{kept}", file=sys.stderr)
    return 130
