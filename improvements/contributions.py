"""Everything improvements offer the ground."""

from django.utils.translation import gettext_lazy as _

from improvements import permissions, services, workflow
from improvements.models import Action, Category, Improvement
from qms.records.kinds import Category as KindCategory
from qms.records.kinds import RecordKind, kinds

kinds.add(
    RecordKind(
        key="improvement",
        label=_("Improvement"),
        plural=_("Improvements"),
        icon="proposal",
        series="improvement",
        model=Improvement,
        workflow=workflow.IMPROVEMENT,
        view=permissions.VIEW,
        restricted=permissions.VIEW_RESTRICTED,
        edit=permissions.HANDLE,
        list_url="improvements:list",
        body=lambda record: record.text,
        categories=(
            KindCategory(Category.PROPOSAL, Category.PROPOSAL.label, "proposal"),
            KindCategory(Category.DEVIATION, Category.DEVIATION.label, "deviation"),
            KindCategory(Category.COMPLAINT, Category.COMPLAINT.label, "chat"),
            KindCategory(Category.PRAISE, Category.PRAISE.label, "praise"),
        ),
        effects={
            "just_do": services.effect_just_do,
            "handle": services.effect_handle,
            "send_on": services.effect_send_on,
            "not_now": services.effect_answered,
            "done": services.effect_done,
            "close": services.effect_close,
            "reopen": services.effect_reopen,
        },
        guards={"done": services.guard_done},
        list_lead=_("Proposals, deviations, complaints and praise in the units you see."),
        empty_hint=_("Nothing here yet. The first proposal takes half a minute."),
        order=10,
    )
)
kinds.add(
    RecordKind(
        key="action",
        label=_("Action"),
        plural=_("Actions"),
        icon="action",
        series="action",
        model=Action,
        workflow=workflow.ACTION,
        view=permissions.VIEW,
        restricted=permissions.VIEW_RESTRICTED,
        edit=permissions.PLAN,
        list_url="improvements:actions",
        body=lambda record: record.description,
        effects={"postpone": services.effect_postpone},
        list_lead=_("Everything that somebody has undertaken to do, wherever it comes from."),
        empty_hint=_("No actions here. They are added from the case they belong to."),
        order=20,
    )
)
