"""A search as one page of HTML that needs nothing else, written or served while it runs.

Values of parameters, names of columns and texts of errors come from anywhere: every text goes
through `_html.tag`, which escapes it, and no script holds any data.
"""

from skhpo.reports._report import report

__all__ = ["report"]
