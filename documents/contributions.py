"""Everything governing documents offer the ground."""

from datetime import time, timedelta

from django.conf import settings
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from documents import bulk, permissions, workflow
from documents.forms import moves
from documents.forms.document import DocumentForm
from documents.models import Document, Version
from documents.selectors import heard, offers, page, said, version_page
from documents.selectors.library import DECIDED, VIEWS
from documents.selectors.library import SELECTIONS as LIBRARY
from documents.selectors.order import pdf_to_mend
from documents.selectors.pictures import stands_in_what_is_read
from documents.selectors.register import register_address
from documents.selectors.selections import SELECTIONS
from documents.selectors.types import TypeCategories
from documents.selectors.versions import living_of, living_with
from documents.services import approval, day, lifetime, review, reviewers, taking_over
from documents.services.file_text import texts_sweep
from documents.services.frozen import pdfs_sweep
from documents.services.pictures import before_removal, is_paper, keeps_file, takes_no_file
from documents.services.reading import leaders_follow
from documents.services.replaced import REPEAL_TAKERS, replaced_follow
from documents.services.twins import twins_find
from documents.workflow.document import MEND_TASK, READ_TASK, REPLACED_TASK, WORDS_TASK
from documents.workflow.names import DECIDE, LOOK, REPLACED
from qms.contributions import (
    Belonging,
    Card,
    DemoPart,
    EvidenceSource,
    MenuItem,
    News,
    Panel,
    PublicLink,
    ReviewInput,
    belongings,
    cards,
    demo_parts,
    evidence_sources,
    menu_items,
    news,
    panels,
    public_links,
    review_inputs,
)
from qms.jobs.schedule import ScheduledJob, scheduled_jobs
from qms.jobs.timing import Daily, Every
from qms.organisation.access import Access, SystemAccess
from qms.organisation.models import Unit
from qms.records.bulk import bulk_acts
from qms.records.imports.importers import importers
from qms.records.kinds import ListAct, RecordKind, kinds


def _writes(access: Access) -> bool:
    return access.can_somewhere(permissions.WRITE)


def _keeps_order(access: Access) -> bool:
    return bool(access.paths(permissions.ORDER.roles))


def _sets_types(access: Access) -> bool:
    return access.can_somewhere(permissions.TYPES)


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
        selections=(*LIBRARY, *SELECTIONS),
        views=VIEWS,
        files_lead=_("Everyone who reads the document sees them, also those who come to read it later."),
        shows_file=stands_in_what_is_read,
        acts=(
            ListAct(_("New document"), "plus", "documents:new", _writes),
            ListAct(_("To read"), "read", "documents:to_read"),
            ListAct(_("Order in the house"), "in-order", "documents:order", _keeps_order),
            ListAct(_("Types"), "settings", "documents:types", _sets_types),
        ),
        detail=page.document_detail,
        beside=page.beside,
        joined=("type",),
        page_template="documents/document.html",
        says_category=True,
        exported=DECIDED,
        open_address=register_address,
        text_field="text",
        edit_form=DocumentForm,
        decided=said.decided,
        heard_since=heard.document_heard_since,
        moved_with=living_of,
        changed=lifetime.after_change,
        tasks=(READ_TASK, MEND_TASK, WORDS_TASK, REPLACED_TASK),
        takers={REPLACED: REPEAL_TAKERS},
        move_forms={
            "confirm": moves.ConfirmForm,
            "repeal": moves.RepealForm,
            "repeal_later": moves.RepealLaterForm,
        },
        arises={
            "repeal_later": lambda record: record.ends_on is None,
            "hold": lambda record: record.ends_on is not None,
        },
        guards=dict.fromkeys(("repeal", "repeal_later", "hold"), lifetime.guard_ends),
        effects={
            "take_effect": approval.effect_take_effect,
            "confirm": lifetime.effect_confirm,
            "repeal": lifetime.effect_repeal,
            "repeal_later": lifetime.effect_repeal_later,
            "hold": lifetime.effect_hold,
            "run_out": lifetime.effect_run_out,
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
        detail=version_page.version_detail,
        beside=version_page.beside,
        joined=("file", "file_text", "pdf"),
        detail_template="documents/_version.html",
        decided=said.decided,
        heard_since=heard.version_heard_since,
        changed=lifetime.version_unchanged,
        held_by="document",
        moved_with=living_with,
        is_paper=is_paper,
        takes_no_file=takes_no_file,
        files_lead=_(
            "Those who write, review and decide see them, and whoever sees drafts. They are not shown to "
            "those who read what is decided."
        ),
        keeps_file=keeps_file,
        before_removal=before_removal,
        shows_file=stands_in_what_is_read,
        reference=lambda record: f"{record.document.reference}-V{record.number}",
        apart=True,
        takers={LOOK: review.LOOK_TAKERS, DECIDE: review.DECIDE_TAKERS},
        move_forms={
            "to_review": moves.ReviewForm,
            "change_reviewers": moves.ReviewersForm,
            "to_approval": moves.ApprovalForm,
            "approve": moves.ApproveForm,
        },
        guards={
            "to_review": review.guard_written,
            "to_approval": review.guard_reviewed,
            "approve": approval.guard_approve,
            "call_off": approval.guard_call_off,
            "enter": approval.guard_its_day,
        },
        effects={
            "to_review": review.effect_to_review,
            "change_reviewers": reviewers.effect_change_reviewers,
            "to_approval": review.effect_to_approval,
            "take_back": review.effect_back,
            "return": review.effect_back,
            "approve": approval.effect_approve,
            "call_off": approval.effect_call_off,
            "enter": approval.effect_enter,
            "take_over": approval.effect_take_over,
            "supersede": approval.effect_end_of_force,
            "repeal": approval.effect_end_of_force,
            "end": lifetime.effect_given_up,
            "fall_away": lifetime.effect_given_up,
            "abandon": lifetime.effect_given_up,
        },
        order=6,
    )
)
menu_items.add(
    MenuItem(
        key="documents",
        label=_("Governing documents"),
        short_label=pgettext_lazy("menu", "Documents"),
        url_name="documents:list",
        icon="document",
        order=15,
        short=True,
    )
)
cards.add(
    Card(
        "documents.pdf",
        _("Official PDFs missing"),
        pdf_to_mend,
        # Whoever owns such a document has a task; the figure is for who watches over all of them.
        lambda access: access.can_somewhere(permissions.TAKE_OVER),
        budget=1,
        order=60,
    )
)
public_links.add(
    PublicLink(
        "documents.register",
        _("Governing documents"),
        _("What the municipality has decided and what is in force today."),
        "register:index",
        "document",
        order=20,
    )
)


