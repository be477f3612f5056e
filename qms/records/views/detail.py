"""The page of a record: the same frame for every kind."""

from itertools import chain
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from qms.contributions import ask, panels_for
from qms.http import QmsRequest, SignedInRequest
from qms.organisation.access import Access, VisitorAccess
from qms.records.forms.dialogue import CommentForm, NoteForm
from qms.records.models import Record
from qms.records.selectors.acts import now
from qms.records.selectors.beside import read_beside
from qms.records.selectors.files import files_of
from qms.records.selectors.links import links_ever
from qms.records.selectors.timeline import notes_of, timeline
from qms.records.selectors.way_on import way_on_from
from qms.records.services.moves import days_open
from qms.records.services.notifications import notifications_seen
from qms.records.views.crumbs import crumbs_of
from qms.records.views.loading import record_or_404
from qms.sql import Question


@require_safe
def detail(request: QmsRequest, reference: str) -> HttpResponse:
    """A record: what it is, what can be done now, what happened, what it is tied to.

    Its address stands on paper: whoever has not signed in is led to where everyone reads it, if everyone may.
    """
    if not request.user.is_authenticated and (address := _open_address(reference)):
        return redirect(address)
    return _detail(cast("SignedInRequest", request), reference)


def _open_address(reference: str) -> str:
    """Where those without an account read the record; nothing for what not everyone may see."""
    record = Record.objects.visible_to(VisitorAccess()).filter(reference=reference).first()
    return record.kind_offer.open_address(record) if record else ""


@login_required
def _detail(request: SignedInRequest, reference: str) -> HttpResponse:
    record = record_or_404(request, reference)
    if reference != record.reference:
        return redirect(record, permanent=True)
    if not request.htmx or request.htmx.boosted:
        # Opened by somebody. What an open page asks for again by itself, nobody may have looked at.
        notifications_seen(record=record, access=request.access)
        record.kind_offer.opened(record, request.access)
    return detail_page(request, record)


def detail_page(
    request: QmsRequest,
    record: Record,
    *,
    comment: CommentForm | None = None,
    note: NoteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page itself; other views show it again with a form that has faults."""
    access = request.access
    for refused in filter(None, (comment, note)):
        # Far down on a long page: there, and not at its top, the person reads what to put right.
        refused.fields["text"].widget.attrs["autofocus"] = True
    frame = _frame(record, access, chosen=request.GET.get("act", ""))
    ties = links_ever(record, access)
    context = {
        **frame,
        "links": [tie for tie in ties if tie.link.removed_at is None],
        "timeline": timeline(
            record,
            access,
            ties=ties,
            changes="changes" in request.GET,
            everything="everything" in request.GET,
        ),
        "comment_form": comment or CommentForm(),
        "notes": notes_of(record, access),
        "note_form": note or NoteForm(),
        "crumbs": crumbs_of(record),
    }
    return render(request, record.kind_offer.page_template, context, status=status)


_FOLLOWS = Question("SELECT FROM records_follow WHERE record_id = %s AND person_id = %s")


def _frame(record: Record, access: Access, *, chosen: str) -> dict[str, Any]:
    offer = record.kind_offer
    panels = panels_for(type(record), access)
    read_beside(
        record,
        [Prefetch(name) for name in ("attachments", "comments", "links_out", "links_in")]
        + [*offer.beside(), *chain.from_iterable(panel.beside() for panel in panels)],
    )
    acts = now(record, access, chosen)
    return {
        "record": record,
        "offer": offer,
        "now": acts,
        "way_on": way_on_from(record, access, is_mine=acts.mine),
        "may_edit": access.can(offer.edit, record),
        "follows": bool(_FOLLOWS.fetch([record.pk, access.person and access.person.pk])),
        "files": files_of(record, access),
        "takes_files": not offer.takes_no_file(record),
        "panels": ask(panels, access, record),
        "days_open": days_open(record),
        **offer.detail(access, record),
    }
