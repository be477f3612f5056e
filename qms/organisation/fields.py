"""Form fields for choosing a person or a unit: one writes a name, the server finds who is meant.

Works without script: words that fit several bring the form back with those to choose among. With script
the browser suggests while one writes. A small organisation's units stand in an ordinary list.

    class HandOverForm(forms.Form):
        to = PersonField(label=_("Who takes over"))     # cleaned_data["to"] is a Person (None if optional)
        unit = UnitField(label=_("Unit"))               # cleaned_data["unit"] is a Unit in force

`initial` may be the object or its primary key. A post holds the name, the e-mail address or what the
suggestion says; for a unit its primary key where the units stand in a list, else name or code.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qms.organisation.models import Person, Unit
from qms.organisation.selectors import people_active, people_matching, units_in_force, units_matching

SHOWN = 8  # matches to choose among
LISTED = 200  # units up to which they stand in a list
MOST_LETTERS = 200
INDENT = "\u2003"


@dataclass(frozen=True)
class Typed:
    """What came with the form: the words, and the choice made among those that fitted `asked`."""

    text: str = ""
    choice: str = ""
    asked: str = ""


@dataclass(frozen=True)
class Match:
    """Somebody or something that fits the words."""

    value: str
    label: str
    hint: str = ""
    pk: int = 0


class MatchInput(forms.Widget):
    """A text field with suggestions; after words that fit several, also those to choose among.

    Where `listed` gives something, a list of (value, label) instead.
    """

    template_name = "organisation/widgets/match.html"
    matches: Sequence[Match] = ()
    listed: Callable[[], Sequence[tuple[str, str]] | None] = staticmethod(lambda: None)
    options_url = ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed:
        """The words, without what no name holds, and the choice."""
        text = " ".join(str(data.get(name) or "").replace("\x00", "").split())[:MOST_LETTERS]
        return Typed(text, data.get(f"{name}-choice", ""), data.get(f"{name}-asked", ""))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Context of the template."""
        context = super().get_context(name, None, attrs)
        typed = value if isinstance(value, Typed) else Typed()
        context["widget"] |= {
            "typed": typed,
            "matches": self.matches,
            "listed": self.listed(),
            "url": f"{reverse(self.options_url)}?field={name}",
        }
        return context


