"""The jobs' own job."""

from datetime import time

from django.utils.translation import gettext_lazy as _

from qms.jobs.schedule import ScheduledJob, scheduled_jobs
from qms.jobs.services import runs_purge
from qms.jobs.timing import Daily

scheduled_jobs.add(
    ScheduledJob(
        key="jobs.purge",
        label=_("Old job runs deleted"),
        run=runs_purge,
        timing=Daily(time(3, 10)),
        order=900,
    )
)
