"""The tables of the migration pages name all that a library has, and nothing that it has not.

A comment above a table says what it is about:

* ``<!-- arguments: a.b.Peer -> skhpo.Ours -->``: the first column has every argument of the peers;
* ``<!-- members: a.b.Peer -> skhpo.Ours -->``: every public method and property of the class;
* ``<!-- attributes: before -> skhpo.Ours -->``: every public attribute of ``before``, a fitted
  search that the code of the page makes;
* ``<!-- spaces: a.b, prefix -->``: code that makes a value of a search space, there and here. Both
  are run, and must be the same dimension. All kinds of the module are there.

Names of code in the second column must exist here.
"""

import inspect
import re
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pytest
import scipy.stats

import skhpo

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "doc" / "migrate").glob("*.md"))
TABLE = re.compile(r"^<!-- (\w+): (.+?) -->\n\n?((?:\|.*\n)+)", re.M)
BLOCK = re.compile(r"(?:^<!-- needs: (.+?) -->\n)?^```python\n(.*?)^```", re.M | re.S)
CODE = re.compile(r"`([^`]+)`")
NEWER = {"set_callbacks"}  # of scikit-learn 1.9, which not every peer may run with


def tables(*kinds):
    found = []
    for page in PAGES:
        for kind, subject, body in TABLE.findall(page.read_text()):
            if kind in kinds:
                rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in body.splitlines()[2:]]
                found.append(pytest.param(page, subject, rows, id=f"{page.stem}-{subject}"))
    return found


def names_in(cell):
    return [re.match(r"[\w.]+", code)[0] for code in CODE.findall(cell)]


def look_up(dotted):
    """Return a class or function by its name; skip where its library is not installed."""
    parts = dotted.split(".")
    pytest.importorskip(parts[0])
    if "Halving" in parts[-1]:
        from sklearn.experimental import enable_halving_search_cv  # noqa: F401
    for i in range(len(parts) - 1, 0, -1):
        try:
            found = import_module(".".join(parts[:i]))
        except ModuleNotFoundError:
            continue
        for part in parts[i:]:
            found = getattr(found, part)
        return found
    raise AssertionError(dotted)


def arguments_of(dotted):
    return {*inspect.signature(look_up(dotted)).parameters} - {"self"}


def members_of(dotted):
    return {name for name in dir(look_up(dotted)) if not name.startswith("_")} - NEWER


def methods_of(dotted):
    owner = look_up(dotted)
    return {name for name in members_of(dotted) if callable(getattr(owner, name, None))}


def ours(dotted):
    """Return every name that one of our searches has, and the public ones of the package."""
    search = look_up(dotted)
    documented = re.findall(r"^    ((?:\w+_, )*\w+_) :", search.__doc__, re.M)
    attributes = {name for names in documented for name in names.split(", ")}
    return {*inspect.signature(search).parameters, *dir(search), *attributes, *skhpo.__all__}


def check(rows, there, here):
    named = [name for row in rows for name in names_in(row[0])]
    assert sorted(named) == sorted({*named}), "named twice"
    assert {*named} == there
    mentioned = {name.removeprefix("skhpo.") for row in rows for name in names_in(row[1])}
    unknown = {name for name in mentioned - here if not hasattr(skhpo, name.partition(".")[0])}
    assert not unknown


def subjects(subject):
    peers, _, target = subject.partition(" -> ")
    return peers.split(", "), target


def test_each_page_has_tables():
    with_tables = {param.values[0].stem for param in tables("arguments")}
    assert with_tables == {page.stem for page in PAGES} - {"index"}


@pytest.mark.parametrize(("page", "subject", "rows"), tables("arguments"))
def test_arguments(page, subject, rows):
    peers, target = subjects(subject)
    check(rows, set.union(*map(arguments_of, peers)), ours(target))


@pytest.mark.parametrize(("page", "subject", "rows"), tables("methods"))
def test_methods(page, subject, rows):
    peers, target = subjects(subject)
    named = {name for row in rows for name in names_in(row[0])}
    made = named & set.union(*map(members_of, peers))  # methods that a property returns
    check(rows, made | set.union(*map(methods_of, peers)), ours(target))
    for row in rows:
        if row[1].strip() == "the same":
            assert {*names_in(row[0])} <= ours(target)


@pytest.mark.parametrize(("page", "subject", "rows"), tables("members"))
def test_members(page, subject, rows):
    peers, target = subjects(subject)
    check(rows, set.union(*map(members_of, peers)), ours(target))


@pytest.fixture(scope="module")
def run():
    """Return what the code of a page makes; each page is run once."""
    made = {}

    def names_of(page):
        if page not in made:
            blocks = BLOCK.findall(page.read_text())
            missing = {needed for needed, _ in blocks if needed and not is_installed(needed)}
            if missing:
                pytest.skip(f"not installed: {missing}")
            names = {}
            for _, code in blocks:
                exec(compile(code, page.name, "exec"), names)  # noqa: S102 (our own text)
            made[page] = names
        return made[page]

    return names_of


def is_installed(needed):
    try:
        version(needed)
    except PackageNotFoundError:
        return False
    return True


def attributes_of(search):
    own = {*inspect.signature(type(search)).parameters}
    found = set()
    for name in {*dir(search)} - own - NEWER:
        value = getattr(search, name, None) if not name.startswith("_") else None
        if value is not None and not inspect.isroutine(value):
            found.add(name)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("page", "subject", "rows"), tables("attributes"))
def test_attributes(page, subject, rows, run):
    peers, target = subjects(subject)
    names = run(page)
    check(rows, set.union(*(attributes_of(names[peer]) for peer in peers)), ours(target))
    for row in rows:
        if row[1].strip() == "the same":
            assert {*names_in(row[0])} <= ours(target)


@pytest.mark.parametrize(("page", "subject", "rows"), tables("spaces"))
def test_spaces(page, subject, rows):
    module, kinds = subject.split(": ")
    peer = pytest.importorskip(module)
    there = {"np": np, "stats": scipy.stats, module.rpartition(".")[2]: peer, **vars(peer)}
    there |= {"scope": getattr(getattr(peer, "pyll", None), "scope", None)}
    here = {"np": np, "stats": scipy.stats} | {n: getattr(skhpo, n) for n in skhpo.__all__}
    made = set()
    for row in rows:
        source, target = (CODE.findall(cell) for cell in row[:2])
        made |= {re.match(r"(?:\w+\.)*(\w+)", code)[1] for code in source}
        if target and source:
            for code in source:
                assert text_of(eval(code, there)) == text_of(eval(target[0], here)), code  # noqa: S307
    assert made >= {*kinds.split(", ")}


def text_of(value):
    space = skhpo.Space({"p": value})
    return str(space), [column.kind for column in space.columns]


@pytest.mark.slow
@pytest.mark.parametrize("page", [p for p in PAGES if p.stem != "index"], ids=lambda p: p.stem)
def test_what_comes_after_is_no_worse(page, run):
    names = run(page)
    assert names["after"].best_score_ >= names["score_before"]
