"""Sending official PDFs and files of versions: exactly as stored, or marked where they no longer hold."""

from io import BytesIO
from typing import TypeVar

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from documents.content.stamp import stamped
from documents.models import FrozenPdf, Version
from documents.workflow.names import REPEALED

PDF = "application/pdf"
LONGEST_TITLE = 80  # characters of it in a file's name
R = TypeVar("R", bound=HttpResponseBase)


def pdf_name(version: Version) -> str:
    """What the file is called when it is saved: D-2026-0012-V2-rutin-för-handhygien.pdf."""
    return f"{version.reference}-{slugify(version.title, allow_unicode=True)[:LONGEST_TITLE]}.pdf"


def exactly(request: HttpRequest, version: Version, pdf: FrozenPdf | None) -> HttpResponseBase:
    """What was decided, byte for byte: the official PDF, else the file that itself holds. Raises Http404."""
    if pdf is not None and pdf.state == FrozenPdf.State.READY:
        return _sent(request, pdf.sha256, pdf.file.open("rb"), pdf_name(version), PDF)
    if pdf is not None and pdf.state == FrozenPdf.State.UNMADE and version.file is not None:
        kept = version.file
        return _sent(request, kept.sha256, kept.file.open("rb"), kept.name, kept.content_type)
    raise Http404


def marked(version: Version, pdf: FrozenPdf) -> FileResponse:
    """The official PDF of a version that no longer holds, with that written across every page."""
    with override(settings.LANGUAGE_CODE):
        mark = _("Repealed") if version.state == REPEALED else _("Replaced")
        line = _("%(mark)s %(day)s: this version no longer holds.") % {
            "mark": mark,
            "day": date_format(version.valid_until, "DATE_FORMAT") if version.valid_until else "",
        }
    with pdf.file.open("rb") as kept:
        content = stamped(kept.read(), mark, line, settings.LANGUAGE_CODE)
    return _guarded(FileResponse(BytesIO(content), filename=pdf_name(version), content_type=PDF))


def _sent(request: HttpRequest, sha256: str, file: object, name: str, content_type: str) -> HttpResponseBase:
    response: HttpResponseBase = get_conditional_response(request, etag=f'"{sha256}"') or FileResponse(
        file, as_attachment=content_type != PDF, filename=name, content_type=content_type
    )
    response["ETag"] = f'"{sha256}"'
    return _guarded(response)


def _guarded(response: R) -> R:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
