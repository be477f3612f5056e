"""Telling people from programs on forms without login, without a puzzle and without a cookie.

A form carries a signed ticket: its own key, when it was made, and how much work its sending takes. The
reader's browser does the work while the person writes (a number that makes SHA-256 of ticket and number
begin with so many zero bits): unnoticed for one form, dear for a thousand. Without script nothing is
worked; then the form must have been open for longer, and the sender may send less often.
"""

import hashlib
import time
from dataclasses import dataclass
from math import ceil
from uuid import UUID, uuid4

from django.core import signing

SALT = "qms.proof"
BITS, BITS_WHEN_BUSY = 14, 18  # about a fifth of a second on a phone, and about four
OPEN_FOR, OPEN_FOR_UNWORKED = 3.0, 20.0  # seconds that a person needs at least
KEPT_FOR = 24 * 3600.0  # seconds


@dataclass(frozen=True)
class Ticket:
    """What came back with a form: its key, how long it was open (seconds), whether the work was done."""

    key: UUID
    age: float
    worked: bool

    @property
    def seconds_left(self) -> int:
        """How much longer it must be open for somebody to have read and written; 0 when it was."""
        return max(ceil((OPEN_FOR if self.worked else OPEN_FOR_UNWORKED) - self.age), 0)

    @property
    def too_quick(self) -> bool:
        """Whether it came sooner than somebody can have read and written."""
        return self.seconds_left > 0

    @property
    def too_old(self) -> bool:
        """Whether the page was left open so long that it has to be renewed."""
        return self.age > KEPT_FOR


def new_ticket(*, busy: bool = False) -> str:
    """A ticket for a form that is shown now."""
    made = {"key": str(uuid4()), "at": time.time(), "bits": BITS_WHEN_BUSY if busy else BITS}
    return signing.dumps(made, salt=SALT)


def ticket_bits(ticket: str) -> int:
    """How many zero bits the work on `ticket` has to reach; BadSignature when it is not ours."""
    return int(signing.loads(ticket, salt=SALT)["bits"])


def read_ticket(ticket: str, proof: str) -> Ticket:
    """What a returned ticket tells. Raises django.core.signing.BadSignature when it is not ours."""
    made = signing.loads(ticket, salt=SALT)
    digest = hashlib.sha256(f"{ticket}:{proof}".encode()).digest()
    zeros = len(digest) * 8 - int.from_bytes(digest, "big").bit_length()
    return Ticket(UUID(made["key"]), time.time() - made["at"], bool(proof) and zeros >= made["bits"])
