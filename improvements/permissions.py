"""What may be done with improvement cases and actions, and by which roles."""

from qms.organisation.access import action
from qms.organisation.roles import (
    ADMINISTRATOR,
    APPROVER,
    AUDITOR,
    AUTHOR,
    EXECUTIVE,
    HANDLER,
    MANAGER,
    PROCESS_OWNER,
    QUALITY_MANAGER,
    READER,
)

VIEW = action(
    "improvements.view",
    READER,
    AUTHOR,
    HANDLER,
    MANAGER,
    PROCESS_OWNER,
    APPROVER,
    AUDITOR,
    QUALITY_MANAGER,
    EXECUTIVE,
)
# A restricted case is for those who handle it in its own unit; its sender and owner take part anyway.
VIEW_RESTRICTED = action("improvements.view_restricted", HANDLER, MANAGER, QUALITY_MANAGER)
HANDLE = action("improvements.handle", HANDLER, MANAGER, QUALITY_MANAGER, owner=True)
WITHDRAW = action("improvements.withdraw", author=True)
# When a promise is not kept the system itself asks the manager above; nobody does it by hand.
ESCALATE = action("improvements.escalate")
# Whoever has been asked to judge the effect; never one who did it (services.effect).
CHECK_EFFECT = action("improvements.check_effect", HANDLER, MANAGER, QUALITY_MANAGER, task="judge")
# What is demanded of every unit is decided for all of them at once.
RULE = action("improvements.rule", QUALITY_MANAGER)
# Whether what another unit has done applies to this one is for those who handle its cases; besides them for
# whoever has been given the question (services.spread_answer).
ADOPT = action("improvements.adopt", HANDLER, MANAGER, QUALITY_MANAGER)
# What was sent in to an older system is taken over as it stood there.
TAKE_OVER = action("improvements.take_over", QUALITY_MANAGER)
REOPEN = action("improvements.reopen", HANDLER, MANAGER, QUALITY_MANAGER, author=True)
# Whether it got better is for whoever sent it to say.
JUDGE = action("improvements.judge", author=True)
DO = action("actions.do", MANAGER, HANDLER, QUALITY_MANAGER, owner=True)
PLAN = action("actions.plan", HANDLER, MANAGER, QUALITY_MANAGER)
# What waited for another is let go by the system itself, when that one is done.
LET_GO = action("actions.let_go")
# Who handles lex Sarah, lex Maria and data breaches, and how long there is: the set-up, never the cases.
FLAGS = action("improvements.flags", ADMINISTRATOR, QUALITY_MANAGER)
# Figures about a unit are for those who answer for it, or follow how things stand.
FIGURES = action("improvements.figures", HANDLER, MANAGER, QUALITY_MANAGER, EXECUTIVE)
# How soon a unit answers is for those who lead it to promise.
PROMISE = action("improvements.promise", MANAGER, QUALITY_MANAGER)
