"""What may be done with the organisation itself, and by which roles."""

from qms.organisation.access import action
from qms.organisation.roles import ADMINISTRATOR, MANAGER, QUALITY_MANAGER

ADMINISTER = action("organisation.administer", ADMINISTRATOR)
GRANT = action("organisation.grant", ADMINISTRATOR)
OPERATE = action("organisation.operate", ADMINISTRATOR, QUALITY_MANAGER)
APPOINT_DEPUTY = action("organisation.appoint_deputy", ADMINISTRATOR, MANAGER)
