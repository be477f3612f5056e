"""What states and tasks are called, and the clauses that transitions come from."""

# A document
PREPARING, IN_FORCE, REPEALED, DROPPED = "preparing", "in_force", "repealed", "dropped"
# A version; it too is in force, or repealed with its document
DRAFT, REVIEW, APPROVAL, SCHEDULED = "draft", "review", "approval", "scheduled"
SUPERSEDED, ABANDONED = "superseded", "abandoned"
UNDER_WAY = (DRAFT, REVIEW, APPROVAL, SCHEDULED)
UNDECIDED = (DRAFT, REVIEW, APPROVAL)
REMARKED = (REVIEW, APPROVAL, SCHEDULED)  # others say something about the text once it has been sent to them

# Tasks
LOOK_OVER, READ, REPLACED = "look_over", "read", "replaced"  # of a document
MEND_PDF, MEND_WORDS = "mend_pdf", "mend_words"  # of a document, about one of its versions
WRITE, LOOK, GO_ON, DECIDE = "write", "look", "go_on", "decide"  # of a version

CONTROL = "ISO 9001:2015 7.5.3"
CREATE = "ISO 9001:2015 7.5.2"
