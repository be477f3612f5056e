"""Suggestions while one writes a reference or a title: records a text can lead to."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qms.http import SignedInRequest
from qms.records.search import clean_text
from qms.records.selectors.linkable import linkable

FEWEST_LETTERS = 2


@login_required
@require_safe
def record_options(request: SignedInRequest) -> HttpResponse:
    """Records that fit the words, each with its address and title."""
    text = clean_text(request.GET.get("q", ""))
    found = linkable(text, request.access) if len(text) >= FEWEST_LETTERS else []
    return render(request, "records/_options.html", {"records": found})
