"""Reads of standards: what each requirement has as evidence, as one person sees it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet

from qms.contributions import Answered, Evidence, EvidenceSource, Met, ask, evidence_sources
from qms.organisation.access import Access
from qms.records.models import Record
from qms.standards.models import Edition, EvidenceType, Requirement, RequirementLink

# The worst that is known decides; unknown weighs more than met, since it may hide anything.
_WORST_FIRST = (Met.MISSING, Met.UNKNOWN, Met.PARTIAL, Met.MET)


@dataclass(frozen=True)
class Offered:
    """What one app says about one requirement."""

    source: EvidenceSource
    evidence: Evidence


@dataclass
class Coverage:
    """A requirement with what there is for it: records marked by people, evidence offered by apps."""

    requirement: Requirement
    marked: int = 0
    offered: list[Offered] = field(default_factory=list)

    @property
    def met(self) -> Met:
        """The worst answer offered; met by marked records alone; unknown when nobody says anything."""
        said = {offer.evidence.met for offer in self.offered}
        if not said:
            return Met.MET if self.marked else Met.UNKNOWN
        return next(met for met in _WORST_FIRST if met in said)

    @property
    def records(self) -> int:
        """How many records stand behind it."""
        return self.marked + sum(offer.evidence.count for offer in self.offered)

    @property
    def latest(self) -> date | None:
        """The date of the newest evidence that an app offers."""
        return max((o.evidence.latest for o in self.offered if o.evidence.latest), default=None)


def editions() -> QuerySet[Edition]:
    """Editions in use, newest of each standard first, with how many clauses each has."""
    return Edition.objects.filter(in_use=True).annotate(clauses=Count("requirements"))


def coverage(access: Access, edition: Edition) -> list[Coverage]:
    """Every requirement of an edition with its evidence: 3 queries and the sources' own budgets."""
    requirements = list(edition.requirements.prefetch_related("counterparts__edition"))
    marked = _marked(access, edition)
    answers = ask(evidence_sources, access)
    return [
        Coverage(
            requirement,
            len(set().union(*(marked[pk] for pk in _same(requirement, edition)))),
            _offered(requirement, answers),
        )
        for requirement in requirements
    ]


def requirement_coverage(access: Access, requirement: Requirement) -> Coverage:
    """One requirement (with its counterparts prefetched) with its evidence."""
    marked = links_for(access, requirement).count()
    return Coverage(requirement, marked, _offered(requirement, ask(evidence_sources, access)))


def _same(requirement: Requirement, edition: Edition) -> list[int]:
    """The requirement and those of other editions of the same standard that ask the same: what was marked for
    one is evidence for the other. Not of another standard: good quality says nothing of the environment."""
    others = requirement.counterparts.all()
    return [requirement.pk, *(other.pk for other in others if other.edition.standard == edition.standard)]


def _marked(access: Access, edition: Edition) -> defaultdict[int, set[int]]:
    """Requirement of any edition of the standard → the records that are marked for it."""
    records = Record.objects.visible_to(access).order_by().values("pk")
    links = RequirementLink.objects.filter(
        requirement__edition__standard=edition.standard, record__in=records
    )
    found: defaultdict[int, set[int]] = defaultdict(set)
    for requirement_id, record_id in links.order_by().values_list("requirement_id", "record_id"):
        found[requirement_id].add(record_id)
    return found


def _offered(requirement: Requirement, answers: list[Answered]) -> list[Offered]:
    keys = [_key(requirement), *(_key(other) for other in requirement.counterparts.all())]
    found = []
    for answered in answers:
        mine = [key for key in keys if key in answered.offer.clauses]
        if mine:
            found.append(Offered(answered.offer, _said(answered, mine)))
    return found


def _said(answered: Answered, keys: list[tuple[str, str]]) -> Evidence:
    """What the app said, taking the clause itself before its counterparts; silence is unknown."""
    if answered.failed:
        return Evidence(Met.UNKNOWN)
    said: Mapping[tuple[str, str], Evidence] = answered.answer
    return next((said[key] for key in keys if key in said), Evidence(Met.UNKNOWN))


def _key(requirement: Requirement) -> tuple[str, str]:
    return requirement.edition.key, requirement.number


def links_for(access: Access, requirement: Requirement) -> QuerySet[RequirementLink]:
    """The records marked as evidence that `access` sees, for the requirement (with its counterparts
    prefetched) or what asks the same in another edition: each once, with its newest mark, newest first.
    """
    records = Record.objects.visible_to(access).order_by().values("pk")
    same = RequirementLink.objects.filter(requirement__in=_same(requirement, requirement.edition))
    newer = same.filter(record=OuterRef("record"), pk__gt=OuterRef("pk"))
    found = same.filter(~Exists(newer), record__in=records)
    return found.select_related("record__unit", "requirement__edition", "created_by")


_LINKS = RequirementLink.objects.select_related("requirement__edition")


def links_of(record: Record) -> QuerySet[RequirementLink]:
    """The requirements a record (which the caller may see) is marked as evidence for."""
    return _LINKS.filter(record=record)


def links_beside() -> "Sequence[Prefetch[Any, Any, Any]]":
    """The same for a record's page, which reads it with the rest."""
    return (Prefetch("requirement_links", _LINKS.all()),)


def expected(requirement: Requirement) -> list[EvidenceType]:
    """The sorts of evidence an auditor expects, in the data's order."""
    found = EvidenceType.objects.in_bulk(requirement.evidence_keys)
    return [found[key] for key in requirement.evidence_keys if key in found]
