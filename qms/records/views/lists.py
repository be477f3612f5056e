"""The one list of records: every app mounts it for its kinds, the ground for all of them."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qms.http import SignedInRequest
from qms.records.list_page import ListPage


@login_required
@require_safe
def record_list(request: SignedInRequest, kind: str = "") -> HttpResponse:
    """Records of one kind, or of all; the address carries the filter (`qms.records.lists`).

    An app mounts it under its kind's `list_url`: path("", record_list, {"kind": "…"}, name="list").
    """
    page = ListPage(request.GET, request.access, kind, by_htmx=bool(request.htmx))
    return render(request, "records/list.html", {"list": page, "crumbs": [(page.title, None)]})
