"""Which records someone sees: one condition, used by every list, search, export, link and page.

- restricted: those with the kind's `restricted` roles, and those who take part;
- internal: those with the kind's `view` roles, and those who take part;
- public: everyone.
Who takes part: the owner, the author, whoever has an open task on it, and their deputies.
"""

from collections import defaultdict

from django.db.models import Q

from qms.organisation.access import Access
from qms.records.kinds import kinds
from qms.records.models.task import Task

PUBLIC, INTERNAL, RESTRICTED = "public", "internal", "restricted"


def visible(access: Access) -> Q:
    """The condition on Record (or a child of it) for what `access` may see."""
    if access.is_system:
        return Q()
    if access.person is None:
        return Q(visibility=PUBLIC)
    return Q(visibility=PUBLIC) | _takes_part(access) | _by_role(access)


def _takes_part(access: Access) -> Q:
    acts_for = access.acts_for
    tasks = Task.objects.filter(assignee_id__in=acts_for, closed_at__isnull=True).values("record_id")
    return Q(owner_id__in=acts_for) | Q(created_by_id__in=acts_for) | Q(pk__in=tasks)


def _by_role(access: Access) -> Q:
    """By roles on the unit; kinds that ask for the same roles share one condition."""
    groups: dict[tuple[frozenset[str], frozenset[str]], list[str]] = defaultdict(list)
    for kind in kinds:
        groups[kind.view.roles, kind.restricted.roles].append(kind.key)
    condition = Q(pk__in=[])
    for (view, restricted), keys in groups.items():
        reach = (Q(visibility=INTERNAL) & access.within(view)) | (
            Q(visibility=RESTRICTED) & access.within(restricted)
        )
        condition |= reach if len(groups) == 1 else Q(kind__in=keys) & reach
    return condition
