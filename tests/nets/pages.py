"""Every address of the system, and what each member of the cast gets there.

One table for three nets: the role matrix, the query budgets, the accessibility walk. An address that
is not here fails `test_matrix.py`.
"""

from typing import Any

from tests.nets.page import (
    HANDLED,
    OPEN,
    OPERATOR,
    REDIRECTS_HANDLED,
    REDIRECTS_SEEN,
    SEEN,
    SIGNED_IN,
    TYPED,
    Page,
    codes,
)
from tests.nets.pages_bulk import BULK
from tests.nets.pages_content import CONTENT
from tests.nets.pages_documents import DOCUMENTS
from tests.nets.pages_organisation import ORGANISATION
from tests.nets.world import World


def case(world: World) -> tuple[Any, ...]:
    return (world.case.reference,)


def disclosed(world: World) -> tuple[Any, ...]:
    return (world.case.reference, world.disclosure.pk)


def saved_view(world: World) -> tuple[Any, ...]:
    return (world.saved_view.pk,)


def link_photo(world: World) -> tuple[Any, ...]:
    return (world.link, world.link_photo.public_id)


def photo(world: World) -> tuple[Any, ...]:
    return (world.photo.public_id,)


def spread(world: World) -> tuple[Any, ...]:
    return (world.spread.reference,)


PAGES: list[Page] = [
    # The start page and work
    Page("home:start", SIGNED_IN, shows="Waiting for you", budget=24),
    Page("home:work", SIGNED_IN, shows="lamp number"),
    Page("home:done", SIGNED_IN, shows="What you have done"),
    # Lists
    Page("records:all", SIGNED_IN, shows="lamp number", budget=14),
    Page(
        "records:all",
        SIGNED_IN,
        query="?q=lamp+by+the+entrance+is+dark&state=all&owner=me",
        shows="lamp number",
    ),
    Page("records:export", SIGNED_IN, walk=False),
    Page("records:options", SIGNED_IN, query="?q=lamp", shows="lamp number", walk=False),
    Page("records:search", SIGNED_IN, query="?q=lamp", shows="lamp number"),
    Page("records:search", SIGNED_IN, query="?q=xyzzy", shows="Nothing you may see"),
    Page("records:view_save", SIGNED_IN, query="?page=improvement&category=praise", shows="Save as a view"),
    Page("records:view", codes(404, visitor=302, manager=200), saved_view, shows="Late here"),
    Page(
        "records:view_delete",
        codes(404, visitor=302, manager=302),
        saved_view,
        posts=True,
    ),
    # What a person has been told
    Page("records:notifications", SIGNED_IN, shows="Newly yours"),
    Page(
        "records:notification_open",
        codes(404, visitor=302, manager=302),
        lambda w: (w.case.notifications.get(person=w.town.manager, event="task").pk,),
    ),
    Page("records:notices", codes(302)),  # a part of every page: htmx alone gets it
    Page("records:notifications_read", codes(302), posts=True, data=lambda w: {"newest": "1"}),
    # Jobs and mail, for those who look after the system
    Page("home:operations", OPERATOR, viewer="admin", shows="Reminders and the daily e-mail"),
    Page("home:operations_mails", OPERATOR, viewer="admin", shows="To whom"),
    Page("home:operations_reminders", OPERATOR, viewer="admin", shows="reminded"),
    Page("home:mail_retry", OPERATOR | {"admin": 404, "quality": 404}, lambda w: (0,), posts=True),
    # The board
    Page("improvements:board", SIGNED_IN, shows="lamp number", budget=13),
    Page("improvements:board", SIGNED_IN, query="?unit=nowhere", shows="No unit fits", budget=18),
    Page("improvements:board_wall", SIGNED_IN, shows="Renewed every minute"),
    Page("improvements:board_meeting", SIGNED_IN, shows="What do we do?"),
    # Standards
    Page("standards:index", SIGNED_IN, shows="ISO 9001:2026"),
    Page("standards:edition", SIGNED_IN, lambda w: ("iso9001-2026",), shows="corrective action", budget=20),
    Page("standards:requirement", SIGNED_IN, lambda w: ("iso9001-2015", "10.2"), shows="expects", budget=20),
    Page(
        "standards:scope",
        codes(403, visitor=302, quality=200),
        lambda w: ("iso9001-2015", "8.3"),
        viewer="quality",
        shows="apply",
    ),
    Page("standards:mark", HANDLED | {"auditor": 200}, case, shows="evidence"),
    Page(
        "standards:unmark",
        HANDLED
        | {"visitor": 302, "handler": 302, "manager": 302, "care_head": 302, "quality": 302, "auditor": 302},
        lambda w: (w.case.reference, w.mark.pk),
        posts=True,
    ),
    # Everyone's pages
    Page("ui:help", OPEN, shows="Help"),
    Page("ui:accessibility", OPEN, shows="ccessib"),
    Page("ui:personal_data", OPEN, shows="ersonal"),
    # The development page: for technical administrators, and for everyone in the demo.
    Page("ui:components", codes(404, visitor=302), walk=False),
    Page("ui:components_pdf", codes(404, visitor=302), walk=False),
    Page("ui:appearance", codes(302), posts=True),
    # A record
    Page("records:detail", SEEN, case, shows="lamp number", budget=25),
    Page("records:detail", SEEN, case, query="?act=pause", shows="Stop the clock", budget=25),
    Page(
        "records:detail",
        codes(404, visitor=302, employee=200, manager=200, auditor=200),
        lambda w: (w.sealed.reference,),
        query="?changes=1",
        viewer="auditor",
        shows="What became of it?",
        budget=30,
    ),
    Page("records:detail", SIGNED_IN, spread, query="?spread", shows="In other units", budget=32),
    Page("records:move", HANDLED, lambda w: (w.case.reference, "just_do"), shows="What will be done?"),
    Page(
        "records:hand_over",
        codes(403, visitor=302, manager=200, outsider=404, admin=404),
        lambda w: (w.case.reference, w.case.tasks.open().get().pk),
        shows="Who takes over",
    ),
    Page(
        "records:comment", REDIRECTS_SEEN | TYPED, case, posts=True, data=lambda w: {"text": "I saw it too"}
    ),
    Page(
        "records:note",
        codes(403, outsider=404, admin=404, handler=302, manager=302, care_head=302, quality=302),
        case,
        posts=True,
        data=lambda w: {"note-text": "Between us"},
    ),
    Page("records:attachments", SEEN, case, shows="Add files"),
    Page("records:file", SEEN, photo, walk=False),
    Page("records:thumbnail", SEEN, photo, walk=False),
    Page("records:attachment_removal", HANDLED | {"employee": 200}, photo, shows="lamp.jpg"),
    Page("records:edit", HANDLED, case, shows="Registry number"),
    Page("records:links", HANDLED, case, shows="Tie together"),
    Page(
        "records:link_removal",
        codes(302, visitor=302, outsider=404, admin=404, employee=403, reader=403, auditor=403, exec=403),
        lambda w: (w.case.reference, 1),
        posts=True,
    ),
    Page("records:people", SEEN, case, query="?q=han", shows="Handler", budget=30, walk=False),
    Page(
        "records:people",
        HANDLED,
        case,
        query="?q=care&inside=1",
        shows="Care Head",
        budget=30,
        walk=False,
    ),
    Page("records:follow", REDIRECTS_SEEN, case, posts=True, data=lambda w: {"on": "1"}),
]

