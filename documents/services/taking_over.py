"""Taking over documents that exist: tried row by row, then done, each document in one transaction."""

import logging
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from documents.content.extract import DAMAGED
from documents.content.sheet import read_sheet
from documents.models import Document, Origin, TakeOver, TakeOverRow, Version
from documents.models.version import MOST_TEXT
from documents.permissions import TAKE_OVER
from documents.selectors.taking_over import MOST_FILES, Files, Lookups, Planned, plan
from documents.selectors.versions import version_in_force, version_under_way
from documents.services.drafts import document_create, version_start
from documents.services.locking import document_locked, version_locked
from documents.tasks import take_over_task
from qms.exceptions import NotYours, RuleViolation
from qms.jobs.enqueue import enqueue
from qms.organisation.access import Access, SystemAccess
from qms.organisation.models import Person
from qms.records.attachments.storing import Stored, stored
from qms.records.services import move, record_save
from qms.records.services.attachments import attachments_save
from qms.records.services.change import record_change

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # renewed with every row
KEPT = timedelta(days=14)  # what was looked through waits so long to be done
FOLDER = "taking-over"
State, Outcome = TakeOver.State, TakeOverRow.Outcome


def take_over_start(*, sheet: BinaryIO, name: str, archive: BinaryIO | None, access: Access) -> TakeOver:
    """Receive a list and its files and have them looked through; nothing is taken over yet.

    Raises NotYours without the right, RuleViolation with the field for a list or archive that cannot be read.
    """
    person = _check_right(access)
    rows = read_sheet(sheet)
    if archive is not None:
        _check_archive(archive)
        archive.seek(0)
    path = (
        default_storage.save(f"{FOLDER}/{timezone.now():%Y%m%d%H%M%S}.zip", File(archive)) if archive else ""
    )
    with transaction.atomic():
        run = TakeOver.objects.create(by=person, name=name[:150], archive=path)
        TakeOverRow.objects.bulk_create(
            [TakeOverRow(run=run, number=row.number, cells=row.cells) for row in rows], batch_size=1_000
        )
        enqueue(take_over_task, run.pk)
    return run


