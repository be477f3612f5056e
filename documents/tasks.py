"""What a worker does for governing documents."""

from celery import shared_task


@shared_task
def pdf_make_task(version_id: int) -> None:
    """Make the official PDF of a version, if it is still owed."""
    from documents.services.frozen import pdf_make  # services hand out this task

    pdf_make(version_id=version_id)
