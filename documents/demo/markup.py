"""The demo's texts made into a document's markup: paragraphs, headings (##), lists and tables."""

from collections.abc import Callable, Iterator
from html import escape
from itertools import groupby


def html_of(text: str) -> str:
    """The markup of a text file of the demo."""
    return "".join(_blocks(text))


def _blocks(text: str) -> Iterator[str]:
    for kind, lines in groupby(filter(None, map(str.strip, text.splitlines())), key=_kind):
        yield _WAYS[kind](list(lines))


def _kind(line: str) -> str:
    if line.startswith("## "):
        return "heading"
    if line.startswith("- "):
        return "bullets"
    if line.startswith("|"):
        return "table"
    return "numbers" if line.split(". ", 1)[0].isdecimal() and ". " in line[:4] else "paragraphs"


def _items(tag: str, lines: list[str], mark: str) -> str:
    items = "".join(f"<li><p>{escape(line.split(mark, 1)[1])}</p></li>" for line in lines)
    return f"<{tag}>{items}</{tag}>"


def _table(lines: list[str]) -> str:
    rows = [[escape(cell.strip()) for cell in line.strip("|").split("|")] for line in lines]
    head = "".join(f'<th scope="col">{cell}</th>' for cell in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows[1:])
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


_WAYS: dict[str, Callable[[list[str]], str]] = {
    "heading": lambda lines: "".join(f"<h2>{escape(line[3:])}</h2>" for line in lines),
    "bullets": lambda lines: _items("ul", lines, "- "),
    "numbers": lambda lines: _items("ol", lines, ". "),
    "table": _table,
    "paragraphs": lambda lines: "".join(f"<p>{escape(line)}</p>" for line in lines),
}
