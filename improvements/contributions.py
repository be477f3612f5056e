"""Everything improvements offer the ground."""

from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from improvements import bulk, permissions, workflow
from improvements.flags import RULES
from improvements.forms import actions as action_forms
from improvements.forms import handle, moves
from improvements.models import Action, Category, Improvement, Lane
from improvements.schedule import JOBS
from improvements.selectors import (
    detail,
    evidence,
    figures,
    gallery,
    plain,
    promise,
    seconders,
    sender,
    shown,
    spread,
)
from improvements.selectors.happened import happened, series_entries
from improvements.selectors.heartbeat import ways_in_card
from improvements.selectors.joined import kept_links
from improvements.selectors.news import carried_out_in_unit, sent_by_me, what_became
from improvements.selectors.periods import ACTION_SELECTIONS, SELECTIONS
from improvements.services import (
    actions,
    assess,
    closing,
    effect,
    heartbeat,
    merge,
    overdue,
    overdue_cases,
    pauses,
    waiting,
)
from improvements.services.escalation import effect_escalate
from improvements.services.handle import after_change
from improvements.services.promise import SETTING
from improvements.services.rules import guard_by_rule
from improvements.services.sender_mail import sender_told
from improvements.services.taking_over import TAKING_OVER
from qms.addresses import fixed_address
from qms.contributions import (
    Belonging,
    Card,
    DemoPart,
    EvidenceSource,
    MenuItem,
    News,
    Panel,
    PlaceAct,
    PublicLink,
    ReviewInput,
    UnitSetting,
    belongings,
    cards,
    demo_parts,
    evidence_sources,
    menu_items,
    news,
    panels,
    place_acts,
    public_links,
    review_inputs,
    unit_settings,
)
from qms.jobs.schedule import scheduled_jobs
from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.records.bulk import bulk_acts
from qms.records.imports.importers import importers
from qms.records.kinds import Category as KindCategory
from qms.records.kinds import ListAct, RecordKind, kinds
from qms.records.models import Record
from qms.records.workflow import TaskSpec, To

