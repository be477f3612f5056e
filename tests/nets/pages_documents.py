"""The addresses of governing documents."""

from typing import Any

from tests.nets.page import OPERATOR, SIGNED_IN, TYPED, Page, codes
from tests.nets.world import World

Args = tuple[Any, ...]


def held(world: World) -> Args:
    return (world.documents.held.reference,)


def draft(world: World) -> Args:
    return (world.documents.draft.reference,)


def reviewed(world: World) -> Args:
    return (world.documents.reviewed.reference,)


def waiting(world: World, *more: str) -> Args:
    return (world.documents.waiting.reference, *more)


# In force and public: everyone who has signed in reads it, from wherever.
READ = codes(200, visitor=302)
# What is under way is seen in the unit.
UNDER_WAY = codes(200, visitor=302, outsider=404, admin=404)
WRITERS = ("manager", "care_head", "quality")
# In force: who may not steer it sees it, and reads who may.
STEERED = codes(403, visitor=302, **dict.fromkeys(WRITERS, 200))
WRITTEN = codes(403, visitor=302, outsider=404, admin=404, **dict.fromkeys(WRITERS, 200))
# Managers write somewhere, each in their own part.
WRITES_SOMEWHERE = codes(403, visitor=302, outsider=200, **dict.fromkeys(WRITERS, 200))

DOCUMENTS: list[Page] = [
    Page("documents:list", SIGNED_IN, shows="Notes in home care"),
    Page("documents:list", SIGNED_IN, query="?only=mine&state=in_force", shows="Routine number"),
    Page("documents:list", SIGNED_IN, query="?q=shift&state=all", shows="<mark>shift</mark>"),
    Page("documents:new", WRITES_SOMEWHERE, shows="Begin the document"),
    Page("documents:to_read", SIGNED_IN, viewer="employee", shows="Notes in home care"),
    Page("documents:holds", SIGNED_IN, lambda w: (w.town.north.pk,), shows="Notes in home care"),
    Page("documents:types", SIGNED_IN, shows="Guideline"),
    Page("documents:type_new", OPERATOR, viewer="quality", shows="New type"),
    Page("documents:type", OPERATOR, lambda w: ("riktlinje",), viewer="quality", shows="Guideline"),
    Page("records:detail", READ, held, query="?of=document", shows="Notes in home care", budget=30),
    Page(
        "records:detail",
        UNDER_WAY,
        draft,
        query="?of=version",
        viewer="quality",
        shows="yours to write on",
        budget=30,
    ),
    Page("records:detail", UNDER_WAY, reviewed, query="?of=review", shows="Who else?", budget=30),
    Page(
        "records:detail",
        READ,
        lambda w: (w.documents.failed.document.reference,),
        query="?of=failed",
        shows="No space left on device",
        budget=30,
    ),
    Page(
        "records:detail",
        UNDER_WAY,
        lambda w: (w.documents.filed.reference,),
        query="?of=file",
        shows="The text of the file is being read",
        budget=30,
    ),
    Page(
        "records:detail",
        UNDER_WAY,
        lambda w: (w.documents.unread.reference,),
        query="?of=unread",
        shows="The storage does not answer",
        budget=30,
    ),
    Page(
        "documents:text_retry",
        codes(403, visitor=302, outsider=404, admin=404, **dict.fromkeys(WRITERS, 302)),
        lambda w: (w.documents.unread.reference,),
        posts=True,
    ),
    Page(
        "records:move",
        WRITTEN,
        lambda w: (w.documents.draft.reference, "to_review"),
        query="?of=draft",
        viewer="quality",
        shows="One more reviewer",
        budget=18,
    ),
    Page(
        "records:move",
        WRITTEN,
        lambda w: (w.documents.reviewed.reference, "change_reviewers"),
        query="?of=reviewed",
        viewer="quality",
        shows="Whose answer is still awaited",
        budget=18,
    ),
    Page(
        "records:move",
        codes(403, visitor=302, outsider=404, admin=404, care_head=200),
        lambda w: waiting(w, "approve"),
        query="?of=version",
        viewer="care_head",
        shows="What does it change?",
        budget=18,
    ),
    Page("records:edit", STEERED, held, query="?of=document", shows="Laws and rules", budget=14),
    Page("documents:write", WRITTEN, draft, shows="Save and go on", budget=14),
    Page(
        "documents:start",
        codes(403, visitor=302, **dict.fromkeys(WRITERS, 409)),
        held,
        posts=True,
        data=lambda w: {"small": "0"},
    ),
    Page("documents:file", WRITTEN | dict.fromkeys(WRITERS, 422), draft, posts=True),
    Page("documents:picture", WRITTEN | dict.fromkeys(WRITERS, 422), draft, posts=True),
    Page(
        "documents:answer",
        codes(403, visitor=302, outsider=404, admin=404, employee=200),
        reviewed,
        viewer="employee",
        shows="Your answer",
        budget=14,
    ),
    Page(
        "documents:remark",
        codes(302, outsider=404, admin=404) | TYPED,
        reviewed,
        posts=True,
        data=lambda w: {"text": "And at night?", "heading": "s-who"},
    ),
    Page(
        "documents:settle",
        codes(403, visitor=302, outsider=404, admin=404, employee=302, **dict.fromkeys(WRITERS, 302)),
        lambda w: (w.documents.reviewed.reference, w.documents.remark.pk),
        posts=True,
    ),
    Page("documents:applies", STEERED, held, shows="Care"),
    Page(
        "documents:compare",
        UNDER_WAY,
        lambda w: (w.documents.first.reference, w.documents.draft.reference),
        shows="since version 1",
        budget=14,
    ),
    Page(
        "documents:confirm_read",
        codes(403, visitor=302, employee=302, handler=302, manager=302),
        held,
        posts=True,
        data=lambda w: {"read": f"{held(w)[0]}-V1"},
    ),
    Page(
        "documents:reading",
        codes(403, visitor=302, **dict.fromkeys((*WRITERS, "outsider", "exec"), 200)),
        held,
        shows="North",
    ),
    Page(
        "documents:reading_list",
        codes(403, visitor=302, **dict.fromkeys((*WRITERS, "outsider", "exec"), 200)),
        held,
        walk=False,
    ),
]
