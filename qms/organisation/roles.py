"""The closed list of roles.

A role is granted on a unit and holds for everything below it. django-guardian stores the grants as
permissions of Unit; each app maps its actions to roles (`qms.organisation.access.Action`). The ground
never learns what "approve a document" is, and no app can invent a role.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Role:
    """A role: its key (guardian's codename), its name, and what it means in plain words."""

    key: str
    label: str | Promise
    meaning: str | Promise
    everywhere: bool = False  # normally granted on the municipality itself


READER = Role("reader", _("Reader"), _("Sees what belongs to the unit, and everything below it."))
AUTHOR = Role("author", _("Author"), _("Writes and changes governing documents for the unit."))
HANDLER = Role("handler", _("Case handler"), _("Assesses and answers proposals and deviations for the unit."))
MANAGER = Role(
    "manager",
    _("Manager"),
    _("Answers for the unit: decides, delegates, and takes over what nobody else has answered."),
)
PROCESS_OWNER = Role(
    "process_owner", _("Process owner"), _("Answers for how a process works and develops, across units.")
)
APPROVER = Role("approver", _("Approver"), _("Approves governing documents that others have written."))
AUDITOR = Role("auditor", _("Auditor"), _("Carries out improvement days and writes down findings."))
QUALITY_MANAGER = Role(
    "quality_manager",
    _("Quality manager"),
    _("Steers the quality work as a whole: sees everything, helps where it has stopped."),
    everywhere=True,
)
EXECUTIVE = Role(
    "executive",
    _("Executive"),
    _("Sees how things stand and decides in the management review."),
    everywhere=True,
)
ADMINISTRATOR = Role(
    "administrator",
    _("Administrator"),
    _("Keeps units, people and roles in order. Sees no restricted case by this role alone."),
    everywhere=True,
)

ROLES: tuple[Role, ...] = (
    READER,
    AUTHOR,
    HANDLER,
    MANAGER,
    PROCESS_OWNER,
    APPROVER,
    AUDITOR,
    QUALITY_MANAGER,
    EXECUTIVE,
    ADMINISTRATOR,
)
BY_KEY: dict[str, Role] = {role.key: role for role in ROLES}
ALL_ROLES: frozenset[str] = frozenset(BY_KEY)
