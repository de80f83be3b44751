"""A figure of matplotlib as SVG inside a page."""

import io
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from skhpo.reports._html import Html, text

_STYLE = {"svg.fonttype": "none", "font.size": 9.0, "axes.spines.top": False}
_DPI = 110  # of the parts that are images
_REFERENCE = re.compile(r"url\(#([\w.-]+)\)")
_LEFT_OUT = frozenset({"metadata", "style", "title", "script"})


def svg(draw: Callable[[Any], Any], size: tuple[float, float], label: str, prefix: str) -> Html:
    """Draw a figure without any window, and return it.

    Parameters
    ----------
    draw : callable
        Takes the axes.
    size : tuple of float
        Width and height in inches.
    label : str
        What it shows, for those who do not see it.
    prefix : str
        What its identifiers begin with, so that they are nobody else's.

    Returns
    -------
    Html
        An ``svg`` element; its texts are texts, and its references point into itself.

    Raises
    ------
    ImportError
        Without matplotlib.
    """
    from matplotlib import style
    from matplotlib.figure import Figure

    with style.context(["default", {**_STYLE, "svg.hashsalt": prefix}]):
        figure = Figure(figsize=size, layout="constrained")
        draw(figure.subplots())
        file = io.StringIO()
        figure.savefig(file, format="svg", dpi=_DPI, metadata={"Date": None})
    root = ElementTree.fromstring(file.getvalue())
    return Html(f'<svg role="img" aria-label="{text(label)}"{_written(root, prefix)[4:]}')


def _written(element: Any, prefix: str) -> str:
    """Write an element as HTML wants it, without name spaces."""
    name = element.tag.rpartition("}")[2]
    if name in _LEFT_OUT:
        return ""
    attributes = "".join(_attribute(k, v, prefix) for k, v in element.items())
    children = "".join(_written(child, prefix) + text(child.tail or "") for child in element)
    inside = text((element.text or "") if (element.text or "").strip() else "")
    return f"<{name}{attributes}>{inside}{children}</{name}>"


def _attribute(name: str, value: str, prefix: str) -> str:
    name = name.rpartition("}")[2]
    if name == "id":
        value = prefix + value
    elif name == "href" and value.startswith("#"):
        value = "#" + prefix + value[1:]
    elif name == "href" and not value.startswith("data:image/png;base64,"):
        return ""
    else:
        value = _REFERENCE.sub(rf"url(#{prefix}\1)", value)
    return "" if name in ("version", "xmlns") else f' {name}="{text(value)}"'