PAGES += ORGANISATION
PAGES += DOCUMENTS
PAGES += CONTENT
PAGES += BULK

# Improvements
FOLLOWS = codes(
    403, visitor=302, **dict.fromkeys(("outsider", "handler", "manager", "care_head", "exec", "quality"), 200)
)
# School sees the case about which it has been asked.
SPREAD_HANDLED = HANDLED | {"outsider": 403, "admin": 403}
WISHES = codes(
    403, visitor=302, **dict.fromkeys(("outsider", "handler", "manager", "care_head", "quality"), 200)
)
PAGES += [
    Page("improvements:list", SIGNED_IN, shows="lamp number"),
    Page("improvements:actions", SIGNED_IN, shows="Ask the electrician"),
    Page("improvements:figures", FOLLOWS, viewer="quality", shows="How many speak up?", budget=13),
    Page("improvements:figures_export", FOLLOWS, viewer="quality", walk=False),
    Page("improvements:heartbeat", FOLLOWS, shows="How it is judged"),
    Page(
        "improvements:classify",
        codes(
            403, visitor=302, outsider=404, admin=404, handler=302, manager=302, care_head=302, quality=302
        ),
        case,
        posts=True,
        data=lambda w: {"category": "deviation"},
    ),
    Page("improvements:flags", OPERATOR, viewer="quality", shows="72 hours"),
    Page("improvements:flag_setting", OPERATOR, lambda w: ("data_breach",), viewer="quality", shows="Term"),
    Page("improvements:flag_handler_add", OPERATOR, lambda w: ("lex_maria",), viewer="quality", shows="Who"),
    Page(
        "improvements:flag_handler_remove",
        OPERATOR | {"admin": 302, "quality": 302},
        lambda w: (w.flag_handler.pk,),
        posts=True,
    ),
    Page("improvements:disclose", HANDLED, case, shows="Who sent it", budget=18),
    Page("improvements:disclosure", HANDLED, disclosed, shows="Fetch as PDF"),
    Page("improvements:disclosure_pdf", HANDLED, disclosed, walk=False),
    Page("improvements:disclosure_text", HANDLED, disclosed, walk=False),
    Page("improvements:flag", HANDLED, case, shows="When did we learn of it?"),
    Page(
        "improvements:flag_settle",
        codes(404, visitor=302, manager=200, auditor=200, employee=403),
        lambda w: (w.sealed.reference, w.flag.pk),
        shows="Reported to IVO",
    ),
    Page(
        "improvements:harm",
        REDIRECTS_HANDLED,
        case,
        posts=True,
        data=lambda w: {"harm": "minor"},
    ),
    Page("improvements:correction", HANDLED, case, shows="What was done at once?"),
    Page("improvements:causes", HANDLED, lambda w: (w.handled.reference,), shows="Because"),
    Page(
        "improvements:cause",
        REDIRECTS_HANDLED | TYPED,
        lambda w: (w.handled.reference, w.cause.pk),
        posts=True,
        data=lambda w: {"act": "root", "text": "It is old"},
    ),
    Page("improvements:rule", SIGNED_IN, viewer="quality", shows="Change the rule"),
    Page("improvements:add_action", HANDLED, lambda w: (w.handled.reference,), shows="Who does it?"),
    Page("improvements:series", HANDLED, lambda w: (w.again.reference,), shows="Another rhythm"),
    Page(
        "records:detail",
        SEEN,
        lambda w: (w.again.reference,),
        query="?everything=1",
        shows="Cannot start before",
        budget=30,
    ),
    Page(
        "records:move",
        HANDLED,
        lambda w: (w.action.reference, "done"),
        query="?back=/work/",
        shows="What was done?",
        viewer="handler",
    ),
    Page(
        "improvements:unit_promise",
        codes(403, visitor=302, manager=200, care_head=200, quality=200),
        lambda w: (w.town.north.pk,),
        shows="2 working days",
    ),
    # What other units are asked, and the gallery
    Page("improvements:spread", SPREAD_HANDLED, spread, shows="Does it apply to them?", budget=18),
    Page(
        "improvements:spread_answer",
        codes(403, visitor=302, outsider=200, quality=200),
        lambda w: (w.spread.reference, w.question.pk),
        viewer="outsider",
        shows="Does it apply to School?",
    ),
    Page("improvements:gallery", SIGNED_IN, viewer="outsider", shows="A lamp that lights itself"),
    Page("improvements:gallery", SIGNED_IN, query="?q=xyzzy", shows="Nothing in the gallery fits"),
    Page(
        "improvements:gallery_wish",
        codes(
            403, visitor=302, **dict.fromkeys(("outsider", "handler", "manager", "care_head", "quality"), 200)
        ),
        lambda w: (w.entry.pk,),
        viewer="outsider",
        shows="For which unit?",
    ),
    Page("improvements:gallery_picture", SIGNED_IN, lambda w: (w.entry.pk, "after"), walk=False),
    Page("improvements:gallery_show", SPREAD_HANDLED, spread, shows="What was it like?"),
    Page(
        "improvements:gallery_take_out",
        SPREAD_HANDLED | dict.fromkeys(("handler", "manager", "care_head", "quality"), 302),
        spread,
        posts=True,
    ),
    Page("improvements:propose", SIGNED_IN, viewer="employee", shows="What could be better?"),
    Page("improvements:send", codes(302)),
    Page("improvements:promise", SIGNED_IN, viewer="employee", shows="who answers", walk=False),
    Page(
        "improvements:similar",
        codes(200, visitor=204),  # School was asked about the same lamp, so those there see the case
        posts=True,
        walk=False,  # a part of a page
        data=lambda w: {"text": "Our lamp by the entrance is dark again"},
    ),
    Page(
        "improvements:me_too",
        REDIRECTS_SEEN | {"visitor": 403, "employee": 422},
        case,
        posts=True,
        data=lambda w: {"text": "I fell there"},
    ),
    Page(
        "improvements:me_too_receipt",
        codes(302, outsider=404, admin=404, reader=200),
        case,
        viewer="reader",
        shows="You want this too",
    ),
    Page("improvements:me_too_take_back", REDIRECTS_SEEN, case, posts=True),
    Page(
        "improvements:receipt",
        codes(404, visitor=302, employee=200),
        case,
        viewer="employee",
        shows="your proposal has arrived",
    ),
]

