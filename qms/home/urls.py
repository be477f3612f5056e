"""Addresses of the start page, the work list, and of jobs and mail."""

from django.urls import path

from qms.home.views import operations, start

app_name = "home"
urlpatterns = [
    path("", start.start, name="start"),
    path("work/", start.work, name="work"),
    path("work/done/", start.done, name="done"),
    path("operations/", operations.overview, name="operations"),
    path("operations/mail/", operations.mails, name="operations_mails"),
    path("operations/mail/<int:pk>/retry/", operations.mail_retry, name="mail_retry"),
    path("operations/reminders/", operations.reminders, name="operations_reminders"),
]
