"""scikit-learn's view of an estimator, without what runs in a browser."""

from html.parser import HTMLParser
from typing import Any

from sklearn.utils import estimator_html_repr

from skhpo.reports._html import Html, tag, text

_LEFT_OUT = frozenset({"script", "iframe", "object", "embed", "link", "meta", "base", "form"})
_NO_END = frozenset({"br", "hr", "img", "input", "wbr"})
_LINKS = frozenset({"href", "src", "xlink:href", "action", "formaction", "srcdoc"})
_SCHEMES = ("https://", "#", "data:image/")


def estimator_view(estimator: Any) -> Html:
    """Return how scikit-learn shows an estimator.

    Parameters
    ----------
    estimator : estimator
        A fitted one.

    Returns
    -------
    Html
        Its diagram, which opens and closes without scripts. What scikit-learn escapes is read
        and escaped again; scripts and what calls them are left out.
    """
    reader = _Reader()
    reader.feed(estimator_html_repr(estimator))
    reader.close()
    return tag("div", Html("".join(reader.parts)), class_="scroll", tabindex=0)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0  # depth of elements that are left out
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LEFT_OUT:
            self._hidden += tag not in ("link", "meta", "base", "embed")
        elif not self._hidden:
            given = "".join(f' {k}="{text(v or "")}"' for k, v in attrs if _is_harmless(k, v))
            self.parts.append(f"<{tag}{given}>")
            self._in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        if tag in _LEFT_OUT:
            self._hidden = max(0, self._hidden - 1)
        elif not self._hidden and tag not in _NO_END:
            self.parts.append(f"</{tag}>")
            self._in_style = False

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data if self._in_style else text(data))


def _is_harmless(name: str, value: str | None) -> bool:
    if name.startswith("on") or '"' in name or "'" in name or "<" in name:
        return False
    return name not in _LINKS or (value or "").strip().lower().startswith(_SCHEMES)
