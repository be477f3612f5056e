"""What the page of a document shows of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.safestring import SafeString

from documents import permissions
from documents.content.toc import Heading, contents
from documents.models import Applies, Document, ReadDuty, Version
from documents.selectors.citations import citing
from documents.selectors.reading import next_to_read
from documents.selectors.text import Way, readable
from documents.selectors.versions import newest_first, sees_to_words
from documents.workflow.names import IN_FORCE, SCHEDULED
from qms.contributions import place_acts
from qms.organisation.access import Access
from qms.planned import PlannedRows
from qms.records.models import RecordQuerySet
from qms.records.visibility import visible_at

SHOWN_VERSIONS = 8
MATTERING = 3  # a correction under way, what is in force, and what it replaced
LONG = ("search", "text", "extracted")  # left in the database until they are read


@dataclass(frozen=True)
class Shown:
    """The version that is read, with its text and its contents."""

    version: Version
    html: SafeString
    contents: Sequence[Heading]


def beside() -> "Sequence[Prefetch[Any, Any, Any]]":
    """What a document's page reads with it: the units it holds for, and whether it is cited nowhere."""
    return (Prefetch("applies", Applies.objects.select_related("unit")), Prefetch("cited_by"))


def document_detail(access: Access, record: Document) -> dict[str, Any]:
    """Context of a document's page: the version that holds, who decided it, for whom, what else there is.

    Three queries, one more where it has many versions, two where somebody is asked to read it. The page asks
    for one more for each version under way: for its owner. What the person may not see is not there: a
    version under way, for those outside the unit.
    """
    seen = newest_first(record).filter(visible_at(access, "pk"))
    versions = cast("list[Version]", list(seen.defer(*LONG)[: SHOWN_VERSIONS + 1]))
    known = versions + _further(seen, versions)
    held = next((version for version in known if version.is_in_force), None)
    waiting = [version for version in known if version.is_under_way]
    read = held or (next(iter(waiting), None) if record.is_open else _last(known))
    read = _whole(read) if read else None
    held = read if held else None
    duty = _duty(record, access, known) if record.asks_to_read_id else None
    return {
        "held": held,
        "waiting": waiting,
        "coming": min((one for one in waiting if one.state == SCHEDULED), key=_day_of, default=None),
        "begins": record.is_open and not any(not one.minor for one in waiting),
        "corrects": held is not None and record.is_open and not any(one.minor for one in waiting),
        "shown": _shown(read, record, access) if read else None,
        "versions": versions[:SHOWN_VERSIONS],
        "more_versions": len(versions) > SHOWN_VERSIONS,
        "before": _before(held, known),
        "type": record.type,
        "duty": duty,
        "next_to_read": _next(record, duty, access),
        "applies": [row.unit for row in record.applies.all()],
        "writes": access.can(permissions.WRITE, record),
        "steers": access.can(permissions.STEER, record),
        "may_mend": held is not None and may_mend(access, held, record),
        "citing": citing(record, access) if record.cited_by.exists() else None,
        "may_read_again": read is not None and may_read_again(access, read, record),
        "today": timezone.localdate(),
        "follows_reading": record.asks_to_read_id and access.can(permissions.READING, record),
    }


def _further(seen: RecordQuerySet, versions: list[Version]) -> list[Version]:
    """What is in force, under way or has held last, where many later drafts that came to nothing stand before
    it. A query where there are so many."""
    if len(versions) <= SHOWN_VERSIONS:
        return []
    matters = Q(is_in_force=True) | Q(is_under_way=True) | Q(valid_until__isnull=False)
    older = seen.filter(matters).exclude(pk__in=[version.pk for version in versions])
    return cast("list[Version]", list(older.defer(*LONG)[:MATTERING]))


def _day_of(version: Version) -> date:
    return version.valid_from or date.max


def _last(versions: list[Version]) -> Version | None:
    """What held last of a document that has ended, not a draft that ended with it; of one that never held
    its newest draft."""
    held = (version for version in versions if version.valid_until)
    return next(held, None) or next(iter(versions), None)


def _duty(document: Document, access: Access, known: Sequence[Version]) -> ReadDuty | None:
    """What the person is asked to read of it; its versions are those that are `known`, where they are."""
    duty = ReadDuty.objects.standing().filter(document=document, person=access.person).first()
    if duty:
        by_id = {version.pk: version for version in known}
        for name in ("version", "confirmed_version"):
            if version := by_id.get(getattr(duty, f"{name}_id")):
                setattr(duty, name, version)
    return duty


def _next(document: Document, duty: ReadDuty | None, access: Access) -> Document | None:
    """What is to be read after this one, while this one waits."""
    if access.person is None or duty is None or duty.confirmed_at:
        return None
    return next_to_read(access.person, document)


def may_mend(access: Access, version: Version, document: Document) -> bool:
    """Whether the official PDF of `version` could not be made, and `access` may have it tried again.

    `version` has its `pdf` loaded.
    """
    pdf = getattr(version, "pdf", None)
    return pdf is not None and pdf.is_in_want and access.can(permissions.MEND_PDF, document)


def may_read_again(access: Access, version: Version, document: Document) -> bool:
    """Whether the words of `version`, a file, could not be read, and `access` may have them tried again.

    `version` has its `file_text` loaded.
    """
    text = getattr(version, "file_text", None)
    return text is not None and text.is_in_want and sees_to_words(access, version, document)


_WHOLE: PlannedRows[Version] = PlannedRows(
    lambda pk: Version.objects.select_related("file", "file_text", "pdf").defer("search").filter(pk=pk)
)


def _whole(version: Version) -> Version:
    """The one that is read, with its text, file and PDF: what is asked of all of them is planned quicker."""
    (whole,) = _WHOLE.fetch(version.pk)
    return whole


def _before(held: Version | None, versions: list[Version]) -> Version | None:
    """The version that the one in force replaced."""
    if held is None:
        return None
    older = (one for one in versions if one.state == "superseded")
    return next((one for one in older if (one.major, one.minor) < (held.major, held.minor)), None)


def _shown(version: Version, document: Document, access: Access) -> Shown:
    ways = place_ways(document, access) if document.state == IN_FORCE else []
    return Shown(version, readable(version.text, ways), contents(version.text))


def place_ways(document: Document, access: Access) -> list[Way]:
    """What other apps offer to do from a place in the text."""

    def way(act: Any) -> Way:
        return Way(str(act.label), act.icon, lambda anchor, words: act.url(access, document, anchor, words))

    return [way(act) for act in place_acts if act.visible(access)]
