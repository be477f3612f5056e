"""The tickets of a board as markup made in Python: a board has eighty, and each has a menu of its own."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import quote

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from improvements.models import Improvement
from improvements.selectors.board import Lane, Step, Ticket
from improvements.selectors.hung import Hung
from qms.records.kinds import kinds
from qms.records.list_rows import Owner
from qms.records.models import Visibility
from qms.ui import markup
from qms.ui.html import filled
from qms.ui.icons import icon


def lanes_markup(lanes: Iterable[Lane], back: str) -> list[tuple[Lane, SafeString]]:
    """Each lane with its tickets as items of a list; `back` is the page that a step leads back to."""
    return [(lane, _tickets(lane, quote(back, safe=""))) for lane in lanes]


def _tickets(lane: Lane, back: str) -> SafeString:
    menus: dict[tuple[str, ...], SafeString] = {}
    written = []
    for ticket in lane.tickets:
        names = tuple(step.transition.name for step in ticket.steps)
        if names not in menus:
            menus[names] = _links(ticket.steps, back)
        written.append(_ticket(ticket, menus[names], waiting=lane.is_waiting))
    return SafeString("".join(written))


def _links(steps: Sequence[Step], back: str) -> SafeString:
    """What can be done with each ticket that offers just these steps, with "-" for its reference."""
    return SafeString("".join(_link(step, back) for step in steps))


def _link(step: Step, back: str) -> SafeString:
    return filled(
        '<a href="{}?back={}" hx-get="{}?back={}" hx-target="#act"{}>{}{}</a>',
        *(step.url("-"), back) * 2,
        filled(' data-to="{}"', step.lane) if step.lane else "",
        icon(step.transition.icon),
        step.transition.label,
    )


def _ticket(ticket: Ticket, links: SafeString, *, waiting: bool) -> SafeString:
    record = ticket.record
    more, menu = _menu(record.reference, links) if links else ("", "")
    return filled(
        '<li class="ticket" id="{}"{}><span class="ticket-head">{}{}</span>'
        '<a class="row-link" href="{}" draggable="false">{}</a>'
        '<span class="ticket-foot">{}{}{}{}</span>{}</li>\n',
        record.reference,
        SafeString(" data-ticket") if links else "",
        _reference(record),
        _owner(record.owner) if record.owner else "",
        record.url,
        record.title,
        markup.due(record.due) if record.due and waiting else _said(ticket.span),
        _said(ticket.wanted) if ticket.wanted else "",
        _restricted(record.visibility),
        more,
        menu,
    )


def _menu(reference: str, links: SafeString) -> tuple[SafeString, SafeString]:
    """The three dots and what they open."""
    label = _("Move %(reference)s") % {"reference": reference}
    more = filled(
        '<button class="ds-button" type="button" data-variant="tertiary" data-color="neutral" data-icon'
        ' popovertarget="move-{}" aria-label="{}">{}</button>',
        reference,
        label,
        icon("more"),
    )
    menu = filled(
        '<section class="pop stack" data-gap="2" data-at="near" id="move-{}" popover aria-label="{}">'
        '<nav class="nav" aria-label="{}">{}</nav></section>',
        reference,
        label,
        _("What can be done"),
        SafeString(links.replace("/-/", f"/{quote(reference)}/")),
    )
    return more, menu


def _reference(record: Hung) -> SafeString:
    symbol = icon(kinds[Improvement.KIND].icon_for(record.category))
    return filled('<span class="state ref" data-color="neutral">{}{}</span>', symbol, record.reference)


@lru_cache(maxsize=2000)
def _owner(owner: Owner) -> SafeString:
    return filled('{}<span class="ds-sr-only">{}</span>', markup.avatar(owner), owner.name)


@lru_cache(maxsize=2000)
def _said(text: str) -> SafeString:
    return filled('<span class="due">{}</span>', text)


def _restricted(visibility: str) -> SafeString | str:
    if visibility not in (Visibility.RESTRICTED, Visibility.SEALED):
        return ""
    return icon("locked", label=str(Visibility(visibility).label))
