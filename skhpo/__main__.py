"""``python -m skhpo``: the command line, where the command ``skhpo`` is not on the path."""

import sys

from skhpo.cli import main

if __name__ == "__main__":
    sys.exit(main())
