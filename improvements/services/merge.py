"""The same matter sent in twice: one case goes on, and nothing of the other is lost.

Nothing is moved: what was written stays where it was written, and the case that goes on shows it. Whoever
followed the one follows the other. A case goes on only in one that is at least as closed as itself, and a
sealed one stands by itself: joining must not tell of what others may not know.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from improvements import workflow
from improvements.models import Improvement, Lane
from improvements.selectors.actions import named
from improvements.selectors.full_rule import why_full
from improvements.selectors.joined import is_as_closed
from improvements.services.answered import answered
from improvements.services.handle import rule_asks
from improvements.services.second import seconders_carry, seconders_part
from qms.exceptions import RuleViolation
from qms.organisation.access import Access, SystemAccess, access_for
from qms.organisation.models import Person
from qms.records.models import Follow, Link, LinkType, Record
from qms.records.services import lock_records, move, share, tie, untie

Data = Mapping[str, Any]


def effect_same_as(record: Improvement, *, access: Access, comment: str, data: Data) -> dict[str, Any]:
    """It goes on in another case that `access` sees: its sender and followers follow that one and see it,
    its unit and the other's see both, and it is an answer to the sender.
    Those who wanted the one want the other, and the rule is asked whether what so many units have sent in is
    to be handled in full.

    Raises RuleViolation when the other is the same, has ended or goes on in a third, or is not seen, when
    one of the two is sealed or the other more open than a restricted `record`, and when the rule asks that
    `record` is handled in full and the other is not.
    """
    into = _other(record, access, data)
    _check_secrecy(record, into)
    _check_full(record, into)
    _introduce(record, into)
    seconders_carry(record, into)
    rule_asks(record=into, access=access, joining=record)
    record.merged_into = into
    record.due = None
    answered(record)
    tie(source=record, target=into, type=LinkType.SAME_AS, access=access)
    return {"into": into.reference}


def _other(record: Improvement, access: Access, data: Data) -> Improvement:
    """The case it goes on in, as it is now that both are locked."""
    chosen: Record = data["into"]
    seen = Improvement.objects.visible_to(access).select_related("unit", "owner", "merged_into")
    into: Improvement | None = seen.filter(pk=chosen.pk).first()
    if into is None:
        raise RuleViolation(_("Choose a case that you see."), field="into")
    if into.pk == record.pk:
        raise RuleViolation(_("This is the case itself. Choose another."), field="into")
    if into.merged_into:
        words = {**named(into), "other": into.merged_into.reference}
        raise RuleViolation(
            _("%(reference)s goes on in %(other)s itself. Choose that one.") % words, field="into"
        )
    if into.state == workflow.WITHDRAWN:
        raise RuleViolation(
            _("%(reference)s has been withdrawn. Open it again first, or choose another.") % named(into),
            field="into",
        )
    return into


def _check_secrecy(record: Improvement, into: Improvement) -> None:
    """That the one is as closed as the other, said in words where it is not."""
    if is_as_closed(record, into):
        return
    if into.is_sealed:
        refused = _("%(reference)s is sealed and stands by itself. Choose another, or handle this one here.")
    else:
        refused = _(
            "This case is only for those who handle it, and %(reference)s is not. Join that one with "
            "this instead, or choose one that is just as closed."
        )
    raise RuleViolation(refused % named(into), field="into")


def _check_full(record: Improvement, into: Improvement) -> None:
    """That joining is no way past full handling: the one it goes on in is handled so, or has to be."""
    if not why_full(record):
        return
    if into.lane == Lane.FULL or (into.state == workflow.RECEIVED and why_full(into, record)):
        return
    raise RuleViolation(
        _(
            "This case is to be handled in full, and %(reference)s is not. Join that one with this "
            "instead, or choose one that is."
        )
        % named(into),
        field="into",
    )


def _introduce(record: Improvement, into: Improvement) -> None:
    """Let everyone who followed `record` follow `into`, and those who saw the one see the other.

    Who sees a restricted case is not changed by joining it with another.
    """
    people = {follow.person for follow in record.follows.select_related("person__home_unit")}
    if record.created_by:
        people.add(record.created_by)
    for person in sorted(people, key=lambda one: one.pk):
        Follow.objects.get_or_create(record=into, person=person)
        if sees(person, record) and not sees(person, into):
            share(record=into, person=person)
    if record.unit_id != into.unit_id:
        share(record=into, unit=record.unit)
        share(record=record, unit=into.unit)


def sees(person: Person, record: Record) -> bool:
    """Whether somebody sees it now. Some queries."""
    return bool(Record.objects.visible_to(access_for(person)).filter(pk=record.pk).exists())


def go_apart(record: Improvement) -> None:
    """Let each case that goes on in `record`, which ends, be answered by itself again."""
    with override(settings.LANGUAGE_CODE):  # it is kept in the language of the house
        why = _("%(reference)s, in which it went on, has ended.") % named(record)
    merged = record.merged.order_by("pk").values_list("pk", flat=True)
    # Read again once they are locked: one that was opened again just now goes its own way already.
    lock_records(*merged)
    for pk in merged.all():
        move(record_id=pk, name="reopen", access=SystemAccess(why), comment=why)


def part(record: Improvement, access: Access) -> None:
    """Let a case that was joined with another stand by itself again; both timelines keep that it was."""
    tied = Link.objects.present().filter(source=record, target=record.merged_into, type=LinkType.SAME_AS)
    for link in tied.select_for_update():
        untie(link=link, access=access)
    into = record.merged_into
    while into:
        seconders_part(record, into)
        into = into.merged_into
    record.merged_into = None
