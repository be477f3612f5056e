"""The official PDF of what was decided: made once, kept as it is, followed up until it is there."""

import hashlib
import io
import uuid
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from documents.content.extract import check_opens
from documents.content.office import CONVERTED, OfficeMissing, to_pdf
from documents.content.stamp import footed
from documents.models import FrozenPdf, Version
from documents.permissions import MEND_PDF
from documents.selectors.paper import Said, foot_lines, of_the_moment, official_context
from documents.services.locking import document_locked
from documents.services.mending import mending_follow
from documents.services.owed import LEASE, Work, still_ours, work_do, work_sweep
from documents.tasks import pdf_make_task
from qms.exceptions import NotYours, RuleViolation
from qms.jobs.enqueue import enqueue
from qms.organisation.access import Access, SystemAccess
from qms.records.services.moves import who_may
from qms.ui.pdf import ACCESSIBLE, ARCHIVAL, render_pdf

OFFICE_AGAIN = timedelta(days=1)  # until LibreOffice is looked for anew
FOLDER = "official"
State = FrozenPdf.State


def pdf_owe(version: Version) -> None:
    """The official PDF of a version is owed from now on, with what its document says of itself just now.

    In the transaction that takes it into force.
    """
    with override(settings.LANGUAGE_CODE):
        said = asdict(of_the_moment(version.document))
    FrozenPdf.objects.create(version=version, said=said)
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
    return work_do(PDF, version_id)


def pdfs_sweep() -> str:
    """Make what is owed and was not made at once: a worker or the broker was down, or a try failed."""
    return work_sweep(PDF)


def _make(owed: FrozenPdf) -> bool:
    try:
        made = _made(owed.version, Said(**owed.said))
    except OfficeMissing as missing:
        _note(owed, State.UNMADE, str(missing), OFFICE_AGAIN)
        return False
    if made is None:
        _note(owed, State.UNMADE, "", LEASE)
        return False
    return _keep(owed, made)


def _made(version: Version, said: Said) -> bytes | None:
    """The PDF; None for a file of which none is made. Raises whatever goes wrong."""
    if version.is_file:
        return _of_file(version, said)
    return render_pdf(
        "documents/pdf.html",
        official_context(version, said),
        title=version.title,
        lang=settings.LANGUAGE_CODE,
        variant=ARCHIVAL if settings.DOCUMENT_PDF_ARCHIVAL else ACCESSIBLE,
    )


def _of_file(version: Version, said: Said) -> bytes | None:
    assert version.file is not None  # noqa: S101  is_file says so
    extension = version.file.extension
    with version.file.file.open("rb") as stored:
        content: bytes = stored.read()
    if extension == ".pdf":
        return content  # decided as it is
    if extension not in CONVERTED:
        return None
    made = to_pdf(content, extension)
    return footed(made, foot_lines(version, said), title=version.title, lang=settings.LANGUAGE_CODE)


def _keep(owed: FrozenPdf, made: bytes) -> bool:
    """Store it, unless another worker was faster; only the one that is kept leaves a file behind.

    Raises RuleViolation for what nobody could open: that counts as a try that failed.
    """
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
    if not still_ours(owed).update(**values):
        return False
    mending_follow(document=document, version=version, access=access)
    return True


PDF = Work(FrozenPdf, _make, _note, gettext_lazy("Each worker that tried to make it was lost."))
