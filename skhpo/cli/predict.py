"""``skhpo predict``: a saved pipeline on new rows."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skhpo.cli._say import CommandError, near, note
from skhpo.cli._tables import check_output, iso_dates, kind_of_file, read_table, write_table

if TYPE_CHECKING:
    import pandas as pd

OF_STRINGS = (
    "codes",
    "low",
    "high",
    "text",
    "date",
)  # the parts of preprocessing that read strings
HELP = """\
Predict the rows of a table with a pipeline saved by "skhpo tune". A joblib file is a pickle, which
can run any code when it is opened: open only files that you have made yourself.
"""


def add_to(commands: Any) -> None:
    """Add the command to the parser.

    Parameters
    ----------
    commands : object
        What ``add_subparsers`` returned.
    """
    parser = commands.add_parser("predict", help="predict new rows", description=HELP)
    add = parser.add_argument
    add("model", type=Path, help="a pipeline of your own: what --output of 'skhpo tune' wrote")
    add("data", type=Path, help="the new rows: .csv, .tsv (also .gz) or .parquet")
    add("--output", type=Path, metavar="FILE",
        help=".csv, .tsv or .parquet (default: CSV to the standard output)")  # fmt: skip
    add("--proba", action="store_true", help="with the probability of each class")
    add("--separator", metavar="CHARACTER", help="between the cells of a CSV file")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Predict.

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
    check_output(options.output)
    if options.output is not None:
        kind_of_file(options.output)
    model = _load(options.model)
    if options.proba and not hasattr(model, "predict_proba"):
        raise CommandError("--proba: the model of this pipeline has no probabilities.")
    X = _read(options, model)
    try:
        found = _predicted(model, X, options.proba)
    except (ValueError, TypeError) as error:
        raise CommandError(f"{options.data} does not suit the model: {error}") from error
    if options.output is None:
        found.to_csv(sys.stdout, index=False)
    else:
        write_table(found, options.output)
        note(f"{len(found)} predictions are in {options.output}.")
    return 0


def _load(path: Path) -> Any:
    import joblib

    if not path.is_file():
        raise CommandError(f"{path}: there is no such file.")
    try:
        model = joblib.load(path)
    except Exception as error:  # a pickle may raise anything
        raise CommandError(f"{path} is not a saved pipeline: {error!r}") from error
    if not hasattr(model, "predict") or not hasattr(model, "feature_names_in_"):
        raise CommandError(
            f"{path} holds {type(model).__name__!r}, not a pipeline fitted to a table with names."
        )
    return model


def _read(options: argparse.Namespace, model: Any) -> "pd.DataFrame":
    """Return the columns that the model was fitted to, of the types that it knows."""
    kinds = _kinds(model)
    is_string = {name: str for name, kind in kinds.items() if kind in OF_STRINGS}
    frame = read_table(options.data, options.separator, is_string)
    names = [str(name) for name in model.feature_names_in_]
    missing = [name for name in names if name not in frame.columns]
    if missing:
        listed = ", ".join(map(repr, missing[:10])) + (", ..." if len(missing) > 10 else "")
        raise CommandError(
            f"{options.data}: the model needs columns that are not there: {listed}; "
            f"{near(missing[0], frame.columns)}."
        )
    extra = [name for name in frame.columns if name not in names]
    if extra:
        note(f"columns that the model does not know are ignored: {', '.join(map(repr, extra))}.")
    dates = {name: iso_dates(frame[name]) for name, kind in kinds.items() if kind == "date"}
    return frame[names].assign(**dates)


def _kinds(model: Any) -> dict[str, str]:
    """Return what preprocessing took each column for, as far as it says so."""
    kinds: dict[str, str] = {}
    for prepare in _preparations(model):
        for part, _, columns in prepare.transformers_:
            names = [columns] if isinstance(columns, str) else columns
            kinds |= {name: part.partition("_")[0] for name in names if isinstance(name, str)}
    return kinds


def _preparations(model: Any) -> list[Any]:
    """Return the fitted parts that divide the columns: of a pipeline, or of those of an ensemble.

    What leaves categories as they are is a pipeline itself, of which "columns" is such a part.
    """
    if hasattr(model, "transformers_"):
        return [model]
    steps = getattr(model, "named_steps", {})
    inner = [steps[name] for name in ("prepare", "columns") if name in steps]
    if not steps:
        inner = [*getattr(model, "estimators_", ())]
    return [found for part in inner for found in _preparations(part)]


def _predicted(model: Any, X: "pd.DataFrame", with_proba: bool) -> "pd.DataFrame":
    import pandas as pd

    found = pd.DataFrame({"prediction": model.predict(X)})
    if not with_proba:
        return found
    names = [f"proba_{label}" for label in model.classes_]
    return found.join(pd.DataFrame(model.predict_proba(X), columns=pd.Index(names)))
