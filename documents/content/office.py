"""A Word or OpenDocument text as PDF, by LibreOffice where it is installed.

Each run has a profile of its own in a folder that is removed after it: two runs cannot meet, and nothing a
document does stays. In that profile no macro runs and nothing is fetched from elsewhere.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation

SECONDS = 120  # for one document; a cold start alone takes some
CONVERTED = frozenset({".docx", ".odt"})
_FILTER = (
    'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"},'
    '"PDFUACompliance":{"type":"boolean","value":"true"},"ExportBookmarks":{"type":"boolean","value":"true"}}'
)
_SETTING = (
    '<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse">'
    "<value>{value}</value></prop></item>"
)
_SETTINGS = (
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Writer/Content/Update", "Link", "0"),  # linked parts are never fetched
)
_PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>\n'
)


class OfficeMissing(RuleViolation):
    """LibreOffice is not installed on this machine; nothing is wrong with the file."""


class NotConverted(RuleViolation):
    """LibreOffice could not make a PDF of this file."""


def installed() -> str:
    """The path of LibreOffice's program, or nothing."""
    return shutil.which("soffice") or shutil.which("libreoffice") or ""


def to_pdf(content: bytes, extension: str, *, seconds: float = SECONDS) -> bytes:
    """The PDF of a document of that type. Takes seconds and up to 500 MB of memory: only in a job.

    Raises OfficeMissing, or NotConverted with a sentence for the owner of the document.
    """
    program = installed()
    if not program:
        raise OfficeMissing(
            _(
                "LibreOffice is not installed on this machine, so no PDF is made of Word and OpenDocument "
                "files. The file itself can be opened."
            )
        )
    if extension not in CONVERTED:
        raise NotConverted(_("Only Word and OpenDocument texts are turned into PDF."))
    with tempfile.TemporaryDirectory(prefix="office-", ignore_cleanup_errors=True) as folder:
        return _convert(program, Path(folder), content, extension, seconds)


def _convert(program: str, folder: Path, content: bytes, extension: str, seconds: float) -> bytes:
    source, made = folder / f"document{extension}", folder / "document.pdf"
    source.write_bytes(content)
    _write_profile(folder / "profile")
    _run(
        [
            *(program, "--headless", "--norestore", "--nologo", "--nolockcheck", "--nodefault"),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--convert-to", _FILTER, "--outdir", str(folder), str(source)),
        ],
        folder,
        seconds,
    )
    # It answers with nought even when it could not read the file: what counts is what it has made.
    pdf = made.read_bytes() if made.is_file() else b""
    if not pdf.startswith(b"%PDF-"):
        raise NotConverted(
            _(
                "LibreOffice could not read the file, so there is no PDF of it. Open it, save it anew and "
                "try again."
            )
        )
    return pdf


def _run(command: list[str], folder: Path, seconds: float) -> None:
    """Run it in a group of its own, which is stopped as a whole when the time is over."""
    environment = {"HOME": str(folder), "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}
    process = subprocess.Popen(  # noqa: S603  the program is found by name, the arguments are ours
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise NotConverted(
            _(
                "LibreOffice took too long with the file, so there is no PDF of it. Make it simpler or "
                "smaller."
            )
        ) from None
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop what is left of the group: the program starts others, and they must not outlive the folder."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def _write_profile(folder: Path) -> None:
    items = "".join(_SETTING.format(path=path, name=name, value=value) for path, name, value in _SETTINGS)
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(_PROFILE.format(items=items))
