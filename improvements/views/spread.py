"""Asking other units whether what was done applies to them, and answering for one's own."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from improvements.forms.spread import AnswerForm, SpreadForm
from improvements.models import Improvement, SpreadQuestion
from improvements.selectors.periods import CARRIED_OUT
from improvements.selectors.spread import question_seen, sisters, what_was_done, why_no_answer, why_no_spread
from improvements.services import spread_answer, spread_ask
from improvements.services.spread_answer import Plan
from qms.exceptions import NotYours, RuleViolation
from qms.forms import add_violation
from qms.http import SignedInRequest
from qms.records.search import clean_text
from qms.records.views.crumbs import crumbs_of
from qms.records.views.loading import record_or_404

METHODS = ["GET", "HEAD", "POST"]
LOOK = "look"  # the button that looks for more units and sends nothing


@login_required
@require_http_methods(METHODS)
def spread(request: SignedInRequest, reference: str) -> HttpResponse:
    """Whom to ask: the sister units stand there, others are looked for; many are asked at once."""
    record = record_or_404(request, reference)
    if not isinstance(record, Improvement):
        raise Http404
    if refused := why_no_spread(record, request.access):
        raise refused
    looking = LOOK in request.POST
    text, chosen = clean_text(request.POST.get("text", "")), _ids(request.POST.getlist("units"))
    offered = sisters(record, text, chosen)
    kept = {"units": [str(pk) for pk in chosen], "word": request.POST.get("word", "")} if looking else None
    form = SpreadForm(
        request.POST if request.method == "POST" and not looking else None, offered=offered, kept=kept
    )
    if form.is_valid():
        try:
            asked = spread_ask(record_id=record.pk, access=request.access, **form.cleaned_data)
        except NotYours:
            raise
        except RuleViolation as refusal:
            add_violation(form, refusal)
        else:
            said = ngettext("One unit is asked.", "%(n)d units are asked.", len(asked)) % {"n": len(asked)}
            messages.success(request, said, extra_tags=_draft(record))
            return redirect(f"{record.get_absolute_url()}#spread")
    context = {
        "record": record,
        "form": form,
        "offered": offered,
        "chosen": frozenset(chosen),
        "text": text,
        "looking": looking,
        "draft": _draft(record),
        "crumbs": crumbs_of(record, _("Ask other units")),
    }
    return render(request, "improvements/spread.html", context, status=422 if form.errors else 200)


def _draft(record: Improvement) -> str:
    return f"spread-{record.reference}"


def _ids(values: list[str]) -> list[int]:
    return [int(value) for value in values[:500] if value.isdecimal() and len(value) < 10]


@login_required
@require_http_methods(METHODS)
def answer(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    """Yes, already, or not for us: for the unit that was asked, or what it has answered changed."""
    try:
        question = question_seen(pk, reference, request.access)
    except SpreadQuestion.DoesNotExist as missing:
        raise Http404 from missing
    if refused := why_no_answer(question, request.access):
        raise refused
    form = AnswerForm(
        request.POST if request.method == "POST" else None, question=question, owner=request.user
    )
    draft = f"answer-{question.pk}"
    if form.is_valid():
        try:
            answered = spread_answer(
                question_id=question.pk, access=request.access, **_given(form, request.POST.get("seen", ""))
            )
        except NotYours:
            raise
        except RuleViolation as refusal:
            add_violation(form, refusal)
        else:
            return _answered(request, answered, draft)
    context = {
        "question": question,
        "record": question.record,
        "done": what_was_done(question.record),
        "carried_out": question.record.state in CARRIED_OUT,
        "form": form,
        "draft": draft,
        "crumbs": crumbs_of(question.record, _("Does it apply to you?")),
    }
    return render(request, "improvements/spread_answer.html", context, status=422 if form.errors else 200)


def _given(form: AnswerForm, seen: str) -> dict[str, Any]:
    """What the service is asked for; `seen` is when the answer that the page showed was given."""
    given = form.cleaned_data
    plan = Plan(given["owner"], given["due"]) if given["owner"] and given["due"] else None
    try:
        moment = parse_datetime(seen)
    except ValueError:
        moment = None
    return {"answer": given["answer"], "said": given["said"], "plan": plan, "seen": moment}


def _answered(request: SignedInRequest, question: SpreadQuestion, draft: str) -> HttpResponse:
    own = question.own_case
    if question.answer == SpreadQuestion.Answer.ADOPTED and own:
        said = _("%(unit)s does it too: %(reference)s.") % {
            "unit": question.unit.name,
            "reference": own.reference,
        }
        address = own.get_absolute_url()
    else:
        said = _("Thank you. The answer of %(unit)s is kept with the case.") % {"unit": question.unit.name}
        address = f"{question.record.get_absolute_url()}#spread"
    messages.success(request, said, extra_tags=draft)
    return redirect(address)
