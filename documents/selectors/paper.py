"""What stands on paper: the official PDF of a version."""

import base64
import re
from datetime import date

from django.conf import settings
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from documents.content.links import relinked
from documents.content.toc import without_gaps
from documents.models import Version
from documents.selectors.pictures import picture_addresses, pictures_of


def official_context(version: Version) -> dict[str, object]:
    """What the official PDF of a version says, as it is at this moment. Four queries and its pictures."""
    document = version.document
    return {
        "version": version,
        "text": SafeString(on_paper(version)),  # cleaned when it was written
        "facts": [(label, value) for label, value in _facts(version) if value],
        "laws": document.law_lines,
        "printed": printed_copy(settings.SITE_URL + document.get_absolute_url()),
    }


def foot_lines(version: Version) -> tuple[str, str]:
    """What stands at the foot of every page of a file: which version of what it is, who decided it and when,
    since when it holds; and what a printed copy is worth."""
    document = version.document
    decided = " ".join(filter(None, (version.decided_by, version.paragraph, _day(version.decided_on))))
    facts = [
        f"{label} {value}"
        for label, value in ((_("Decided by"), decided), (_("Valid from"), _day(version.valid_from)))
        if value
    ]
    what = document.type.name, document.reference, version.name, version.registry_number
    return " · ".join(filter(None, (*what, *facts))), printed_copy(
        settings.SITE_URL + document.get_absolute_url()
    )


def printed_copy(address: str) -> str:
    """What a copy on paper is worth."""
    return _("A printed copy is valid at the time of printing. What is in force now: %(address)s") % {
        "address": address
    }


def _facts(version: Version) -> list[tuple[str, str]]:
    """What stands at its head, each with its name, in the language of the moment; empty where not known.

    A list and no definition list: of the parts of that one, PDF knows no kinds.
    """
    document = version.document
    applies_to = [row.unit.name for row in document.applies.select_related("unit")]
    return [
        (_("Version"), version.number),
        (_("Decided by"), version.decided_by),
        (_("Paragraph"), version.paragraph),
        (_("Day of the decision"), _day(version.decided_on)),
        (_("Registry number"), version.registry_number),
        (_("Valid from"), _day(version.valid_from)),
        (_("Document owner"), document.owner.name if document.owner else ""),
        (_("Belongs to"), version.unit.name),
        (_("Applies to"), ", ".join(applies_to)),
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
