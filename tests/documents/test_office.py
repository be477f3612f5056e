"""Word and OpenDocument texts become PDF where LibreOffice is installed; elsewhere it says so."""

import io
import os
import stat
import time
from pathlib import Path

import pytest
from pypdf import PdfReader

from documents.content.office import NotConverted, OfficeMissing, installed, to_pdf
from tests.documents import files

needs_office = pytest.mark.skipif(not installed(), reason="LibreOffice is not installed")


def program(folder: Path, script: str) -> None:
    """Put a program called soffice first, in place of LibreOffice, that does what `script` says."""
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def first_on_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return tmp_path


@needs_office
@pytest.mark.parametrize(
    ("extension", "content"),
    [(".docx", files.word("Rutin")), (".odt", files.odt("<text:p>Rutin</text:p>"))],
    ids=["docx", "odt"],  # each worker makes bytes of its own
)
def test_a_text_becomes_a_tagged_pdf_with_its_words(extension, content):
    made = PdfReader(io.BytesIO(to_pdf(content, extension)))
    assert "Rutin" in made.pages[0].extract_text()
    assert made.trailer["/Root"]["/MarkInfo"]["/Marked"].value is True


def test_without_libreoffice_it_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OfficeMissing, match="LibreOffice is not installed on this machine"):
        to_pdf(files.word("x"), ".docx")


def test_a_file_it_cannot_read_is_told_to_the_owner(first_on_path):
    program(first_on_path, "exit 0")  # as LibreOffice does with a file it cannot load
    with pytest.raises(NotConverted, match="could not read the file"):
        to_pdf(b"PK\x03\x04", ".docx")


def test_only_texts_are_converted(first_on_path):
    program(first_on_path, "exit 0")
    with pytest.raises(NotConverted, match="Only Word and OpenDocument"):
        to_pdf(b"", ".xlsx")


def test_one_that_hangs_is_stopped_with_all_it_started(first_on_path):
    mark = first_on_path / "child"
    program(first_on_path, f"(sleep 60 & echo $! > {mark}; wait)")
    started = time.monotonic()
    with pytest.raises(NotConverted, match="took too long"):
        to_pdf(files.word("x"), ".docx", seconds=1)
    assert time.monotonic() - started < 20
    child = Path(f"/proc/{mark.read_text().strip()}/stat")
    deadline = time.monotonic() + 5
    while child.exists() and child.read_text().split()[2] != "Z" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not child.exists() or child.read_text().split()[2] == "Z"


def test_every_run_has_a_profile_of_its_own_where_nothing_runs_and_nothing_is_fetched(first_on_path):
    kept = first_on_path / "seen"
    program(first_on_path, f'cat profile/user/registrymodifications.xcu >> {kept}; echo "$@" >> {kept}')
    for _run in range(2):
        with pytest.raises(NotConverted):
            to_pdf(files.word("x"), ".docx")
    seen = kept.read_text()
    profiles = {part for part in seen.split() if part.startswith("-env:UserInstallation=")}
    assert len(profiles) == 2
    assert not any(Path(part.split("file://")[1]).exists() for part in profiles)
    assert '"DisableMacrosExecution" oor:op="fuse"><value>true' in seen
    assert 'Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0' in seen
