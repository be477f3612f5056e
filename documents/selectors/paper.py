"""What stands on paper: the official PDF of a version."""

import base64
import re
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from documents.content.markup import Start, read
from documents.models import Document, Version
from qms.records.models import Attachment

_NO_FILE = UUID(int=0)
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def official_context(version: Version) -> dict[str, object]:
    """What the official PDF of a version says, as it is at this moment. Four queries and its pictures."""
    document = version.document
    return {
        "version": version,
        "text": SafeString(with_pictures_inside(version)),  # cleaned when it was written
        "applies_to": [row.unit.name for row in document.applies.select_related("unit")],
        "laws": document.law_lines,
        "address": settings.SITE_URL + document.get_absolute_url(),
    }


def picture_addresses() -> re.Pattern[str]:
    """The address of a picture in a text, as `src="…"`; its only group is the picture's public id."""
    address = reverse("records:file", args=[_NO_FILE]).replace(str(_NO_FILE), f"({_UUID})")
    return re.compile(f'src="{address}"')


def pictures_of(version: Version) -> dict[str, Attachment]:
    """The pictures that may stand in a version's text: those of its document and of any version of it."""
    return _own_pictures(version.document_id, set(picture_addresses().findall(version.text)))


def foreign_pictures(document: Document, html: str) -> list[str]:
    """The addresses of pictures in cleaned `html` that are none of the document's own. A query where it has
    any."""
    addresses = [piece.get("src") for piece in read(html) if isinstance(piece, Start) and piece.tag == "img"]
    named = {address: picture_addresses().fullmatch(f'src="{address}"') for address in addresses}
    own = _own_pictures(document.pk, {found[1] for found in named.values() if found})
    return [address for address, found in named.items() if found is None or found[1] not in own]


def _own_pictures(document_id: int, wanted: set[str]) -> dict[str, Attachment]:
    if not wanted:
        return {}
    found = Attachment.objects.present().filter(public_id__in=wanted, is_image=True)
    found = found.filter(
        Q(record_id=document_id) | Q(record_id__in=Version.objects.filter(document=document_id).values("pk"))
    )
    return {str(picture.public_id): picture for picture in found}


def with_pictures_inside(version: Version) -> str:
    """The text with its pictures as data; one that is gone, or not the document's own, leaves its words."""
    pictures = pictures_of(version)

    def inside(found: re.Match[str]) -> str:
        picture = pictures.get(found[1])
        if picture is None:
            return 'src=""'
        with picture.file.open("rb") as stored:
            data = base64.b64encode(stored.read()).decode()
        return f'src="data:{escape(picture.content_type)};base64,{data}"'

    return picture_addresses().sub(inside, version.text)
