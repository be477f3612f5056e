"""The types of documents: what each means here, and changing that."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from documents.bulk import SHOWN
from documents.forms.document import TypeForm
from documents.models import DocumentType
from documents.permissions import TYPES
from documents.selectors.selections import STILL_PUBLIC, still_public_by_type
from documents.services import type_save
from documents.views.loading import crumbs
from qms.exceptions import NotYours, RuleViolation
from qms.forms import add_violation
from qms.http import SignedInRequest


@login_required
@require_safe
def types(request: SignedInRequest) -> HttpResponse:
    """Every type with who decides, how often it is looked over, and what is public though it is not."""
    still = still_public_by_type(request.access)
    context = {
        "types": [(kind, still.get(kind.key, 0), _list_of(kind)) for kind in DocumentType.objects.all()],
        "may_change": request.access.can_somewhere(TYPES),
        "crumbs": crumbs(None, (_("Types of documents"), None)),
    }
    return render(request, "documents/types.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def type_form(request: SignedInRequest, key: str = "") -> HttpResponse:
    """Change a type, or add one."""
    if not request.access.can_somewhere(TYPES):
        raise NotYours(_("The quality manager decides on the types of documents."))
    kept = get_object_or_404(DocumentType, key=key) if key else DocumentType()
    form = TypeForm(request.POST if request.method == "POST" else None, instance=kept)
    if form.is_valid():
        try:
            type_save(key=key, values=form.cleaned_data, access=request.access)
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            messages.success(request, _("Saved."), extra_tags=f"type-{key}")
            return _still_public(request, kept) or redirect("documents:types")
    title = kept.name if key else _("New type")
    context = {
        "form": form,
        "key": key,
        "title": title,
        "crumbs": crumbs(None, (_("Types of documents"), reverse("documents:types")), (title, None)),
    }
    return render(request, "documents/type.html", context, status=422 if form.is_bound else 200)


def _still_public(request: SignedInRequest, kind: DocumentType) -> HttpResponse | None:
    """To the documents of a type that is not public any more which are: they stay so until somebody says
    otherwise. None where there are none."""
    count = still_public_by_type(request.access).get(kind.key)
    if not count:
        return None
    said = ngettext(
        "%(count)d document of this type is still in the public register. Mark it and choose “%(act)s” to "
        "take it out.",
        "%(count)d documents of this type are still in the public register. Mark them and choose “%(act)s” "
        "to take them out.",
        count,
    )
    messages.warning(request, said % {"count": count, "act": SHOWN.label})
    return redirect(_list_of(kind))


def _list_of(kind: DocumentType) -> str:
    """Where the documents of a type stand that are public though it is not."""
    return reverse("documents:list", query={"category": kind.key, "only": STILL_PUBLIC.key})
