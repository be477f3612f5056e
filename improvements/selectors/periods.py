"""Months as points in time here, what was answered in them, and the choices of cases that lists offer."""

from datetime import date, datetime, time, timedelta

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from improvements.models import Category, Improvement
from improvements.workflow import CLOSED, DONE
from qms.records.kinds import Selection

# What those we are there for say of us (ISO 9001 9.1.2).
VOICES = (Category.COMPLAINT, Category.PRAISE)
# What a case has come to when people can see that something changed.
CARRIED_OUT = (DONE, CLOSED)
# Promised a day, answered on that day or before.
IN_TIME = Q(answered_at__date__lte=F("promised_by"))


def midnight(day: date) -> datetime:
    """The beginning of a day here."""
    return timezone.make_aware(datetime.combine(day, time.min))


def month_before(day: date) -> date:
    """The last day of the month before that of `day`."""
    return day.replace(day=1) - timedelta(days=1)


def answered_in_month(day: date) -> Q:
    """Cases whose first answer came in the month of `day`."""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return Q(answered_at__gte=midnight(first), answered_at__lt=midnight(following))


def _answered_in_time(today: date) -> Q:
    cases = Improvement.objects.filter(answered_in_month(today), IN_TIME)
    return Q(pk__in=cases.order_by().values("pk"))


SELECTIONS = (
    Selection("voices", _("Complaints and praise"), lambda today: Q(category__in=VOICES)),
    Selection("carried_out", _("Carried out"), lambda today: Q(state__in=CARRIED_OUT)),
    Selection("answered_in_time", _("Answered in time this month"), _answered_in_time),
)
