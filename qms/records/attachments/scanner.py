"""Asks an optional virus scanner (clamd, INSTREAM) about a file. Configured and silent: nothing is received.

The protocol is five lines, see clamd(8): the command, chunks with their length before them, a length of
nought, and one line of answer.
"""

import logging
import socket
import struct
from typing import BinaryIO
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation

log = logging.getLogger(__name__)
CHUNK = 65_536
SECONDS = 30  # to connect, and between two signs of life


def scan(file: BinaryIO) -> bool:
    """True when a scanner has found nothing, False when none is configured.

    Raises RuleViolation when it found something, or is configured and does not answer.
    """
    if not settings.CLAMD_URL:
        return False
    try:
        answer = _ask(file)
    except OSError:
        log.exception("The virus scanner at %s does not answer", settings.CLAMD_URL)
        raise _cannot_scan() from None
    finally:
        file.seek(0)
    if answer.endswith("FOUND"):
        log.warning("The virus scanner refused a file: %s", answer)
        raise RuleViolation(_("The virus scanner found something in the file, so it is not received."))
    if not answer.endswith("OK"):
        log.error("The virus scanner answered %r", answer)
        raise _cannot_scan()
    return True


def _cannot_scan() -> RuleViolation:
    return RuleViolation(
        _(
            "The virus scanner does not answer, so no files can be received just now. Send the text "
            "without the file and add it later."
        )
    )


def _ask(file: BinaryIO) -> str:
    with _connection() as clamd:
        clamd.sendall(b"zINSTREAM\0")
        file.seek(0)
        while chunk := file.read(CHUNK):
            clamd.sendall(struct.pack("!I", len(chunk)) + chunk)
        clamd.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (part := clamd.recv(4096)):
            answer += part
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def _connection() -> socket.socket:
    url = urlsplit(settings.CLAMD_URL)
    if url.scheme == "unix":
        clamd = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        clamd.settimeout(SECONDS)
        clamd.connect(url.path)
        return clamd
    return socket.create_connection((url.hostname or "localhost", url.port or 3310), timeout=SECONDS)
