"""What a worker does with records."""

from celery import shared_task

from qms.records.mailing import urgent_mail


@shared_task
def urgent_mail_task(person_id: int) -> None:
    """Mail a person what is urgent and has not been mailed."""
    urgent_mail(person_id=person_id)


@shared_task
def import_task(run_id: int) -> None:
    """Go on with taking over a list, if it is still owed."""
    from qms.records.imports.runs import import_work  # it hands out this task

    import_work(run_id=run_id)
