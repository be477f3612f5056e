"""The demo's texts made into markup: paragraphs, headings (##), lists, tables, and [[titles]] of others."""

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape, unescape
from itertools import groupby

_TITLE = re.compile(r"\[\[(.+?)\]\]")


def html_of(text: str) -> str:
    """The markup of a text file of the demo."""
    return "".join(_blocks(text))


def linked(html: str, addresses: Mapping[str, str]) -> str:
    """`html` with every [[title]] as a link where there is an address for it, else as words."""

    def link(found: re.Match[str]) -> str:
        address = addresses.get(unescape(found[1]), "")
        return f'<a href="{escape(address)}">{found[1]}</a>' if address else found[1]

    return _TITLE.sub(link, html)


def titles_in(html: str) -> list[str]:
    """The titles in [[…]]."""
    return [unescape(title) for title in _TITLE.findall(html)]


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
