"""What the page of a version shows of its own: its text, what is new in it, who has said what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F, Prefetch
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from documents import permissions
from documents.content.difference import Difference, difference, difference_of_words
from documents.content.toc import headings, without_anchors
from documents.content.words import words_of
from documents.forms.write import RemarkForm
from documents.models import Document, FileText, Review, Version
from documents.selectors.heard import works_on
from documents.selectors.page import may_mend, may_read_again
from documents.selectors.text import readable
from documents.selectors.versions import corrected_since, takes_remarks
from documents.services.drafts import plain_text
from documents.workflow.names import DRAFT, IN_FORCE, REVIEW
from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.planned import PlannedRows
from qms.records.selectors.frame import is_seen
from qms.records.selectors.heard import opened_to


@dataclass(frozen=True)
class News:
    """What is new in a version since something the reader knows; `too_long` says why it is not shown."""

    title: str
    difference: Difference | None
    too_long: str = ""
    titles: Difference | None = None  # what the two are called, where that changed

    @property
    def html(self) -> SafeString:
        """The text with what was added and taken away marked, as it is read; cleaned by whoever made it."""
        return readable(self.difference.html if self.difference else "", [])

    @property
    def called(self) -> SafeString:
        """The title with what was added and taken away marked, where it changed."""
        return SafeString(self.titles.html if self.titles else "")


def beside() -> "Sequence[Prefetch[Any, Any, Any]]":
    """What a version's page reads with it: what reviewers have answered, and the remarks on its text."""
    return (Prefetch("reviews"), Prefetch("remarks"))


def version_detail(access: Access, record: Version) -> dict[str, Any]:
    """Context of a version's page. Five queries, one more where something has been answered before, and one
    for a file without words."""
    words_read(record)
    reviews = sorted(record.reviews.all(), key=lambda one: (-one.round, one.pk))
    works_on_it, opened = works_on(record, access), opened_to(record, access)

    def heard(at: datetime | None, by: int | None) -> bool:
        own = by is not None and by in access.acts_for
        return own or (works_on_it and (at is None or opened is None or at >= opened))

    for review in reviews:
        if not heard(review.answered_at, review.reviewer_id):
            review.comment = ""  # on this page
    document = _document_of(record, access)
    news = news_for(record, access, reviews)
    return {
        "document": document,
        "today": timezone.localdate(),
        "corrected": corrected_since(record),
        "may_mend": document is not None and bool(record.decided_by) and may_mend(access, record, document),
        "may_read_again": document is not None and may_read_again(access, record, document),
        "text": whole_text(record, news),
        "news": news,
        "reviews": reviews,
        "wishes": _wishes(record, reviews),
        "remarks": [one for one in record.remarks.all() if heard(one.at, one.author_id)],
        "remark_form": remark_form(record) if takes_remarks(record, access) else None,
        "writes": record.state == DRAFT and access.can(permissions.WRITE, record),
        "settles": access.can(permissions.WRITE, record),
    }


_DOCUMENT: PlannedRows[Document] = PlannedRows(
    lambda pk: Document.objects.select_related("type", "unit").defer("search", "text").filter(pk=pk)
)


def _document_of(version: Version, access: Access) -> Document | None:
    """Its document, where the reader sees that too. Two queries."""
    if not is_seen(version.document_id, access):
        return None
    (document,) = _DOCUMENT.fetch(version.document_id)
    return document


def whole_text(version: Version, news: News | None) -> SafeString:
    """The text as it is read. Beneath what is new in it, where each heading stands already, it has no place
    that can be pointed at: a link into it leads to what is new."""
    repeated = news is not None and news.difference is not None and news.difference.changed
    return readable(without_anchors(version.text) if repeated else version.text, [])


def _wishes(version: Version, reviews: list[Review]) -> list[str]:
    """Who wishes something changed before it goes on, of those asked this time."""
    if version.state != REVIEW:
        return []
    asked = (one for one in reviews if one.round == version.round)
    return [one.reviewer_name for one in asked if one.answer == Review.Answer.CHANGE]


def remark_form(version: Version, data: Any = None) -> RemarkForm:
    """A form for a remark on any of its headings."""
    places = [(heading.anchor, heading.text) for heading in headings(version.text)]
    return RemarkForm(data, headings=places)


def news_for(version: Version, access: Access, reviews: list[Review]) -> News | None:
    """What has changed since the reader last looked, else since what is in force; None when all is new."""
    if not version.is_open:
        return None
    own = next(
        (one for one in reviews if one.reviewer_id in access.acts_for and one.answered_at is not None), None
    )
    if own is not None and own.looked_text:
        words_only = own.looked_file or version.is_file
        looked = words_of(own.looked_text) if words_only and not own.looked_file else own.looked_text
        return compared(_("Changed since you answered"), looked, version, words_only)
    held = Version.objects.filter(document=version.document_id, state=IN_FORCE)
    held = held.select_related("file", "file_text").first()
    if held is None or held.pk == version.pk:
        return None
    title = _("Changed since version %(number)s, which is in force") % {"number": held.number}
    if unread := why_unread(held):
        return News(title, None, unread, titles_of(held, version))
    words_only = held.is_file or version.is_file
    text = plain_text(held) if words_only else held.text
    return replace(compared(title, text, version, words_only), titles=titles_of(held, version))


def titles_of(before: Version, after: Version) -> Difference | None:
    """What the two are called held against each other; None where both are called the same."""
    return None if before.title == after.title else difference_of_words(before.title, after.title)


def words_read(version: Version) -> None:
    """Let a version that is a file have its words and whether they have been read as of one moment.

    Read one after the other, words that come in between would be taken for none. A query where there are
    none.
    """
    if version.is_file and not version.extracted:
        reading = FileText.objects.annotate(words=F("version__extracted")).filter(version=version).first()
        if reading is not None:
            version.extracted, version.file_text = reading.words, reading


def why_unread(version: Version) -> str:
    """Why the words of a version that is a file are not there to be compared; nothing where they are.

    A query where there are none.
    """
    words_read(version)
    if not version.is_file or version.extracted:
        return ""
    assert version.file is not None  # noqa: S101  is_file says so
    reading: FileText | None = getattr(version, "file_text", None)
    if reading is None or reading.state == FileText.State.READY:
        return _("What is new cannot be shown: no words can be read in %(file)s.") % {"file": version.file}
    if reading.state == FileText.State.PENDING:
        return _("What is new cannot be shown yet: %(file)s is being read.") % {"file": version.file}
    return _("What is new cannot be shown: %(file)s could not be read.") % {"file": version.file}


def compared(title: str, before: str, version: Version, words_only: bool) -> News:
    """`version` held against an earlier text; both as plain words where one of the two is a file."""
    if unread := why_unread(version):
        return News(title, None, unread)
    try:
        if words_only:
            return News(title, difference_of_words(before, plain_text(version)))
        return News(title, difference(before, version.text))
    except RuleViolation as refused:
        return News(title, None, str(refused))
