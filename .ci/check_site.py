"""Check a built site: ``python .ci/check_site.py doc/_build/html``.

No link inside of it is dead, no page loads anything from elsewhere, and every public name has a
page with an example.
"""

import importlib
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import skhpo

LOADED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src")}
MODULES = ("portfolio", "split", "statistics", "exchange", "tracking")
# Pages of the theme and of the gallery that have no content of ours.
IGNORED = {"genindex.html", "search.html", "py-modindex.html"}


class Page(HTMLParser):
    """The anchors of a page, its links, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag refers to."""
        for name, value in attrs:
            if value and (name == "id" or (tag == "a" and name == "name")):
                self.anchors.add(value)
            if value and tag == "a" and name == "href":
                self.links.append(value)
            if value and (tag, name) in LOADED and not is_reference(tag, dict(attrs)):
                self.loads.append(value)


def is_reference(tag: str, attrs: dict[str, str | None]) -> bool:
    """Return whether a ``link`` only names a page, as "next" and "canonical" do."""
    return tag == "link" and (attrs.get("rel") or "") not in ("stylesheet", "icon", "preload")


def read(root: Path) -> dict[Path, Page]:
    """Return the pages by their paths."""
    files = [path for path in root.rglob("*.html") if "_static" not in path.parts]
    return {path.resolve(): Page(path.read_text(encoding="utf-8")) for path in files}


def dead_links(root: Path, pages: dict[Path, Page]) -> list[str]:
    """Return links to files or anchors that are not there."""
    dead = []
    for path, page in pages.items():
        if path.name in IGNORED:
            continue
        for link in page.links:
            target = urlsplit(link)
            if target.scheme or target.netloc or is_found(path, target, pages):
                continue
            dead.append(f"{path.relative_to(root)}: dead link {link}")
    return dead


def is_found(path: Path, target: object, pages: dict[Path, Page]) -> bool:
    """Return whether a link from the page at ``path`` leads to something."""
    to = (path.parent / unquote(target.path)).resolve() if target.path else path
    if not to.exists():
        return False
    anchor = unquote(target.fragment)
    return not anchor or to not in pages or anchor in pages[to].anchors


def loaded_from_elsewhere(root: Path, pages: dict[Path, Page]) -> list[str]:
    """Return what pages load from other hosts."""
    return [
        f"{path.relative_to(root)}: loads {source}"
        for path, page in pages.items()
        for source in page.loads
        if urlsplit(source).netloc
    ]


def public_names() -> list[str]:
    """Return the names that the reference has to have; a splitter stands there by its module."""
    names = [f"skhpo.{module}.{n}" for module in MODULES for n in members(module)]
    at_home = {name.rpartition(".")[2] for name in names}
    return names + [f"skhpo.{n}" for n in skhpo.__all__ if n not in at_home | {"__version__"}]


def members(module: str) -> list[str]:
    """Return the public names of a module of skhpo."""
    return list(importlib.import_module(f"skhpo.{module}").__all__)


def without_example(root: Path) -> list[str]:
    """Return public names without a page, or whose page has no example."""
    texts = [path.read_text(encoding="utf-8") for path in (root / "api").rglob("*.html")]
    missing = []
    for name in public_names():
        pages = [text for text in texts if f'id="{name}"' in text]
        if not any("&gt;&gt;&gt;" in text for text in pages):
            missing.append(f"{name}: {'no example' if pages else 'no page'} in the reference")
    return missing


def main(folder: str) -> int:
    """Print what is wrong with the site in a folder, and return how much that is."""
    root = Path(folder).resolve()
    pages = read(root)
    wrong = dead_links(root, pages) + loaded_from_elsewhere(root, pages) + without_example(root)
    print("\n".join([*wrong, f"{len(pages)} pages, {len(wrong)} things to mend"]))
    return min(len(wrong), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
