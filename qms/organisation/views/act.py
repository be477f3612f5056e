"""A page on which one thing is done: a form, what follows from it, a button. One shape for all of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from qms.contributions import Inherited
from qms.exceptions import NotYours, RuleViolation
from qms.forms import add_violation
from qms.http import SignedInRequest

Crumb = tuple[Any, str | None]
WHAT_GOES_ALONG = gettext_lazy("What goes along")


@dataclass(frozen=True)
class Act:
    """What the page says. `follows` is what goes along with it, under the heading `along`; `danger`
    marks what is hard to undo; `read` tells whether somebody else changed it meanwhile."""

    title: Any
    submit: Any
    back: str
    crumbs: Sequence[Crumb]
    lead: Any = ""
    follows: Sequence[Inherited] = ()
    along: Any = WHAT_GOES_ALONG
    danger: bool = False
    read: str = ""


def sent(request: SignedInRequest) -> QueryDict | None:
    """What was sent, for a form; None when the page is only opened."""
    return request.POST if request.method == "POST" else None


def act_page(
    request: SignedInRequest,
    form: forms.Form,
    act: Act,
    do: Callable[[dict[str, Any]], tuple[Any, str]],
) -> HttpResponse:
    """Show the form; when it is sent well, `do` it with the cleaned data.

    `do` returns the sentence that confirms it and the address to go on to. A rule that forbids it
    stands beside its field, with what was typed kept.
    """
    if request.method == "POST" and form.is_valid():
        try:
            said, address = do(form.cleaned_data)
        except NotYours:
            raise
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            messages.success(request, said)
            return redirect(address)
    status = 422 if form.errors else 200
    context = {"form": form, "act": act, "crumbs": act.crumbs}
    return render(request, "organisation/act.html", context, status=status)
