"""The words in the XML of Word, PowerPoint and OpenDocument: paragraph by paragraph, never the whole tree.

Read with defusedxml: a document that declares entities (the bombs and file readers of XML) is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


@dataclass(frozen=True)
class Dialect:
    """How one format writes paragraphs."""

    paragraphs: frozenset[str]
    texts: frozenset[str]  # elements whose text is said; none: all text in a paragraph is
    breaks: dict[str, str]  # elements that stand for white space
    rows: frozenset[str]  # the paragraphs in a row stand on one line
    left_out: frozenset[str] = field(default_factory=frozenset)  # deleted text, margin notes


WORD = Dialect(
    paragraphs=frozenset({f"{_W}p"}),
    texts=frozenset({f"{_W}t"}),
    breaks={f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"},
    rows=frozenset({f"{_W}tr"}),
    left_out=frozenset({f"{_W}del", f"{_W}moveFrom"}),
)
POWERPOINT = Dialect(
    paragraphs=frozenset({f"{_A}p"}),
    texts=frozenset({f"{_A}t"}),
    breaks={f"{_A}br": "\n"},
    rows=frozenset({f"{_A}tr"}),
)
OPEN_DOCUMENT = Dialect(
    paragraphs=frozenset({f"{_TEXT}p", f"{_TEXT}h"}),
    texts=frozenset(),
    breaks={f"{_TEXT}s": " ", f"{_TEXT}tab": " ", f"{_TEXT}line-break": "\n"},
    rows=frozenset({f"{_TABLE}table-row"}),
    left_out=frozenset({f"{_TEXT}tracked-changes", f"{_OFFICE}annotation"}),
)


def lines_of(part: BinaryIO, dialect: Dialect) -> Iterator[str]:
    """The lines of one XML part. Raises what the parser raises on broken or dangerous XML."""
    row: list[str] = []
    rows = left_out = 0  # how deep we are in rows, and in what is left out
    for event, element in iterparse(part, events=("start", "end"), forbid_dtd=True):
        step = 1 if event == "start" else -1
        left_out += step * (element.tag in dialect.left_out)
        rows += step * (element.tag in dialect.rows)
        if event == "start":
            continue
        if element.tag in dialect.paragraphs:
            said = "" if left_out else "".join(_said(element, dialect))
            element.clear()
            if rows:
                row.append(" ".join(said.split()))
            else:
                yield from said.split("\n")
        elif element.tag in dialect.rows and not rows:
            yield "  ".join(cell for cell in row if cell)
            row = []


def _said(element: Element, dialect: Dialect) -> Iterator[str]:
    if element.tag in dialect.left_out:
        return
    if element.tag in dialect.breaks:
        yield dialect.breaks[element.tag]
        return
    mixed = not dialect.texts
    if element.text and (mixed or element.tag in dialect.texts):
        yield element.text
    for child in element:
        yield from _said(child, dialect)
        if mixed and child.tail:
            yield child.tail
