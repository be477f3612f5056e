"""What runs by itself every day: each a service, done by the system in a name that the log keeps."""

from datetime import time

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from improvements.services import heartbeat, overdue, overdue_cases
from improvements.services.escalation import duties_move_up
from improvements.services.sender_mail import addresses_forget
from improvements.services.spread_follow import spread_follow_up
from qms.jobs.schedule import ScheduledJob
from qms.jobs.timing import Daily
from qms.organisation.access import SystemAccess


def _duties_move_up() -> str:
    """What should have been answered is asked of the next manager above."""
    steps = duties_move_up(access=SystemAccess(gettext("the answer clock")))
    return gettext("%(steps)d duties to answer moved up") % {"steps": steps}


def _actions_move_up() -> str:
    """What should have been done long ago is asked of the next manager above."""
    steps = overdue.actions_move_up(access=SystemAccess(gettext("actions past their date")))
    return gettext("%(steps)d actions brought up with the manager above") % {"steps": steps}


def _cases_move_up() -> str:
    """What was promised to be done long ago is asked of the next manager above."""
    steps = overdue_cases.cases_move_up(access=SystemAccess(gettext("cases past their date")))
    return gettext("%(steps)d cases brought up with the manager above") % {"steps": steps}


def _heartbeats() -> str:
    """Every way in is looked at."""
    silent = heartbeat.heartbeats_check(access=SystemAccess(gettext("ways in")))
    return gettext("%(silent)d silent ways in") % {"silent": silent}


def _questions() -> str:
    """Other units that have not said whether it applies to them."""
    followed = spread_follow_up(access=SystemAccess(gettext("questions to other units")))
    return gettext("%(followed)d questions followed up") % {"followed": followed}


_MORNING = Daily(time(settings.DIGEST_HOUR))  # before the day's mail is written

JOBS = (
    *(
        ScheduledJob(f"improvements.{key}", label, run, _MORNING, order=order)
        for key, label, run, order in (
            ("clock", _("Answers that are late are asked of the manager above"), _duties_move_up, 10),
            (
                "actions",
                _("Actions long past their date are brought up with the manager above"),
                _actions_move_up,
                11,
            ),
            (
                "cases",
                _("Cases long past their date are brought up with the managers above"),
                _cases_move_up,
                11,
            ),
            ("spread", _("Units that have not answered are asked once more"), _questions, 12),
            ("heartbeat", _("Ways in that have gone silent"), _heartbeats, 110),
        )
    ),
    ScheduledJob(
        key="improvements.addresses",
        label=_("Addresses of senders deleted"),
        run=addresses_forget,
        timing=Daily(time(3, 50)),
        order=940,
    ),
)
