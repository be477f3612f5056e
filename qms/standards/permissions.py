"""What may be done with standards and evidence, and by which roles."""

from qms.organisation.access import action
from qms.organisation.roles import (
    AUDITOR,
    AUTHOR,
    HANDLER,
    MANAGER,
    PROCESS_OWNER,
    QUALITY_MANAGER,
)

MARK = action(
    "standards.mark_evidence", QUALITY_MANAGER, AUDITOR, MANAGER, HANDLER, PROCESS_OWNER, AUTHOR, owner=True
)
SCOPE = action("standards.decide_scope", QUALITY_MANAGER)
