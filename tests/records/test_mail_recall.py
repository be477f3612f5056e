"""Mail that was made and has not gone is made anew when fewer may read it."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from qms.mail.models import Mail
from qms.organisation.access import SystemAccess
from qms.organisation.models import Deputy, Unit, UnitGroupGrant, UnitUserGrant
from qms.organisation.services import (
    deputy_remove,
    group_create,
    group_grant,
    group_join,
    group_leave,
    group_revoke,
    person_deactivate,
    role_revoke,
    unit_head_set,
)
from qms.records.mailing import digests, urgent_mail, urgent_mails
from qms.records.models import Notification, Visibility
from qms.records.services import comment_add, follow_set, record_locked, record_save
from tests.conftest import Town
from tests.factories import grant, improvement
from tests.records.test_mailing import MORNING, SECRET, whole


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as travelling:
        yield travelling


def close(record_id: int, town: Town) -> None:
    """Let fewer see a case from now on."""
    with transaction.atomic():
        record = record_locked(record_id, SystemAccess("test"))
        record.visibility, record.confidential_reason = Visibility.RESTRICTED, "A person is named"
        record_save(record=record, access=town.access("manager"))


@pytest.mark.parametrize("given_up", [False, True])
def test_a_mail_that_has_not_gone_when_its_case_is_closed_to_others_is_made_anew_without_its_words(
    town: Town, given_up: bool
):
    record = improvement(town.north, town.employee, SECRET)
    assert SECRET in whole(urgent_mail(person_id=town.manager.pk))
    if given_up:
        Mail.objects.update(given_up_at=timezone.now())
    close(record.pk, town)
    assert not Mail.objects.exists() and urgent_mails() == 1
    mail = Mail.objects.get()
    assert SECRET not in whole(mail) and record.reference in mail.subject


def test_what_a_worker_is_just_sending_or_has_sent_stays(town: Town, clock):
    for sent, claimed in ((timezone.now(), None), (None, timezone.now() + timedelta(minutes=5))):
        record = improvement(town.north, town.employee, SECRET)
        mail = urgent_mail(person_id=town.manager.pk)
        Mail.objects.filter(pk=mail.pk).update(sent_at=sent, claimed_until=claimed)
        close(record.pk, town)
        assert Notification.objects.get(record=record, person=town.manager, event="task").mail == mail
        clock.shift(timedelta(minutes=2))


def test_to_who_has_left_nothing_goes_that_was_still_waiting(town: Town):
    improvement(town.north, town.employee, "More hooks in the hall")
    urgent_mail(person_id=town.manager.pk)
    person_deactivate(person_id=town.manager.pk, access=town.access("admin"))
    assert not Mail.objects.filter(person=town.manager).exists()
    urgent_mails()
    lines = Notification.objects.filter(person=town.manager)
    assert {line.mail_skipped for line in lines} == {"inactive"}


def by_role(town: Town) -> Callable[[], object]:
    grant(town.outsider, "reader", town.care)
    held = UnitUserGrant.objects.get(user=town.outsider)
    return lambda: role_revoke(grant_id=held.pk, access=town.access("admin"))


def by_group(town: Town) -> tuple[Group, UnitGroupGrant]:
    by = SystemAccess("test")
    group = group_create(name="Readers", access=by)
    group_join(group_id=group.pk, person_id=town.outsider.pk, access=by)
    return group, group_grant(role="reader", unit_id=town.care.pk, group_id=group.pk, access=by)


def by_place_in_a_group(town: Town) -> Callable[[], object]:
    group, _held = by_group(town)
    return lambda: group_leave(group_id=group.pk, person_id=town.outsider.pk, access=town.access("admin"))


def by_role_of_a_group(town: Town) -> Callable[[], object]:
    _group, held = by_group(town)
    return lambda: group_revoke(grant_id=held.pk, access=town.access("admin"))


def by_standing_in(town: Town) -> Callable[[], object]:
    row = Deputy.objects.create(
        person=town.reader, deputy=town.outsider, starts=timezone.localdate(), ends=timezone.localdate()
    )
    return lambda: deputy_remove(deputy_id=row.pk, access=town.access("reader"))


def by_standing_in_for_who_has_a_role(town: Town) -> Callable[[], object]:
    by_standing_in(town)
    held = UnitUserGrant.objects.get(user=town.reader)
    return lambda: role_revoke(grant_id=held.pk, access=town.access("admin"))


def by_heading_it(town: Town) -> Callable[[], object]:
    Unit.objects.filter(pk=town.care.pk).update(head=town.outsider)
    return lambda: unit_head_set(unit_id=town.care.pk, head_id=town.care_head.pk, access=town.access("admin"))


@pytest.mark.parametrize(
    "way_in",
    [
        by_role,
        by_place_in_a_group,
        by_role_of_a_group,
        by_standing_in,
        by_standing_in_for_who_has_a_role,
        by_heading_it,
    ],
)
def test_to_who_sees_less_from_now_on_nothing_goes_that_was_still_waiting(
    town: Town, way_in: Callable[[Town], Callable[[], object]]
):
    take_it_away = way_in(town)
    record = improvement(town.north, town.employee, SECRET)
    follow_set(record_id=record.pk, access=town.access("outsider"), on=True)
    comment_add(record_id=record.pk, text="One", access=town.access("manager"))
    digests()
    assert SECRET in whole(Mail.objects.get(person=town.outsider))
    take_it_away()
    assert not Mail.objects.filter(person=town.outsider).exists()
    digests()
    assert not Mail.objects.filter(person=town.outsider).exists()
    assert Notification.objects.get(person=town.outsider, record=record).mail_skipped == "hidden"
