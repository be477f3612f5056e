"""What PDF/UA-1 (ISO 14289-1) and PDF/A-2 ask of a file, as far as pypdf can tell."""

import io
import re
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader

# ISO 32000-1 14.8.4: what may stand directly in an element of that type. NonStruct passes its own on.
WITHIN = {
    "/L": {"/L", "/LI", "/Caption"},
    "/LI": {"/Lbl", "/LBody"},
    "/Table": {"/TR", "/THead", "/TBody", "/TFoot", "/Caption"},
    "/THead": {"/TR"},
    "/TBody": {"/TR"},
    "/TFoot": {"/TR"},
    "/TR": {"/TH", "/TD"},
}
ONLY_WITHIN = {
    **{part: {"/Table"} for part in ("/THead", "/TBody", "/TFoot")},
    "/TR": {"/Table", "/THead", "/TBody", "/TFoot"},
    **{cell: {"/TR"} for cell in ("/TH", "/TD")},
    "/LI": {"/L"},
    **{part: {"/LI"} for part in ("/Lbl", "/LBody")},
}


def elements(pdf: PdfReader) -> Iterator[tuple[str, str, Any]]:
    """(type, type of the one it stands in, element) of the whole structure, in reading order."""
    root = pdf.trailer["/Root"]["/StructTreeRoot"]
    yield from _below(root["/K"], "")


def _below(kids: Any, parent: str) -> Iterator[tuple[str, str, Any]]:
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object() if hasattr(kid, "get_object") else kid
        if isinstance(kid, dict) and "/S" in kid:
            kind = str(kid["/S"])
            yield kind, parent, kid
            yield from _below(kid.get("/K", []), kind)


def faults(content: bytes) -> list[str]:
    """In words, everything that is wrong with the structure, the language, the title or the fonts."""
    pdf = PdfReader(io.BytesIO(content))
    root = pdf.trailer["/Root"]
    return [*of_file(pdf), *_of_order(pdf), *_of_headings(pdf), *_of_pages(pdf, root), *_of_fonts(pdf)]


def of_file(pdf: PdfReader) -> Iterator[str]:
    """What is wrong with the file as a whole."""
    root = pdf.trailer["/Root"]
    marked, names = root.get("/MarkInfo", {}), root.get("/Names", {})
    wrong = {
        "no language": not root.get("/Lang"),
        "no title": not (pdf.metadata and pdf.metadata.title),
        "the title is not shown": not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"),
        "not marked as tagged": not marked.get("/Marked"),
        "its tags are suspects": bool(marked.get("/Suspects")),
        "encrypted": pdf.is_encrypted,
        "a file is attached": "/EmbeddedFiles" in names or "/AF" in root,
        "something acts": bool({"/OpenAction", "/AA"} & set(root)) or "/JavaScript" in names,
    }
    yield from (said for said, is_so in wrong.items() if is_so)


def _of_order(pdf: PdfReader) -> Iterator[str]:
    for kind, parent, element in elements(pdf):
        if parent in WITHIN and kind not in WITHIN[parent]:
            yield f"{kind} within {parent}"
        if kind in ONLY_WITHIN and parent not in ONLY_WITHIN[kind]:
            yield f"{kind} outside {'/'.join(sorted(ONLY_WITHIN[kind]))}: in {parent}"
        if kind == "/Figure" and not str(element.get("/Alt", "")).strip():
            yield "a picture without words"
        if kind == "/TH" and "/Scope" not in element.get("/A", {}) and not element.get("/ID"):
            yield "a head of a table that heads nothing"


def _of_headings(pdf: PdfReader) -> Iterator[str]:
    last = 0
    for kind, _parent, _element in elements(pdf):
        if re.fullmatch(r"/H[1-6]", kind):
            level = int(kind[2])
            if level > last + 1:
                yield f"{kind} follows /H{last}"
            last = level
    if not last:
        yield "no heading"


def _of_pages(pdf: PdfReader, root: Any) -> Iterator[str]:
    """Every mark of a page belongs to an element; every link says where it leads."""
    nums = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    marks = {int(nums[at]): nums[at + 1].get_object() for at in range(0, len(nums), 2)}
    for number, page in enumerate(pdf.pages, start=1):
        contents = page.get_contents()
        used = {int(mark) for mark in re.findall(rb"/MCID (\d+)", contents.get_data() if contents else b"")}
        if used and len(marks.get(int(page.get("/StructParents", -1)), [])) <= max(used):
            yield f"page {number} holds marks that no element has"
        for one in page.get("/Annots", []):
            link = one.get_object()
            if link.get("/Subtype") == "/Link" and not str(link.get("/Contents", "")).strip():
                yield f"page {number} has a link without words"
        if page.get("/Annots") and page.get("/Tabs") != "/S":
            yield f"page {number} is not walked through in the order of its structure"


def _of_fonts(pdf: PdfReader) -> Iterator[str]:
    for page in pdf.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            for part in font.get_object().get("/DescendantFonts", [font]):
                described = part.get_object().get("/FontDescriptor", {})
                if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(described.get_object()):
                    yield f"a font is not inside: {font.get_object().get('/BaseFont')}"
            if "/ToUnicode" not in font.get_object():
                yield f"letters cannot be read aloud: {font.get_object().get('/BaseFont')}"
