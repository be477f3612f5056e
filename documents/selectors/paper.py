"""What stands on paper: the official PDF of a version."""

import base64
import re

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString

from documents.models import Version
from documents.selectors.pictures import picture_addresses, pictures_of


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
