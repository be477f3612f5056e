"""Everything governing documents offer the ground."""

from datetime import time

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from documents import permissions, workflow
from documents.forms import moves
from documents.models import Document, Version
from documents.selectors import said
from documents.selectors.types import TypeCategories
from documents.services import approval, lifetime, review
from documents.workflow.document import READ_TASK
from qms.contributions import MenuItem, menu_items
from qms.jobs.schedule import ScheduledJob, scheduled_jobs
from qms.jobs.timing import Daily
from qms.organisation.access import SystemAccess
from qms.records.kinds import RecordKind, kinds

kinds.add(
    RecordKind(
        key="document",
        label=_("Governing document"),
        plural=_("Governing documents"),
        icon="document",
        series="document",
        model=Document,
        workflow=workflow.DOCUMENT,
        view=permissions.VIEW,
        restricted=permissions.VIEW_RESTRICTED,
        edit=permissions.STEER,
        list_url="documents:list",
        body=lambda record: record.text,
        categories=TypeCategories(),
        decided=said.decided,
        changed=lifetime.after_change,
        tasks=(READ_TASK,),
        move_forms={"confirm": moves.ConfirmForm, "repeal": moves.RepealForm},
        effects={
            "take_effect": approval.effect_take_effect,
            "confirm": lifetime.effect_confirm,
            "repeal": lifetime.effect_repeal,
            "drop": lifetime.effect_drop,
        },
        list_lead=_("What holds for us, and what is being written."),
        empty_hint=_("No governing document here yet. An author begins the first."),
        order=5,
    )
)
kinds.add(
    RecordKind(
        key="document_version",
        label=_("Version"),
        plural=_("Versions"),
        icon="document",
        series="",
        model=Version,
        workflow=workflow.VERSION,
        view=permissions.VIEW,
        restricted=permissions.VIEW_RESTRICTED,
        edit=permissions.WRITE,
        list_url="documents:list",
        body=lambda record: "",
        decided=said.decided,
        changed=lifetime.version_unchanged,
        held_by="document",
        reference=lambda record: f"{record.document.reference}-V{record.number}",
        apart=True,
        move_forms={
            "to_review": moves.ReviewForm,
            "to_approval": moves.ApprovalForm,
            "approve": moves.ApproveForm,
        },
        guards={
            "to_review": review.guard_written,
            "to_approval": review.guard_reviewed,
            "approve": approval.guard_approve,
            "enter": approval.guard_its_day,
        },
        effects={
            "to_review": review.effect_to_review,
            "to_approval": review.effect_to_approval,
            "take_back": review.effect_back,
            "return": review.effect_back,
            "approve": approval.effect_approve,
            "call_off": approval.effect_call_off,
            "enter": approval.effect_enter,
            "supersede": approval.effect_end_of_force,
            "repeal": approval.effect_end_of_force,
        },
        order=6,
    )
)
menu_items.add(
    MenuItem(
        key="documents",
        label=_("Governing documents"),
        short_label=_("Documents"),
        url_name="documents:list",
        icon="document",
        order=15,
        short=True,
    )
)


def _enter() -> str:
    """What was approved for today."""
    entered = approval.versions_enter_into_force(access=SystemAccess(gettext("the day of a decision")))
    return gettext("%(count)d versions taken into force") % {"count": entered}


def _look_over() -> str:
    """What its owner is to look over soon."""
    asked = lifetime.look_overs_open(access=SystemAccess(gettext("review of documents")))
    return gettext("%(count)d owners asked") % {"count": asked}


scheduled_jobs.add(
    ScheduledJob(
        "documents.enter", _("Documents taken into force on their day"), _enter, Daily(time(0)), order=1
    )
)
scheduled_jobs.add(
    ScheduledJob(
        "documents.look_over",
        _("Owners asked to look their documents over"),
        _look_over,
        Daily(time(settings.DIGEST_HOUR)),
        order=15,
    )
)
