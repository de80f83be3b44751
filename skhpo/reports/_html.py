"""HTML that cannot be forgotten to be escaped: what is not `Html` is text."""

import re
from collections.abc import Iterable
from html import escape
from typing import Any

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_NO_END = frozenset({"input", "meta", "br"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(name: str, /, *children: Any, **attributes: Any) -> Html:
    """Return an element.

    Parameters
    ----------
    name : str
        Its name.
    *children : object
        `Html` as it is; anything else as text, escaped.
    **attributes : object
        Escaped; an underscore at the end of a name is dropped, others become hyphens. True is an
        attribute without a value, False and None are none.

    Returns
    -------
    Html
        The element.

    Examples
    --------
    >>> tag("td", "<b>", class_="x", data_v='"')
    '<td class="x" data-v="&quot;">&lt;b&gt;</td>'
    """
    given = "".join(
        _attribute(k, v) for k, v in attributes.items() if v is not None and v is not False
    )
    start = f"<{name}{given}>"
    return Html(start if name in _NO_END else f"{start}{join(children)}</{name}>")


def join(parts: Iterable[Any]) -> Html:
    """Return parts one after the other, escaped where they are no `Html`."""
    return Html("".join(part if isinstance(part, Html) else text(part) for part in parts))


def text(value: Any) -> Html:
    """Return a text, escaped; characters that no page may hold become a question mark."""
    return Html(escape(_FORBIDDEN.sub("�", str(value))))


def table(rows: Iterable[tuple[Any, Any]]) -> Html:
    """Return a table of names and values."""
    return tag("table", *(tag("tr", tag("th", k, scope="row"), tag("td", v)) for k, v in rows))


def _attribute(name: str, value: Any) -> str:
    name = name.removesuffix("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{text(value)}"'
