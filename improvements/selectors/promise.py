"""Who answers for a unit, and by which day."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from improvements import permissions
from improvements.models import UnitPromise
from qms.contributions import Decided
from qms.organisation.access import Access
from qms.organisation.models import Person, Unit
from qms.organisation.selectors import nearest_headed
from qms.workdays import add_working_days


@dataclass(frozen=True)
class Promise:
    """What a sender is promised: `person` answers by `by`.

    `headed` is the unit that person heads: the case's own, or one above where the own has no head.
    Both are None when nobody heads anything up to the top: then nobody is named, and it is said.
    """

    unit: Unit
    by: date
    person: Person | None
    headed: Unit | None

    @property
    def is_above(self) -> bool:
        """Whether the unit itself has no head, and somebody above it answers."""
        return self.headed is not None and self.headed.pk != self.unit.pk

    @property
    def title(self) -> str:
        """The title of the person who answers, as it stands in a sentence."""
        return self.person.title_inside if self.person else ""


@dataclass(frozen=True)
class Terms:
    """Within how many working days is answered, and which unit decided that (None: nobody did)."""

    days: int
    unit: Unit | None


def terms(unit: Unit, *, inherited: bool = False) -> Terms:
    """What `unit` promises: its own setting, else the nearest above, else ours. One query.

    With `inherited` its own does not count.
    """
    above = UnitPromise.objects.filter(unit__path__in=unit.ancestor_paths[1 if inherited else 0 :])
    nearest = above.select_related("unit").order_by("-unit__depth").first()
    return Terms(nearest.days, nearest.unit) if nearest else Terms(settings.ANSWER_PROMISE_DAYS, None)


def answer_by(unit: Unit, day: date) -> date:
    """The day by which what comes to `unit` on `day` is answered."""
    return add_working_days(day, terms(unit).days)


def terms_text(found: Terms, unit: Unit) -> str:
    """The terms as they hold in `unit`: "2 working days, from Exempelköping"."""
    if found.unit is None:
        return _("%(days)s, as everywhere where nothing else is decided") % {"days": days_text(found.days)}
    if found.unit.pk == unit.pk:
        return days_text(found.days)
    return _("%(days)s, from %(unit)s") % {"days": days_text(found.days), "unit": found.unit.name}


def days_text(days: int) -> str:
    """ "2 working days"."""
    return ngettext("%(days)d working day", "%(days)d working days", days) % {"days": days}


def noted_days(value: str) -> str:
    """The days as they stand in the unit's history; nothing where it follows the unit above."""
    return days_text(int(value)) if value else _("that of the unit above")


def promise_setting(access: Access, unit: Unit) -> Decided:
    """How soon `unit` answers, for its page, and where those who lead it change that. One query."""
    address = reverse("improvements:unit_promise", args=[unit.pk])
    may = access.can_in(permissions.PROMISE, unit) and not unit.is_closed
    return Decided(terms_text(terms(unit), unit), _("Change the promise"), address if may else "")


def promise_for(unit: Unit, day: date) -> Promise:
    """The promise given to somebody who sends something to `unit` on `day`. Two queries."""
    headed = nearest_headed(unit)
    return Promise(unit, answer_by(unit, day), headed.head if headed else None, headed)
