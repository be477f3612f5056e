"""The public register: documents that are public and in force, without login."""

import re
from datetime import datetime, time
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from documents.content.links import relinked
from documents.content.toc import contents
from documents.models import Document
from documents.selectors import register
from documents.selectors.citations import reference_at, references_in
from documents.selectors.pictures import picture_addresses, pictures_of
from documents.selectors.register import Entry
from documents.selectors.text import readable
from documents.views.files import exactly
from qms.http import QmsRequest
from qms.public import address, without_cookies

JSON_STEP = 500
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
R = TypeVar("R", bound=HttpResponseBase)
SECONDS = 60  # so long a page may be kept on the way: what is repealed is gone within a minute


def _open_to_all(response: R) -> R:
    """What is in the register may be kept for a moment and found by search engines."""
    response["Cache-Control"] = f"public, max-age={SECONDS}"
    response["X-Robots-Tag"] = "all"
    return response


@without_cookies
@require_safe
@conditional_page
def index(request: QmsRequest) -> HttpResponse:
    """All of it, or what fits a text and a type."""
    asked = request.GET.get("n", "")[:4]
    shown = min(max(int(asked), register.STEP), register.MOST) if asked.isdecimal() else register.STEP
    found = register.search_register(request.GET.get("q", ""), request.GET.get("type", ""), shown)
    context = {
        "found": found,
        "rows": _rows(request, found.shown),
        "near": _rows(request, found.near),
        "may_show_more": found.has_more and shown < register.MOST,
        "step": register.STEP,
        "next_shown": min(shown + register.STEP, register.MOST),
        "most": register.MOST,
        "feed": address(request, "register:feed"),
        "json": address(request, "register:json"),
    }
    return _open_to_all(render(request, "documents/register/index.html", context))


def _rows(request: QmsRequest, entries: list[Entry]) -> list[tuple[Entry, str]]:
    return [(one, address(request, "register:document", one.document.reference)) for one in entries]


@without_cookies
@require_safe
@conditional_page
def document(request: QmsRequest, reference: str) -> HttpResponse:
    """One document, to be read."""
    entry = _entry_or_404(reference)
    text = _with_open_links(request, _with_open_pictures(request, entry))
    context = {
        "entry": entry,
        "document": entry.document,
        "version": entry.version,
        "text": readable(text, []),
        "contents": contents(text),
        "today": timezone.localdate(),
        "language": settings.LANGUAGE_CODE,
        "index": address(request, "register:index"),
        "file": address(request, "register:file", reference) if entry.has_file else "",
    }
    return _open_to_all(render(request, "documents/register/document.html", context))


@without_cookies
@require_safe
def file(request: QmsRequest, reference: str) -> HttpResponseBase:
    """The official PDF, or the file that itself holds: exactly what was decided."""
    entry = _entry_or_404(reference)
    return _open_to_all(exactly(request, entry.version, entry.pdf))


@without_cookies
@require_safe
def picture(request: QmsRequest, reference: str, public_id: UUID) -> HttpResponseBase:
    """A picture that stands in the text that is in force."""
    found = pictures_of(_entry_or_404(reference).version).get(str(public_id))
    if found is None:
        raise Http404
    response = FileResponse(found.file.open("rb"), filename=found.name, content_type=found.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    return _open_to_all(response)


@without_cookies
@require_safe
@conditional_page
def feed(request: QmsRequest) -> HttpResponse:
    """What came into force last, as an Atom feed (RFC 4287)."""
    entries = register.newest()
    made = Atom1Feed(
        title=_("Governing documents in force: %(municipality)s") % {"municipality": settings.MUNICIPALITY},
        link=settings.SITE_URL + reverse("register:index"),
        description="",
        language=settings.LANGUAGE_CODE,
        feed_url=settings.SITE_URL + reverse("register:feed"),
        author_name=settings.MUNICIPALITY,
    )
    for entry in entries:
        made.add_item(**_item(entry))
    response = HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    return _open_to_all(response)


def _item(entry: Entry) -> dict[str, Any]:
    link = settings.SITE_URL + reverse("register:document", args=[entry.document.reference])
    day = entry.version.valid_from
    said = {
        "title": f"{entry.document.type.name}: {entry.document.title}",
        "description": _("Version %(number)s, decided by %(who)s")
        % {"number": entry.version.number, "who": entry.version.decided_by},
    }
    return {
        **{name: _in_xml(words) for name, words in said.items()},
        "link": link,
        "unique_id": f"{link}#{entry.version.number}",
        "updateddate": entry.version.state_since,
        "pubdate": timezone.make_aware(datetime.combine(day, time())) if day else entry.version.state_since,
        "categories": [_in_xml(entry.document.type.name)],
    }


def _in_xml(words: str) -> str:
    """Words without the characters that XML knows no way to write: one of them, pasted into one title, would
    leave everybody without the feed."""
    return _NOT_IN_XML.sub(" ", words)


@without_cookies
@require_safe
@conditional_page
def as_json(request: QmsRequest) -> HttpResponse:
    """All of it for programs, JSON_STEP documents a page; `next` leads to the following page."""
    asked = request.GET.get("after", "")[:18]
    entries, last = register.page_after(int(asked) if asked.isdecimal() else 0, JSON_STEP)
    here = settings.SITE_URL + reverse("register:json")
    body = {
        "municipality": settings.MUNICIPALITY,
        "documents": [_listed(entry) for entry in entries],
        "next": f"{here}?after={last}" if last else None,
    }
    return _open_to_all(JsonResponse(body, json_dumps_params={"ensure_ascii": False}))


def _listed(entry: Entry) -> dict[str, Any]:
    document, version = entry.document, entry.version
    page = settings.SITE_URL + reverse("register:document", args=[document.reference])
    return {
        "reference": document.reference,
        "title": document.title,
        "type": document.type.key,
        "unit": document.unit.name,
        "version": version.number,
        "decided_by": version.decided_by,
        "paragraph": version.paragraph,
        "decided_on": version.decided_on,
        "registry_number": version.registry_number,
        "valid_from": version.valid_from,
        "valid_until": document.ends_on,
        "page": page,
        "file": settings.SITE_URL + reverse("register:file", args=[document.reference])
        if entry.has_file
        else None,
        "sha256": entry.sha256 or None,
    }


def _entry_or_404(reference: str) -> Entry:
    try:
        return register.entry_of(reference)
    except Document.DoesNotExist as missing:
        raise Http404 from missing


def _with_open_links(request: QmsRequest, text: str) -> str:
    """The text with its links to documents of the register leading there; of what only those who have signed
    in may open, the words stay."""
    there = register.among_registered(references_in(text))

    def leads(to: str) -> str:
        reference = reference_at(to)
        if not reference:
            return to
        if reference not in there:
            return ""
        place = urlsplit(to).fragment
        return address(request, "register:document", reference) + (f"#{place}" if place else "")

    return relinked(text, settings.SITE_URL, leads)


def _with_open_pictures(request: QmsRequest, entry: Entry) -> str:
    """The text with its pictures at addresses that are open to everyone."""
    there = pictures_of(entry.version)

    def opened(found: Any) -> str:
        if found[1] not in there:
            return 'src=""'
        return f'src="{reverse("register:picture", args=[entry.document.reference, found[1]])}"'

    return picture_addresses().sub(opened, entry.version.text)
