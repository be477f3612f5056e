"""Reads about flags: on a case, and how they are set up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import Group
from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from improvements.flags import RULES, FlagRule, Term
from improvements.models import Flag, FlagHandler, FlagSetting, Improvement, TermUnit
from qms.organisation.models import Person
from qms.ui.components import TimelineEntry
from qms.ui.dates import day_text, moment_text

NEWEST = 30


@dataclass(frozen=True)
class FlagSetUp:
    """A kind of flag as it is set up: the rule, the term, the group, the people."""

    rule: FlagRule
    term: Term
    group: Group | None
    handlers: list[FlagHandler]
    members: list[Person]

    @property
    def term_text(self) -> str:
        """The term in words."""
        return term_text(self.term)

    @property
    def by_law(self) -> bool:
        """Whether the law gives the term in figures."""
        return self.rule.longest is not None

    @property
    def nobody(self) -> bool:
        """Whether nobody is there to handle it."""
        return not (self.members or self.people)

    @property
    def people(self) -> list[Person]:
        """Those named for it who have not left."""
        return [row.person for row in self.handlers if row.person.is_active]


def term_text(term: Term) -> str:
    """ "72 hours", "2 months"."""
    forms = {
        TermUnit.HOURS: ngettext("%(n)d hour", "%(n)d hours", term.amount),
        TermUnit.DAYS: ngettext("%(n)d day", "%(n)d days", term.amount),
        TermUnit.MONTHS: ngettext("%(n)d month", "%(n)d months", term.amount),
    }
    return forms[TermUnit(term.unit)] % {"n": term.amount}


def set_ups() -> list[FlagSetUp]:
    """Every kind of flag as it is set up. Three queries."""
    settings = {row.kind: row for row in FlagSetting.objects.select_related("group")}
    handlers = list(
        FlagHandler.objects.filter(ended_at__isnull=True).select_related("person").order_by("person__name")
    )
    groups = {row.group_id for row in settings.values() if row.group_id}
    members = list(Person.objects.filter(groups__in=groups, is_active=True).distinct().order_by("name"))
    belongs = _memberships(groups)
    return [_set_up(rule, settings.get(rule.kind), handlers, members, belongs) for rule in RULES.values()]


def _memberships(groups: set[int]) -> set[tuple[int, int]]:
    through = Person.groups.through
    return set(through.objects.filter(group_id__in=groups).values_list("group_id", "person_id"))


def _set_up(
    rule: FlagRule,
    setting: FlagSetting | None,
    handlers: list[FlagHandler],
    members: list[Person],
    belongs: set[tuple[int, int]],
) -> FlagSetUp:
    group = setting.group if setting else None
    return FlagSetUp(
        rule,
        Term(setting.amount, setting.unit) if setting else rule.term,
        group,
        [row for row in handlers if row.kind == rule.kind],
        [person for person in members if group and (group.pk, person.pk) in belongs],
    )


def set_up(kind: str) -> FlagSetUp:
    """One kind of flag as it is set up; KeyError for an unknown one."""
    rule = RULES[kind]
    return next(found for found in set_ups() if found.rule == rule)


def flag_handlers(kind: str) -> list[Person]:
    """Active people who handle that kind: those named and the members of its group. One query."""
    setting = FlagSetting.objects.filter(kind=kind).first()
    named = FlagHandler.objects.filter(kind=kind, ended_at__isnull=True).values("person_id")
    condition = Q(pk__in=named)
    if setting and setting.group_id:
        condition |= Q(groups=setting.group_id)
    return list(Person.objects.filter(condition, is_active=True).distinct().order_by("pk"))


def flags_of(case: Improvement) -> list[Flag]:
    """The flags on a case that were no mistake, oldest first. One query, none where they have been read."""
    prefetch_related_objects([case], "flags")
    return [flag for flag in case.flags.all() if flag.outcome != Flag.Outcome.LIFTED]


def flag_entries(case: Improvement) -> Iterator[TimelineEntry]:
    """What happened with the flags of a case, for the timeline of those who handle it. One query, none where
    its page has read them."""
    prefetch_related_objects([case], "flags")
    for flag in case.flags.all():
        term = _("Term: %(moment)s") % {"moment": moment_text(flag.due_at)}
        text = _("marked it as %(flag)s") % {"flag": flag.label}
        yield TimelineEntry("shield", text, flag.set_at, flag.set_by_name, flag.why, "warning", term)
        if flag.settled_at:
            yield _settled(flag, flag.settled_at)


def _settled(flag: Flag, at: datetime) -> TimelineEntry:
    names = {
        "flag": flag.label,
        "authority": RULES[flag.kind].authority,
        "moment": moment_text(flag.reported_at) if flag.reported_at else "",
    }
    texts = {
        Flag.Outcome.REPORTED: _("reported %(flag)s to %(authority)s, %(moment)s"),
        Flag.Outcome.NOT_REPORTED: _("decided that %(flag)s is not to be reported"),
        Flag.Outcome.LIFTED: _("took away the mark %(flag)s, which was a mistake"),
    }
    text = texts[Flag.Outcome(flag.outcome)] % names
    return TimelineEntry("shield", text, at, flag.settled_by_name, flag.outcome_why, detail=flag.number)


def set_up_history() -> list[TimelineEntry]:
    """Who changed what in how flags are set up, newest first. Two queries."""
    entries = [*_setting_entries(), *_handler_entries()]
    return sorted(entries, key=lambda entry: entry.when.timestamp() if entry.when else 0, reverse=True)[
        :NEWEST
    ]


def _setting_entries() -> Iterator[TimelineEntry]:
    for row in FlagSetting.history.order_by("-history_date")[:NEWEST]:
        words = {"flag": row.get_kind_display(), "term": term_text(Term(row.amount, row.unit))}
        group = row.group.name if row.group_id and row.group else ""
        text = _("%(flag)s: term %(term)s, group %(group)s") if group else _("%(flag)s: term %(term)s")
        yield TimelineEntry(
            "settings",
            text % {**words, "group": group},
            row.history_date,
            row.history_change_reason or "",
        )


def _handler_entries() -> Iterator[TimelineEntry]:
    for row in FlagHandler.objects.select_related("person").order_by("-since")[:NEWEST]:
        words = {"name": row.person.name, "flag": row.get_kind_display()}
        yield TimelineEntry(
            "person-add", _("%(name)s handles %(flag)s from now on") % words, row.since, row.by_name
        )
        if row.ended_at:
            text = _("%(name)s handles %(flag)s no longer") % words
            yield TimelineEntry("person-off", text, row.ended_at, row.ended_by_name)


def day_and_time(flag: Flag) -> str:
    """The term of a flag in words: by the hour where it runs by hours."""
    return moment_text(flag.due_at) if _by_the_hour(flag) else day_text(flag.due_at)


def _by_the_hour(flag: Flag) -> bool:
    return RULES[flag.kind].longest is not None
