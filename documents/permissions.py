"""What may be done with governing documents, and by which roles.

Who sees a document asks for the same roles as every other kind of record: then what everyone may see is one
condition (`qms.records.visibility`).
"""

from qms.organisation.access import action
from qms.organisation.roles import (
    ADMINISTRATOR,
    APPROVER,
    AUDITOR,
    AUTHOR,
    EXECUTIVE,
    HANDLER,
    MANAGER,
    PROCESS_OWNER,
    QUALITY_MANAGER,
    READER,
)

VIEW = action(
    "documents.view",
    READER,
    AUTHOR,
    HANDLER,
    MANAGER,
    PROCESS_OWNER,
    APPROVER,
    AUDITOR,
    QUALITY_MANAGER,
    EXECUTIVE,
)
VIEW_RESTRICTED = action("documents.view_restricted", HANDLER, MANAGER, QUALITY_MANAGER)
# New documents and their drafts; whoever owns a document or drives a version writes too.
WRITE = action("documents.write", AUTHOR, MANAGER, PROCESS_OWNER, QUALITY_MANAGER, owner=True)
# Data of a document, its yearly look-over, for whom it holds: the document owner's.
STEER = action("documents.steer", AUTHOR, MANAGER, QUALITY_MANAGER, owner=True)
# An official PDF that could not be made; also whoever the task to see to it was handed to.
MEND_PDF = action("documents.mend_pdf", AUTHOR, MANAGER, QUALITY_MANAGER, owner=True, task="mend_pdf")
# A file whose words could not be read, likewise.
MEND_WORDS = action("documents.mend_words", AUTHOR, MANAGER, QUALITY_MANAGER, owner=True, task="mend_words")
# What a manager decides by themselves is approved by managers too (services.approval).
APPROVE = action("documents.approve", APPROVER, MANAGER)
REPEAL = action("documents.repeal", APPROVER, MANAGER)
# What follows from a decision: nobody does it by hand.
FOLLOWS = action("documents.follows")
# How many have read and who has not is for those who lead them.
READING = action("documents.reading", MANAGER, QUALITY_MANAGER, EXECUTIVE, owner=True)
# What is to be put in order, in one's part of the house.
ORDER = action("documents.order", MANAGER, AUDITOR, QUALITY_MANAGER, EXECUTIVE)
# What was decided elsewhere is taken over as it is.
TAKE_OVER = action("documents.take_over", QUALITY_MANAGER)
TYPES = action("documents.types", QUALITY_MANAGER, ADMINISTRATOR)
