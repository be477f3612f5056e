"""Answering as a reviewer, and remarks on places in the text."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from documents.forms.write import AnswerForm
from documents.selectors.version_page import news_for, remark_form, whole_text, words_read
from documents.services import remark_add, remark_settle, review_answer
from documents.views.loading import crumbs, version_or_404
from documents.workflow.names import LOOK
from qms.exceptions import NotYours, RuleViolation, StaleEdit
from qms.forms import add_violation, content
from qms.http import SignedInRequest
from qms.once import sent_key


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: SignedInRequest, reference: str) -> HttpResponse:
    """The draft with what is new since one last looked, and the answer beside it."""
    version = version_or_404(request, reference)
    if not version.tasks.open().filter(kind=LOOK).of(request.access).exists():
        raise NotYours(_("Those who were asked to review it answer here."))
    form = AnswerForm(request.POST if request.method == "POST" else None, version=version)
    if form.is_valid():
        try:
            review_answer(version_id=version.pk, access=request.access, **form.cleaned_data)
        except NotYours:
            raise
        except StaleEdit as stale:
            version = version_or_404(request, reference)
            form.renew(version)
            add_violation(form, stale)
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            messages.success(request, _("Thank you, your answer is noted."), extra_tags=f"answer-{reference}")
            return redirect(version)
    words_read(version)
    news = news_for(version, request.access, list(version.reviews.order_by("-round", "pk")))
    context = {
        "version": version,
        "form": form,
        "news": news,
        "text": whole_text(version, news),
        "crumbs": crumbs(version.document, (version.name, version.get_absolute_url()), (_("Review"), None)),
    }
    return render(request, "documents/answer.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def remark(request: SignedInRequest, reference: str) -> HttpResponse:
    """Say something about a place in the text."""
    version = version_or_404(request, reference)
    form = remark_form(version, request.POST)
    if not form.is_valid():
        raise RuleViolation(_("Write something first."))
    place = form.cleaned_data["heading"]
    remark_add(
        version_id=version.pk,
        heading_id=place,
        heading=form.headings.get(place, ""),
        text=form.cleaned_data["text"],
        access=request.access,
        key=sent_key(form.cleaned_data["key"], str(version.pk), str(request.user.pk), *content(form)),
    )
    messages.success(request, _("Your remark stands by the text."), extra_tags=f"remark-{reference}")
    return redirect(version)


@login_required
@require_POST
def settle(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    """A remark has been seen to."""
    version = version_or_404(request, reference)
    found = get_object_or_404(version.remarks, pk=pk)
    remark_settle(remark_id=found.pk, access=request.access)
    return redirect(version)
