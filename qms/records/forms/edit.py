"""Changing the fields that every record has."""

from typing import Any, cast

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.forms import DayField
from qms.organisation.access import Access
from qms.organisation.fields import PersonField, UnitField
from qms.organisation.models import Unit
from qms.organisation.selectors import units_in_force
from qms.records.models import Record, Visibility
from qms.records.services.change import edit_token
from qms.ui.widgets import ChoiceCards

SEEN_BY: dict[str, str | Promise] = {
    Visibility.PUBLIC: _("Everyone, also outside the municipality."),
    Visibility.STAFF: _("Everyone who works here and has signed in."),
    Visibility.INTERNAL: _(
        "Those whose part of the municipality it belongs to, and those who take part in it."
    ),
    Visibility.RESTRICTED: _("Those who handle such matters in the unit, and those who take part in it."),
}


OPENED = _(
    "If more people see it from now on, they see its text and its files. What was said about it until now "
    "stays with those who handle it."
)


class RecordForm(forms.Form):
    """The common fields. A kind that has more to change makes its own form of this one (`edit_form`):
    each field is named as the record's own, one that is not to be changed here is set to None."""

    title = forms.CharField(label=_("Title"), max_length=200)
    category = forms.ChoiceField(label=_("Kind"))
    unit = UnitField(label=_("Unit"))
    owner = PersonField(label=_("Responsible"), required=False)
    due = DayField(label=_("Next date"), required=False)
    visibility = forms.ChoiceField(
        label=_("Who sees it"), choices=Visibility.choices, widget=ChoiceCards(hints=SEEN_BY)
    )
    confidential_reason = forms.CharField(
        label=_("Why only those"),
        help_text=_("The legal ground if there is one, for example OSL 26 kap. 1 §."),
        max_length=200,
        required=False,
    )
    registry_number = forms.CharField(label=_("Registry number"), max_length=60, required=False)
    token = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, record: Record, access: Access) -> None:
        known = {name: getattr(record, name) for name in self.base_fields if hasattr(record, name)}
        super().__init__(data, initial={**known, "token": edit_token(record)})
        if record.is_sealed:
            # Who sees it follows what it is marked as; its reason can be worded.
            self.fields.pop("visibility", None)
        elif "visibility" in self.fields:
            levels = [level for level in Visibility.choices if level[0] != Visibility.SEALED]
            self.fields["visibility"].choices = levels  # type: ignore[attr-defined]
            if record.is_restricted:
                self.fields["visibility"].help_text = OPENED
        sorts = [(sort.key, sort.label) for sort in record.kind_offer.categories]
        if "category" not in self.fields:
            pass
        elif sorts:
            self.fields["category"].choices = sorts  # type: ignore[attr-defined]
        else:
            del self.fields["category"]
        if "unit" in self.fields:
            # A closed unit may keep what it has.
            units = units_in_force() | Unit.objects.filter(Q(pk=record.unit_id))
            self.fields["unit"].queryset = units.distinct()  # type: ignore[attr-defined]

    def renew(self, record: Record) -> None:
        """Let the form, shown again after somebody else's change, be saved over what is there now."""
        data = cast(QueryDict, self.data).copy()
        data["token"] = edit_token(record)
        self.data = data
