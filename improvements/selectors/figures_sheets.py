"""The page of figures as sheets of a workbook: exactly what the page shows, nothing that it keeps back."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from improvements.selectors.asked import Question
from improvements.selectors.questions import Report
from qms.records.workbook import Sheet


def sheets_of(report: Report, about: Sequence[tuple[str, object]]) -> list[Sheet]:
    """The answers, the numbers of the charts, the units that are compared, and what the figures are about.

    A question that is not answered, a chart that is not drawn and units that stand together because too few
    sent something are so here too: the sheets are made of the page's own report.
    """
    answers = [
        (_("Question"), 34), (pgettext("noun", "Answer"), 60),
        (pgettext("figure", "Number"), 14), (_("Of what"), 30),
        (_("Compared"), 44), (_("How it is counted"), 90),
    ]  # fmt: skip
    numbers = [
        (_("Question"), 34), (_("What"), 34), (pgettext("figure", "Number"), 14),
        ("", 14), ("", 14), ("", 14),
    ]  # fmt: skip
    found = [
        Sheet(_("Figures"), answers, (_answer(one) for one in report.questions)),
        Sheet(_("Behind the charts"), numbers, _drawn(report.questions)),
    ]
    if report.units:
        units = [
            (_("Unit"), 40), (_("Sent in"), 12), (_("Answered by the promised day"), 30),
            (_("Carried out"), 16),
        ]  # fmt: skip
        rows = ((line.name, line.sent, line.kept, line.done) for line in report.units)
        found.append(Sheet(_("The units below"), units, rows))
    return [*found, Sheet(_("About"), [(_("What"), 20), ("", 80)], about)]


def _answer(one: Question) -> tuple[object, ...]:
    value = _("Unknown") if one.unknown else _number(one.value)
    return str(one.ask), str(one.words), value, str(one.of), str(one.compared), str(one.note)


def _drawn(questions: Sequence[Question]) -> Iterator[tuple[object, ...]]:
    for one in questions:
        if one.chart is None:
            continue
        if one.chart.columns:
            yield str(one.ask), *(str(column) for column in one.chart.columns)
        for row in one.chart.rows:
            yield str(one.ask), *(_number(cell) for cell in row)


def _number(shown: object) -> object:
    """A number as a number where it is one; "83 %" and the like stay as they are shown."""
    text = str(shown)
    return int(text) if text.isascii() and text.isdigit() else text
