"""The organisation as a tree, and the directory of people."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.http import SignedInRequest, page_or_fragment
from qms.organisation.forms import DirectoryForm
from qms.organisation.models import Unit
from qms.organisation.permissions import ADMINISTER
from qms.organisation.selectors import directory
from qms.organisation.selectors.tree import branches
from qms.organisation.tree_markup import tree_markup

STEP, MOST = 50, 500


@login_required
@require_safe
def tree(request: SignedInRequest) -> HttpResponse:
    """All units, folded but for the way to one's own; `q` filters, `closed` shows those that closed."""
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]
    closed = "closed" in request.GET
    found = branches(
        text=text, closed=closed, home=request.user.home_unit, unfolded="unfolded" in request.GET
    )
    context = {
        "branches": found,
        "lines": tree_markup(found),
        "q": text,
        "closed": closed,
        "unfolded": "unfolded" in request.GET,
        "units": len(found),
        "matches": sum(branch.is_match for branch in found),
        "home": request.user.home_unit,
        "may_administer": request.access.can_somewhere(ADMINISTER),
        "crumbs": [(_("Organisation"), None)],
    }
    return page_or_fragment(request, "organisation/tree.html", "organisation/_tree.html", context)


@login_required
@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    """Who works here: by name, title and unit."""
    form = DirectoryForm(request.GET or None)
    form.is_valid()
    data = getattr(form, "cleaned_data", {})
    text, unit = str(data.get("q", "")).replace("\x00", ""), data.get("unit")
    gone = "gone" in request.GET and request.access.can_somewhere(ADMINISTER)
    asked = request.GET.get("n", "")
    limit = min(max(int(asked), STEP), MOST) if asked.isdecimal() and len(asked) < 6 else STEP
    rows = directory(text=text, unit=unit if isinstance(unit, Unit) else None, gone=gone)
    total = rows.count()
    context = {
        "form": form,
        "people": rows[:limit],
        "total": total,
        "shown": min(limit, total),
        "next": limit + STEP if limit < min(total, MOST) else None,
        "step": STEP,
        "gone": gone,
        "may_administer": request.access.can_somewhere(ADMINISTER),
        "crumbs": [(_("Organisation"), reverse("organisation:tree")), (_("People"), None)],
    }
    return page_or_fragment(request, "organisation/people.html", "organisation/_people.html", context)
