"""What states and tasks are called, and the clauses that transitions come from."""

# A document
PREPARING, IN_FORCE, REPEALED, DROPPED = "preparing", "in_force", "repealed", "dropped"
# A version; it too is in force, or repealed with its document
DRAFT, REVIEW, APPROVAL, SCHEDULED = "draft", "review", "approval", "scheduled"
SUPERSEDED, ABANDONED = "superseded", "abandoned"
UNDER_WAY = (DRAFT, REVIEW, APPROVAL, SCHEDULED)

# Tasks
LOOK_OVER, READ, MEND_PDF = "look_over", "read", "mend_pdf"  # of a document
WRITE, LOOK, GO_ON, DECIDE = "write", "look", "go_on", "decide"  # of a version

CONTROL = "ISO 9001:2015 7.5.3"
CREATE = "ISO 9001:2015 7.5.2"