# Without login: everyone, signed in or not
EVERYONE: dict[str, Any] = {"viewer": "visitor", "query": "?lang=sv"}
PAGES += [
    Page("voices:say", OPEN, **EVERYONE, shows="Town"),
    Page("voices:say", OPEN, query="?q=nor&lang=sv", viewer="visitor", shows="North"),
    Page("voices:say_unit", OPEN, lambda w: ("NORTH",), **EVERYONE, shows="North"),
    Page(
        "improvements:better",
        codes(403, visitor=302, outsider=404, admin=404, employee=409),
        case,
        posts=True,
        data=lambda w: {"better": "yes"},
    ),
]
# Whoever holds the private link, signed in or not
LINK: dict[str, Any] = {"args": lambda w: (w.link,), "viewer": "visitor"}
PAGES += [
    Page("voices:follow", OPEN, **LINK, query="?lang=sv", shows="Which lamp do you mean?"),
    Page("voices:follow", OPEN, **LINK, query="?done=sent&lang=sv", shows="Spara länken", budget=18),
    Page("voices:write", OPEN, **LINK, query="?lang=sv", shows="Which lamp do you mean?"),
    Page("voices:file", OPEN, link_photo, walk=False),
    Page("voices:thumbnail", OPEN, link_photo, walk=False),
    Page("voices:better", OPEN, **LINK, query="?lang=sv", shows="Which lamp do you mean?"),
    Page("voices:reopen", codes(409), **LINK, query="?lang=sv"),
    Page("voices:withdraw", OPEN, **LINK, query="?lang=sv", shows="lamp number 3000"),
]

