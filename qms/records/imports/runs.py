"""Taking over a list: tried row by row, then done, each row in one transaction."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from qms.exceptions import NotYours, RuleViolation
from qms.jobs.enqueue import enqueue
from qms.organisation.access import Access, SystemAccess
from qms.organisation.models import Person
from qms.records.imports.importers import Importer, RowWork, importers
from qms.records.imports.sheet import SheetRow, read_sheet
from qms.records.models import ImportRow, ImportRun
from qms.records.tasks import import_task

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # renewed with every row
KEPT = timedelta(days=14)  # what was looked through waits so long to be done
FOLDER = "taking-over"
CHUNK = 1_000_000
State, Outcome = ImportRun.State, ImportRow.Outcome


def import_start(
    *,
    importer: str,
    sheet: BinaryIO,
    name: str,
    access: Access,
    archive: BinaryIO | None = None,
    source: str = "",
) -> ImportRun:
    """Receive a list, with its files, and have it looked through; nothing is taken over yet.

    A list with the same content from the same source that is being looked through or taken over just now is
    that one: it is returned. Raises NotYours without the right, RuleViolation with the field for a list or
    archive that cannot be read.
    """
    offer, source = importers[importer], " ".join(source.split())
    person = _check_right(offer, access)
    rows = read_sheet(sheet, offer.columns)
    offer.check(archive)
    digest = _digest(sheet, archive)
    same = ImportRun.objects.filter(
        importer=importer, source=source, digest=digest, state__in=ImportRun.AT_WORK
    )
    if found := same.first():
        return found
    run = ImportRun(importer=importer, by=person, name=name[:150], source=source[:100], digest=digest)
    if archive is not None:
        archive.seek(0)
        run.archive = default_storage.save(f"{FOLDER}/{timezone.now():%Y%m%d%H%M%S}.zip", File(archive))
    try:
        return _begun(run, rows)
    except IntegrityError:  # two at once: the other was first
        _forget_files(run)
        return same.get()


@transaction.atomic
def _begun(run: ImportRun, rows: list[SheetRow]) -> ImportRun:
    run.save()
    offer = importers[run.importer]
    ImportRow.objects.bulk_create(
        [
            ImportRow(run=run, number=row.number, cells=row.cells, title=_called(row.cells, offer))
            for row in rows
        ],
        batch_size=1_000,
    )
    enqueue(import_task, run.pk)
    return run


def _digest(*files: BinaryIO | None) -> str:
    """What tells a list, with its files, from another."""
    digest = sha256()
    for file in files:
        digest.update(b"|")
        if file is not None:
            file.seek(0)
            while part := file.read(CHUNK):
                digest.update(part)
    return digest.hexdigest()


def _called(cells: Mapping[str, str], offer: Importer) -> str:
    """What the row is called on the page: its title, or how its text begins; nothing where it is
    confidential."""
    if offer.is_confidential(cells):
        return ""
    return (cells.get("title") or cells.get("text", ""))[:200]


@transaction.atomic
def import_go(*, run_id: int, access: Access) -> ImportRun:
    """Do what was looked through, or go on with what was stopped.

    Raises NotYours, RuleViolation when it is not looked through or done already.
    """
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    _check_right(importers[run.importer], access)
    if run.state not in (State.CHECKED, State.STOPPED):
        raise RuleViolation(_("It is “%(state)s” now.") % {"state": run.get_state_display()})
    same = ImportRun.objects.filter(importer=run.importer, source=run.source, digest=run.digest)
    if same.filter(state__in=ImportRun.AT_WORK).exists():
        raise RuleViolation(_("The same list is being taken over already."))
    if run.state == State.CHECKED:
        run.rows.exclude(outcome=Outcome.REFUSED).update(done=False, outcome=Outcome.WAITING)
    run.state, run.claimable_at = State.RUNNING, timezone.now()
    run.save()
    enqueue(import_task, run.pk)
    return run


@transaction.atomic
def import_stop(*, run_id: int, access: Access) -> ImportRun:
    """Stop taking over after the row that is being done; what is taken over stays.

    Raises NotYours, RuleViolation when it is not being taken over.
    """
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    _check_right(importers[run.importer], access)
    if run.state != State.RUNNING:
        raise RuleViolation(_("It is “%(state)s” now.") % {"state": run.get_state_display()})
    run.state = State.STOPPED
    run.save()
    return run


def _check_right(offer: Importer, access: Access) -> Person:
    """The person, when they may."""
    if access.person is None or not offer.allows(access):
        raise NotYours(offer.refusal)
    return access.person


def import_work(*, run_id: int) -> None:
    """Go on with a run, row by row, unless another worker has it. What is finished stays finished."""
    if not ImportRun.objects.owed().filter(pk=run_id).update(claimable_at=timezone.now() + LEASE):
        return
    run = ImportRun.objects.select_related("by").get(pk=run_id)
    access = SystemAccess(_("%(name)s, taking over") % {"name": run.by.name})
    with override(settings.LANGUAGE_CODE), importers[run.importer].begin(run) as work:
        for row in run.rows.filter(done=False):
            _do(row, run, work, access)
            ours = ImportRun.objects.filter(pk=run.pk, state=run.state)
            if not ours.update(claimable_at=timezone.now() + LEASE):
                return  # it was stopped
    _finish(run)


def _finish(run: ImportRun) -> None:
    """When no row is left: looked through, or done; then the archive is no longer needed."""
    checking = run.state == State.CHECKING
    after = {"state": State.CHECKED} if checking else {"state": State.DONE, "done_at": timezone.now()}
    if ImportRun.objects.filter(pk=run.pk, state=run.state).update(**after) and not checking:
        _forget_files(run)


def _forget_files(run: ImportRun) -> None:
    if run.archive:
        default_storage.delete(str(run.archive))
        ImportRun.objects.filter(pk=run.pk).update(archive="")


def imports_sweep() -> str:
    """Go on with what a lost worker left; forget what was looked through and never gone on with."""
    for run in ImportRun.objects.filter(state=State.CHECKED, started_at__lt=timezone.now() - KEPT):
        _forget_files(run)
        run.delete()
    owed = list(ImportRun.objects.owed().values_list("pk", flat=True))
    for run_id in owed:
        enqueue(import_task, run_id)
    return _("%(count)d gone on with") % {"count": len(owed)}


def _do(row: ImportRow, run: ImportRun, work: RowWork, access: Access) -> None:
    """One row: looked at, or taken over whole; what is refused changes nothing, and stops no other."""
    try:
        plan = work.plan(row.cells)
        row.key = plan.key
        _check_once(row)
        row.outcome, row.record, row.why_not = plan.outcome, plan.record, plan.note
        if run.state == State.RUNNING and plan.outcome != Outcome.SAME:
            with work.prepared(plan) as prepared, transaction.atomic():
                if not _is_left(row):
                    return
                row.record = work.take(plan, prepared, access)
                _note(row)
            return
    except RuleViolation as refused:
        row.outcome, row.why_not = Outcome.REFUSED, str(refused)
    except IntegrityError:
        row.outcome, row.why_not = Outcome.REFUSED, _("It was taken over by another list at the same moment.")
    except Exception:  # one row must not keep the others back
        log.exception("Row %s of list %s could not be taken over", row.number, run.pk)
        row.outcome = Outcome.REFUSED
        row.why_not = _("Something went wrong here. Whoever looks after the system finds it in the log.")
    _note(row)


def _is_left(row: ImportRow) -> bool:
    """Whether nobody has done the row: another worker has, where this one stood still for too long."""
    return not ImportRow.objects.select_for_update().get(pk=row.pk).done


def _note(row: ImportRow) -> None:
    row.done = True
    row.save()


def _check_once(row: ImportRow) -> None:
    """The same thing twice in one list would be taken over once and overwritten once."""
    further_up = ImportRow.objects.filter(run=row.run_id, key=row.key, number__lt=row.number).first()
    if further_up:
        raise RuleViolation(_("It stands in row %(row)d already.") % {"row": further_up.number})