def _enter() -> str:
    """What was approved for today, and what was decided to end today."""
    access = SystemAccess(gettext("the day of a decision"))
    try:
        entered = day.versions_enter_into_force(access=access)
    finally:  # what failed there keeps nothing back here
        ended = day.documents_end(access=access)
    return gettext("%(entered)d versions taken into force, %(ended)d documents ended") % {
        "entered": entered,
        "ended": ended,
    }


def _look_over() -> str:
    """What its owner is to look over soon."""
    asked = lifetime.look_overs_open(access=SystemAccess(gettext("review of documents")))
    return gettext("%(count)d owners asked") % {"count": asked}


scheduled_jobs.add(
    ScheduledJob(
        "documents.enter", _("Documents in force from or until their day"), _enter, Daily(time(0)), order=1
    )
)


def _leaders() -> str:
    """What only leaders must read follows who leads."""
    asked = leaders_follow(access=SystemAccess(gettext("reading of documents")))
    return gettext("%(count)d leaders asked to read") % {"count": asked}


scheduled_jobs.add(
    ScheduledJob("documents.leaders", _("Leaders asked to read"), _leaders, Daily(time(0, 30)), order=17)
)


def _replaced() -> str:
    """What another has replaced, and nobody has repealed yet."""
    asked = replaced_follow(access=SystemAccess(gettext("what is replaced")))
    return gettext("%(count)d asked to repeal") % {"count": asked}


scheduled_jobs.add(
    ScheduledJob(
        "documents.replaced",
        _("Documents that are replaced, to be repealed"),
        _replaced,
        Daily(time(0, 15)),
        order=16,
    )
)


def _twins() -> str:
    """What two units have each on their own."""
    return gettext("%(count)d pairs are nearly the same") % {"count": twins_find()}


scheduled_jobs.add(
    ScheduledJob(
        "documents.twins", _("Documents that say nearly the same"), _twins, Daily(time(2, 30)), order=905
    )
)
importers.add(taking_over.TAKING_OVER)
for act in bulk.ACTS:
    bulk_acts.add(act)
scheduled_jobs.add(
    ScheduledJob(
        "documents.pdf",
        _("Official PDFs that are owed"),
        pdfs_sweep,
        Every(1),
        # A sweep ends itself after 45 seconds; the last PDF in it may take as long as LibreOffice is given.
        lease=timedelta(minutes=5),
        order=20,
    )
)
scheduled_jobs.add(
    ScheduledJob(
        "documents.text",
        _("Texts of files that are owed"),
        texts_sweep,
        Every(1),
        lease=timedelta(minutes=5),  # as for the PDFs: 45 seconds, and the last one may be long
        order=21,
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


def _follows_reading(access: Access) -> bool:
    return access.can_somewhere(permissions.READING)


for key, label, load, budget, order in (
    ("past_review", _("Documents past their review"), offers.past_review, 2, 50),
    ("units_reading", _("Readings confirmed"), offers.units_reading, 1, 55),
):
    cards.add(Card(f"documents.{key}", label, load, _follows_reading, budget=budget, order=order))
news.add(
    News(
        "documents.to_read",
        _("To read and confirm"),
        offers.to_read_news,
        budget=1,
        order=5,
        empty=_("You have read everything you were asked to."),
    )
)
belongings.add(Belonging("documents.holds", Unit, offers.holds_only_in, budget=2, order=40))
panels.add(Panel("documents.holds", _("Holds here"), Unit, offers.holds_in_unit, budget=3, order=15))
evidence_sources.add(
    EvidenceSource("documents", _("Governing documents"), offers.KEYS, offers.evidence, budget=2, order=20)
)
review_inputs.add(
    ReviewInput(
        "documents", _("Governing documents decided"), "9.3.2 c", offers.review_documents, budget=1, order=20
    )
)
demo_parts.add(DemoPart(key="documents", load="documents.demo.loader.documents_load", order=50))
