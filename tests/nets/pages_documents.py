"""The addresses of governing documents."""

from typing import Any

from tests.nets.page import SIGNED_IN, Page, codes
from tests.nets.world import World


def held(world: World) -> tuple[Any, ...]:
    return (world.documents.held.reference,)


def draft(world: World) -> tuple[Any, ...]:
    return (world.documents.draft.reference,)


# In force and public: everyone who has signed in reads it, from wherever.
READ = codes(200, visitor=302)
# What is under way is seen in the unit.
UNDER_WAY = codes(200, visitor=302, outsider=404, admin=404)

DOCUMENTS: list[Page] = [
    Page("documents:list", SIGNED_IN, shows="Notes in home care"),
    Page("records:detail", READ, held, query="?of=document", shows="Notes in home care", budget=30),
    Page("records:detail", UNDER_WAY, draft, query="?of=version", shows="It is yours to write on", budget=30),
]
