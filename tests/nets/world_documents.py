"""The governing documents of the nets' town."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from documents.models import Document, FileText, FrozenPdf, Remark, Version, Weight
from documents.services import remark_add, version_file_set, version_start
from qms.organisation.access import SystemAccess
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.models import ImportRow, ImportRun
from qms.records.services import record_save
from qms.records.services.change import edit_token
from tests.conftest import Town
from tests.documents.files import word
from tests.documents.steps import answered, approved, begun, confirmed, sent_to_approval, sent_to_review
from tests.records.files import upload


@dataclass
class Documents:
    """The documents that addresses in `tests.nets.pages_documents` speak of, all of North."""

    held: Document  # in force, to be read by everyone in North, with a second version as a draft
    first: Version  # of `held`, in force
    draft: Version  # of `held`, the quality manager's
    reviewed: Version  # of another, waiting for the employee's review
    waiting: Version  # of another, waiting for the head of Care to approve
    remark: Remark  # of the employee, on `reviewed`
    restricted: Document
    taken: ImportRun  # a list of the quality manager's, looked through: its only row lacks its file
    lists: dict[str, ImportRun]  # others of hers, by the state they are in: every other one there is
    failed: Version  # of another, in force: its official PDF could not be made
    filed: Version  # of another, a draft of the quality manager's that is a file whose words are being read
    unread: Version  # as `filed`, but they could not be read


def build_documents(town: Town, size: int, secret: str) -> Documents:
    """Make them, and `size` more that are in force."""
    for number in range(size):
        document_in_force(town, f"Routine number {number}")
    held = document_in_force(town, "Notes in home care", weight=Weight.NEW_DUTY)
    held.due = timezone.localdate() - timedelta(days=1)  # to be looked over: it stands first in lists
    record_save(record=held, access=SystemAccess("the nets"))
    confirmed(town, held, "manager")
    draft = version_start(document_id=held.pk, access=town.access("quality"))
    reviewed = begun(town, "Keys at night", by="manager")
    sent_to_review(town, reviewed, "employee", by="manager")
    remark = remark_add(
        version_id=reviewed.pk, heading_id="s-who", heading="Who", text="Who else?",
        access=town.access("employee"),
    )  # fmt: skip
    waiting = begun(town, "Fire in the kitchen", by="manager")
    sent_to_review(town, waiting, "employee", by="manager")
    answered(town, waiting, "employee")
    sent_to_approval(town, waiting, "care_head", by="manager")
    kept = begun(town, secret, by="quality", restricted_why="OSL 18 kap. 8 §")
    first = Version.objects.get(document=held, major=1)
    return Documents(
        held,
        first,
        draft,
        reviewed,
        waiting,
        remark,
        kept.document,
        _taken(town),
        _lists(town),
        _failed(town),
        _filed(town, "Keys by day"),
        _unread(town),
    )


def _failed(town: Town) -> Version:
    document = document_in_force(town, "Medicines in the car")
    fault = "OSError: No space left on device"
    later = timezone.now() + timedelta(days=1)
    FrozenPdf.objects.filter(version__document=document).update(
        state="failed", fault=fault, claimable_at=later
    )
    return Version.objects.get(document=document)


def _filed(town: Town, title: str) -> Version:
    version = begun(town, title, by="quality", text="")
    with stored([receive(upload("nycklar.docx", word("Keys are counted by day")))]) as [file]:
        return version_file_set(
            version_id=version.pk, file=file, token=edit_token(version), access=town.access("quality")
        )


def _unread(town: Town) -> Version:
    version = _filed(town, "Keys at the weekend")
    later = timezone.now() + timedelta(days=1)
    FileText.objects.filter(version=version).update(
        state="failed", fault="OSError: The storage does not answer", claimable_at=later
    )
    return version


def _taken(town: Town) -> ImportRun:
    run = ImportRun.objects.create(
        importer="documents", by=town.quality, name="lista.xlsx", state=ImportRun.State.CHECKED
    )
    ImportRow.objects.create(
        run=run, number=2, title="Handhygien", outcome=ImportRow.Outcome.REFUSED, done=True,
        why_not="There is no file called “borta.pdf” in the ZIP.",
    )  # fmt: skip
    return run


def _lists(town: Town) -> dict[str, ImportRun]:
    others = [state for state in ImportRun.State.values if state != ImportRun.State.CHECKED]
    return {state: _list(town, state) for state in others}


def _list(town: Town, state: str) -> ImportRun:
    """Two rows of three are done, in any state; the refused one is among them."""
    run = ImportRun.objects.create(
        importer="documents", by=town.quality, name=f"{state}.xlsx", digest=state, state=state,
        claimable_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    why = "There is no unit called “Hamnen” today."
    for number, (outcome, reason) in enumerate([("new", ""), ("refused", why), ("", "")], start=2):
        if not outcome and state == ImportRun.State.DONE:
            continue
        title = f"Routine for row {number}"
        ImportRow.objects.create(
            run=run, number=number, title=title, outcome=outcome, why_not=reason, done=bool(outcome)
        )
    return run


def document_in_force(town: Town, title: str, *, weight: Weight = Weight.CHANGED) -> Document:
    """Written by the manager, reviewed by the employee, approved by the head of Care."""
    version = begun(town, title, by="manager")
    sent_to_review(town, version, "employee", by="manager")
    answered(town, version, "employee")
    sent_to_approval(town, version, "care_head", by="manager")
    approved(town, version, by="care_head", weight=weight)
    return Document.objects.get(pk=version.document_id)
