"""Stored files and rows belong together: no row without its file, no file without its row."""

import hashlib
import io
import logging
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation
from qms.records.attachments.receiving import Received
from qms.records.models import Attachment

log = logging.getLogger(__name__)

FOLDER = "attachments"
CHUNK = 1_048_576  # bytes
SWEPT_DAYS = range(2, 10)  # days ago whose folders are looked through
NOT_STORED = (OSError, BotoCoreError, ClientError)  # the disk is full, the store does not answer


@dataclass(frozen=True)
class Stored:
    """A received file with the places where its content and its small picture now lie, and the key by which
    it is known when it is sent again."""

    received: Received
    path: str
    thumbnail_path: str
    sha256: str
    key: uuid.UUID | None = None


@contextmanager
def stored(files: Sequence[Received]) -> Iterator[list[Stored]]:
    """Store `files` for the block, in which a service makes their rows; those that got none are deleted.

    Goes outside the transaction, so that the answer holds whether it was committed or rolled back for
    whatever reason. Only a process that is killed within the block, or a store that stops answering, can
    leave a file behind: `sweep` takes those.

    Raises RuleViolation where a file cannot be stored, with a sentence that says what to do meanwhile.
    """
    kept: list[Stored] = []
    try:
        for received in files:
            kept.append(_stored_or_refused(received))
        yield kept
    finally:
        _tidy([path for file in kept for path in (file.path, file.thumbnail_path) if path])


def _stored_or_refused(received: Received) -> Stored:
    try:
        return _store(received)
    except NOT_STORED as broken:
        log.exception("A file could not be stored")
        raise RuleViolation(
            _("Files cannot be stored just now. Try again later, or send the text without the file."),
            field="attachments",
        ) from broken


def _tidy(paths: list[str]) -> None:
    try:
        _delete_rowless(paths)
    except NOT_STORED:
        log.exception("Files without a row are left to the sweeper")


def _store(received: Received) -> Stored:
    digest = hashlib.sha256()
    received.content.seek(0)
    while chunk := received.content.read(CHUNK):
        digest.update(chunk)
    received.content.seek(0)
    path = default_storage.save(_place(), File(received.content))
    small = default_storage.save(_place(), File(io.BytesIO(received.thumbnail))) if received.thumbnail else ""
    return Stored(received, path, small, digest.hexdigest())


def _place() -> str:
    """A random name in the folder of the day; it says nothing of what the file is or belongs to."""
    return f"{_folder(timezone.now().date())}/{uuid.uuid4().hex}"


def _folder(day: date) -> str:
    return f"{FOLDER}/{day:%Y/%m/%d}"


def sweep(today: date) -> int:
    """Delete files without a row from the folders of a week ago to two days ago; how many.

    For what a killed process left. Younger ones may belong to a request that is still running.
    """
    deleted = 0
    for days in SWEPT_DAYS:
        folder = _folder(today - timedelta(days=days))
        deleted += _delete_rowless([f"{folder}/{name}" for name in _names_in(folder)])
    return deleted


def _names_in(folder: str) -> list[str]:
    try:
        return default_storage.listdir(folder)[1]
    except FileNotFoundError:  # no file was stored that day
        return []


def _delete_rowless(paths: list[str]) -> int:
    if not paths:
        return 0
    rows = Attachment.objects.filter(file__in=paths) | Attachment.objects.filter(thumbnail__in=paths)
    taken = {path for row in rows.values_list("file", "thumbnail") for path in row}
    rowless = set(paths) - taken
    for path in rowless:
        default_storage.delete(path)
    return len(rowless)
