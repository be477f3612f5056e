"""The outbox's jobs."""

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from qms.jobs.schedule import ScheduledJob, scheduled_jobs
from qms.jobs.timing import Daily, Every
from qms.mail.sending import mails_purge, mails_sweep

scheduled_jobs.add(
    ScheduledJob(
        key="mail.sweep",
        label=_("E-mail that is owed"),
        run=mails_sweep,
        timing=Every(1),
        # A sweep ends itself after 45 seconds, and one conversation can last no longer than its timeouts.
        lease=timedelta(minutes=4),
        order=10,
    )
)
scheduled_jobs.add(
    ScheduledJob(
        key="mail.purge",
        label=_("Old e-mails deleted"),
        run=mails_purge,
        timing=Daily(time(3, 20)),
        order=910,
    )
)
