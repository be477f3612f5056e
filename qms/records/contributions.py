"""What records offer: the bell, the jobs that tell people and clean up, panels for units and people."""

from datetime import time

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.contributions import Belonging, Panel, belongings, panels
from qms.jobs.schedule import ScheduledJob, scheduled_jobs
from qms.jobs.timing import Daily, Every
from qms.organisation.access import SystemAccess
from qms.organisation.models import Person, Unit
from qms.records.attachments.storing import sweep
from qms.records.imports.runs import imports_sweep
from qms.records.mailing import digests, notifications_purge, urgent_mails
from qms.records.selectors import belonging
from qms.records.selectors.notifications import bell
from qms.records.services.reminders import reminders_write
from qms.ui.bell import BellSource, bell_sources


def daily_mail() -> str:
    """Reminders first: what is due soon stands in the daily mail."""
    reminders = reminders_write(access=SystemAccess("reminders"))
    return _("%(reminders)d reminders, %(mails)d daily e-mails") % {
        "reminders": reminders,
        "mails": digests(),
    }


def urgent_sweep() -> str:
    """What should have gone at once and did not."""
    return _("%(mails)d e-mails") % {"mails": urgent_mails()}


def purge() -> str:
    """What nobody needs any more."""
    return _("%(count)d old notifications deleted") % {"count": notifications_purge()}


def sweep_files() -> str:
    """Stored files that no record has: left by a process that was stopped in the middle."""
    return _("%(count)d files without a record deleted") % {"count": sweep(timezone.localdate())}


bell_sources.add(BellSource(key="records", load=bell))
scheduled_jobs.add(
    ScheduledJob(
        key="records.daily_mail",
        label=gettext_lazy("Reminders and the daily e-mail"),
        run=daily_mail,
        timing=Daily(time(settings.DIGEST_HOUR)),
        order=20,
    )
)
scheduled_jobs.add(
    ScheduledJob(
        key="records.urgent",
        label=gettext_lazy("Urgent e-mail that is owed"),
        run=urgent_sweep,
        timing=Every(1),
        order=5,
    )
)
scheduled_jobs.add(
    ScheduledJob(
        key="records.purge",
        label=gettext_lazy("Old notifications deleted"),
        run=purge,
        timing=Daily(time(3, 30)),
        order=920,
    )
)
scheduled_jobs.add(
    ScheduledJob(
        key="records.files",
        label=gettext_lazy("Files without a record deleted"),
        run=sweep_files,
        timing=Daily(time(3, 45)),
        order=930,
    )
)
scheduled_jobs.add(
    ScheduledJob(
        key="records.imports",
        label=gettext_lazy("Lists being taken over"),
        run=imports_sweep,
        timing=Every(1),
        order=25,
    )
)
panels.add(
    Panel(
        "records.unit", gettext_lazy("Open matters here"), Unit, belonging.matters_of_unit, budget=3, order=10
    )
)
panels.add(
    Panel(
        "records.person",
        gettext_lazy("Responsible for"),
        Person,
        belonging.matters_of_person,
        budget=3,
        order=10,
    )
)
belongings.add(Belonging("records.unit", Unit, belonging.open_in_unit, budget=2, order=10))
belongings.add(Belonging("records.person", Person, belonging.open_of_person, budget=2, order=10))
belongings.add(Belonging("records.tasks", Person, belonging.tasks_of_person, budget=2, order=20))
