"""Field changes in plain language, from the history of the record's own kind."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from qms.organisation.access import Access
from qms.records.models import Record, RecordQuerySet, Visibility
from qms.ui.components import TimelineEntry
from qms.ui.dates import day_text, moment_text

LONG = 80  # characters; a longer text is only said to have changed
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class FieldChange:
    """One field that was changed from `old` to `new` (raw values) by `who` at `when`.

    `level` is who saw the record, before or after the change, whichever were fewer.
    """

    who: str
    when: datetime
    field: "models.Field[Any, Any]"
    old: Any
    new: Any
    level: str = ""


def field_changes(record: Record) -> list[FieldChange]:
    """Every change of an editable field, oldest first; one query.

    The name of whoever did it stands as text in each row, as it was then.
    """
    rows = list(record.history.order_by("history_date", "history_id"))  # type: ignore[attr-defined]
    fields = {field.name: field for field in record._meta.fields}
    found = []
    for before, after in pairwise(rows):
        for change in after.diff_against(before).changes:
            found.append(
                FieldChange(
                    who=after.history_change_reason or "",
                    when=after.history_date,
                    field=fields[change.field],
                    old=_sort(record, change.field, change.old),
                    new=_sort(record, change.field, change.new),
                    level=max(before.visibility, after.visibility, key=Visibility.values.index),
                )
            )
    return found


def level_at(record: Record, changes: Iterable[FieldChange], when: datetime) -> str:
    """Who saw `record` at `when`, by all its field changes, oldest first."""
    for change in changes:
        if change.field.name == "visibility" and change.when > when:
            return str(change.old)
    return record.visibility


def _sort(record: Record, field: str, value: Any) -> Any:
    """The name of a category in place of its key; other values as they are."""
    category = record.kind_offer.category(value) if field == "category" else None
    return str(category.label) if category else value


def change_entries(
    changes: Iterable[FieldChange], access: Access, *, kept_back: Collection[str] = ()
) -> list[TimelineEntry]:
    """The changes as sentences: "changed unit from North to South". One query for each related model.

    What a field said while the record was at a level that is `kept_back` is not repeated.
    """
    changes = list(changes)
    names = _names(changes, access)

    def sentence(change: FieldChange) -> str:
        if change.level in kept_back and change.field.name != "visibility":
            field = {"field": str(change.field.verbose_name).rstrip("?")}
            return _("changed %(field)s while only those who handle it saw it") % field
        return _sentence(change, names)

    return [TimelineEntry("pencil", sentence(change), change.when, change.who) for change in changes]


def _sentence(change: FieldChange, names: "Names") -> str:
    label = str(change.field.verbose_name)
    if isinstance(change.field, models.TextField):
        return _("changed the text: %(field)s") % {"field": label.rstrip("?")}
    old, new = (_words(change, value, names) for value in (change.old, change.new))
    if len(old) > LONG or len(new) > LONG:
        return _("changed the text: %(field)s") % {"field": label}
    if not old:
        return _("set %(field)s to %(new)s") % {"field": label, "new": new}
    if not new:
        return _("took away %(field)s, which was %(old)s") % {"field": label, "old": old}
    return _("changed %(field)s from %(old)s to %(new)s") % {"field": label, "old": old, "new": new}


def _words(change: FieldChange, value: Any, names: "Names") -> str:
    """A value as people say it."""
    field = change.field
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        one = getattr(change.field, "base_field", change.field)
        return ", ".join(str(dict(one.flatchoices).get(key, key)) for key in value)
    if field.is_relation:
        return names.at(field.related_model, value, change.when)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return pgettext("value of a field", "yes") if value else pgettext("value of a field", "no")
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return day_text(value)
    return str(value)


class Names:
    """What units and people were called at a time: from their own history, else as they are called now."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._was: dict[tuple[type[models.Model], Any], list[tuple[datetime, str]]] = defaultdict(list)

    def read(self, model: type[models.Model], ids: set[Any]) -> None:
        """Learn the names of `ids`: one query, two where some have no history."""
        if hasattr(model, "history"):
            for row in model.history.filter(id__in=ids).order_by("history_date", "history_id"):
                self._was[model, row.id].append((row.history_date, row.name))
        missing = {key for key in ids if (model, key) not in self._was}
        if not missing:
            return
        rows = model._default_manager.all()
        if isinstance(rows, RecordQuerySet):
            rows = rows.visible_to(self._access)
        for thing in rows.filter(pk__in=missing):
            self._was[model, thing.pk].append((LONG_AGO, str(thing)))

    def at(self, model: Any, key: Any, when: datetime) -> str:
        """What `key` was called at `when`; the oldest known name for a time before that."""
        known = self._was.get((model, key))
        if not known:
            return _("something you do not see")
        return next((name for since, name in reversed(known) if since <= when), known[0][1])


def _names(changes: Iterable[FieldChange], access: Access) -> Names:
    ids: dict[type[models.Model], set[Any]] = defaultdict(set)
    for change in changes:
        if change.field.is_relation and change.field.related_model:
            ids[change.field.related_model] |= {change.old, change.new} - {None}
    names = Names(access)
    for model, wanted in ids.items():
        names.read(model, wanted)
    return names
