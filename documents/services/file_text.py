"""The words of uploaded files: read by a worker, for search and comparison, while nobody waits for it."""

import io
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.content.extract import extract
from documents.models import Document, FileText, Version
from documents.models.file_text import IN_WANT
from documents.models.version import MOST_TEXT
from documents.permissions import MEND_WORDS
from documents.selectors.versions import sees_to_words
from documents.services.locking import document_locked, version_locked
from documents.services.mending import words_follow
from documents.services.owed import LEASE, Work, still_ours, work_do, work_sweep
from documents.tasks import text_read_task
from documents.workflow.names import PREPARING
from qms.exceptions import NotYours, RuleViolation
from qms.jobs.enqueue import enqueue
from qms.organisation.access import Access, SystemAccess
from qms.records.search_index import index_record
from qms.records.services.moves import who_may

State = FileText.State


def text_owe(version: Version, access: Access) -> None:
    """The words of the file that `version` now is are owed; of none that it was before.

    In the transaction that changed its file, with the version and its document locked.
    """
    FileText.objects.filter(version=version).delete()
    if version.is_file:
        FileText.objects.create(version=version)
        enqueue(text_read_task, version.pk)
    words_follow(document=version.document, access=access)


@transaction.atomic
def text_retry(*, version_id: int, access: Access) -> None:
    """Read again now what could not be read. Raises NotYours without the right, RuleViolation when the words
    are there or being read.
    """
    version = version_locked(version_id, access)
    if not sees_to_words(access, version, version.document):
        raise NotYours(who_may(MEND_WORDS, version.document))
    waiting = FileText.objects.filter(version=version, state__in=IN_WANT)
    if not waiting.update(state=State.PENDING, claimable_at=timezone.now(), attempts=0, fault=""):
        raise RuleViolation(_("The words are there or being read: there is nothing to read again."))
    enqueue(text_read_task, version.pk)


def text_read(*, version_id: int) -> bool:
    """Read the words of a version's file if they are owed and nobody else is at it. Returns whether they are
    there now.
    """
    return work_do(TEXT, version_id)


def texts_sweep() -> str:
    """Read what is owed and was not read at once: a worker or the broker was down, or a try failed."""
    return work_sweep(TEXT)


def _read(owed: FileText) -> bool:
    file = owed.version.file
    if file is None:  # it became written text a moment ago: its row is gone as well
        return False
    with file.file.open("rb") as stored:
        content = io.BytesIO(stored.read())  # a storage that fails is not a file that is damaged
    try:
        words = extract(content, file.extension)
    except RuleViolation as unreadable:
        _note(owed, State.UNREADABLE, str(unreadable), LEASE)
        return False
    return _keep(owed, words)


@transaction.atomic
def _keep(owed: FileText, words: str) -> bool:
    """The words stand with the version, and search finds them in its document; nobody's form is disturbed.

    Both are derived from the file and have no history: saving would make every open form a stale one.
    """
    version = version_locked(owed.version_id, SystemAccess(_("reading of files")))
    if not _written(owed, state=State.READY, fault=""):
        return False
    Version.objects.filter(pk=version.pk).update(extracted=words[:MOST_TEXT])
    document = version.document
    if version.is_in_force or (version.is_under_way and document.state == PREPARING):
        document.text = words[:MOST_TEXT]
        Document.objects.filter(pk=document.pk).update(text=document.text)
        index_record(document)
    return True


def _note(owed: FileText, state: str, fault: str, wait: timedelta) -> None:
    _written(owed, state=state, fault=fault[:300], claimable_at=timezone.now() + wait)


@transaction.atomic
def _written(owed: FileText, **values: Any) -> bool:
    """Write down what has become of it, unless another worker has or the file is another now; whoever is to
    see to it hears so."""
    access = SystemAccess(_("reading of files"))
    document = document_locked(owed.version.document_id, access)
    if not still_ours(owed).update(**values):
        return False
    words_follow(document=document, access=access)
    return True


TEXT = Work(FileText, _read, _note, gettext_lazy("Each worker that tried to read it was lost."))
