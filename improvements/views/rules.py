"""The rule for which deviations are handled in full: seen by all, decided by quality managers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from improvements.forms.rules import RuleForm
from improvements.selectors.full_rule import full_rule, may_change_rule, rule_history, said_rule
from improvements.services import full_rule_set
from qms.exceptions import NotYours, RuleViolation
from qms.forms import add_violation
from qms.http import SignedInRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: SignedInRequest) -> HttpResponse:
    """What the rule says, how it came to say so, and for those who decide it the form."""
    shown, may_change = full_rule(), may_change_rule(request.access)
    if request.method == "POST" and not may_change:
        raise NotYours(_("Quality managers of the whole municipality decide this rule."))
    form = RuleForm(request.POST if request.method == "POST" else None, rule=shown)
    if form.is_valid():
        try:
            full_rule_set(access=request.access, **form.cleaned_data)
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            messages.success(request, _("The rule is saved."), extra_tags="full-handling")
            return redirect("improvements:rule")
    context = {
        "parts": said_rule(shown),
        "form": form if may_change else None,
        "history": rule_history(),
        "crumbs": [(_("Improvements"), reverse("improvements:list")), (_("What is handled in full"), None)],
    }
    return render(request, "improvements/rule.html", context, status=422 if form.is_bound else 200)
