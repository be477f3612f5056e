"""Months as points in time here, what was answered in them, and the choices of cases that lists offer."""

from datetime import date, datetime, time, timedelta

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from improvements.models import Action, Category, EffectCheck, Harm, Improvement, Lane, SpreadQuestion
from improvements.workflow import CLOSED, DONE
from qms.records.kinds import Selection

# What those we are there for say of us (ISO 9001 9.1.2).
VOICES = (Category.COMPLAINT, Category.PRAISE)
# What a case has come to when people can see that something changed.
CARRIED_OUT = (DONE, CLOSED)
_HEARD = Q(verdicts__isnull=False)
# What came from an older system was promised nothing here.
PROMISED = Q(promised_by__isnull=False)
# Promised a day, answered on that day or before; where it was opened again, each time.
IN_TIME = Q(answered_at__date__lte=F("promised_by"), broke_promise=False)


def midnight(day: date) -> datetime:
    """The beginning of a day here."""
    return timezone.make_aware(datetime.combine(day, time.min))


def month_before(day: date) -> date:
    """The last day of the month before that of `day`."""
    return day.replace(day=1) - timedelta(days=1)


def year_before(day: date) -> date:
    """The same day of the year before; of 29 February the 28th."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def answered_in_month(day: date) -> Q:
    """Cases promised an answer whose first one came in the month of `day`."""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return PROMISED & Q(answered_at__gte=midnight(first), answered_at__lt=midnight(following))


def waits_past_its_day(today: date) -> Q:
    """Cases promised an answer by a day that has passed, which still have none."""
    return Q(promised_by__lt=today, answered_at__isnull=True, closed_at__isnull=True)


def _answered_in_time(today: date) -> Q:
    return _cases(answered_in_month(today) & IN_TIME)


def judged(today: date) -> Q:
    """Cases of which it can be said whether the promise was kept: answered, or waiting past their day."""
    return (PROMISED & Q(answered_at__isnull=False)) | Q(promised_by__lt=today, closed_at__isnull=True)


def _cases(condition: Q) -> Q:
    """Records that are such cases."""
    return Q(pk__in=Improvement.objects.filter(condition).order_by().values("pk"))


def _promise_broken(today: date) -> Q:
    return _cases(judged(today)) & ~_cases(IN_TIME)


def _judged_between(start: datetime | None, end: datetime | None) -> Q:
    """Records whose effect was judged from `start` to before `end`."""
    checks = EffectCheck.objects.exclude(judged_at=None)
    checks = checks.filter(judged_at__gte=start) if start else checks
    checks = checks.filter(judged_at__lt=end) if end else checks
    return Q(pk__in=checks.order_by().values("record"))


def _serious(today: date) -> Q:
    """Harm as a choice of cases: at the degree that is called serious, or worse."""
    serious = [degree for degree in Harm.values if Harm(degree).reaches(Harm.SERIOUS)]
    return Q(pk__in=Improvement.objects.filter(harm__in=serious).order_by().values("pk"))


def adopted_by_others(today: date) -> Q:
    """Cases that other units have taken over."""
    return Q(pk__in=SpreadQuestion.objects.adopted().order_by().values("record"))


def _again(today: date) -> Q:
    return Q(
        pk__in=Action.objects.filter(series__ended_at=None, series__isnull=False).order_by().values("pk")
    )


ACTION_SELECTIONS = (Selection("again", _("Those that come again"), _again),)

SELECTIONS = (
    Selection("serious", _("Serious harm"), _serious),
    Selection(
        "tested",
        _("Effect judged"),
        happened=_judged_between,
        days=(_("Judged from"), _("Judged until")),
    ),
    Selection("voices", _("Complaints and praise"), lambda today: Q(category__in=VOICES)),
    Selection("carried_out", _("Carried out"), lambda today: Q(state__in=CARRIED_OUT)),
    Selection("adopted", _("Used in other units"), adopted_by_others),
    Selection("answered_in_time", _("Answered in time this month"), _answered_in_time),
    Selection("promise_kept", _("Answered by the promised day"), lambda today: _cases(IN_TIME)),
    Selection("promise_broken", _("Not answered by the promised day"), _promise_broken),
    Selection("just_do", _("Just done"), lambda today: _cases(Q(lane=Lane.JUST_DO))),
    Selection("heard", _("Whose senders said whether it got better"), lambda today: _cases(_HEARD)),
)
