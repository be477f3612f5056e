"""Reviews: asking, answering, remarks on places in the text, taking back and returning."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.content.sanitise import pictures_without_words
from documents.models import Remark, Review, Version
from documents.permissions import WRITE
from documents.selectors.approvers import (
    able_to_approve,
    able_to_review,
    why_not_decider,
    why_not_look_taker,
    why_not_reviewer,
    why_not_second_answer,
    writers_of,
)
from documents.selectors.versions import takes_remarks
from documents.services.drafts import why_not_shown
from documents.services.locking import version_locked
from documents.workflow.names import DRAFT, GO_ON, LOOK, REVIEW
from qms.exceptions import NotYours, RuleViolation, StaleEdit
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.records.kinds import Takers
from qms.records.models import Task
from qms.records.services import record_save, share, task_close, task_open, tasks_close_all
from qms.records.services.moves import any_of, read_token, who_may

Data = Mapping[str, Any]


def guard_written(record: Version, access: Access) -> str | None:
    """What is sent on has a text that everyone can take part of."""
    if not (record.text.strip() or record.is_file):
        return _("There is no text yet: write it first.")
    if not record.is_file and pictures_without_words(record.text):
        return _("A picture lacks a description in words: those who cannot see it would miss what it shows.")
    return None if record.is_file else why_not_shown(record.document, record.text)


def guard_reviewed(record: Version, access: Access) -> str | None:
    """Somebody else has looked at it before it is decided on; a small correction need not, by its type."""
    if found := guard_written(record, access):
        return found
    if record.state == DRAFT:
        skips = record.minor and record.document.type.minor_without_review
        return None if skips else _("Somebody else reviews it first: send it to review.")
    waiting = list(
        record.tasks.open().filter(kind=LOOK, assignee__isnull=False).values_list("assignee__name", flat=True)
    )
    if waiting:
        return _("Not everybody has answered: %(names)s has the draft still.") % {"names": any_of(waiting)}
    return None


def effect_to_review(record: Version, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """A new round: each reviewer gets a task of their own by the day `due`."""
    reviewers: list[Person] = list(dict.fromkeys(data["reviewers"]))
    _check_reviewers(record, reviewers)
    due: date = data["due"]
    record.round += 1
    Review.objects.bulk_create(
        Review(version=record, round=record.round, reviewer=person, reviewer_name=person.name)
        for person in reviewers
    )
    tasks_close_all(record=record, access=access)
    for person in reviewers:
        lets_see(record, person)
        task_open(record=record, kind=LOOK, assignee=person, due=due, access=access)
    return {"reviewers": [person.name for person in reviewers], "due": due.isoformat()}


def _check_reviewers(record: Version, reviewers: list[Person]) -> None:
    if not reviewers:
        raise RuleViolation(_("Name at least one who reviews it."), field="reviewer_1")
    for place, person in enumerate(reviewers, start=1):
        if reason := why_not_reviewer(record, person):
            raise RuleViolation(reason, field=f"reviewer_{place}")


def lets_see(record: Version, person: Person) -> None:
    """Whoever was asked goes on seeing what became of it, also without a role in the unit."""
    share(record=record, person=person)
    share(record=record.document, person=person)


@transaction.atomic
def review_answer(*, version_id: int, answer: str, comment: str, read: str, access: Access) -> Review:
    """Answer as a reviewer. When the last one has, the draft is its owner's again. `read` is the `read_token`
    of the draft that was read.

    Raises NotYours for those who were not asked, StaleEdit when it was taken back and sent again meanwhile,
    RuleViolation when it is no longer reviewed or a wish for change does not say which, Record.DoesNotExist
    when `access` does not see it.
    """
    version = version_locked(version_id, access)
    task = version.tasks.open().filter(kind=LOOK).of(access).select_related("assignee").first()
    if version.state != REVIEW:
        raise RuleViolation(
            _("It is no longer reviewed: it is now “%(state)s”.") % {"state": version.state_offer.label}
        )
    if task is None or task.assignee is None:
        raise NotYours(_("Those who were asked to review it answer here."))
    _check_fresh_eyes(version, task.assignee, access)
    if reason := why_not_second_answer(version, task.assignee):  # it came to them as somebody left
        raise RuleViolation(reason)
    if read != read_token(version):
        raise StaleEdit(
            _("It was taken back and sent again while you read. Read what it says now, and send once more.")
        )
    if answer == Review.Answer.CHANGE and not comment.strip():
        raise RuleViolation(_("Write what you wish changed."), field="comment")
    review = turn_of(version, task.assignee)
    review.answer, review.comment = answer, comment.strip()
    review.answered_at, review.looked_file = timezone.now(), version.is_file
    review.looked_text = version.extracted if version.is_file else version.text
    review.save()
    task_close(task=task, access=access)
    if not version.tasks.open().filter(kind=LOOK).exists():
        task_open(record=version, kind=GO_ON, assignee=version.owner, due=version.due, access=access)
    return review


def _check_fresh_eyes(version: Version, asked: Person, access: Access) -> None:
    """Whoever wrote on it does not answer: neither when the review came to them as somebody left, nor as the
    deputy of the one who was asked."""
    writers = writers_of(version)
    wrote = next((one for one in (asked, access.person) if one and one.pk in writers), None)
    if wrote:
        raise RuleViolation(
            _("%(name)s has written on it. Hand the review over to somebody with fresh eyes.")
            % {"name": wrote.name}
        )


def turn_of(version: Version, person: Person) -> Review:
    """The turn that the person has in this round and has not answered; of a task that was handed over, the
    turn comes along."""
    turns = Review.objects.select_for_update().filter(version=version, round=version.round, answer="")
    mine = turns.filter(reviewer=person).first()
    if mine:
        return mine
    holding = Task.objects.open().filter(record=version, kind=LOOK).values("assignee_id")
    left = turns.exclude(reviewer__in=holding).first()
    taken = left or Review(version=version, round=version.round)
    taken.reviewer, taken.reviewer_name = person, person.name
    return taken


@transaction.atomic
def remark_add(
    *, version_id: int, heading_id: str, heading: str, text: str, access: Access, key: UUID | None = None
) -> Remark:
    """Say something about the part of a draft under a heading (the whole of it when that is empty).

    Everyone who sees drafts may, from review on. What was said with the same `key` (`qms.once.sent_key`) is
    returned. Raises RuleViolation on empty text, while it is still being written, or when it is in force
    already.
    """
    version = version_locked(version_id, access)
    # Whoever asks holds the version, so that of two at once one is first.
    if key and (before := version.remarks.filter(key=key).first()):
        return before
    if not text.strip():
        raise RuleViolation(_("Write something first."), field="text")
    if version.state == DRAFT:
        raise RuleViolation(_("It is still being written: remarks are made when it has been sent to review."))
    if not takes_remarks(version, access):
        raise RuleViolation(
            _("It is now “%(state)s”: suggest a change instead.") % {"state": version.state_offer.label}
        )
    return Remark.objects.create(
        version=version,
        heading_id=heading_id[:120],
        heading=heading[:200],
        text=text.strip(),
        author=access.person,
        author_name=access.name,
        key=key,
    )


@transaction.atomic
def remark_settle(*, remark_id: int, access: Access) -> Remark:
    """Mark that a remark has been seen to. Those who write, and whoever said it, may.

    Raises NotYours without the right. Doing it twice changes nothing.
    """
    remark = Remark.objects.select_for_update().select_related("version__unit").get(pk=remark_id)
    own = remark.author_id is not None and remark.author_id in access.acts_for
    if not (own or access.can(WRITE, remark.version)):
        raise NotYours(who_may(WRITE, remark.version))
    if remark.settled_at is None:
        remark.settled_at, remark.settled_by_name = timezone.now(), access.name
        remark.save(update_fields=["settled_at", "settled_by_name"])
    return remark


def effect_to_approval(record: Version, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """Whoever is asked to approve gets it: one who may, and who has not written on it."""
    approver: Person = data["approver"]
    if reason := why_not_decider(record, approver):
        raise RuleViolation(reason, field="approver")
    record.approver, record.due = approver, data["due"]
    lets_see(record, approver)
    return {"approver": approver.name, "due": record.due.isoformat()}


def review_taken(record: Version, person: Person, access: Access) -> None:
    """A review that was handed over: whoever has it goes on seeing what became of it."""
    lets_see(record, person)


def decision_taken(record: Version, person: Person, access: Access) -> None:
    """The decision that was handed over is asked of them from now on."""
    record.approver = person
    record_save(record=record, access=access)
    lets_see(record, person)


LOOK_TAKERS = Takers(why_not_look_taker, able_to_review, review_taken, others=True)
DECIDE_TAKERS = Takers(why_not_decider, able_to_approve, decision_taken)


def effect_back(record: Version, *, access: Access, comment: str, data: Data) -> None:
    """It is written on again; who had it need do nothing more."""
    record.approver, record.due = None, None
