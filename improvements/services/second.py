"""Me too: joining a case that somebody else has sent in, instead of sending the same again."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from improvements.models import MOST_TEXT, Improvement, Seconder
from improvements.selectors.actions import named
from improvements.selectors.full_rule import all_merged
from improvements.selectors.seconders import JOINABLE
from improvements.wording import has_words
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.records.attachments.storing import Stored
from qms.records.models import Follow
from qms.records.services import attachments_add, comment_add, record_locked


@transaction.atomic
def improvement_second(
    *,
    record_id: int,
    access: Access,
    words: str = "",
    files: Sequence[Stored] = (),
    key: UUID | None = None,
) -> Improvement:
    """Want the same as whoever sent an open case that one sees: counts as one more, and follows it.

    `words` and `files` are added to the case for all who see it; the same words twice are said once, and the
    same files of the same `key` (`qms.once.sent_key`) sent once. Doing it twice changes nothing else. Raises
    RuleViolation when the case has ended or is one's own, or the words cannot be said there; NotYours without
    login.
    """
    record: Improvement = record_locked(record_id, access)  # type: ignore[assignment]
    person = access.person
    if person is None:
        raise NotYours(_("Sign in to join a case."))
    if refused := why_not_second(record, person):
        raise RuleViolation(refused)
    # Together with the follow, so that taking it back can tell whether that came of it.
    now = timezone.now()
    Seconder.objects.in_force().get_or_create(record=record, person=person, defaults={"at": now})
    Follow.objects.get_or_create(record=record, person=person)
    _say(record, words.replace("\x00", "").replace("\r\n", "\n").strip(), access)
    if files:
        attachments_add(record_id=record.pk, files=files, access=access, key=key)
    return record


def why_not_second(record: Improvement, person: Person) -> str | None:
    """Why `person` cannot join `record` now, or None."""
    if record.created_by_id == person.pk:
        return _("You have sent this in yourself, and follow it already.")
    if record.state not in JOINABLE:
        return _("%(reference)s has been decided already. Send your own instead.") % named(record)
    return None


def _say(record: Improvement, words: str, access: Access) -> None:
    if not has_words(words):
        return
    if len(words) > MOST_TEXT:
        raise RuleViolation(
            _("Write at most %(most)d characters. This is %(count)d.")
            % {"most": MOST_TEXT, "count": len(words)},
            field="text",
        )
    if not record.comments.filter(author=access.person, text=words, internal=False).exists():
        comment_add(record_id=record.pk, text=words, access=access)


@transaction.atomic
def improvement_second_take_back(*, record_id: int, access: Access) -> None:
    """No longer want the same. What was said stays; who followed the case before goes on following it."""
    record = record_locked(record_id, access)
    row = Seconder.objects.in_force().filter(record_id=record.pk, person=access.person).first()
    if row is None:
        return
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    Follow.objects.filter(record=record, person=access.person, since__gte=row.at).delete()


def seconders_carry(record: Improvement, into: Improvement) -> None:
    """Let whoever sent `record`, and all who wanted it too, want `into`, in which it goes on.

    Inside the transaction that has both locked. Of a case that only those who handle it see nobody comes
    along: that would tell of it.
    """
    if record.is_restricted:
        return
    _want(into, record.created_by, came_with=record)
    for row in Seconder.objects.in_force().filter(record=record).select_related("person", "came_with"):
        _want(into, row.person, came_with=row.came_with or record)


def _want(into: Improvement, person: Person | None, *, came_with: Improvement) -> None:
    if person is None:
        Seconder.objects.in_force().get_or_create(record=into, person=None, came_with=came_with)
    elif person.pk != into.created_by_id:
        Seconder.objects.in_force().get_or_create(
            record=into, person=person, defaults={"came_with": came_with}
        )


def seconders_part(record: Improvement, into: Improvement) -> None:
    """Those who came to `into` with `record` no longer count there, unless they came with another too.

    Inside the transaction that parts the two.
    """
    apart = [record, *all_merged(record)]
    came = Seconder.objects.in_force().filter(record=into, came_with__in=apart)
    for row in came.select_for_update():
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
    for case in all_merged(into):
        if case not in apart:
            seconders_carry(case, into)
