"""A real mail server for tests: takes mails, refuses them, or takes its time, as the test says."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

OK = "250 OK"


@dataclass
class MailServer:
    """What has arrived, and how the server answers.

    `answer_recipient` gives the answer to RCPT TO; `hold` keeps it waiting there until it is set, and
    `reached` tells the test that a client has come so far.
    """

    port: int = 0
    arrived: list[EmailMessage] = field(default_factory=list)
    answer_recipient: Callable[[str], str] = lambda address: OK
    hold: threading.Event | None = None
    reached: threading.Event = field(default_factory=threading.Event)
    hang_up: bool = False

    @property
    def url(self) -> str:
        """The server as EMAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Somebody wants to reach `address`."""
        self.reached.set()
        if self.hold:
            await server.loop.run_in_executor(None, self.hold.wait, 30)
        answer = self.answer_recipient(address)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """A whole mail has come."""
        content: Any = envelope.original_content
        self.arrived.append(message_from_bytes(content, policy=policy.default))
        return OK

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The client goes; a rude server hangs up before it has answered."""
        if self.hang_up:
            server.transport.abort()
        return "221 Bye"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A mail server on a free port, for as long as the block lasts."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        server = MailServer(port=free.getsockname()[1])
    controller = Controller(server, hostname="127.0.0.1", port=server.port, ready_timeout=10)
    controller.start()
    try:
        yield server
    finally:
        if server.hold:
            server.hold.set()
        controller.stop()
