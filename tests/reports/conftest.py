"""One hostile search for all tests: fitting and reporting it takes seconds."""

import warnings

import pytest

from tests.reports._hostile import fitted


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """Return a fitted search, with a journal, and the path of its report."""
    folder = tmp_path_factory.mktemp("hostile")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some of its fits fail
        search = fitted(folder / "search.jsonl")
    return search, search.report(folder / "report.html")
