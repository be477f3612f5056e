"""What a worker does for governing documents."""

from celery import shared_task


@shared_task
def take_over_task(run_id: int) -> None:
    """Go on with taking over documents, if it is still owed."""
    from documents.services.taking_over import take_over_work  # services hand out this task

    take_over_work(run_id=run_id)


@shared_task
def pdf_make_task(version_id: int) -> None:
    """Make the official PDF of a version, if it is still owed."""
    from documents.services.frozen import pdf_make  # services hand out this task

    pdf_make(version_id=version_id)
