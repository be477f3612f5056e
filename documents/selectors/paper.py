"""What stands on paper: the official PDF of a version."""

import base64
import re
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from documents.content.links import relinked
from documents.content.toc import without_gaps
from documents.models import Document, Version
from documents.selectors.pictures import picture_addresses, pictures_of


@dataclass(frozen=True)
class Said:
    """What a document says of itself and may say otherwise later, while what was decided stays."""

    type: str
    owner: str
    unit: str
    applies_to: list[str]
    laws: list[str]


def of_the_moment(document: Document) -> Said:
    """What `document` says of itself now, in the language of the moment. A query."""
    return Said(
        type=document.type.name,
        owner=document.owner.name if document.owner else "",
        unit=document.unit.name,
        applies_to=[row.unit.name for row in document.applies.select_related("unit")],
        laws=document.law_lines,
    )


def official_context(version: Version, said: Said) -> dict[str, object]:
    """What the official PDF of a version says; `said` is what its document said of itself when it came into
    force. Two queries and its pictures."""
    return {
        "version": version,
        "text": SafeString(on_paper(version)),  # cleaned when it was written
        "running": " · ".join((said.type, version.document.reference, version.name)),
        "label": " · ".join((said.type, version.document.reference)),
        "facts": [(label, value) for label, value in _facts(version, said) if value],
        "laws": said.laws,
        "printed": printed_copy(settings.SITE_URL + version.document.get_absolute_url()),
    }


def foot_lines(version: Version, said: Said) -> tuple[str, str]:
    """What stands at the foot of every page of a file: which version of what it is, who decided it and when,
    since when it holds; and what a printed copy is worth."""
    document = version.document
    decided = " ".join(filter(None, (version.decided_by, version.paragraph, _day(version.decided_on))))
    facts = [
        f"{label} {value}"
        for label, value in ((_("Decided by"), decided), (_("Valid from"), _day(version.valid_from)))
        if value
    ]
    what = said.type, document.reference, version.name, version.registry_number
    return " · ".join(filter(None, (*what, *facts))), printed_copy(
        settings.SITE_URL + document.get_absolute_url()
    )


def printed_copy(address: str) -> str:
    """What a copy on paper is worth."""
    return _("A printed copy is valid at the time of printing. What is in force now: %(address)s") % {
        "address": address
    }


def _facts(version: Version, said: Said) -> list[tuple[str, str]]:
    """What stands at its head, each with its name, in the language of the moment; empty where not known.

    A list and no definition list: of the parts of that one, PDF knows no kinds.
    """
    return [
        (_("Version"), version.number),
        (_("Decided by"), version.decided_by),
        (_("Paragraph"), version.paragraph),
        (_("Day of the decision"), _day(version.decided_on)),
        (_("Registry number"), version.registry_number),
        (_("Valid from"), _day(version.valid_from)),
        (_("Document owner"), said.owner),
        (_("Belongs to"), said.unit),
        (_("Applies to"), ", ".join(said.applies_to)),
    ]


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


def on_paper(version: Version) -> str:
    """The text as it can leave this machine: links to pages of ours with their whole address, pictures as
    data, headings without gaps. A picture that is gone, or not the document's own, leaves its words."""
    site = settings.SITE_URL
    text = relinked(without_gaps(version.text), site, lambda address: site + address)
    pictures = pictures_of(version)

    def inside(found: re.Match[str]) -> str:
        picture = pictures.get(found[1])
        if picture is None:
            return 'src=""'
        with picture.file.open("rb") as stored:
            data = base64.b64encode(stored.read()).decode()
        return f'src="data:{escape(picture.content_type)};base64,{data}"'

    return picture_addresses().sub(inside, text)
