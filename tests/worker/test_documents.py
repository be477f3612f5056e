"""With a real worker: what was decided gets its PDF, and a file its words, once, whoever is killed."""

import os
import stat
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from documents.models import FileText, FrozenPdf, Version
from documents.models.owed import Owed
from documents.services import version_file_set
from qms.jobs.models import JobRun
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.services.attachments import attachments_save
from qms.records.services.change import edit_token
from tests.conftest import build_town
from tests.documents import files
from tests.documents.steps import begun, in_force
from tests.factories import grant
from tests.records.files import upload
from tests.worker.conftest import heartbeat, wait_until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def media(monkeypatch, settings):
    """The worker reads what the test stores."""
    monkeypatch.setenv("MEDIA_ROOT", settings.MEDIA_ROOT)


@pytest.fixture
def office(media, tmp_path, monkeypatch):
    """A program in place of LibreOffice that says when it began, and ends when it may with a PDF."""
    began, may_end = tmp_path / "began", tmp_path / "may-end"
    (tmp_path / "made.pdf").write_bytes(files.pdf("Rutin"))
    program = tmp_path / "soffice"
    program.write_text(
        f"#!/bin/sh\ntouch {began}\nwhile [ ! -e {may_end} ]; do sleep 0.05; done\n"
        f"cp {tmp_path}/made.pdf document.pdf\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return began, may_end


def word_version() -> Version:
    """A version in force that is a Word file, whose PDF is owed."""
    town = build_town()
    grant(town.handler, "author", town.north)
    version = Version.objects.get(document=in_force(town))
    with stored([receive(upload("rutin.docx", files.word("Rutin")))]) as received:
        [version.file] = attachments_save(record=version, files=received, access=town.access("handler"))
    version.save()
    owed = FrozenPdf.objects.filter(version=version)
    owed.update(state="pending", file="", sha256="", made_at=None, attempts=0, claimable_at=timezone.now())
    return version


def leases_run_out(rows: type[Owed]) -> None:
    """As if those of a worker that was killed had run out."""
    JobRun.objects.filter(state="done").delete()
    JobRun.objects.filter(state="running").update(claimable_at=timezone.now())
    rows.objects.update(claimable_at=timezone.now())


def test_a_worker_killed_while_it_makes_the_pdf_is_followed_by_another_and_one_is_made(office, start_worker):
    began, may_end = office
    version = word_version()
    first = start_worker()
    heartbeat()
    wait_until(began.exists)
    first.kill()
    assert FrozenPdf.objects.get(version=version).state == FrozenPdf.State.PENDING
    may_end.touch()
    leases_run_out(FrozenPdf)
    second = start_worker()
    heartbeat()
    wait_until(lambda: FrozenPdf.objects.filter(version=version, state="ready").exists())
    made = FrozenPdf.objects.get(version=version)
    assert made.attempts == 2, second.log
    assert len(default_storage.listdir(f"official/{version.pk}")[1]) == 1


def test_a_worker_killed_while_it_reads_a_file_is_followed_by_another_and_it_is_read_once(
    media, start_worker
):
    town = build_town()
    grant(town.handler, "author", town.north)
    version = begun(town, text="")
    with stored([receive(upload("rutin.docx", files.word("Sprita händerna.")))]) as [file]:
        version = version_file_set(
            version_id=version.pk, file=file, token=edit_token(version), access=town.access("handler")
        )
    path = Path(default_storage.path(version.file.file.name))
    content = path.read_bytes()
    path.unlink()
    os.mkfifo(path)  # whoever opens it waits for words that never come
    first = start_worker()
    heartbeat()
    wait_until(lambda: FileText.objects.get().attempts == 1)
    first.kill()
    path.unlink()
    path.write_bytes(content)
    assert FileText.objects.get().state == FileText.State.PENDING
    leases_run_out(FileText)
    second = start_worker()
    heartbeat()
    wait_until(lambda: FileText.objects.get().state == FileText.State.READY)
    version.refresh_from_db()
    assert (version.extracted, FileText.objects.get().attempts) == ("Sprita händerna.", 2), second.log