def _check_archive(archive: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = len(opened.infolist())
    except DAMAGED as error:
        raise RuleViolation(_("This is no ZIP file that can be opened."), field="archive") from error
    if entries > MOST_FILES:
        raise RuleViolation(
            _("At most %(most)d files in one ZIP: divide it with the list.") % {"most": MOST_FILES},
            field="archive",
        )


@transaction.atomic
def take_over_go(*, run_id: int, access: Access) -> TakeOver:
    """Do what was looked through. Raises NotYours, RuleViolation when that is not done or done already."""
    _check_right(access)
    run = TakeOver.objects.select_for_update().get(pk=run_id)
    if run.state != State.CHECKED:
        raise RuleViolation(_("It is “%(state)s” now.") % {"state": run.get_state_display()})
    run.rows.exclude(outcome=Outcome.REFUSED).update(done=False, outcome=Outcome.WAITING)
    run.state, run.claimable_at = State.RUNNING, timezone.now()
    run.save()
    enqueue(take_over_task, run.pk)
    return run


def _check_right(access: Access) -> Person:
    """The person, when they may."""
    if access.person is None or not access.paths(TAKE_OVER.roles):
        raise NotYours(_("Quality managers take over documents."))
    return access.person


def take_over_work(*, run_id: int) -> None:
    """Go on with a run, row by row, unless another worker has it. What is finished stays finished."""
    if not TakeOver.objects.owed().filter(pk=run_id).update(claimable_at=timezone.now() + LEASE):
        return
    run = TakeOver.objects.select_related("by").get(pk=run_id)
    access = SystemAccess(_("%(name)s, taking over") % {"name": run.by.name})
    with override(settings.LANGUAGE_CODE), _opened(run) as files:
        lookups = Lookups()
        for row in run.rows.filter(done=False).select_related("run"):
            _do(row, run, lookups, files, access)
            TakeOver.objects.filter(pk=run.pk).update(claimable_at=timezone.now() + LEASE)
    _finish(run)


@contextmanager
def _opened(run: TakeOver) -> Iterator[Files]:
    if not run.archive:
        yield Files(None)
        return
    with run.archive.open("rb") as kept, zipfile.ZipFile(kept) as archive:
        yield Files(archive)


def _finish(run: TakeOver) -> None:
    """When no row is left: looked through, or done; then the archive is no longer needed."""
    checking = run.state == State.CHECKING
    after = {"state": State.CHECKED} if checking else {"state": State.DONE, "done_at": timezone.now()}
    if not TakeOver.objects.filter(pk=run.pk, state=run.state).update(**after) or checking or not run.archive:
        return
    default_storage.delete(str(run.archive))
    TakeOver.objects.filter(pk=run.pk).update(archive="")


def take_overs_sweep() -> str:
    """Go on with what a lost worker left; forget what was looked through and never gone on with."""
    for run in TakeOver.objects.filter(state=State.CHECKED, started_at__lt=timezone.now() - KEPT):
        if run.archive:
            default_storage.delete(str(run.archive))
        run.delete()
    owed = list(TakeOver.objects.owed().values_list("pk", flat=True))
    for run_id in owed:
        enqueue(take_over_task, run_id)
    return _("%(count)d gone on with") % {"count": len(owed)}


def _do(row: TakeOverRow, run: TakeOver, lookups: Lookups, files: Files, access: Access) -> None:
    """One row: looked at, or taken over whole; what is refused changes nothing, and stops no other."""
    try:
        planned = plan(row.cells, lookups, files)
        _check_once(row, planned)
        row.outcome, row.document = what_comes(planned), planned.document
        if run.state == State.RUNNING and row.outcome != Outcome.SAME:
            with stored([planned.received]) as kept, transaction.atomic():
                row.document = _taken(planned, kept[0], row.outcome, access)
                _note(row)
            return
    except RuleViolation as refused:
        row.outcome, row.why_not = Outcome.REFUSED, str(refused)[:400]
    except IntegrityError:
        row.outcome, row.why_not = Outcome.REFUSED, _("It was taken over by another list at the same moment.")
    except Exception:  # one row must not keep the others back
        log.exception("Row %s of list %s could not be taken over", row.number, run.pk)
        row.outcome = Outcome.REFUSED
        row.why_not = _("Something went wrong here. Whoever looks after the system finds it in the log.")
    _note(row)


def _note(row: TakeOverRow) -> None:
    row.done = True
    row.save()


def _check_once(row: TakeOverRow, planned: Planned) -> None:
    """The same document twice in one list would be taken over once and overwritten once."""
    row.key = planned.key
    further_up = row.run.rows.filter(key=planned.key, number__lt=row.number).first()
    if further_up:
        raise RuleViolation(_("It stands in row %(row)d already.") % {"row": further_up.number})


def what_comes(planned: Planned) -> str:
    """What a row would change: a new document, a new version of a known one, only its data, or nothing."""
    document = planned.document
    if document is None:
        return Outcome.NEW
    held = version_in_force(document)
    if held is None or held.file is None or held.file.sha256 != _hash(planned):
        if waiting := version_under_way(document):
            raise RuleViolation(_("%(version)s is being written here.") % {"version": waiting.name})
        return Outcome.VERSION
    return Outcome.DATA if _changes(planned, document) else Outcome.SAME


def _hash(planned: Planned) -> str:
    planned.received.content.seek(0)
    digest = sha256(planned.received.content.read()).hexdigest()
    planned.received.content.seek(0)
    return digest


def _changes(planned: Planned, document: Document) -> dict[str, Any]:
    said = {"title": planned.title, "unit": planned.unit, "owner": planned.owner, "due": planned.review}
    return {
        field: value
        for field, value in said.items()
        if getattr(document, field) != value and not (field in ("owner", "due") and value is None)
    }


def _taken(planned: Planned, file: Stored, outcome: str, access: Access) -> Document:
    if outcome == Outcome.NEW:
        document = document_create(
            title=planned.title,
            type=planned.type,
            unit=planned.unit,
            owner=planned.owner,
            applies_to=[planned.unit],
            access=access,
            laws=planned.laws,
        )
        Origin.objects.create(document=document, key=planned.key)
        _enter(document, planned, file, access)
    else:
        assert planned.document is not None  # noqa: S101  only a known document has another outcome
        document = document_locked(planned.document.pk, access)
        if outcome == Outcome.VERSION:
            version_start(document_id=document.pk, access=access)
            _enter(document, planned, file, access)
    return _with_data(planned, document.pk, access)


def _with_data(planned: Planned, document_id: int, access: Access) -> Document:
    """The document with what the list says of it; a review date that has passed is taken over as it is."""
    document = document_locked(document_id, access)
    changes = _changes(planned, document)
    review = changes.pop("due", None)
    if changes:
        record_change(record_id=document_id, changes=changes, access=access)
        document = document_locked(document_id, access)
    if review:
        document.due = review
        record_save(record=document, access=access, before=document)
    return document


def _enter(document: Document, planned: Planned, file: Stored, access: Access) -> None:
    """The version that was begun gets its file and its decision and is in force."""
    begun = version_under_way(document)
    if begun is None:
        raise RuleViolation(_("No version could be begun of it."))
    version: Version = version_locked(begun.pk, access)
    version.title, version.text = planned.title, ""
    version.file = attachments_save(record=version, files=[file], access=access)[0]
    version.extracted = planned.extracted[:MOST_TEXT]
    record_save(record=version, access=access)
    move(record_id=version.pk, name="take_over", access=access, data={"planned": planned})
