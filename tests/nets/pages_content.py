"""The addresses around governing documents: order in the house, official PDFs, the public register."""

from typing import Any

from documents.models import Document
from tests.nets.page import OPEN, Page, codes
from tests.nets.world import World


def pair(world: World) -> tuple[Any, ...]:
    others = Document.objects.filter(state="in_force", visibility="public")
    other = others.exclude(pk=world.documents.held.pk).earliest("pk")
    return (world.documents.held.reference, other.reference)


def first(world: World) -> tuple[Any, ...]:
    return (world.documents.first.reference,)


def held(world: World) -> tuple[Any, ...]:
    return (world.documents.held.reference,)


def taken(world: World) -> tuple[Any, ...]:
    return (world.documents.taken.pk,)


def old_cases(world: World) -> tuple[Any, ...]:
    return (world.old_cases.pk,)


ORDER = codes(
    200, visitor=302, employee=403, reader=403, handler=403, admin=403,
)  # fmt: skip
STEERS = codes(403, visitor=302, manager=302, care_head=302, quality=302)
QUALITY = codes(403, visitor=302, quality=200)
EVERYONE: dict[str, Any] = {"viewer": "visitor", "query": "?lang=sv"}

# What stands on the page of a list in each state but the one it is chosen in.
LISTS = {
    "checking": "2 of 3 rows, 66 %",
    "running": "2 of 3 rows, 66 %",
    "stopped": "2 of 3 rows are done, and stay",
    "done": "1 row was not possible",
}

CONTENT: list[Page] = [
    Page("documents:order", ORDER, viewer="quality", shows="Past the review date", budget=20),
    Page("documents:twins", ORDER, viewer="quality", shows="No two units"),
    Page("documents:twin", ORDER, pair, viewer="quality", shows="What differs between the two"),
    # The PDF is not made yet in this town; tests/documents/test_paper_pages.py fetches one.
    Page("documents:pdf", codes(404, visitor=302), first, walk=False),
    Page("documents:pdf_retry", STEERS, first, posts=True),
    Page("documents:take_over", QUALITY, viewer="quality", shows="Look it through"),
    Page("documents:take_over_template", QUALITY, viewer="quality", walk=False),
    Page("documents:take_over_run", QUALITY, taken, viewer="quality", shows="“borta.pdf”"),
    *(
        Page(
            "documents:take_over_run",
            QUALITY,
            lambda world, state=state: (world.documents.lists[state].pk,),
            query=f"?of={state}",
            viewer="quality",
            shows=said,
        )
        for state, said in LISTS.items()
    ),
    Page("documents:take_over_go", QUALITY | {"quality": 302}, taken, posts=True),
    Page("documents:take_over_stop", QUALITY | {"quality": 302}, taken, posts=True),
    Page("improvements:take_over", QUALITY, viewer="quality", shows="Which system the cases come from"),
    Page("improvements:take_over_template", QUALITY, viewer="quality", walk=False),
    Page("improvements:take_over_run", QUALITY, old_cases, viewer="quality", shows="“Hamnen”"),
    Page("improvements:take_over_go", QUALITY | {"quality": 302}, old_cases, posts=True),
    Page("improvements:take_over_stop", QUALITY | {"quality": 302}, old_cases, posts=True),
    Page("register:index", OPEN, **EVERYONE, shows="Notes in home care"),
    Page("register:index", OPEN, query="?q=xyzzy&lang=sv", viewer="visitor"),
    Page("register:document", OPEN, held, **EVERYONE, shows="Notes in home care"),
    Page("register:feed", OPEN, viewer="visitor", shows="Notes in home care", walk=False),
    Page("register:json", OPEN, viewer="visitor", shows="Notes in home care", walk=False),
]
