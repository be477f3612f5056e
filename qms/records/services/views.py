"""Keeping views of lists under names of one's own."""

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.records.lists import STEP, parse
from qms.records.models import SavedView

MOST_VIEWS = 12  # of one list; more would not fit above it


def _in_turn(access: Access) -> None:
    """A person's views are kept one after the other: a double click neither doubles a name nor the count."""
    own = Person.objects.filter(pk__in=[access.person.pk] if access.person else [])
    list(own.select_for_update(no_key=True).values_list("pk"))


def _named(view: SavedView, name: str) -> SavedView:
    view.name = " ".join(name.replace("\x00", "").split())
    if not view.name:
        raise RuleViolation(_("Write a name."), field="name")
    if len(view.name) > 40:
        raise RuleViolation(_("The name is too long. Use at most 40 characters."), field="name")
    same = SavedView.objects.filter(person=view.person, kind=view.kind, name=view.name)
    if same.exclude(pk=view.pk).exists():
        raise RuleViolation(_("You already have a view with this name. Choose another."), field="name")
    view.save()
    return view


@transaction.atomic
def view_save(*, kind: str, name: str, query: str, access: Access) -> SavedView:
    """Keep a filter of the list of `kind` (empty: the list of all) under a name. Returns the view.

    Of `query` only what the list understands is kept. Raises RuleViolation when the name is empty, too
    long or taken, or when there are as many views as fit.
    """
    _in_turn(access)
    if SavedView.objects.filter(person=access.person, kind=kind).count() >= MOST_VIEWS:
        raise RuleViolation(_("You have %(most)d views here. Remove one first.") % {"most": MOST_VIEWS})
    chosen = parse(QueryDict(query), kind).filter.changed(shown=STEP)
    return _named(SavedView(person=access.person, kind=kind, query=chosen.query()), name)


@transaction.atomic
def view_rename(*, view_id: int, name: str, access: Access) -> SavedView:
    """Give one's own view another name. Raises RuleViolation as `view_save`, SavedView.DoesNotExist."""
    _in_turn(access)
    own = SavedView.objects.select_for_update()
    return _named(own.get(pk=view_id, person=access.person), name)


@transaction.atomic
def view_delete(*, view_id: int, access: Access) -> SavedView:
    """Remove one's own view; returns it as it was. Raises SavedView.DoesNotExist."""
    view = SavedView.objects.select_for_update().get(pk=view_id, person=access.person)
    SavedView.objects.filter(pk=view.pk).delete()
    return view
