"""What has happened with a record: decisions, comments and field changes, newest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain

from django.utils.translation import gettext as _

from qms.organisation.access import Access
from qms.records.models import Attachment, Comment, Decision, Record
from qms.records.selectors.changes import FieldChange, change_entries, field_changes, level_at
from qms.records.selectors.decided import words_of
from qms.records.selectors.files import papers_kept_back
from qms.records.selectors.heard import Hearing, hearing, is_heard
from qms.records.selectors.links import LinkedRecord, links_ever
from qms.records.visibility import levels_kept_back
from qms.ui.components import TimelineEntry

NEWEST = 50  # so many events are shown before "show all"


@dataclass(frozen=True)
class Timeline:
    """The events to show, how many there are in all, and whether field changes are among them. Where words
    from the time when fewer saw the record are kept back, `opened` says when that ended."""

    entries: list[TimelineEntry]
    total: int
    shows_changes: bool
    opened: datetime | None = None

    @property
    def has_more(self) -> bool:
        """Whether older events are left out."""
        return self.total > len(self.entries)


class _Ears:
    """Which words about `record` are for `access`: asked where some may not be for everybody."""

    def __init__(self, record: Record, access: Access) -> None:
        self._record, self._access = record, access
        self._silent: list[datetime] = []

    @cached_property
    def _hearing(self) -> Hearing:
        return hearing(self._record, self._access)

    def hears(self, at: datetime) -> bool:
        """Whether what was said at that moment is theirs to read."""
        return is_heard(at, self._hearing.since)

    def told(self, at: datetime) -> bool:
        """The same of words that would stand here, noted when they do not."""
        if not self.hears(at):
            self._silent.append(at)
            return False
        return True

    @property
    def opened(self) -> datetime | None:
        """When the record was opened to them, where words from before that do not stand here."""
        opened = self._hearing.opened if self._silent else None
        return opened if opened and min(self._silent) < opened else None


def timeline(
    record: Record,
    access: Access,
    *,
    ties: Sequence[LinkedRecord] | None = None,
    changes: bool = False,
    everything: bool = False,
) -> Timeline:
    """What happened to `record`: three queries and those of the app. With `changes` also the field changes:
    one more, and one for each related model that they name.

    The notes of those who handle it stand in a place of their own (`notes_of`). `ties` are its `links_ever`,
    read here when not given. What was changed or removed while the record was restricted or sealed is told
    to others without its words: only then is the history read unasked. Of what was said before
    `heard_from` it is told that it was decided, changed or removed, not in which words.
    """
    ears = _Ears(record, access)
    decisions = [
        _decided(record, decision, heard=not decision.comment or ears.told(decision.at))
        for decision in record.decisions.all()
    ]
    comments = [
        _commented(comment)
        for comment in record.comments.all()
        if not comment.internal and (comment.author_id in access.acts_for or ears.told(comment.at))
    ]
    levels = levels_kept_back(record, access)
    found: list[FieldChange] | None = field_changes(record) if changes else None
    heard_of = [change for change in found or () if ears.hears(change.when)]
    shown = change_entries(heard_of, access, kept_back=levels)

    def kept_back(gone: datetime | None) -> bool:
        nonlocal found
        if gone is None:
            return False
        if not ears.hears(gone):
            return True
        if not levels:
            return False
        found = field_changes(record) if found is None else found
        return level_at(record, found, gone) in levels

    attached = list(record.attachments.all())
    papers = papers_kept_back(record, attached, access)
    files = [
        line for file in attached for line in _filed(file, file.pk in papers or kept_back(file.removed_at))
    ]
    ties = links_ever(record, access) if ties is None else ties
    tied = [line for tie in ties if not kept_back(tie.link.removed_at) for line in _tied(tie)]
    own = record.kind_offer.happened(access, record)
    # Of what happened at one moment the last stands first, so it is turned, not sorted backwards.
    entries = sorted(chain(decisions, own, shown, files, tied, comments), key=_moment)[::-1]
    return Timeline(
        entries=entries if everything else entries[:NEWEST],
        total=len(entries),
        shows_changes=changes,
        opened=ears.opened,
    )


def notes_of(record: Record, access: Access) -> Sequence[Comment] | None:
    """The notes of those who handle `record`, oldest first; None for everyone else. One query at most, none
    if the comments are prefetched."""
    if not access.can(record.kind_offer.edit, record):
        return None
    return [comment for comment in record.comments.all() if comment.internal]


def _moment(entry: TimelineEntry) -> float:
    return entry.when.timestamp() if entry.when else 0.0


def _decided(record: Record, decision: Decision, *, heard: bool) -> TimelineEntry:
    words = words_of(decision, record.kind_offer)
    return TimelineEntry(
        icon=words.icon,
        text=words.text,
        when=decision.at,
        who=decision.actor_name,
        speech=decision.comment if heard else "",
        tone=words.tone,
        detail=words.detail,
    )


def _filed(attachment: Attachment, kept_back: bool) -> Iterator[TimelineEntry]:
    """A file that was added, and perhaps removed; one `kept_back` by neither its name nor the reason."""
    name = {"file": _("a file") if kept_back else attachment.name}
    text = _("added %(file)s") % name
    yield TimelineEntry("paperclip", text, attachment.at, attachment.uploaded_by_name)
    if attachment.removed_at:
        yield TimelineEntry(
            "trash",
            _("removed %(file)s") % name,
            attachment.removed_at,
            attachment.removed_by_name,
            speech="" if kept_back else attachment.removed_why,
        )


def _tied(tie: LinkedRecord) -> Iterator[TimelineEntry]:
    """A record that it was tied to, and perhaps untied from; the reader sees both."""
    link, other = tie.link, {"reference": tie.record.reference}
    detail = f"{tie.label}: {tie.record.title}"
    text = _("tied it together with %(reference)s") % other
    yield TimelineEntry("link", text, link.created_at, link.created_by_name, detail=detail)
    if link.removed_at:
        text = _("untied it from %(reference)s") % other
        yield TimelineEntry("unlink", text, link.removed_at, link.removed_by_name, detail=detail)


def _commented(comment: Comment) -> TimelineEntry:
    return TimelineEntry("chat", _("commented"), comment.at, comment.author_name, speech=comment.text)
