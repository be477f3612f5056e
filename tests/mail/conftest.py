"""Mail tests talk to a real mail server."""

from collections.abc import Iterator

import pytest

from qms.mail.models import Mail
from qms.mail.services import mail_queue
from tests.smtp import MailServer, mail_server


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    """A real mail server, to which this process sends."""
    with mail_server() as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield found


def owe(to: str = "anna@town.test", **more: str) -> Mail:
    """A mail that is owed."""
    return mail_queue(
        purpose=Mail.Purpose.URGENT, to=to, subject="Answer F-2026-0001", text="Please answer", **more
    )