# Signing in. The library's addresses; what each answers is ours to know.
CLOSED = codes(404)
PAGES += [
    Page("account_login", codes(302, visitor=200), viewer="visitor", shows="Sign in"),
    Page("account_logout", codes(200, visitor=302), shows="Sign out"),
    Page("account_inactive", OPEN, viewer="visitor"),
    Page("account_reauthenticate", SIGNED_IN),
    Page("account_change_password", SIGNED_IN, shows="assword"),
    Page("account_set_password", codes(302)),
    Page("account_reset_password", OPEN, viewer="visitor", shows="assword"),
    Page("account_reset_password_done", OPEN, viewer="visitor"),
    Page("account_reset_password_from_key", OPEN, lambda w: ("1", "set-password"), viewer="visitor"),
    Page("account_reset_password_from_key_done", OPEN, viewer="visitor"),
    Page("account_email_verification_sent", CLOSED),
    Page("account_signup", CLOSED),
    Page("account_email", CLOSED),
    Page("account_confirm_email", CLOSED, lambda w: ("abc",)),
    Page("account_confirm_login_code", CLOSED),
    Page("socialaccount_connections", CLOSED),
    Page("socialaccount_old_addresses", CLOSED),
    Page("socialaccount_login_cancelled", OPEN, viewer="visitor"),
    Page("socialaccount_login_error", codes(401), viewer="visitor"),
    Page("socialaccount_signup", codes(302)),
    Page("mfa_index", SIGNED_IN),
    Page("mfa_authenticate", codes(302)),
    Page("mfa_reauthenticate", codes(302)),
    # Each asks for the password anew first.
    Page("mfa_activate_totp", codes(302)),
    Page("mfa_generate_recovery_codes", codes(302)),
    Page("mfa_deactivate_totp", codes(404, visitor=302)),
    Page("mfa_view_recovery_codes", codes(404, visitor=302)),
    Page("mfa_download_recovery_codes", codes(404, visitor=302)),
]

# Addresses that answer machines, or belong to a library and are covered by tests of their own.
ELSEWHERE: dict[str, str] = {
    "register:file": "tests/documents/test_register.py",
    "register:picture": "tests/documents/test_register.py",
    "voices:service_worker": "tests/browser/test_offline.py",
    "health_live": "tests/test_health.py",
    "health_ready": "tests/test_health.py",
    "openid_connect_login": "tests/organisation/test_single_sign_on.py",
    "openid_connect_callback": "tests/organisation/test_single_sign_on.py",
}