# What no state asks for: what the law asks of marked cases, what other units are asked.
STANDING_TASKS = (
    *(TaskSpec(rule.kind, rule.task, To.OWNER, "shield", rule.expected) for rule in RULES.values()),
    TaskSpec(
        workflow.APPLIES,
        _("Say whether it applies to you"),
        To.RESPONSIBLE,
        "offer",
        _("Does it apply to your unit? Your answer is expected"),
        pressing=False,
    ),
)

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
        sent_in=True,
        body=lambda record: f"{record.text}\n{record.old_number}".rstrip(),
        categories=(
            KindCategory(Category.PROPOSAL, Category.PROPOSAL.label, "proposal", _("Proposals")),
            KindCategory(Category.DEVIATION, Category.DEVIATION.label, "deviation", _("Deviations")),
            KindCategory(Category.COMPLAINT, Category.COMPLAINT.label, "chat", _("Complaints and views")),
            KindCategory(Category.PRAISE, Category.PRAISE.label, "praise", _("Praise")),
        ),
        effects={
            "just_do": assess.effect_just_do,
            "handle": assess.effect_handle,
            "send_on": assess.effect_send_on,
            "not_now": assess.effect_not_now,
            "pause": pauses.effect_pause,
            "resume": pauses.effect_resume,
            "escalate": effect_escalate,
            "same_as": merge.effect_same_as,
            "lack_means": assess.effect_lack_means,
            "postpone": assess.effect_postpone,
            "test": effect.effect_test,
            "postpone_test": effect.effect_postpone_test,
            "effect_worked": effect.effect_worked,
            "effect_failed": effect.effect_failed,
            "see_done": overdue_cases.effect_see_done,
            "see_judged": overdue_cases.effect_see_judged,
            "done": assess.effect_done,
            "close": closing.effect_close,
            "withdraw": assess.effect_withdraw,
            "reopen": assess.effect_reopen,
        },
        selections=SELECTIONS,
        move_forms={
            "just_do": moves.JustDoForm,
            "handle": moves.HandleForm,
            "send_on": moves.SendOnForm,
            "same_as": moves.SameAsForm,
            "lack_means": moves.LackMeansForm,
            "postpone": moves.PostponeForm,
            "test": moves.TestForm,
            "postpone_test": moves.JudgeLaterForm,
            "effect_failed": moves.HandleForm,
            "close": moves.CloseForm,
            "pause": moves.PauseForm,
        },
        arises={
            "done": lambda record: record.lane != Lane.FULL,  # that ends with a test of its effect
            "pause": lambda record: record.pause is None,
            "resume": lambda record: record.pause is not None,
        },
        beside=detail.beside,
        detail=detail.improvement_detail,
        detail_template="improvements/_detail.html",
        decided=detail.decided,
        plain=plain.plain,
        left_behind=plain.left_behind,
        edit_form=handle.ImprovementEditForm,
        changed=after_change,
        tasks=STANDING_TASKS,
        takers={permissions.CHECK_EFFECT.task: effect.JUDGE_TAKERS},
        happened=happened,
        opened=heartbeat.case_opened,
        told=sender_told,
        answers_too=sender.answers_too,
        awaited_by=seconders.awaited_by,
        marks=seconders.marks,
        keeps_links=kept_links,
        guards={
            "just_do": guard_by_rule,
            "not_now": (guard_by_rule, closing.guard_flags),
            "lack_means": (guard_by_rule, closing.guard_flags),
            "withdraw": assess.guard_withdraw,
            "same_as": assess.guard_same_as,
            "test": effect.guard_test,
            "postpone_test": effect.guard_judge,
            "effect_worked": (effect.guard_judge, assess.guard_actions_done),
            "effect_failed": effect.guard_judge,
            "done": effect.guard_done,
            "close": (closing.guard_flags, assess.guard_actions_done, effect.guard_full),
        },
        acts=(ListAct(_("Take over old cases"), "upload", "improvements:take_over", TAKING_OVER.allows),),
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
        body=lambda record: f"{record.description}\n{record.outcome}",
        effects={
            "done": actions.effect_done,
            "postpone": actions.effect_postpone,
            "drop": actions.effect_drop,
            "reopen": actions.effect_reopen,
            "wait": waiting.effect_wait,
            "begin": waiting.effect_begin,
            "let_go": waiting.effect_let_go,
            "escalate": overdue.effect_escalate,
        },
        move_forms={
            "done": action_forms.DoneForm,
            "postpone": moves.PostponeForm,
            "wait": action_forms.WaitForm,
            "drop": action_forms.DropForm,
            "reopen": moves.AgainForm,
        },
        arises={"wait": waiting.can_wait},
        selections=ACTION_SELECTIONS,
        detail=detail.action_detail,
        detail_template="improvements/_action_detail.html",
        decided=detail.decided,
        edit_form=action_forms.ActionEditForm,
        happened=series_entries,
        guards={"reopen": actions.guard_source_open},
        held_by="source",
        keeps_file=shown.keeps_file,
        moved_with=waiting.moved_with,
        list_lead=_("Everything that somebody has undertaken to do, wherever it comes from."),
        empty_hint=_("No actions here. They are added from the case they belong to."),
        order=20,
    )
)

importers.add(TAKING_OVER)
for act in (*bulk.ACTS, *bulk.transitions()):
    bulk_acts.add(act)

menu_items.add(
    MenuItem(
        key="propose",
        label=_("Propose an improvement"),
        short_label=_("Propose"),
        url_name="improvements:propose",
        icon="plus",
        order=0,
        main=True,
    )
)
menu_items.add(
    MenuItem(
        key="improvements",
        label=_("Improvements"),
        short_label=_("Cases"),
        url_name="improvements:list",
        icon="improve",
        order=10,
        short=True,
    )
)
menu_items.add(
    MenuItem(
        key="flags",
        label=_("Lex Sarah and the like"),
        short_label=_("Flags"),
        url_name="improvements:flags",
        icon="shield",
        order=94,
        foot=True,
        visible=lambda access: access.can_somewhere(permissions.FLAGS),
    )
)
menu_items.add(
    MenuItem(key="actions", label=_("Actions"), url_name="improvements:actions", icon="action", order=11)
)
menu_items.add(
    MenuItem(
        key="figures",
        label=_("Figures"),
        url_name="improvements:figures",
        icon="state-of-things",
        order=14,
        visible=lambda access: access.can_somewhere(permissions.FIGURES),
    )
)
menu_items.add(
    MenuItem(key="gallery", label=_("Gallery"), url_name="improvements:gallery", icon="image", order=13)
)
menu_items.add(MenuItem(key="board", label=_("Board"), url_name="improvements:board", icon="board", order=12))


