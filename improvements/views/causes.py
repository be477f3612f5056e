"""Finding out why: causes are added, worded and marked in place, with script or without."""

from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from improvements.models import Cause, Improvement
from improvements.selectors.story import tree_of, why_no_cause
from improvements.services import cause_add, cause_change, cause_remove
from qms.exceptions import NotYours, RuleViolation
from qms.forms import KeyField
from qms.http import SignedInRequest, page_or_fragment
from qms.once import sent_key
from qms.records.views.crumbs import crumbs_of
from qms.records.views.loading import record_or_404

NOWHERE = -1  # no field of the tree


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def causes(request: SignedInRequest, reference: str) -> HttpResponse:
    """The causes with all that can be done with them. A post adds one, below `parent` if it names one."""
    record = _case(request, reference)
    if refused := why_no_cause(record, request.access):
        raise refused
    if request.method != "POST":
        return _shown(request, record)
    parent, text = request.POST.get("parent", ""), request.POST.get("text", "")
    parent_id = int(parent) if parent.isdecimal() and len(parent) < 18 else None
    form = KeyField().to_python(request.POST.get("key"))
    key = sent_key(form, str(record.pk), str(request.user.pk), parent, text)
    try:
        added = cause_add(record_id=record.pk, text=text, parent_id=parent_id, access=request.access, key=key)
    except NotYours:
        raise
    except RuleViolation as wrong:
        return _shown(request, record, wrong=wrong, at=parent_id or 0, text=text)
    return _shown(request, record, newest=added.pk) if request.htmx else _back(record, added.pk)


@login_required
@require_POST
def cause(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    """Word a cause anew, mark it as root or not, or take it away."""
    record = _case(request, reference)
    if Cause.objects.filter(pk=pk).exclude(record_id=record.pk).exists():
        raise Http404
    act, text = request.POST.get("act", ""), request.POST.get("text", "")
    try:
        if act == "remove":
            cause_remove(cause_id=pk, access=request.access)
        else:
            is_root = act == "root" or (act != "not_root" and request.POST.get("is_root") == "1")
            cause_change(cause_id=pk, text=text, is_root=is_root, access=request.access)
    except NotYours:
        raise
    except RuleViolation as wrong:
        if refused := why_no_cause(record, request.access):
            raise refused from wrong
        return _shown(request, record, wrong=wrong, changing=pk, text=text)
    return _shown(request, record, newest=pk) if request.htmx else _back(record, pk)


def _case(request: SignedInRequest, reference: str) -> Improvement:
    record = record_or_404(request, reference)
    if not isinstance(record, Improvement):
        raise Http404
    return record


def _back(record: Improvement, cause_id: int) -> HttpResponse:
    return redirect(f"{reverse('improvements:causes', args=[record.reference])}#cause-{cause_id}")


def _shown(
    request: SignedInRequest,
    record: Improvement,
    *,
    wrong: RuleViolation | None = None,
    at: int = NOWHERE,
    changing: int = NOWHERE,
    text: str = "",
    newest: int = NOWHERE,
) -> HttpResponse:
    """The tree: with what was wrong and what was written where it was written."""
    context = {
        "record": record,
        "whys": tree_of(record),
        "wrong": wrong,
        "at": at,
        "changing": changing,
        "text": text,
        "newest": newest,
        "key": uuid4(),
        "crumbs": crumbs_of(record, _("Why did it happen?")),
    }
    page, part = "improvements/causes.html", "improvements/_causes.html"
    return page_or_fragment(request, page, part, context, status=422 if wrong else 200)
