"""The command line: a table is tuned, predicted and looked at without a line of Python.

One file a command. Each adds its arguments to the parser and has a function that takes them; what
is costly to import is imported there, so that ``skhpo --help`` answers at once. Results go to the
standard output, everything else to the standard error.
"""

from skhpo.cli._main import main

__all__ = ["main"]
