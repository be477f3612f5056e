"""The figures of a part of the organisation as questions, each answered in words first.

Every number says of how many, is compared with the period before, and leads to exactly its records. What
cannot be said is unknown, with the reason. Units are compared, never persons; where fewer than
`rules.FEWEST` people sent something, it is not split.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from improvements.models import Category, Means
from improvements.selectors import tally
from improvements.selectors.asked import Asked, Question, Text, percent, share
from improvements.selectors.compared import UnitLine, unit_lines
from improvements.selectors.part import Part
from improvements.selectors.rules import Group, Split, Trend, protected, trend
from improvements.selectors.tally import Counted, Quarters, Span, Totals
from improvements.workflow import LACKING
from qms.organisation.access import Access
from qms.organisation.selectors import UnitRow
from qms.records.kinds import kinds
from qms.ui import charts
from qms.ui.charts import Bar, Chart

# The shortest first: what a longer one tells is held against what each shorter one does (`selectors.told`).
PERIODS: dict[str, tuple[Text, int]] = {
    "90": (gettext_lazy("The last 90 days"), 90),
    "365": (gettext_lazy("The last 12 months"), 365),
    "1095": (gettext_lazy("The last three years"), 1095),
}
DEFAULT = "365"
TONES = ("accent", "plommon", "warning", "success")
TOO_FEW = gettext_lazy(
    "Fewer than five people have sent something. It is not split, so that nobody can be recognised."
)
TOO_FEW_OF_A_SORT = gettext_lazy(
    "So few people sent some of it that it is not split: nobody should be recognised, here or in a unit "
    "below."
)


@dataclass(frozen=True)
class Report:
    """The page: a first line, the questions, the units right below."""

    lead: str
    questions: list[Question] = field(default_factory=list)
    units: list[UnitLine] = field(default_factory=list)


def report(access: Access, part: Part, units: Sequence[UnitRow], period: str, today: date) -> Report:
    """The whole page in a constant number of queries."""
    asked = Asked(access, part, Span.last(PERIODS[period][1], today))
    shorter = [Span.last(days, today) for _label, days in PERIODS.values() if days < PERIODS[period][1]]
    counted = tally.counted(access, part, asked.span, shorter)
    now = counted.now
    questions = [
        speaking_up(asked, counted, tally.quarters(access, part, today)),
        promise(asked, counted),
        sorts(asked, counted),
        outcome(asked, counted),
        means(asked, now),
        better(asked),
        spreading(asked, now),
        waiting(asked),
    ]
    return Report(_lead(now, PERIODS[period][0]), questions, unit_lines(asked, counted, units))


def _lead(now: Totals, period: Text) -> str:
    sent = ngettext("%(n)d case sent in.", "%(n)d cases sent in.", now.sent) % {"n": now.sent}
    if not now.judged:
        return f"{period}: {sent}"
    kept = _("%(share)s answered by the promised day.") % {"share": percent(now.kept, now.judged)}
    return f"{period}: {sent} {kept}"


TRENDS: dict[Trend, tuple[Text, str]] = {
    Trend.RISING: (gettext_lazy("More than before"), "up"),
    Trend.FALLING: (gettext_lazy("Fewer than before: it is falling"), "fall"),
    Trend.STEADY: (gettext_lazy("About as many as before"), "flat"),
    Trend.UNKNOWN: (gettext_lazy("Too early to say whether it rises or falls"), ""),
}


def speaking_up(asked: Asked, counted: Counted, seasons: Quarters) -> Question:
    """How many send something in, and whether that is falling."""
    found = trend(seasons.now, seasons.before) if seasons.known else Trend.UNKNOWN
    words, icon = TRENDS[found]
    if found != Trend.FALLING and _proposals_fall(counted, seasons):
        words, icon = _("%(all)s, but there are fewer proposals") % {"all": words}, "fall"
    split = counted.whole.may_be_told and seasons.known
    return Question(
        "speaking-up",
        _("How many speak up?"),
        words,
        value=str(counted.now.sent),
        of=_("sent in"),
        chart=_seasons(seasons) if split else None,
        icon=icon,
        # Where nothing came before, perhaps nobody could send anything yet: nothing to compare with.
        compared=_("%(n)d in as many days before") % {"n": counted.before.sent}
        if counted.before.sent
        else "",
        url=asked.address(),
        link=_("See them"),
        note=_(
            "The last four full quarters are compared with the four before them: %(now)d and %(before)d. If "
            "chance alone would part them as unevenly less often than 5 times in 100, it is called rising or "
            "falling, else about as many. With fewer than ten in both years, or before the system has been "
            "in use for two years, nobody can say. Proposals are looked at by themselves too, so that no "
            "other sort hides that they are falling."
        )
        % {"now": seasons.now, "before": seasons.before},
    )


def _proposals_fall(counted: Counted, seasons: Quarters) -> bool:
    """Whether proposals are falling, where it may be told how many of them there are."""
    told = counted.whole.is_split and Category.PROPOSAL in {one.key for one in protected(counted.sorts).shown}
    four, before = sum(seasons.proposals[4:]), sum(seasons.proposals[:4])
    return told and seasons.known and trend(four, before) == Trend.FALLING


def _seasons(seasons: Quarters) -> Chart:
    return charts.trend(
        title=_("Sent in by quarter"),
        summary=_("%(now)d in the last four quarters, %(before)d in the four before.")
        % {"now": seasons.now, "before": seasons.before},
        labels=[quarter_name(start) for start in seasons.starts[4:]],
        values=seasons.counts[4:],
        previous=seasons.counts[:4],
        value_label=_("The last four quarters"),
        previous_label=_("The four before"),
        from_zero=True,
    )


def quarter_name(start: date) -> str:
    """A quarter as people write it."""
    return _("Q%(number)d %(year)d") % {"number": (start.month + 2) // 3, "year": start.year}


def promise(asked: Asked, counted: Counted) -> Question:
    """Whether those who send something in are answered by the promised day."""
    now, before = counted.now, counted.before
    note = _(
        "Of what has been answered, or waits past its promised day. The middle waiting time is counted in "
        "working days from sent in to first answer; as many waited longer as shorter. Days on which the "
        "clock was stopped for a reason are added to the promise, not taken from the waiting time."
    )
    if not now.judged:
        return Question(
            "promise", _("Do we keep our promise?"), _("Nothing was due to be answered yet."), note=note
        )
    late = now.judged - now.kept
    waits = (
        ""
        if now.waiting_days is None
        else (
            ngettext(
                "Half are answered within %(n)d working day.",
                "Half are answered within %(n)d working days.",
                now.waiting_days,
            )
            % {"n": now.waiting_days}
        )
    )
    parts = [
        charts.Part(_("by the promised day"), now.kept, "success"),
        charts.Part(_("answered late"), now.answered - now.kept, "warning"),
        charts.Part(_("wait past their day"), now.judged - now.answered, "danger"),
    ]
    return Question(
        "promise",
        _("Do we keep our promise?"),
        waits or _("Nothing has been answered yet."),
        value=percent(now.kept, now.judged),
        of=_("of %(n)d answered by the promised day") % {"n": now.judged},
        chart=charts.stacked(title=_("Answers"), summary=_said(parts), parts=parts),
        icon=_direction(share(now.kept, now.judged), share(before.kept, before.judged))
        if before.judged
        else "",
        compared=_("%(share)s before that") % {"share": percent(before.kept, before.judged)}
        if before.judged
        else "",
        url=asked.address(only="promise_broken") if late else asked.address(only="promise_kept"),
        link=ngettext("See the late one", "See the %(n)d late ones", late) % {"n": late}
        if late
        else _("See them"),
        note=note,
    )


def _direction(now: int, before: int) -> str:
    """Of shares as they are shown: what looks equal is not called a fall."""
    return "flat" if now == before else "up" if now > before else "fall"


def _said(parts: Sequence[charts.Part]) -> str:
    """The parts of a whole as a sentence."""
    return ", ".join(f"{part.value} {part.label}" for part in parts) + "."


def sorts(asked: Asked, counted: Counted) -> Question:
    """What it is about: proposals, deviations, complaints, praise."""
    ask, note = (
        _("What is it about?"),
        _(
            "What a handler has sorted each case as. A sort that fewer than five people sent stands together "
            "with the smallest of the others, so that nobody can be recognised; so does one that would tell "
            "this about a unit below, whose own page does not, or about the days that a longer period adds."
        ),
    )
    if not counted.whole.is_split:
        return Question("sorts", ask, TOO_FEW, note=note)
    split = protected(counted.sorts)
    if split.is_empty:
        return Question("sorts", ask, TOO_FEW_OF_A_SORT, note=note)
    offers = {category.key: category for category in kinds["improvement"].categories}
    parts = [
        charts.Part(str(offers[group.key].plural).lower(), group.count, tone)
        for group, tone in zip(split.shown, TONES, strict=False)
    ]
    if split.together:
        parts.append(charts.Part(_("of other sorts"), split.together, "quiet"))
    first = split.shown[0]
    return Question(
        "sorts",
        ask,
        _mostly(first, split, counted.now.sent) % {"sort": parts[0].label},
        value=percent(first.count, counted.now.sent),
        of=_("of %(n)d are %(sort)s") % {"n": counted.now.sent, "sort": parts[0].label},
        chart=charts.stacked(title=_("Sorts of case"), summary=_said(parts), parts=parts),
        url=asked.address(category=Category(first.key)),
        link=_("See them"),
        note=note,
    )


def _mostly(first: Group, split: Split, sent: int) -> str:
    """What the largest sort says about all; where more than that stands together, nothing."""
    if 2 * first.count > sent:
        return _("Mostly %(sort)s")
    return _("A bit of everything") if split.together <= first.count else _("Not all can be told apart.")


def outcome(asked: Asked, counted: Counted) -> Question:
    """What becomes of what is sent in, and how much is just done."""
    now, before = counted.now, counted.before
    ask = _("What becomes of it?")
    note = _(
        "Where the cases of the period stand today. Just done means decided at once with one line and a "
        "date, of those that somebody has decided to do."
    )
    if not now.sent:
        return Question("outcome", ask, _("Nothing has been sent in."), note=note)
    parts = [
        charts.Part(_("carried out"), now.done, "success"),
        charts.Part(_("in progress"), now.doing, "accent"),
        charts.Part(_("not now"), now.not_now, "plommon"),
        charts.Part(_("wait for an answer"), now.received, "warning"),
        charts.Part(_("withdrawn or otherwise ended"), now.other, "quiet"),
    ]
    just = (
        _("%(share)s of what we decided to do was just done.") % {"share": percent(now.just_do, now.decided)}
        if now.decided
        else _("Nothing has been decided yet.")
    )
    return Question(
        "outcome",
        ask,
        just,
        value=percent(now.done, now.sent),
        of=_("of %(n)d carried out") % {"n": now.sent},
        chart=charts.stacked(title=_("Where they stand"), summary=_said(parts), parts=parts),
        icon=_direction(share(now.done, now.sent), share(before.done, before.sent)) if before.sent else "",
        compared=_("%(share)s of those before") % {"share": percent(before.done, before.sent)}
        if before.sent
        else "",
        url=asked.address(only="just_do") if now.just_do else asked.address(only="carried_out"),
        link=_("See what was just done") if now.just_do else _("See what was carried out"),
        note=note,
    )


def means(asked: Asked, now: Totals) -> Question:
    """What could not be done because something was lacking, and what that was."""
    ask = _("What do we lack the means for?")
    note = _("What lies aside today for want of means, of what came in. One case may lack several things.")
    if not now.sent:
        return Question("means", ask, _("Nothing has been sent in."), note=note)
    put_aside, found = tally.lacking(asked.access, asked.part, asked.span)
    of = _("of %(n)d put aside") % {"n": now.sent}
    if not put_aside:
        return Question("means", ask, _("Nothing was put aside for want of means."), "0", of, note=note)
    most = found.most_common()
    bars = [Bar(str(Means(one).label), count, most[0][1], tone="warning") for one, count in most]
    return Question(
        "means",
        ask,
        _("Mostly %(sort)s") % {"sort": bars[0].label.lower()}
        if bars
        else _("What was lacking is not known."),
        value=str(put_aside),
        of=of,
        chart=charts.bars(title=_("What is lacking"), summary=_("What is lacking"), bars=bars)
        if bars
        else None,
        url=asked.address(state=LACKING),
        link=_("See them"),
        note=note,
    )


def better(asked: Asked) -> Question:
    """Whether it got better, as those who sent it say."""
    ask = _("Did it get better?")
    note = _("What those who sent a case say when it is closed. The newest answer of each counts.")
    glad, heard = tally.verdicts(asked.access, asked.part, asked.span)
    if not heard:
        return Question("better", ask, _("Nobody who sent something has answered that yet."), note=note)
    parts = [charts.Part(_("better"), glad, "success"), charts.Part(_("not better"), heard - glad, "danger")]
    return Question(
        "better",
        ask,
        _("Most say yes.") if 2 * glad > heard else _("At least half say no."),
        value=percent(glad, heard),
        of=_("of %(n)d who answered") % {"n": heard},
        chart=charts.stacked(title=_("Answers of senders"), summary=_said(parts), parts=parts),
        url=asked.address(only="heard"),
        link=_("See what they sent"),
        note=note,
    )


def spreading(asked: Asked, now: Totals) -> Question:
    """Whether what helped in one unit comes to be used in others."""
    ask = _("Does what helps spread?")
    note = _("Of what was carried out: the cases that another unit has taken over, whenever it did.")
    if not now.done:
        return Question("spreading", ask, _("Nothing has been carried out yet."), note=note)
    used = tally.adopted(asked.access, asked.part, asked.span)
    return Question(
        "spreading",
        ask,
        ngettext("One is used in other units too.", "%(n)d are used in other units too.", used) % {"n": used}
        if used
        else _("None is used in other units yet."),
        value=percent(used, now.done),
        of=_("of %(n)d carried out") % {"n": now.done},
        url=asked.address(only="adopted") if used else asked.address(only="carried_out"),
        link=_("See them"),
        note=note,
    )


def waiting(asked: Asked) -> Question:
    """How long what is open has lain."""
    ask = _("How long has the open lain?")
    note = _("Everything that is open today, whenever it was sent in, by days since it came.")
    ages = tally.by_age(asked.access, asked.part, asked.span.end)
    total, old = sum(ages), ages[-1]
    if not total:
        return Question(
            "waiting",
            ask,
            _("Nothing is open."),
            value="0",
            of=_("open"),
            note=note,
            url=asked.address(),
            link=_("See them all"),
        )
    labels = (_("up to 30 days"), _("31 to 90 days"), _("91 days to a year"), _("more than a year"))
    tones = ("accent", "accent", "accent", "warning")
    bars = [Bar(label, n, max(ages), tone=tone) for label, n, tone in zip(labels, ages, tones, strict=True)]
    return Question(
        "waiting",
        ask,
        ngettext("One has lain for more than a year.", "%(n)d have lain for more than a year.", old)
        % {"n": old}
        if old
        else _("None has lain for more than a year."),
        value=str(total),
        of=_("open"),
        chart=charts.bars(title=_("Open cases by age"), summary=_("Open cases by age"), bars=bars),
        url=asked.part.address("improvements:list"),
        link=_("See the open ones"),
        note=note,
    )
