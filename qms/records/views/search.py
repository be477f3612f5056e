"""One search over everything."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.http import SignedInRequest
from qms.records.search_page import SearchPage


@login_required
@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    """What the person may see and the text finds; a reference leads straight to its record."""
    page = SearchPage(request.GET, request.access, by_htmx=bool(request.htmx))
    if record := page.record():
        return redirect(record)
    return render(request, "records/search.html", {"search": page, "crumbs": [(_("Search"), None)]})
