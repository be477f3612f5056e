"""A town with something of everything in it, at a size the test chooses."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import Group
from django.utils import timezone
from guardian.shortcuts import assign_perm

from improvements.models import (
    Action,
    Cause,
    Channel,
    Disclosure,
    Flag,
    FlagHandler,
    GalleryEntry,
    Improvement,
    SpreadQuestion,
)
from improvements.selectors.disclosure import Choice, fingerprint, material
from improvements.services import (
    Rhythm,
    action_add,
    cause_add,
    gallery_show,
    improvement_restrict,
    improvement_second,
    improvement_submit,
    improvement_submit_unnamed,
    spread_ask,
)
from improvements.services.disclosure import disclosure_make
from improvements.services.flag_settings import flag_handler_add
from improvements.services.flags import flag_set
from improvements.services.gallery import Picture
from improvements.services.voices import sender_writes
from qms.mail.models import Mail
from qms.organisation.access import LinkAccess, VisitorAccess
from qms.organisation.models import Deputy, Person
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.models import (
    Attachment,
    ImportRow,
    ImportRun,
    Notification,
    Reminder,
    SavedView,
)
from qms.records.services import attachments_add, comment_add, follow_set, move, record_save
from qms.records.services.views import view_save
from qms.standards.models import Requirement, RequirementLink
from qms.standards.services import evidence_mark, standards_load
from tests.conftest import Town, build_town, session_key
from tests.nets.world_documents import Documents, build_documents, document_in_force
from tests.records.files import picture, upload

SECRET_WORD = "Zweihander"
SECRET = f"{SECRET_WORD} kept from view"
SEALED_WORD = "Morgenstern"
SEALED = f"{SEALED_WORD} under seal"


@dataclass
class World:
    """The town and the records that addresses in `tests.nets.pages` speak of."""

    town: Town
    case: Improvement  # in North, sent in by the employee, owned by the manager
    restricted: Improvement  # in North, done, and then kept to those who handle it
    sealed: Improvement  # the same, but marked as lex Sarah: for those who take part, and the auditor
    flag: Flag  # on `sealed`
    flag_handler: FlagHandler  # the auditor, of lex Sarah
    photo: Attachment  # on `case`, sent by the employee
    mark: RequirementLink  # `case` as evidence, by the manager
    handled: Improvement  # in North, handled in full by the manager
    action: Action  # of `handled`, the handler's
    again: Action  # of `handled`, comes again every month
    cause: Cause  # of `handled`
    saved_view: SavedView  # of the list of all records, the manager's
    disclosure: Disclosure  # a masked copy of `case`, by the manager
    spread: Improvement  # in North, done by the manager; School has been asked whether it applies
    question: SpreadQuestion  # of `spread` to School
    entry: GalleryEntry  # `spread` in the gallery, for everyone, with a picture of now
    link: str  # token of the private link to a case in North that was sent without a name
    link_photo: Attachment  # that came by it
    documents: Documents
    old_cases: ImportRun  # a list of the quality manager's, looked through; one of its rows is refused
    sessions: dict[str, str]  # the key of everyone in the town who is signed in, by their name in it


def build_world(size: int) -> World:
    """Make the town with `size` cases, each with a comment, one more restricted and one sealed."""
    town = build_town()
    _helpers(town)
    standards_load()
    cases = [_case(town, number) for number in range(size)]
    flag_handler_add(kind="lex_sarah", person=town.auditor, access=town.access("quality"))
    flag_handler = FlagHandler.objects.get()
    restricted = _lived(town, 2000, SECRET)
    improvement_restrict(record_id=restricted.pk, reason="OSL 26", access=town.access("quality"))
    restricted.refresh_from_db()
    sealed, flag = _sealed(town, _lived(town, 3000, SEALED))
    handled, action, again = _handled(town, 1000)
    photo, mark = _photo(town, cases[0]), _mark(town, cases[0])
    cause = cause_add(record_id=handled.pk, text="It is old", access=town.access("manager"))
    kept = view_save(kind="", name="Late here", query="due=overdue", access=town.access("manager"))
    improvement_second(record_id=cases[0].pk, access=town.access("reader"))
    made, (nameless, sent_photo) = _disclosed(town, cases[0]), _nameless(town)
    documents = build_documents(town, size, SECRET)
    spread, question, entry = _spread(town, 1001)
    return World(
        town,
        cases[0],
        restricted,
        sealed,
        flag,
        flag_handler,
        photo,
        mark,
        handled,
        action,
        again,
        cause,
        kept,
        made,
        spread,
        question,
        entry,
        nameless,
        sent_photo,
        documents,
        _old_cases(town),
        _sessions(town),
    )


def _sessions(town: Town) -> dict[str, str]:
    """Made once, for the nets open thousands of browsers."""
    people = {name: one for name, one in vars(town).items() if isinstance(one, Person)}
    return {name: session_key(person) for name, person in people.items()}


def _old_cases(town: Town) -> ImportRun:
    state, refused = ImportRun.State.CHECKED, ImportRow.Outcome.REFUSED
    run = ImportRun.objects.create(
        importer="cases", by=town.quality, name="arenden.xlsx", source="Platina", state=state
    )
    why = "There is no unit called “Hamnen” today."
    ImportRow.objects.create(run=run, number=2, title="Mörkt vid entrén", outcome="new", done=True)
    ImportRow.objects.create(run=run, number=3, title="Halt", outcome=refused, done=True, why_not=why)
    return run


def _lived(town: Town, number: int, title: str) -> Improvement:
    """A case with those words that much has happened with while everyone in its part still saw it: wanted
    by others, followed, done with an action, asked of School, shown in the gallery, used as evidence."""
    case, quality = _case(town, number), town.access("quality")
    case.title = case.text = title
    record_save(record=case, access=quality)
    for who in ("reader", "exec"):
        improvement_second(record_id=case.pk, words=f"{title}, and here too", access=town.access(who))
    follow_set(record_id=case.pk, access=town.access("auditor"), on=True)
    due = timezone.localdate() + timedelta(days=20)
    move(record_id=case.pk, name="just_do", access=quality, comment=title, data={"due": due})
    action = action_add(source_id=case.pk, title=title, owner=town.manager, due=due, access=quality)
    comment_add(record_id=case.pk, text=f"@Exec {title}", access=quality)
    _mark(town, case)
    after = Picture(_photo(town, case).pk, title)
    move(record_id=action.pk, name="done", access=town.access("manager"), comment=title)
    move(record_id=case.pk, name="done", access=quality, comment=title)
    spread_ask(record_id=case.pk, units=[town.school], due=due, word=title, access=quality)
    gallery_show(record_id=case.pk, was=title, now=title, after=after, for_all=True, access=quality)
    case.refresh_from_db()
    return case


def _sealed(town: Town, case: Improvement) -> tuple[Improvement, Flag]:
    access = town.access("quality")
    flag = flag_set(record_id=case.pk, kind="lex_sarah", why=SEALED, known_at=timezone.now(), access=access)
    case.refresh_from_db()
    return case, flag


def _disclosed(town: Town, case: Improvement) -> Disclosure:
    looked_at = fingerprint(material(case, internal=False))
    return disclosure_make(
        record_id=case.pk, choice=Choice(), looked_at=looked_at, access=town.access("manager")
    )


def _nameless(town: Town) -> tuple[str, Attachment]:
    text = "The lamp number 3000 by the entrance is dark"
    sent = improvement_submit_unnamed(
        text=text, unit=town.north, channel=Channel.ANONYMOUS, access=VisitorAccess(), language="sv"
    )
    comment_add(record_id=sent.record.pk, text="Which lamp do you mean?", access=town.access("manager"))
    by_link = LinkAccess(sent.record.pk, "The sender")
    with stored([receive(upload("lamp.jpg", picture()))]) as files:
        sender_writes(record_id=sent.record.pk, text="This one", access=by_link, files=files)
    return sent.token, sent.record.attachments.get()


def _handled(town: Town, number: int) -> tuple[Improvement, Action, Action]:
    case, due = _case(town, number), timezone.localdate() + timedelta(days=20)
    access = town.access("manager")
    case = move(record_id=case.pk, name="handle", access=access, data={"due": due})
    action = action_add(
        source_id=case.pk, title="Ask the electrician", owner=town.handler, due=due, access=access
    )
    again = action_add(
        source_id=case.pk,
        title="Try them all",
        owner=town.employee,
        due=due,
        rhythm=Rhythm(1, "months"),
        after=action,
        evidence_required=True,
        access=access,
    )
    return case, action, again


def _spread(town: Town, number: int) -> tuple[Improvement, SpreadQuestion, GalleryEntry]:
    """A case that is done, with the question to School, and shown in the gallery."""
    case, access = _case(town, number), town.access("quality")
    if case.unit_id != town.north.pk and case.state == "received":
        move(record_id=case.pk, name="send_on", access=access, comment="Here", data={"unit": town.north})
    case, access = _carried_out(case, town), town.access("quality")
    due = timezone.localdate() + timedelta(days=14)
    (question,) = spread_ask(record_id=case.pk, units=[town.school], due=due, access=access)
    after = Picture(_photo(town, case).pk, "The entrance, lit")
    entry = gallery_show(
        record_id=case.pk,
        was="Dark by the entrance",
        now="A lamp that lights itself",
        after=after,
        for_all=True,
        access=access,
    )
    return case, question, entry


def _carried_out(case: Improvement, town: Town) -> Improvement:
    access, data = town.access("quality"), {"due": case.due}
    if case.state == "received":
        move(record_id=case.pk, name="just_do", access=access, comment="New lamp", data=data)
    done: Improvement = move(record_id=case.pk, name="done", access=access, comment="A new lamp")
    return done


def _helpers(town: Town) -> None:
    """A group with a role, and somebody who stands in: for people outside the cast."""
    group = Group.objects.create(name="Helpers")
    group.user_set.add(town.south_head)
    assign_perm("author", group, town.south)
    today = timezone.localdate()
    Deputy.objects.create(person=town.exec, deputy=town.south_head, starts=today, ends=today)


def _mark(town: Town, case: Improvement) -> RequirementLink:
    clause = Requirement.objects.get(edition__key="iso9001-2015", number="10.2")
    return evidence_mark(
        record_id=case.pk, requirement_id=clause.pk, note="The whole way", access=town.access("manager")
    )


def _photo(town: Town, case: Improvement) -> Attachment:
    with stored([receive(upload("lamp.jpg", picture()))]) as files:
        return attachments_add(record_id=case.pk, files=files, access=town.access("employee"))[0]


def grow(world: World, size: int) -> World:
    """The same world with `size` more cases."""
    for number in range(size):
        _case(world.town, 100 + number)
        document_in_force(world.town, f"Routine number {100 + number}")
    for number in range(size // 10):
        _spread(world.town, 1100 + number)
    return world


def _case(town: Town, number: int) -> Improvement:
    case = improvement_submit(
        text=f"The lamp number {number} by the entrance is dark",
        unit=town.north if number % 2 == 0 else town.south,
        access=town.access("employee"),
    )
    comment_add(record_id=case.pk, text=f"I saw it too, {number}", access=town.access("quality"))
    _ledger(town, case)
    if number % 5 == 4:
        move(
            record_id=case.pk,
            name="just_do",
            access=town.access("quality"),
            comment="New bulb",
            data={"due": case.due},
        )
    return case


def _ledger(town: Town, case: Improvement) -> None:
    """Somebody was to be reminded of it who had left, and a mail about it could not be sent."""
    assert case.due is not None
    Reminder.objects.create(
        task=case.tasks.open().get(),
        person=town.manager,
        reason=Reminder.Reason.OVERDUE,
        due_on=case.due,
        skipped=Notification.Skipped.INACTIVE,
    )
    now = timezone.now()
    Mail.objects.create(
        purpose=Mail.Purpose.URGENT,
        to=town.manager.email,
        person=town.manager,
        subject="Answer",
        attempts=1,
        given_up_at=now,
        last_error="550 5.1.1 The mailbox is unknown here",
    )
