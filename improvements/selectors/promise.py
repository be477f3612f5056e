"""Who answers for a unit, and by which day."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from improvements.models import UnitPromise
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


def promise_days(unit: Unit) -> int:
    """Within how many working days `unit` answers: its own setting, else the nearest above, else ours."""
    nearest = UnitPromise.objects.filter(unit__path__in=unit.ancestor_paths).order_by("-unit__depth").first()
    return nearest.days if nearest else settings.ANSWER_PROMISE_DAYS


def answer_by(unit: Unit, day: date) -> date:
    """The day by which what comes to `unit` on `day` is answered."""
    return add_working_days(day, promise_days(unit))


def promise_for(unit: Unit, day: date) -> Promise:
    """The promise given to somebody who sends something to `unit` on `day`. Two queries."""
    headed = nearest_headed(unit)
    return Promise(unit, answer_by(unit, day), headed.head if headed else None, headed)
