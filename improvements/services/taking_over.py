"""Taking over cases from an older system: each as it stood there, once, and without telling anybody."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from improvements.forms.taking_over import OldCasesForm
from improvements.models import Channel, Improvement
from improvements.permissions import TAKE_OVER
from improvements.selectors.old_cases import COLUMNS, OldCase, is_confidential, old_case, taken_before
from improvements.workflow.noted import ANSWERED_BEFORE, ENDED_BEFORE, TAKEN_OVER
from qms.organisation.access import Access, access_for
from qms.organisation.models import Person, Unit
from qms.organisation.selectors import nearest_headed
from qms.organisation.services.holding import unit_held
from qms.records.imports.importers import Cells, Importer, Plan, nothing_prepared
from qms.records.imports.lookups import UnitNames
from qms.records.models import Decision, ImportRow, ImportRun, Visibility
from qms.records.services import record_create
from qms.records.services.noting import decision_note

Outcome = ImportRow.Outcome


class CaseRows:
    """What the rows of one list come to."""

    def __init__(self, run: ImportRun) -> None:
        self._source = run.source
        self._access = access_for(run.by)
        self._units = UnitNames()
        self._heads: dict[int, Person | None] = {}

    def plan(self, cells: Cells) -> Plan:
        """What is to be done with a row. Raises RuleViolation with the sentence that stands beside it."""
        case = old_case(cells, self._units, self._access)
        known = taken_before(self._source, case.number)
        if known:
            note = _("It was taken over before, as %(reference)s.") % {"reference": known.reference}
            return Plan(case.number.casefold(), Outcome.SAME, case, record=known, note=note)
        note = "" if case.secrecy is None else _("It will be seen by those who handle it alone.")
        return Plan(case.number.casefold(), Outcome.NEW, case, note=note)

    def prepared(self, plan: Plan) -> AbstractContextManager[None]:
        """Nothing is needed beforehand."""
        return nothing_prepared()

    def take(self, plan: Plan, prepared: None, access: Access) -> Improvement:
        """The case as it is here then. One that is open belongs to whoever leads its unit."""
        case: OldCase = plan.of
        owner = None if case.closed_at else self._head(case.unit)
        return old_case_take(case=case, source=self._source, owner=owner, access=access)

    def _head(self, unit: Unit) -> Person | None:
        if unit.pk not in self._heads:
            headed = nearest_headed(unit)
            self._heads[unit.pk] = headed.head if headed else None
        return self._heads[unit.pk]


def old_case_take(*, case: OldCase, source: str, owner: Person | None, access: Access) -> Improvement:
    """Enter a case of an older system, with what is known of it. Inside a transaction.

    It gets a number of this year; its days are those it had. Nobody was promised an answer by a day here, so
    no promise is said to be kept or broken. Nobody is told: what is open waits as a task without a date. What
    was confidential there is for those alone who handle it here.
    Raises RuleViolation when its unit has closed since the list was begun.
    """
    unit = unit_held(case.unit.pk)
    record = record_create(
        record=Improvement(
            title=case.title,
            text=case.text,
            unit=unit,
            category=case.category,
            owner=owner,
            channel=Channel.IMPORT,
            came_from=source,
            old_number=case.number,
            created_at=case.sent_at,
            answered_at=case.answered_at,
            closed_at=case.closed_at,
            **_secrecy(case, source),
        ),
        access=access,
        state=case.state,
        taken_over=True,
    )
    _note(record, case, access)
    return record


def _secrecy(case: OldCase, source: str) -> dict[str, str]:
    """Who sees it, and why."""
    if case.secrecy is None:
        return {}
    ground = case.secrecy or _("Confidential in %(source)s") % {"source": source}
    return {"visibility": Visibility.RESTRICTED, "confidential_reason": ground}


def _note(record: Improvement, case: OldCase, access: Access) -> None:
    """What happened there stands in the log on its own days, without a name; what was done stands once."""
    before = {"source": record.came_from, "said": case.said}
    moments = [(ANSWERED_BEFORE, case.answered_at), (ENDED_BEFORE, case.closed_at)]
    known = [(name, at) for name, at in moments if at]
    for name, at in known:
        last = (name, at) == known[-1]
        Decision.objects.create(
            record=record,
            name=name,
            before=record.state,
            after=record.state,
            unit_name=record.unit.name,
            comment=case.outcome if last else "",
            details=before,
            at=at,
        )
    decision_note(
        record=record,
        name=TAKEN_OVER,
        access=access,
        comment="" if known else case.outcome,
        details={"source": record.came_from, "number": record.old_number},
        quietly=True,
    )


@contextmanager
def case_rows(run: ImportRun) -> Iterator[CaseRows]:
    """For the rows of a run."""
    yield CaseRows(run)


TAKING_OVER = Importer(
    key="cases",
    columns=COLUMNS,
    right=TAKE_OVER,
    refusal=gettext_lazy("Quality managers take over old cases."),
    begin=case_rows,
    form=OldCasesForm,
    route="improvements:take_over",
    home=(gettext_lazy("Improvements"), "improvements:list"),
    title=gettext_lazy("Take over old cases"),
    lead=gettext_lazy(
        "Cases from an older system come in here from a list, with the days they had there. First you see "
        "row by row what would happen; nothing is done before you say so. Nobody gets an e-mail about it, "
        "and the same list again doubles nothing. Mark in the column Sekretess what is confidential, with "
        "its ground: it is then only for those who handle such cases, the rest for everyone in its part of "
        "the organisation."
    ),
    what=gettext_lazy("Case"),
    is_confidential=is_confidential,
)
