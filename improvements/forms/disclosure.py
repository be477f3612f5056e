"""What is to be masked in a copy, and for whom the copy is."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from improvements.forms.propose import Words
from improvements.models import Improvement
from improvements.redaction.masking import plain
from improvements.selectors.disclosure import Choice
from qms.forms import KeyField

MOST_PASSAGES = 200


class Lines(Words):
    """Lines of text, without empty ones."""

    def clean(self, value: Any) -> Any:
        """The lines."""
        lines = [line.strip() for line in plain(super().clean(value) or "").split("\n")]
        return [line for line in lines if line][:MOST_PASSAGES]


class DisclosureForm(forms.Form):
    """Words found, whole sentences and parts are ticked on the page itself; the rest is asked here."""

    passages = Lines(
        label=_("More words or passages to mask"),
        help_text=_("One on each line. Wherever it stands it is masked."),
        max_length=10_000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    ground = forms.CharField(
        label=_("Legal ground for what is masked"),
        help_text=_("For example OSL 26 kap. 1 §. It stands on the copy."),
        max_length=200,
        required=False,
    )
    for_whom = forms.CharField(
        label=_("For whom"),
        help_text=_(
            "Only if they have said it themselves: nobody has to say who they are or why they ask "
            "(tryckfrihetsförordningen 2 kap. 18 §)."
        ),
        max_length=200,
        required=False,
    )
    internal = forms.BooleanField(
        label=_("Also the notes among those who handle it"),
        help_text=_("Notes that were not archived with the case are no public record."),
        required=False,
    )

    key = KeyField()

    def __init__(self, data: Any = None, *, record: Improvement) -> None:
        super().__init__(data, initial={"ground": record.confidential_reason})

    def choice(self, found: Iterable[str] = ()) -> Choice:
        """What is to be masked, of a form that was sent: what was ticked, and of what is `found` now all that
        the page did not offer to be left unmasked: nobody has decided yet that it may stay."""
        sent = cast(QueryDict, self.data)
        offered = {*sent.getlist("offered")}
        return Choice(
            words=(*sent.getlist("words"), *(one for one in found if one not in offered)),
            sentences=frozenset(sent.getlist("sentence")),
            whole=frozenset(sent.getlist("whole")),
            passages=tuple(self.cleaned_data.get("passages", ())),
        )
