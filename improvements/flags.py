"""The rules behind the flags, as data: what each is, whose rule it is, how long there is.

Checked against: EU 2016/679 (GDPR) art. 33.1 (72 hours from when the controller became aware; a later
report gives the reasons for the delay) and 33.5 (every breach is documented, reported or not);
patientsäkerhetslagen (2010:659) 3 kap. 5 § and HSLF-FS 2017:41 (lex Maria: as soon as possible after the
event, with the investigation at the same time or as soon as possible afterwards); socialtjänstlagen
(2025:400) and lagen (1993:387) om stöd och service till vissa funktionshindrade with SOSFS 2011:5 (lex
Sarah: investigated without delay, reported as soon as possible when it is serious). Only the 72 hours are
a term in figures; the others are our own, and the page says so.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from improvements.models.flags import FlagKind, TermUnit

Text = str | Promise


@dataclass(frozen=True)
class Term:
    """A time within which something is done."""

    amount: int
    unit: str

    def end(self, start: datetime) -> datetime:
        """When it runs out, counted from `start` (aware).

        Hours run by the clock, through nights, weekends and the change to summer time (Regulation
        1182/71 art. 3.4 lengthens no term that is expressed in hours). Days and months end with the
        local day: a month from 31 January is 28 or 29 February.
        """
        if self.unit == TermUnit.HOURS:
            return start.astimezone(UTC) + timedelta(hours=self.amount)
        day = timezone.localdate(start)
        day = _months_on(day, self.amount) if self.unit == TermUnit.MONTHS else day + timedelta(self.amount)
        return timezone.make_aware(datetime.combine(day, time(23, 59)))


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True)
class FlagRule:
    """One kind of flag. `longest` is the term of the law in hours, where it has one in figures."""

    kind: FlagKind
    meaning: Text
    source: str
    law_says: Text
    term: Term
    authority: str
    secrecy: str
    task: Text
    expected: Text
    longest: int | None = None

    @property
    def label(self) -> Text:
        """What it is called."""
        return self.kind.label


RULES: dict[str, FlagRule] = {
    rule.kind: rule
    for rule in (
        FlagRule(
            FlagKind.LEX_SARAH,
            _("Somebody in social care was treated badly, or was at clear risk of it."),
            "Socialtjänstlagen (2025:400), LSS (1993:387), SOSFS 2011:5",
            _("It is investigated without delay, and reported to IVO as soon as possible if it is serious."),
            Term(14, TermUnit.DAYS),
            "IVO",
            "OSL 26 kap. 1 §",
            _("Investigate lex Sarah"),
            _("The lex Sarah investigation is expected"),
        ),
        FlagRule(
            FlagKind.LEX_MARIA,
            _("Health care caused serious harm that could have been avoided, or might have."),
            "Patientsäkerhetslagen (2010:659) 3 kap. 5 §, HSLF-FS 2017:41",
            _("It is reported to IVO as soon as possible, with the investigation or shortly before it."),
            Term(2, TermUnit.MONTHS),
            "IVO",
            "OSL 25 kap. 1 §",
            _("Investigate lex Maria"),
            _("The lex Maria investigation is expected"),
        ),
        FlagRule(
            FlagKind.DATA_BREACH,
            _("Personal data was lost, changed, or came to somebody who should not have it."),
            "EU 2016/679 (GDPR) art. 33",
            _(
                "It is reported to IMY within 72 hours from when we learned of it, unless a risk to anybody "
                "is unlikely. A later report says why it is late. Every breach is documented."
            ),
            Term(72, TermUnit.HOURS),
            "IMY",
            "",
            _("Assess the data breach"),
            _("The report of the data breach is expected"),
            longest=72,
        ),
    )
}