class MatchField(forms.Field):
    """What people and units have in common. A subclass says what fits and how it is written."""

    widget: Any = MatchInput
    options_url = ""

    def __init__(self, *, queryset: QuerySet[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.queryset = queryset
        self.widget.options_url = self.options_url

    def rows(self) -> QuerySet[Any]:
        """Those that may be chosen."""
        raise NotImplementedError

    def exact(self, text: str) -> Iterable[Any]:
        """Those whose name or key is `text`."""
        raise NotImplementedError

    def matching(self, text: str) -> QuerySet[Any]:
        """Those that the words of `text` fit, best first."""
        raise NotImplementedError

    def match(self, found: Any) -> Match:
        """How one is written: `value` finds exactly this one again."""
        raise NotImplementedError

    def nobody(self, text: str) -> str:
        """The sentence when nothing fits."""
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        """The words for an object or its primary key (an initial value)."""
        if value is None or isinstance(value, Typed):
            return value
        found = value if isinstance(value, Model) else self.rows().filter(pk=value).first()
        return Typed(self.match(found).value) if found else Typed()

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another one was chosen."""
        before = self.prepare_value(initial) or Typed()
        return bool(data.text != before.text or data.choice)

    def clean(self, value: Any) -> Any:
        """The one that is meant; ValidationError says what to write or among which to choose."""
        found = self._found(value) if value.text else None
        self.validate(found)
        return found

    def _found(self, typed: Typed) -> Any:
        if typed.choice.isdecimal() and typed.asked == typed.text:
            chosen = self.rows().filter(pk=int(typed.choice[:12])).first()
            if chosen:
                return chosen
        exact = list(self.exact(typed.text))
        if len(exact) == 1:
            return exact[0]
        fitting = exact or list(self.matching(typed.text)[: SHOWN + 1])
        if not fitting:
            raise ValidationError(self.nobody(typed.text), code="nobody")
        self.widget.matches = [self.match(one) for one in fitting[:SHOWN]]
        raise ValidationError(_several(typed.text, len(fitting)), code="several")


def _several(text: str, found: int) -> str:
    if found > SHOWN:
        return _("Many fit “%(text)s”. Choose one of these, or write more.") % {"text": text}
    return ngettext(
        "Is this who you mean by “%(text)s”? Choose, or write something else.",
        "Several fit “%(text)s”. Choose the one you mean.",
        found,
    ) % {"text": text}


class PersonField(MatchField):
    """An active person, written by name or e-mail address.

    Where only a few can be meant they are `able`, with their home units loaded, and stand in a list. Others
    are understood all the same, so that whoever acts on the form can say why it is not them.
    """

    options_url = "organisation:people_options"
    default_error_messages = {"required": gettext_lazy("Write a name.")}
    able: Sequence[Person] | None = None

    def get_bound_field(self, form: Any, field_name: str) -> Any:
        """Gives the widget what it asks for when it is drawn: a form that is sent need not know."""
        self.widget.listed = self._listed
        return super().get_bound_field(form, field_name)

    def _listed(self) -> list[tuple[str, str]] | None:
        if self.able is None:
            return None
        return [("", _("Choose a person")), *map(_in_list, self.able)]

    def rows(self) -> QuerySet[Person]:
        """Those given, else everyone who is active."""
        return (people_active() if self.queryset is None else self.queryset).select_related("home_unit")

    def exact(self, text: str) -> Iterable[Person]:
        """By e-mail address, alone or as a suggestion writes it; else by the whole name."""
        key = re.search(r"\(([^()\s]+@[^()\s]+)\)$", text)
        email = key.group(1) if key else text
        if "@" in email:
            return self.rows().filter(email__iexact=email)
        return self.rows().filter(name__iexact=text)[: SHOWN + 1]

    def matching(self, text: str) -> QuerySet[Person]:
        """By words of name, title, unit or address."""
        return people_matching(text, self.rows())

    def match(self, found: Person) -> Match:
        """Name and address: two people may share a name."""
        return person_match(found)

    def nobody(self, text: str) -> str:
        """Said apart for somebody who has left, and for somebody who may not be chosen here."""
        known = PersonField(queryset=Person.objects.all()).exact(text)
        for person in known:
            if not person.is_active:
                return _("%(name)s has left. Choose somebody else.") % {"name": person.name}
            return _("%(name)s cannot be chosen here.") % {"name": person.name}
        return _("Nobody fits “%(text)s”. Check the spelling, or write only a part of the name.") % {
            "text": text
        }


class UnitField(MatchField):
    """A unit in force: a list of up to 200, a text field with suggestions beyond that."""

    options_url = "organisation:unit_options"
    default_error_messages = {"required": gettext_lazy("Choose a unit.")}

    def __init__(self, *, empty_label: Any = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.empty_label = empty_label

    def rows(self) -> QuerySet[Unit]:
        """Those given, else all that are in force today."""
        return units_in_force() if self.queryset is None else self.queryset

    @cached_property
    def few(self) -> Sequence[tuple[int, int, str]] | None:
        """All of them (id, depth, name) when they fit in a list, else None. One query for each form."""
        units = self.rows().order_by("path").values_list("pk", "depth", "name")[: LISTED + 1]
        return None if len(units) > LISTED else list(units)

    def __deepcopy__(self, memo: dict[int, Any]) -> "UnitField":
        copied: UnitField = super().__deepcopy__(memo)
        copied.__dict__.pop("few", None)
        return copied

    def get_bound_field(self, form: Any, field_name: str) -> Any:
        """Gives the widget what it asks for when it is drawn: a form that is sent need not know."""
        self.widget.listed = self._listed
        return super().get_bound_field(form, field_name)

    def _listed(self) -> list[tuple[str, str]] | None:
        return None if self.few is None else [("", self._empty()), *_tree(self.few)]

    def _empty(self) -> str:
        """The first line of the list."""
        return str(self.empty_label or (_("Choose a unit") if self.required else _("No unit")))

    def prepare_value(self, value: Any) -> Any:
        """In the list a unit is written by its key."""
        if self.few is None or value is None or isinstance(value, Typed):
            return super().prepare_value(value)
        return Typed(str(value.pk if isinstance(value, Model) else value))

    def exact(self, text: str) -> Iterable[Unit]:
        """By key from the list; else by code, alone or as a suggestion writes it, or the whole name."""
        if text.isdecimal() and self.few is not None:
            return self.rows().filter(pk=int(text))
        key = re.search(r"\(([^()]+)\)$", text)
        by_code = self.rows().filter(code__iexact=key.group(1) if key else text)
        return by_code or self.rows().filter(name__iexact=text)[: SHOWN + 1]

    def matching(self, text: str) -> QuerySet[Unit]:
        """By words of name or code."""
        return units_matching(text, self.rows())

    def match(self, found: Unit) -> Match:
        """Name and code: two units may share a name."""
        return unit_match(found)

    def nobody(self, text: str) -> str:
        """Said apart for a unit that has closed meanwhile."""
        if text.isdecimal() and self.few is not None:
            known: Iterable[Unit] = Unit.objects.filter(pk=int(text[:12]))
        else:
            known = UnitField(queryset=Unit.objects.all()).exact(text)
        for unit in known:
            if unit.is_closed:
                return _("%(unit)s has closed. Choose the unit it concerns today.") % {"unit": unit.name}
            return _("%(unit)s cannot be chosen here.") % {"unit": unit.name}
        return _("No unit fits “%(text)s”. Check the spelling, or write only a part of the name.") % {
            "text": text
        }


def person_match(person: Person) -> Match:
    """A person as suggested: `home_unit` must be loaded."""
    unit = person.home_unit.name if person.home_unit else ""
    hint = ", ".join(part for part in (person.title, unit) if part)
    return Match(f"{person.name} ({person.email})", person.name, hint, person.pk)


def _in_list(person: Person) -> tuple[str, str]:
    match = person_match(person)
    return match.value, ", ".join(filter(None, (match.label, match.hint)))


def unit_match(unit: Unit) -> Match:
    """A unit as suggested."""
    return Match(f"{unit.name} ({unit.code})", unit.name, unit.get_kind_display(), unit.pk)


def _tree(units: Sequence[tuple[int, int, str]]) -> list[tuple[str, str]]:
    top = min((depth for _pk, depth, _name in units), default=1)
    return [(str(pk), f"{INDENT * (depth - top)}{name}") for pk, depth, name in units]
