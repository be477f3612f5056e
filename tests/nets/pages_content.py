"""The addresses around governing documents: order in the house, official PDFs, the public register."""

from typing import Any

from documents.models import Document
from tests.nets.page import OPEN, Page, codes
from tests.nets.world import World


def pair(world: World) -> tuple[Any, ...]:
    other = Document.objects.get(title__startswith="Routine number 0 ")
    return (world.documents.held.reference, other.reference)


def first(world: World) -> tuple[Any, ...]:
    return (world.documents.first.reference,)


def held(world: World) -> tuple[Any, ...]:
    return (world.documents.held.reference,)


ORDER = codes(
    200, visitor=302, employee=403, reader=403, handler=403, admin=403,
)  # fmt: skip
STEERS = codes(403, visitor=302, manager=302, care_head=302, quality=302)
EVERYONE: dict[str, Any] = {"viewer": "visitor", "query": "?lang=sv"}

CONTENT: list[Page] = [
    Page("documents:order", ORDER, viewer="quality", shows="Past the review date", budget=20),
    Page("documents:twins", ORDER, viewer="quality", shows="No two units"),
    Page("documents:twin", ORDER, pair, viewer="quality", shows="What differs between the two"),
    # The PDF is not made yet in this town; tests/documents/test_paper_pages.py fetches one.
    Page("documents:pdf", codes(404, visitor=302), first, walk=False),
    Page("documents:pdf_retry", STEERS, first, posts=True),
    Page("register:index", OPEN, **EVERYONE, shows="Notes in home care"),
    Page("register:index", OPEN, query="?q=xyzzy&lang=sv", viewer="visitor"),
    Page("register:document", OPEN, held, **EVERYONE, shows="Notes in home care"),
    Page("register:feed", OPEN, viewer="visitor", shows="Notes in home care", walk=False),
    Page("register:json", OPEN, viewer="visitor", shows="Notes in home care", walk=False),
]
