"""Similar cases while somebody writes: the part of the page that changes, and stays out of the way."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from improvements.forms.propose import goes_along
from improvements.selectors.suggestions import suggestions
from qms.http import QmsRequest


@require_POST
def similar(request: QmsRequest) -> HttpResponse:
    """Cases about the same as what is in the box so far.

    It is posted, so that the text stands in no address and no log. Nothing (204) where nothing would change:
    the same cases are shown already, or the session has ended, which nobody needs to know while writing.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=204)
    found = suggestions(request.POST.get("text", ""), request.access)
    if found.known == request.POST.get("known", ""):
        return HttpResponse(status=204)
    context = {"similar": found, "along": goes_along(request.POST), "changed": True}
    return render(request, "improvements/_similar.html", context)
