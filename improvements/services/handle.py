"""What a handler does with a case besides deciding: sort it, say what harm came of it, restrict it."""

from improvements.models import Action, Improvement, Lane
from improvements.selectors.full_rule import why_full
from improvements.services.spread_follow import spread_ends
from improvements.workflow import ABOVE, DOING, DONE, TESTING
from qms.organisation.access import Access
from qms.records.models import Record, Task, Visibility
from qms.records.services import (
    lock_records,
    name_people,
    names_end,
    record_change,
    record_save,
    task_close,
)

UNFINISHED = (DOING, TESTING, DONE)  # decided on, and not closed yet


def improvement_classify(*, record_id: int, category: str, access: Access) -> Record:
    """Say what a case is: proposal, deviation, complaint or praise. Its number stays.

    Raises what `record_change` does: NotYours without the right, RuleViolation for an unknown category.
    """
    return record_change(record_id=record_id, changes={"category": category}, access=access)


def improvement_harm_set(*, record_id: int, harm: str, access: Access) -> Record:
    """Say how much harm came of it. Raises what `record_change` does."""
    return record_change(record_id=record_id, changes={"harm": harm}, access=access)


def improvement_correct(*, record_id: int, text: str, access: Access) -> Record:
    """Say what was put right at once, before any cause was known (ISO 9001:2015 10.2.1 a).

    Raises what `record_change` does.
    """
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    return record_change(record_id=record_id, changes={"correction": text}, access=access)


def improvement_restrict(*, record_id: int, reason: str, access: Access) -> Record:
    """Show a case only to those who handle it and those who take part; its actions follow.

    `reason` is the ground for secrecy. Raises what `record_change` does: RuleViolation without a reason.
    """
    changes = {"visibility": Visibility.RESTRICTED, "confidential_reason": reason.strip()}
    return record_change(record_id=record_id, changes=changes, access=access)


def improvement_unrestrict(*, record_id: int, access: Access) -> Record:
    """Show a restricted case to its part of the organisation again; its actions follow."""
    changes = {"visibility": Visibility.INTERNAL, "confidential_reason": ""}
    return record_change(record_id=record_id, changes=changes, access=access)


def after_change(*, record: Improvement, before: Improvement, access: Access) -> None:
    """What follows when fields of a case were changed."""
    if record.is_restricted and not before.is_restricted:
        spread_ends(record=record, access=access)
    actions_follow(record=record, before=before, access=access)
    rule_follows(record=record, before=before, access=access)


def rule_follows(*, record: Improvement, before: Improvement, access: Access) -> None:
    """What is just done, and turns out to be of the sort that the rule wants handled in full, is.

    Also where it is sorted when it is done already: it is not closed then before it has been.
    Inside the transaction that sorted it.
    """
    if (record.category, record.harm) != (before.category, before.harm):
        rule_asks(record=record, access=access)


def rule_asks(*, record: Improvement, access: Access, joining: Improvement | None = None) -> None:
    """Let the rule be asked once more about a case that is just done, now that more is known of it; `joining`
    goes on in it from now on. Inside the transaction that has it locked."""
    if record.state in UNFINISHED and record.lane == Lane.JUST_DO and why_full(record, joining):
        record.lane = Lane.FULL
        record_save(record=record, access=access)


def actions_follow(*, record: Improvement, before: Improvement, access: Access) -> None:
    """After fields of a case were changed: its actions are seen by those who see the case, no others.

    Inside the transaction that changed them.
    """
    seen, was = ((one.visibility, one.confidential_reason) for one in (record, before))
    if seen == was and not record.is_sealed:
        return
    actions = Action.objects.filter(source_id=record.pk).select_related("unit").order_by("pk")
    lock_records(*actions.values_list("pk", flat=True))
    for action in actions:
        action.visibility, action.confidential_reason = seen
        record_save(record=action, access=access)
        named_follow(record=action, source=record, access=access)
        if record.is_sealed:
            above_ends(action, access)


def above_ends(record: Record, access: Access) -> None:
    """It is sealed: a clock had brought it to managers above by their role, which opens it no longer."""
    for task in record.tasks.select_for_update().open().filter(kind__in=ABOVE):
        task_close(task=task, access=access, outcome=Task.Outcome.DROPPED)


def named_follow(*, record: Action, source: Record, access: Access) -> None:
    """Whoever is named on a sealed case, or answers for it, is named on its actions too."""
    if not source.is_sealed:
        names_end(record=record, access=access)
        return
    people = [named.person for named in source.named.in_force().select_related("person")]
    name_people(record=record, people=[*people, *([source.owner] if source.owner else [])], access=access)
