"""What a worker does for governing documents."""

from celery import shared_task


@shared_task
def pdf_make_task(version_id: int) -> None:
    """Make the official PDF of a version, if it is still owed."""
    from documents.services.frozen import pdf_make  # services hand out this task

    pdf_make(version_id=version_id)


@shared_task
def text_read_task(version_id: int) -> None:
    """Read the words of a version's file, if they are still owed."""
    from documents.services.file_text import text_read  # services hand out this task

    text_read(version_id=version_id)