def _follows(access: Access) -> bool:
    return access.can_somewhere(permissions.FIGURES)


def _belongs_somewhere(access: Access) -> bool:
    return _follows(access) or bool(access.person and access.person.home_unit_id)


for key, label, load, visible, order in (
    ("answered_in_time", _("Answered in the promised time"), figures.answered_in_time, _follows, 10),
    ("open_deviations", _("Open deviations"), figures.open_deviations, _follows, 20),
    ("actions_overdue", _("Actions past their date"), figures.actions_overdue, _follows, 30),
    ("sent_this_year", _("Sent in by us this year"), figures.sent_this_year, _belongs_somewhere, 40),
):
    cards.add(Card(f"improvements.{key}", label, load, visible, budget=2, order=order))
cards.add(Card("improvements.ways_in", _("Silent ways in"), ways_in_card, _follows, budget=2, order=25))


for job in JOBS:
    scheduled_jobs.add(job)

news.add(
    News(
        "improvements.mine",
        _("What you have sent in"),
        sent_by_me,
        budget=1,
        order=3,
        empty=_("Nothing of yours is under way. What you send in stands here, with what becomes of it."),
    )
)
news.add(News("improvements.became", _("What became of the proposals"), what_became, budget=1, order=10))
news.add(
    News("improvements.gallery", _("What others have solved"), gallery.others_have_solved, budget=1, order=20)
)
belongings.add(Belonging("improvements.spread", Unit, spread.asked_of_unit, budget=2, order=30))
panels.add(
    Panel(
        "improvements.adopted", _("Taken over from others"), Unit, gallery.adopted_in_unit, budget=2, order=21
    )
)
panels.add(
    Panel("improvements.became", _("Improvements made here"), Unit, carried_out_in_unit, budget=2, order=20)
)
evidence_sources.add(
    EvidenceSource("improvements", _("Improvements"), evidence.KEYS, evidence.evidence, budget=1, order=30)
)
for key, label, item, ask in (
    ("voices", _("Complaints and views"), "9.3.2 c1", evidence.review_voices),
    ("means", _("Means that were lacking"), "9.3.2 d", evidence.review_means),
    ("effects", _("Whether what was done has helped"), "9.3.2 c4", evidence.review_effects),
    ("deviations", _("Deviations and what was done"), "9.3.2 c4", evidence.review_deviations),
    ("proposals", _("Proposals for improvement"), "9.3.2 f", evidence.review_proposals),
):
    review_inputs.add(ReviewInput(f"improvements.{key}", label, item, ask, budget=1, order=30))

unit_settings.add(
    UnitSetting(
        SETTING, _("Answer promise"), promise.promise_setting, words=promise.noted_days, budget=1, order=10
    )
)

public_links.add(
    PublicLink(
        "improvements.say",
        _("Say what you think"),
        _("What is good, what does not work, what could be better: you get an answer."),
        "voices:say",
        "chat",
        order=10,
    )
)


def _suggest(access: Access, record: Record, anchor: str, words: str) -> str:
    query = {"about": record.reference, "place": words[:200]}
    return f"{fixed_address('improvements:propose')}?{urlencode(query)}"


place_acts.add(PlaceAct("improvements.suggest", _("Suggest a change"), "improve", _suggest, order=10))
demo_parts.add(DemoPart(key="improvements", load="improvements.demo.loader.cases_load", order=50))
