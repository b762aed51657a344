"""HTML made comparable: what a browser makes of it, whatever white space, order of attributes or writing it has."""

import re
from html.parser import HTMLParser

INLINE = frozenset({"a", "span", "strong", "label", "button", "option", "p", "h1", "h2", "h3"})
EMPTY = frozenset({"input", "path", "br", "hr", "img", "circle", "meta", "link"})
Piece = tuple[str, ...]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self._text = ""
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._flush()
        self.pieces.append((tag, *sorted(f"{name}={_value(name, value)}" for name, value in attrs)))
        if tag not in EMPTY:
            self._within.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._flush()
        self.pieces.append((tag, *sorted(f"{name}={_value(name, value)}" for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self._flush()
        if tag not in EMPTY:
            assert self._within.pop() == tag, "the elements do not nest"
            self.pieces.append((f"/{tag}",))

    def handle_data(self, data: str) -> None:
        self._text += data

    def _flush(self) -> None:
        """White space at the edges of an element or between elements does not show; in what is typed, it does."""
        text, self._text = self._text, ""
        if self._within and self._within[-1] == "textarea":
            self.pieces.append(("text", text.removeprefix("\n")))
        elif shown := re.sub(r"\s+", " ", text).strip():
            after_inline = self.pieces and self.pieces[-1][0] in ("/span", "/strong", "/a") and text[0].isspace()
            self.pieces.append(("text", f" {shown}" if after_inline else shown))


def _value(name: str, value: str | None) -> str:
    return " ".join((value or "").split()) if name == "class" else value or ""


def pieces(html: str) -> list[Piece]:
    """The elements, attributes and texts of some HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader._flush()
    return [piece for piece in reader.pieces if piece != ("text", "")]
