"""What ``skhpo`` is made of, and how it ends."""

import argparse
import os
import sys
import warnings
from collections.abc import Sequence

from skhpo import __version__
from skhpo.cli import journal, predict, report, tune
from skhpo.cli._say import CommandError, note

WRONG = 2  # exit code, as argparse's own
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str or None, default=None
        What stands after ``skhpo``; None for those of the process.

    Returns
    -------
    int
        The exit code: 0, 2 for what the user can mend, 130 after Ctrl-C.

    Raises
    ------
    SystemExit
        By the parser: with 2 for arguments that it does not know, with 0 after ``--help``.

    Examples
    --------
    >>> from skhpo.cli import main
    >>> main(["journal", "show", "no-such-file.jsonl"])
    2
    """
    options = _parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = lambda message, *_, **__: note(str(message))
            return int(options.run(options))
    except CommandError as error:
        print(f"skhpo: error: {' '.join(str(error).split())}", file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        print("skhpo: interrupted; nothing was saved.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of the output, such as "head", has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="skhpo", description="From a table to a tuned pipeline of scikit-learn."
    )
    parser.add_argument("--version", action="version", version=f"skhpo {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (tune, predict, journal, report):
        command.add_to(commands)
    return parser
