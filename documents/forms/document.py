"""A document's own data: when it begins, and later."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Document, DocumentType
from documents.models.document import MOST_LAWS
from documents.workflow.names import IN_FORCE
from qms.forms import KeyField
from qms.organisation.access import Access
from qms.organisation.fields import PersonField, UnitField
from qms.organisation.models import Person, Unit
from qms.records.forms.edit import RecordForm
from qms.records.models import Visibility
from qms.ui.widgets import Switch

LAWS_HELP = _("One a line, such as: Socialtjänstlagen (2001:453) 11 kap. 5 §.")


class TypeField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A type, with what it is."""

    def label_from_instance(self, obj: Any) -> str:
        """The name in the reader's language."""
        return str(obj.name)


class NewDocumentForm(forms.Form):
    """What a new document is called and where it belongs; its text is written on the next page."""

    title = forms.CharField(
        label=_("What is it about?"),
        help_text=_("As people would look for it, without the type: “Documentation in home care”."),
        max_length=200,
        error_messages={"required": _("Write what it is about.")},
    )
    type = TypeField(
        label=_("Type"),
        queryset=DocumentType.objects.none(),
        error_messages={"required": _("Choose a type.")},
        empty_label=_("Choose a type"),
    )
    unit = UnitField(label=_("Belongs to"), help_text=_("It holds for this unit and everything below it."))
    owner = PersonField(
        label=_("Document owner"), help_text=_("Answers for what it says and looks it over in time.")
    )
    laws = forms.CharField(
        label=_("Laws and rules it rests on"),
        help_text=LAWS_HELP,
        widget=forms.Textarea({"rows": 2}),
        max_length=MOST_LAWS,
        required=False,
    )
    restricted_why = forms.CharField(
        label=_("Only for those who handle it, because"),
        help_text=_("Leave empty for what everyone may read. The legal ground if there is one."),
        max_length=200,
        required=False,
    )
    key = KeyField()

    def __init__(self, data: Any = None, *, unit: Unit | None, owner: Person) -> None:
        super().__init__(data, initial={"unit": unit, "owner": owner})
        self.fields["type"].queryset = DocumentType.objects.active()  # type: ignore[attr-defined]


class DocumentForm(RecordForm):
    """What can be changed beside the text: that is written in drafts, and its title with it."""

    title = None  # type: ignore[assignment]
    category = None  # type: ignore[assignment]
    due = None  # type: ignore[assignment]
    type = TypeField(label=_("Type"), queryset=DocumentType.objects.none(), empty_label=None)
    laws = forms.CharField(
        label=_("Laws and rules it rests on"),
        help_text=LAWS_HELP,
        widget=forms.Textarea({"rows": 2}),
        max_length=MOST_LAWS,
        required=False,
    )
    field_order = [
        *("type", "unit", "owner", "laws"),
        *("visibility", "confidential_reason", "registry_number", "token"),
    ]

    def __init__(self, data: Any = None, *, record: Document, access: Access) -> None:
        super().__init__(data, record=record, access=access)
        types = DocumentType.objects.active() | DocumentType.objects.filter(pk=record.type_id)
        self.fields["type"].queryset = types  # type: ignore[attr-defined]
        self.fields["owner"].label = _("Document owner")
        if "visibility" in self.fields:
            kept = {Visibility.INTERNAL, Visibility.RESTRICTED}
            if record.state == IN_FORCE:
                kept = {Visibility.PUBLIC, Visibility.STAFF, Visibility.RESTRICTED}
            choice = self.fields["visibility"]
            choice.choices = [  # type: ignore[attr-defined]
                (value, label)
                for value, label in choice.choices  # type: ignore[attr-defined]
                if value in kept or value == record.visibility
            ]
        self.order_fields(self.field_order)


class TypeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A type of document."""

    class Meta:
        model = DocumentType
        fields = (
            *("name_sv", "name_en", "name_nb", "description_sv", "description_en", "category"),
            *("level", "usually_decided_by", "needs_decision", "review_months"),
            *("is_public", "minor_without_review", "order", "is_active"),
        )
        widgets = {
            "needs_decision": Switch,
            "is_public": Switch,
            "minor_without_review": Switch,
            "is_active": Switch,
        }
