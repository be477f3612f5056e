"""The Celery app and its timetable.

Schedules are code. The timetable holds one entry: a heartbeat each minute, which starts whatever
scheduled job is due (`qms.jobs`), catches up what a stopped scheduler missed, and sweeps for
pending effects. So a new job needs no change here, and a missed minute costs nothing.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qms.settings")

app = Celery("qms", task_cls="celery.contrib.django.task:DjangoTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "heartbeat": {"task": "qms.jobs.tasks.heartbeat_task", "schedule": 60.0, "options": {"expires": 55}},
}
