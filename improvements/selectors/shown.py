"""What shows that an action is done: the files of whoever did it."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from improvements import workflow
from improvements.models import Action
from qms.records.models import Attachment, Decision


def shown_by(record: Action, people: Collection[int | None]) -> list[Attachment]:
    """The files that one of `people` hung on it since it was opened; what its planner hung there says what is
    to be done. Two queries, none where the page has read files and decisions."""
    opened = max(one.at for one in record.decisions.all() if one.name in (Decision.CREATED, "reopen"))
    return [
        file
        for file in record.attachments.all()
        if file.removed_at is None and file.uploaded_by_id in people and file.at >= opened
    ]


def keeps_file(record: Action, attachment: Attachment) -> str:
    """Why a file cannot be taken away: it alone shows that the action is done, which was asked for."""
    if not record.evidence_required or record.state != workflow.DONE or record.outcome_link:
        return ""
    done = [one.actor_id for one in record.decisions.all() if one.name == "done"]
    if [file.pk for file in shown_by(record, {record.owner_id, *done[-1:]})] != [attachment.pk]:
        return ""
    return _(
        "It shows that it is done, as whoever planned it asked for. Add another file first, or open the "
        "action again."
    )
