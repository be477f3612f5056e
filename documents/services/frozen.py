"""The official PDF of what was decided: made once, kept as it is, followed up until it is there."""

import hashlib
import io
import logging
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from documents.content.extract import check_opens
from documents.content.office import CONVERTED, OfficeMissing, to_pdf
from documents.models import FrozenPdf, Version
from documents.permissions import MEND_PDF
from documents.selectors.paper import official_context
from documents.services.locking import document_locked
from documents.services.mending import mending_follow
from documents.tasks import pdf_make_task
from qms.exceptions import NotYours, RuleViolation
from qms.jobs.enqueue import enqueue
from qms.organisation.access import Access, SystemAccess
from qms.records.services.moves import who_may
from qms.ui.pdf import ACCESSIBLE, ARCHIVAL, render_pdf

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)  # longer than any PDF takes
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
LATER = timedelta(hours=8)  # between all further tries: it is never given up
OFFICE_AGAIN = timedelta(days=1)  # until LibreOffice is looked for anew
MOST_LOST = 4  # tries that end without an answer (a worker was killed each time) before it counts as failed
SWEEP_SECONDS = 45.0
FOLDER = "official"
State = FrozenPdf.State


def pdf_owe(version: Version) -> None:
    """The official PDF of a version is owed from now on. In the transaction that takes it into force."""
    FrozenPdf.objects.create(version=version)
    enqueue(pdf_make_task, version.pk)


@transaction.atomic
def pdf_retry(*, version_id: int, access: Access) -> None:
    """Try again now what failed. Raises NotYours without the right, RuleViolation when it is there."""
    version = Version.objects.select_related("document").get(pk=version_id)
    document = document_locked(version.document_id, access)
    if not access.can(MEND_PDF, document):
        raise NotYours(who_may(MEND_PDF, document))
    waiting = FrozenPdf.objects.filter(version=version, state__in=(State.FAILED, State.UNMADE))
    if not waiting.update(state=State.PENDING, claimable_at=timezone.now(), attempts=0, fault=""):
        raise RuleViolation(_("The PDF is ready or being made: there is nothing to try again."))
    enqueue(pdf_make_task, version.pk)


def pdf_make(*, version_id: int) -> bool:
    """Make the official PDF if it is owed and nobody else is making it. Returns whether it is there now.

    Whatever goes wrong is written on its row, in the language of the house, and tried again.
    """
    owed = _claim(version_id)
    if owed is None:
        return False
    with override(settings.LANGUAGE_CODE):
        try:
            made = _made(owed.version)
        except OfficeMissing as missing:
            _note(owed, State.UNMADE, str(missing), OFFICE_AGAIN)
            return False
        except Exception as fault:  # whatever it is: it must show, and be tried again
            log.exception("The official PDF of %s could not be made, try %s", owed.version, owed.attempts)
            _note(owed, State.FAILED, _said(fault), _wait(owed.attempts))
            return False
    if made is None:
        _note(owed, State.UNMADE, "", LEASE)
        return False
    return _keep(owed, made)


def pdfs_sweep() -> str:
    """Make what is owed and was not made at once: a worker or the broker was down, or a try failed."""
    made, start = 0, time.monotonic()
    owed = FrozenPdf.objects.owed().order_by("claimable_at", "pk")
    for version_id in list(owed.values_list("version_id", flat=True)[:200]):
        made += pdf_make(version_id=version_id)
        if time.monotonic() - start > SWEEP_SECONDS:
            break
    left = FrozenPdf.objects.exclude(state__in=(State.READY, State.UNMADE)).count()
    return _("%(made)d made, %(left)d left") % {"made": made, "left": left}


def _claim(version_id: int) -> FrozenPdf | None:
    """Take it for this worker; of several who try, the conditional UPDATE lets one through."""
    owed = FrozenPdf.objects.owed().filter(version_id=version_id)
    if not owed.update(claimable_at=timezone.now() + LEASE, attempts=F("attempts") + 1):
        return None
    row = FrozenPdf.objects.select_related("version__document__type").get(version_id=version_id)
    if row.state == State.PENDING and row.attempts > MOST_LOST:
        _note(row, State.FAILED, _("Each worker that tried to make it was lost."), LATER)
        return None
    return row


def _made(version: Version) -> bytes | None:
    """The PDF; None for a file of which none is made. Raises whatever goes wrong."""
    if version.is_file:
        return _of_file(version)
    return render_pdf(
        "documents/pdf.html",
        official_context(version),
        title=version.title,
        lang=settings.LANGUAGE_CODE,
        variant=ARCHIVAL if settings.DOCUMENT_PDF_ARCHIVAL else ACCESSIBLE,
    )


def _of_file(version: Version) -> bytes | None:
    assert version.file is not None  # noqa: S101  is_file says so
    extension = f".{version.file.name.rpartition('.')[2].lower()}"
    with version.file.file.open("rb") as stored:
        content: bytes = stored.read()
    if extension == ".pdf":
        return content
    return to_pdf(content, extension) if extension in CONVERTED else None


def _keep(owed: FrozenPdf, made: bytes) -> bool:
    """Store it, unless another worker was faster; only the one that is kept leaves a file behind."""
    check_opens(io.BytesIO(made), ".pdf")
    folder = f"{FOLDER}/{owed.version_id}"
    path = default_storage.save(f"{folder}/{uuid.uuid4().hex}.pdf", ContentFile(made))
    kept = _written(
        owed,
        state=State.READY,
        file=path,
        sha256=hashlib.sha256(made).hexdigest(),
        size=len(made),
        fault="",
        made_at=timezone.now(),
    )
    _delete(folder, lambda name: name != path if kept else name == path)
    return kept


def _delete(folder: str, unwanted: Callable[[str], bool]) -> None:
    """Take away what this or a killed worker left in the folder of this version."""
    for name in default_storage.listdir(folder)[1]:
        if unwanted(f"{folder}/{name}"):
            default_storage.delete(f"{folder}/{name}")


def _note(owed: FrozenPdf, state: str, fault: str, wait: timedelta) -> None:
    _written(owed, state=state, fault=fault[:300], claimable_at=timezone.now() + wait)


@transaction.atomic
def _written(owed: FrozenPdf, **values: Any) -> bool:
    """Write down what has become of it, unless another worker has; whoever is to see to it hears so."""
    version, access = owed.version, SystemAccess(_("official PDF"))
    document = document_locked(version.document_id, access)
    mine = FrozenPdf.objects.filter(pk=owed.pk, attempts=owed.attempts).exclude(state=State.READY)
    if not mine.update(**values):
        return False
    mending_follow(document=document, version=version, access=access)
    return True


def _wait(attempts: int) -> timedelta:
    return WAITS[attempts - 1] if attempts <= len(WAITS) else LATER


def _said(fault: Exception) -> str:
    """What is told of a fault: our own sentences as they are, others by their name."""
    return str(fault) if isinstance(fault, RuleViolation) else f"{type(fault).__name__}: {fault}"
