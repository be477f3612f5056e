"""PDF: the same templates and charts as the pages, in a frame with the municipality's head and page numbers.

Written as PDF/UA-1 (or, for the archive, PDF/A-2a): tagged, with language and title. Not validated by
veraPDF, so say "tagged", not "conformant". Rendering takes about a fifth of a second a page: do it in a job,
with a time limit.
"""

import mimetypes
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext

ACCESSIBLE = "pdf/ua-1"
ARCHIVAL = "pdf/a-2a"  # tagged, every font inside, and by definition without attached files

# Addresses within a document are relative to this; only our static files can be reached through it.
BASE = "file:///static/"


class PdfUnavailable(RuntimeError):
    """The machine lacks the system libraries that draw PDF; the message says which and what to do."""


def render_pdf(
    template: str,
    context: dict[str, object],
    *,
    title: str,
    lang: str,
    variant: str = ACCESSIBLE,
    style: str = "",
) -> bytes:
    """Render `template` (which extends ui/pdf/base.html) to a tagged PDF in the language `lang`.

    `title` stands in the head and in the file's properties, `variant` is ACCESSIBLE or ARCHIVAL, `style`
    holds rules of this PDF alone. Raises PdfUnavailable when Pango is missing.
    """
    weasyprint = _weasyprint()
    with translation.override(lang):
        frame = {"title": title, "lang": lang, "printed_at": timezone.localtime()}
        html = render_to_string(template, {**context, **frame})
    document = weasyprint.HTML(string=html, base_url=BASE, url_fetcher=_fetcher())
    own = [weasyprint.CSS(string=style)] if style else None
    pdf: bytes = document.write_pdf(finisher=_lists_whole, pdf_variant=variant, stylesheets=own)
    return pdf


def _weasyprint() -> Any:
    """WeasyPrint, imported late: it is slow to load and fails with OSError where Pango is missing."""
    try:
        import weasyprint
    except OSError as error:
        raise PdfUnavailable(
            gettext(
                "PDF cannot be made on this machine: the system libraries Pango and HarfBuzz are missing. "
                "Everything else works. README.md says what to install."
            )
        ) from error
    return weasyprint


def _lists_whole(document: Any, pdf: Any) -> None:
    """Put what stands in an item of a list beside its number into one body, as PDF/UA asks (ISO 32000-1,
    14.8.4.3.3): WeasyPrint does so for words, not for paragraphs."""
    tagged: Any = (one for one in pdf.objects if isinstance(one, dict) and one.get("Type") == "/StructElem")
    elements: dict[bytes, Any] = {one.reference: one for one in tagged}
    for item in [one for one in elements.values() if one["S"] == "/LI"]:
        loose = [kid for kid in item["K"] if kid in elements and elements[kid]["S"] not in ("/Lbl", "/LBody")]
        if not loose:
            continue
        body = type(item)({**item, "S": "/LBody", "K": type(item["K"])(loose), "P": item.reference})
        pdf.add_object(body)
        for kid in loose:
            elements[kid]["P"] = body.reference
        item["K"][:] = [*(kid for kid in item["K"] if kid not in loose), body.reference]


def static_file(url: str) -> Path:
    """The file behind an address in a document; raises ValueError for anything but our static files."""
    if not url.startswith(BASE) or ".." in url:
        raise ValueError(f"A PDF may only use static files, not {url}")
    found = finders.find(unquote(urlsplit(url).path).removeprefix("/static/"))
    if found is None:
        raise ValueError(f"There is no static file {url}")
    return Path(found)


def _fetcher() -> Any:
    """A fetcher for static files and data: addresses; a document never reaches the disk or the network."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class StaticFetcher(URLFetcher):  # type: ignore[misc]
        """Static files by their name, whatever address the storage serves them at."""

        def fetch(self, url: str, headers: EmailMessage | None = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            kind = mimetypes.guess_type(url)[0] or "application/octet-stream"
            return URLFetcherResponse(url, static_file(url).read_bytes(), {"Content-Type": kind})

    return StaticFetcher(allowed_protocols=["data"])
