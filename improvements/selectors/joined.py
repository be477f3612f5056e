"""What others have sent in about the same: the cases that go on in one, and how that one goes for those whose
case goes on in it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from improvements.models import Improvement
from improvements.selectors.full_rule import all_merged
from improvements.selectors.sender import StepOn, steps_on, told
from qms.organisation.access import Access
from qms.records.models import Attachment, Comment, Decision, Link, LinkType, Record
from qms.records.selectors.heard import is_heard, opened_each
from qms.records.workflow import State
from qms.ui.components import TimelineEntry


@dataclass(frozen=True)
class Joined:
    """The cases that go on in one, as far as they are seen, and how many more there are: of those that not
    everyone in their unit sees, nothing tells."""

    cases: list["JoinedCase"]
    unseen: int


@dataclass(frozen=True)
class JoinedCase:
    """One of them with what was said and shown there."""

    record: Improvement
    comments: list[Comment]
    files: list[Attachment]


def joined(record: Improvement, access: Access, merged: list[Improvement] | None = None) -> Joined:
    """What goes on in `record`, and where that is shown. One query when nothing does, else five or more.

    `merged` is everything that goes on in it, read here when not given. What is said among those who handle
    a case stands on its own page only; what was said while fewer saw it is not for those who did not.
    """
    merged = all_merged(record) if merged is None else merged
    if not merged:
        return Joined([], 0)
    ids = [case.pk for case in merged]
    seen = set(Record.objects.visible_to(access).filter(pk__in=ids).order_by().values_list("pk", flat=True))
    heard = opened_each([case for case in merged if case.pk in seen], access)
    comments: dict[int, list[Comment]] = defaultdict(list)
    for comment in Comment.objects.filter(record__in=seen, internal=False):
        own = comment.author_id in access.acts_for
        if own or is_heard(comment.at, heard.get(comment.record_id)):
            comments[comment.record_id].append(comment)
    files: dict[int, list[Attachment]] = defaultdict(list)
    for file in Attachment.objects.present().filter(record__in=seen):
        files[file.record_id].append(file)
    cases = [JoinedCase(case, comments[case.pk], files[case.pk]) for case in merged if case.pk in seen]
    return Joined(cases, sum(case.pk not in seen and not case.is_restricted for case in merged))


def is_as_closed(record: Record, into: Record) -> bool:
    """Whether nobody comes to know what they may not, nor goes on with it in the open, when `record` goes on
    in `into`."""
    return not into.is_sealed and (into.is_restricted or not record.is_restricted)


def kept_links(links: Sequence[Link]) -> dict[int, str]:
    """Of `links` those by which a case goes on in another, by id, and how they part. At most a query."""
    ends = {(link.source_id, link.target_id): link.pk for link in links if link.type == LinkType.SAME_AS}
    if not ends:
        return {}
    sources = [source for source, _target in ends]
    merged = Improvement.objects.filter(pk__in=sources, merged_into__isnull=False).order_by()
    why = _("One goes on in the other: open that one again, and they part.")
    return {ends[pair]: why for pair in merged.values_list("pk", "merged_into") if pair in ends}


def into_seen(record: Improvement, access: Access) -> Improvement | None:
    """The case in which `record` goes on, if `access` sees it. A query only where it does.

    Where it is not seen its number stands alone, whatever the reason: the decision to join told that
    number, and one that was kept back only of sealed cases would tell which they are.
    """
    if record.merged_into_id is None:
        return None
    seen = Improvement.objects.visible_to(access).defer("search")
    into: Improvement | None = seen.filter(pk=record.merged_into_id).first()
    return into


@dataclass(frozen=True)
class GoesOn:
    """What becomes of a case in the one it goes on in, for whoever sent it and may not see that one.

    `state` is None where only those who handle it may know: then it is told whether it `is_open`, no more.
    `there` is the case whose owner and unit have it now, as far as that may be told.
    """

    is_open: bool
    state: State | None
    happened: list[TimelineEntry]
    there: Improvement | None = None


def goes_on(record: Improvement) -> GoesOn | None:
    """What becomes of `record` where it goes on; None when it stands by itself. Three queries a step.

    Told is what was decided there after it was joined, with the words meant for the sender: from then on
    those who handle it know who reads them. What was written before was for another. Where that case was
    joined with a third, it is told of both, each from when it came there.
    """
    steps = steps_on(record)
    if not steps:
        return None
    into = steps[-1].into
    if into.is_restricted:
        return GoesOn(into.is_open, None, [])
    happened = [entry for step in reversed(steps) if not step.into.is_restricted for entry in _told_in(step)]
    return GoesOn(into.is_open, into.state_offer, happened, into)


def _told_in(step: StepOn) -> list[TimelineEntry]:
    """What was decided in a case since another goes on there, the newest first. One query."""
    later = step.into.decisions.filter(at__gte=step.since).order_by("-at", "-pk")
    return [told(step.into, decision) for decision in later if _is_for_senders(step.into, decision)]


def _is_for_senders(record: Improvement, decision: Decision) -> bool:
    transition = record.kind_offer.workflow.known_transition(decision.name)
    return bool(transition and transition.tells_author)
