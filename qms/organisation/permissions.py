"""What may be done with the organisation itself, and by which roles."""

from qms.organisation.access import Action, action
from qms.organisation.roles import ADMINISTRATOR, AUTHOR, HANDLER, MANAGER, QUALITY_MANAGER, READER

ADMINISTER = action("organisation.administer", ADMINISTRATOR)
GRANT = action("organisation.grant", ADMINISTRATOR)
# A manager delegates: the everyday roles of the own unit, and everything below it.
DELEGATE = action("organisation.delegate", ADMINISTRATOR, MANAGER)
DELEGATED = frozenset({READER.key, AUTHOR.key, HANDLER.key})
OPERATE = action("organisation.operate", ADMINISTRATOR, QUALITY_MANAGER)
APPOINT_DEPUTY = action("organisation.appoint_deputy", ADMINISTRATOR, MANAGER)


def grant_action(role: str) -> Action:
    """The right it takes to give or take the role with that key."""
    return DELEGATE if role in DELEGATED else GRANT
