"""What standards offer the rest of the ground."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.contributions import MenuItem, NewsLine, Panel, Rows, menu_items, panels
from qms.organisation.access import Access
from qms.records.models import Record
from qms.standards import permissions, selectors
from qms.standards.models import Requirement


def evidence_panel(access: Access, record: Record) -> Rows:
    """The requirements that a record is marked as evidence for; in words alone where clauses are hidden."""
    links = list(record.requirement_links.all())
    may = access.can(permissions.MARK, record)
    return Rows(
        lines=[
            NewsLine(
                title=_title(link.requirement),
                url=link.requirement.get_absolute_url(),
                meta=link.note or (str(link.requirement.edition) if settings.SHOW_CLAUSES else ""),
                icon="readiness",
            )
            for link in links
        ],
        total=len(links),
        act=_("Mark as evidence"),
        act_url=reverse("standards:mark", args=[record.reference]) if may else "",
    )


def _title(requirement: Requirement) -> str:
    return f"{requirement.number} {requirement.label}" if settings.SHOW_CLAUSES else requirement.label


menu_items.add(
    MenuItem(
        key="standards",
        label=gettext_lazy("Standards"),
        url_name="standards:index",
        icon="readiness",
        order=80,
        visible=lambda access: access.can_somewhere(permissions.MARK),
    )
)
panels.add(
    Panel(
        key="standards.evidence",
        label=gettext_lazy("Evidence for"),
        model=Record,
        load=evidence_panel,
        budget=2,
        beside=selectors.links_beside,
        order=80,
    )
)
