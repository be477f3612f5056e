"""Forms of the organisation."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qms.forms import DayField
from qms.organisation.access import Access, Action
from qms.organisation.fields import PersonField, UnitField
from qms.organisation.models import Person, Unit, UnitKind
from qms.organisation.permissions import ADMINISTER, grant_action
from qms.organisation.roles import ROLES, Role
from qms.organisation.selectors import units_in_force
from qms.ui.widgets import ChoiceCards, Switch

NOTE_LENGTH = 1000


def units_with(access: Access, action: Action) -> Any:
    """The units in force in which `access` may do `action`."""
    return units_in_force().under(access.paths(action.roles))  # type: ignore[attr-defined]


def note_field(label: Any) -> forms.CharField:
    """A reason that stays in the history."""
    return forms.CharField(
        label=label, required=False, max_length=NOTE_LENGTH, widget=forms.Textarea({"rows": 2})
    )


class UnitForm(forms.Form):
    """What a unit is called, its code and its kind."""

    name = forms.CharField(label=_("Name"), max_length=150)
    code = forms.CharField(
        label=_("Code"), max_length=40, help_text=_("Short and unique, as other systems know the unit.")
    )
    kind = forms.ChoiceField(label=_("Kind"))

    def __init__(self, *args: Any, top: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [kind for kind in UnitKind.choices if top or kind[0] != UnitKind.MUNICIPALITY]
        choice = self.fields["kind"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - narrows the type
        choice.choices = kinds


class TopUnitForm(forms.Form):
    """The municipality itself, before there is any unit."""

    name = forms.CharField(label=_("Name"), max_length=150)
    code = forms.CharField(label=_("Code"), max_length=40)


class NewUnitForm(UnitForm):
    """A new unit: also where it lies and who heads it."""

    parent = UnitField(label=_("Lies under"))
    head = PersonField(label=_("Head"), required=False, help_text=_("Without one the head above answers."))
    field_order = ("name", "parent", "kind", "code", "head")

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = units_with(access, ADMINISTER)  # type: ignore[attr-defined]


class HeadForm(forms.Form):
    """Who heads a unit, and whether they take over what waits."""

    head = PersonField(
        label=_("Head"),
        required=False,
        help_text=_("Leave empty when the post is vacant: the head above answers."),
    )
    hand_over = forms.BooleanField(
        label=_("Whoever answers then takes over what the former head had here"), required=False, initial=True
    )


class UnitChoiceForm(forms.Form):
    """Another unit, perhaps with a reason: where a unit moves, or what it merges into."""

    unit = UnitField(label=_("Unit"))
    note = note_field(_("Why, for the history"))

    def __init__(
        self, *args: Any, label: Any, not_below: Unit, access: Access, note: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        own = units_with(access, ADMINISTER).exclude(path__startswith=not_below.path)
        self.fields["unit"].label = label
        self.fields["unit"].queryset = own  # type: ignore[attr-defined]
        if not note:
            del self.fields["note"]


class NoteForm(forms.Form):
    """Only a reason."""

    note = note_field(_("Why, for the history"))


class PersonForm(forms.Form):
    """What is known of a person."""

    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The name to sign in with. Only administrators change it."),
    )
    title = forms.CharField(label=pgettext_lazy("person", "Title"), max_length=150, required=False)
    home_unit = UnitField(label=_("Works in"), required=False)
    language = forms.ChoiceField(
        label=_("Language"), choices=Person.Language.choices, initial=Person.Language.SWEDISH
    )

    def __init__(self, *args: Any, access: Access, works: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["home_unit"].queryset = units_with(access, ADMINISTER)  # type: ignore[attr-defined]
        if not works:  # has left, and keeps the unit they had
            del self.fields["home_unit"]


class ReturnForm(forms.Form):
    """Where somebody who comes back works."""

    home_unit = UnitField(label=_("Works in"), required=False)

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["home_unit"].queryset = units_with(access, ADMINISTER)  # type: ignore[attr-defined]


class LeaveForm(forms.Form):
    """Who takes over from somebody who has left."""

    to = PersonField(
        label=_("Who takes over"),
        required=False,
        help_text=_("Leave empty to let each unit's responsible manager take over what lies there."),
    )
    heads_too = forms.BooleanField(label=_("Also as head"), required=False)
    note = note_field(_("Why, for the history"))

    def __init__(self, *args: Any, heads: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = ", ".join(unit.name for unit in heads)
        if names:
            self.fields["heads_too"].label = _("Also as head of %(units)s") % {"units": names}
        else:
            del self.fields["heads_too"]


def _role_cards(roles: Iterable[Role]) -> ChoiceCards:
    return ChoiceCards(hints={role.key: role.meaning for role in roles})


class RoleForm(forms.Form):
    """A role for a person on a unit, perhaps with a last day."""

    person = PersonField(label=_("Who"))
    unit = UnitField(label=_("Where"), help_text=_("The role holds there and in everything below."))
    role = forms.ChoiceField(
        label=_("Role"), widget=_role_cards(ROLES), error_messages={"required": _("Choose a role.")}
    )
    until = DayField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave empty when it holds until further notice."),
    )

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [role for role in ROLES if access.can_somewhere(grant_action(role.key))]
        _offer(self, "role", roles)
        paths = access.paths({key for role in roles for key in grant_action(role.key).roles})
        self.fields["unit"].queryset = units_in_force().under(paths)  # type: ignore[attr-defined]


class GroupRoleForm(forms.Form):
    """A role for a group on a unit."""

    unit = UnitField(label=_("Where"), help_text=_("The role holds there and in everything below."))
    role = forms.ChoiceField(
        label=_("Role"), widget=_role_cards(ROLES), error_messages={"required": _("Choose a role.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "role", ROLES)


def _offer(form: forms.Form, name: str, roles: Iterable[Role]) -> None:
    choice = form.fields[name]
    assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - narrows the type
    choice.choices = [(role.key, role.label) for role in roles]


class GroupForm(forms.Form):
    """What a group is called."""

    name = forms.CharField(label=_("Name"), max_length=150)


class MemberForm(forms.Form):
    """Who joins a group."""

    person = PersonField(label=_("Who"))


class DeputyForm(forms.Form):
    """Who stands in, and when."""

    deputy = PersonField(label=_("Who stands in"))
    starts = DayField(label=_("First day"), initial=timezone.localdate)
    ends = DayField(label=_("Last day"))


class SettingsForm(forms.Form):
    """How the system speaks to one and looks."""

    language = forms.ChoiceField(label=_("Language"), choices=Person.Language.choices)
    colour_scheme = forms.ChoiceField(label=_("Colours"), choices=Person.ColourScheme.choices)
    mail_digest = forms.BooleanField(
        label=_("A daily e-mail with what is new"), required=False, widget=Switch
    )


class DirectoryForm(forms.Form):
    """The filter of the directory."""

    q = forms.CharField(
        label=_("Name, title or unit"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"type": "search", "class": "ds-input"}),
    )
    unit = UnitField(label=_("Unit"), required=False, empty_label=_("All units"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].widget.attrs["class"] = "ds-input"
