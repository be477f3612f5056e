"""A mail is owed until it is sent, sent once, tried again, and given up with a reason."""

import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from qms.exceptions import RuleViolation
from qms.mail.models import Mail
from qms.mail.sending import LEASE, mail_send, mails_purge, mails_sweep
from qms.mail.services import mail_queue, mail_retry
from tests.mail.conftest import owe

NOON = datetime(2026, 11, 17, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_a_mail_is_sent_once_with_text_and_html(server):
    mail = owe(html="<p>Please answer</p>")
    assert mail_send(mail_id=mail.pk)
    assert not mail_send(mail_id=mail.pk)
    assert mails_sweep().startswith("0 ")
    [message] = server.arrived
    assert (message["To"], message["Subject"]) == ("anna@town.test", "Answer F-2026-0001")
    assert message.get_body(("plain",)).get_content().strip() == "Please answer"
    assert "<p>Please answer</p>" in message.get_body(("html",)).get_content()


@pytest.mark.django_db
def test_programs_can_tell_that_a_mail_was_made_by_a_program(server):
    mail_send(mail_id=owe().pk)
    [message] = server.arrived
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "Kvalitet <kvalitet.localhost>"
    assert message["X-Auto-Response-Suppress"] == "All"


@pytest.mark.django_db
def test_what_was_written_is_forgotten_when_it_has_been_sent(server):
    mail = owe(html="<p>secret</p>")
    mail_send(mail_id=mail.pk)
    mail.refresh_from_db()
    assert (mail.text, mail.html) == ("", "")
    assert mail.sent_at is not None


@pytest.mark.django_db
def test_a_subject_stays_on_one_line(server):
    mail = mail_queue(
        purpose=Mail.Purpose.URGENT, to="anna@town.test", subject="One\r\nBcc: x@y.z\ntwo", text="t"
    )
    assert mail.subject == "One Bcc: x@y.z two"
    mail_send(mail_id=mail.pk)
    assert server.arrived[0]["Bcc"] is None


@pytest.mark.django_db
def test_each_try_has_the_same_message_id(server):
    server.answer_recipient = lambda address: "451 Later"
    mail = owe()
    mail_send(mail_id=mail.pk)
    server.answer_recipient = lambda address: "250 OK"
    Mail.objects.update(next_try_at=timezone.now())
    mail_send(mail_id=mail.pk)
    assert server.arrived[0]["Message-ID"] == f"<{mail.message_id}@localhost>"


@pytest.mark.django_db
def test_a_key_is_owed_once():
    first = owe(key="digest 1 2026-11-17")
    assert owe(key="digest 1 2026-11-17").pk == first.pk
    assert Mail.objects.count() == 1


@pytest.mark.django_db
def test_a_fault_is_noted_and_the_mail_tried_again_after_longer_and_longer(server):
    server.answer_recipient = lambda address: "451 Try later"
    waits = []
    with time_machine.travel(NOON, tick=False) as clock:
        mail = owe()
        while not mail.given_up_at:
            assert not mail_send(mail_id=mail.pk)
            mail.refresh_from_db()
            if not mail.given_up_at:
                waits.append((mail.next_try_at - timezone.now()) // timedelta(minutes=1))
                assert not mail_send(mail_id=mail.pk), "not before its time"
                clock.move_to(mail.next_try_at)
    assert waits[:5] == [1, 5, 30, 120, 480]
    assert 2.5 <= sum(waits) / 1440 <= 3.5
    assert "451 Try later" in mail.last_error
    assert mails_sweep().startswith("0 ")


@pytest.mark.django_db
def test_an_address_the_server_says_does_not_exist_is_given_up_at_once(server):
    server.answer_recipient = lambda address: "550 No such user here"
    mail = owe()
    assert not mail_send(mail_id=mail.pk)
    mail.refresh_from_db()
    assert (mail.given_up_at is not None, mail.attempts) == (True, 1)
    assert mail.last_error == "550 No such user here"


@pytest.mark.django_db
def test_a_server_that_is_down_is_a_fault_like_another(server, settings):
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.EMAIL_PORT = free.getsockname()[1]
    mail = owe()
    assert not mail_send(mail_id=mail.pk)
    mail.refresh_from_db()
    assert "Connection refused" in mail.last_error


@pytest.mark.django_db
def test_a_sweep_asks_a_dead_server_once_not_once_a_mail(server, settings):
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.EMAIL_PORT = free.getsockname()[1]
    for number in range(5):
        owe(f"p{number}@town.test")
    mails_sweep()
    assert Mail.objects.filter(attempts=1).count() == 1


@pytest.mark.django_db
def test_one_refused_address_does_not_hold_up_the_others(server):
    server.answer_recipient = lambda address: "550 Gone" if address.startswith("gone") else "250 OK"
    for to in ("a@town.test", "gone@town.test", "b@town.test"):
        owe(to)
    assert mails_sweep() == "2 sent, 0 left"
    assert [message["To"] for message in server.arrived] == ["a@town.test", "b@town.test"]


@pytest.mark.django_db
def test_a_server_that_hangs_up_after_taking_the_mail_gets_no_second_copy(server):
    server.hang_up = True
    mail = owe()
    assert mail_send(mail_id=mail.pk)
    mails_sweep()
    assert len(server.arrived) == 1


@pytest.mark.django_db
def test_a_fault_of_our_own_is_raised_not_counted_as_a_mail_server_that_is_down(settings):
    settings.EMAIL_BACKEND = "no.such.Backend"
    with pytest.raises(ModuleNotFoundError):
        mail_send(mail_id=owe().pk)


@pytest.mark.django_db
def test_a_killed_workers_mail_is_sent_by_the_next_when_the_lease_has_passed(server):
    with time_machine.travel(NOON, tick=False) as clock:
        mail = owe()
        Mail.objects.update(claimed_until=NOON + LEASE, attempts=1)
        assert not mail_send(mail_id=mail.pk)
        clock.shift(LEASE + timedelta(seconds=1))
        assert mails_sweep() == "1 sent, 0 left"


@pytest.mark.django_db
def test_a_mail_that_kills_every_worker_is_given_up(server):
    mail = owe()
    Mail.objects.update(attempts=14)
    assert not mail_send(mail_id=mail.pk)
    mail.refresh_from_db()
    assert (mail.given_up_at is not None, server.arrived) == (True, [])


@pytest.mark.django_db(transaction=True)
def test_of_workers_that_reach_for_a_mail_at_once_one_sends_it(server):
    mail, outcomes, barrier = owe(), [], threading.Barrier(4)

    def send() -> None:
        try:
            barrier.wait()
            outcomes.append(mail_send(mail_id=mail.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == [False, False, False, True]
    assert len(server.arrived) == 1


@pytest.mark.django_db
def test_a_mail_that_was_given_up_can_be_tried_again(server):
    server.answer_recipient = lambda address: "550 No such user here"
    mail = owe()
    mail_send(mail_id=mail.pk)
    server.answer_recipient = lambda address: "250 OK"
    mail_retry(mail_id=mail.pk)
    assert mail_send(mail_id=mail.pk)
    with pytest.raises(RuleViolation):
        mail_retry(mail_id=mail.pk)


@pytest.mark.django_db
def test_what_is_owed_is_never_purged(server):
    with time_machine.travel(NOON, tick=False):
        mail_send(mail_id=owe().pk)
        owed = owe()
    with time_machine.travel(NOON + timedelta(days=500), tick=False):
        mails_purge()
    assert [mail.pk for mail in Mail.objects.all()] == [owed.pk]
