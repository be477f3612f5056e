"""What a worker does with the outbox."""

from celery import shared_task

from qms.mail.sending import mail_send


@shared_task
def mail_send_task(mail_id: int) -> None:
    """Send one mail, if it is still owed."""
    mail_send(mail_id=mail_id)
