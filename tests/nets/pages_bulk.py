"""The addresses by which many cases are changed at once: what all get, the preview, what was done."""

from typing import Any

from improvements.models import Category, Improvement
from qms.records.bulk import bulk_acts
from qms.records.selectors.bulk import foreseen
from tests.nets.page import Page, codes
from tests.nets.world import World


def classified(world: World) -> dict[str, Any]:
    """What is sent to classify many cases: as what the case is not yet, each time it is asked."""
    category = Improvement.objects.values_list("category", flat=True).get(pk=world.case.pk)
    new = Category.PRAISE if category != Category.PRAISE else Category.PROPOSAL
    return {"act": "improvement.classify", "category": new.value}


def tokens(world: World) -> list[str]:
    """The rows of the preview, as its page carries them."""
    act = next(act for act in bulk_acts if act.key == "improvement.classify")
    data, access = classified(world), world.town.access("manager")
    return [row.token for row in foreseen(act, [world.case, world.handled], access, data)]


BULK: list[Page] = [
    Page(
        "records:bulk",
        codes(200, visitor=302, outsider=302, employee=403, reader=403, auditor=403, exec=403, admin=403),
        lambda w: ("improvement",),
        posts=True,
        data=lambda w: {"act": "improvement.classify", "row": w.case.reference},
    ),
    Page(
        "records:bulk",
        codes(200, visitor=302, outsider=302, employee=403, reader=403, auditor=403, exec=403, admin=403),
        lambda w: ("improvement",),
        query="?preview",
        posts=True,
        data=lambda w: classified(w) | {"step": "preview", "row": [w.case.reference, w.handled.reference]},
    ),
    Page(
        "records:bulk",
        codes(200, visitor=302, employee=403, reader=403, auditor=403, exec=403, admin=403),
        lambda w: ("improvement",),
        query="?done",
        posts=True,
        data=lambda w: classified(w) | {"step": "do", "token": tokens(w)},
    ),
]
