"""The pictures in a document's text: which are its own, and who sees them."""

import re
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from documents.content.markup import Start, read
from documents.models import Document, Review, Version
from qms.organisation.access import Access
from qms.records.models import Attachment
from qms.records.models.attachment import AttachmentQuerySet

_NO_FILE = UUID(int=0)
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def picture_addresses() -> re.Pattern[str]:
    """The address of a picture in a text, as `src="…"`; its only group is the picture's public id."""
    address = reverse("records:file", args=[_NO_FILE]).replace(str(_NO_FILE), f"({_UUID})")
    return re.compile(f'src="{address}"')


def pictures_of(version: Version) -> dict[str, Attachment]:
    """The pictures that may stand in a version's text: those of its document and of any version of it."""
    return _kept(version.document_id, set(picture_addresses().findall(version.text)))


def pictures_not_kept(document: Document, html: str, *, but: str = "") -> tuple[list[str], list[str]]:
    """The addresses of pictures in cleaned `html` that are not kept with the document: those of it that have
    been removed, and those that never were its own. What stands in the cleaned text `but` is left out.

    Two queries at most, none where all are kept or there is no picture.
    """
    standing = set(_addresses(but))
    named = {address: _public_id(address) for address in _addresses(html) if address not in standing}
    wanted = {public_id for public_id in named.values() if public_id}
    kept = _kept(document.pk, wanted)
    lacking = {address: public_id for address, public_id in named.items() if public_id not in kept}
    lost = {public_id for public_id in lacking.values() if public_id}
    once = {str(one.public_id) for one in _own(document.pk, lost)} if lost else set()
    removed = [address for address, public_id in lacking.items() if public_id in once]
    return removed, [address for address in lacking if address not in removed]


def _addresses(html: str) -> list[str]:
    return [piece.get("src") for piece in read(html) if isinstance(piece, Start) and piece.tag == "img"]


def _public_id(address: str) -> str:
    """The public id of the file at that address; nothing where it is no address of a file here."""
    found = picture_addresses().fullmatch(f'src="{address}"')
    return found[1] if found else ""


def _own(document_id: int, wanted: set[str]) -> AttachmentQuerySet:
    versions = Version.objects.filter(document=document_id).order_by().values("pk")
    theirs = Q(record_id=document_id) | Q(record_id__in=versions)
    return Attachment.objects.filter(theirs, public_id__in=wanted, is_image=True)


def _kept(document_id: int, wanted: set[str]) -> dict[str, Attachment]:
    if not wanted:
        return {}
    return {str(picture.public_id): picture for picture in _own(document_id, wanted).present()}


def stands_in_what_is_read(picture: Attachment, access: Access) -> bool:
    """Whether `access` reads a text of the document in which `picture`, which hangs on some part of it,
    stands: that of a version they see, or what the page of a version under way holds it against (what is in
    force, and what they themselves have answered about). Four queries at most.
    """
    if not picture.is_image:
        return False
    address = picture.get_absolute_url()
    of_document = Q(document=picture.record_id) | Q(document__versions=picture.record_id)
    siblings = Version.objects.filter(of_document, file__isnull=True).order_by()
    seen = Version.objects.visible_to(access).filter(pk__in=siblings.values("pk")).order_by()
    if seen.filter(text__contains=address).exists():
        return True
    # What is a file is held against the words of others: it shows no picture.
    under_way = seen.filter(is_under_way=True)
    if not under_way.exists():
        return False
    answered = Review.objects.filter(version__in=under_way.values("pk"), reviewer__in=access.acts_for)
    return (
        siblings.filter(is_in_force=True, text__contains=address).exists()
        or answered.filter(looked_text__contains=address).exists()
    )
