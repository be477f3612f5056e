"""Deputies and one's own settings."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from improvements.models import Improvement
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import VisitorAccess
from qms.organisation.models import Deputy, Person
from qms.organisation.services import deputy_remove, deputy_set, settings_change
from qms.records.models import Task
from tests.conftest import Town
from tests.factories import improvement


def today(days: int = 0) -> date:
    return timezone.localdate() + timedelta(days)


def appoint(
    town: Town, who: str, away: str, deputy: str, starts: date | None = None, ends: date | None = None
) -> Deputy:
    return deputy_set(
        person_id=getattr(town, away).pk,
        deputy_id=getattr(town, deputy).pk,
        starts=starts or today(),
        ends=ends or today(7),
        access=town.access(who),
    )


def test_a_deputy_has_roles_and_tasks_for_those_days(town: Town):
    record = improvement(town.north, town.reader)
    assert not Improvement.objects.visible_to(town.access("outsider")).exists()
    row = appoint(town, "manager", "manager", "outsider")
    access = town.access("outsider")
    assert town.north.path in access.grants["manager"] and town.manager.pk in access.acts_for
    assert Improvement.objects.visible_to(access).get() == record
    assert Task.objects.of(access).get().record_id == record.pk
    event = town.manager.events.get()
    assert (event.kind, event.after, event.what) == ("deputy_set", "Outsider", f"{row.starts}/{row.ends}")


def test_before_and_after_those_days_a_deputy_has_nothing(town: Town):
    row = appoint(town, "manager", "manager", "outsider", today(1), today(2))
    assert town.access("outsider").acts_for == {town.outsider.pk}
    Deputy.objects.filter(pk=row.pk).update(starts=today(-5), ends=today(-1))
    assert town.access("outsider").acts_for == {town.outsider.pk}


def test_a_deputys_deputy_gets_nothing_of_the_first(town: Town):
    appoint(town, "manager", "manager", "outsider")
    appoint(town, "outsider", "outsider", "reader")
    assert town.access("reader").acts_for == {town.reader.pk, town.outsider.pk}
    assert "manager" in town.access("reader").grants
    assert town.north.path not in town.access("reader").grants["manager"]


@pytest.mark.parametrize("who", ["manager", "care_head", "admin"])
def test_oneself_ones_manager_and_an_administrator_appoint(town: Town, who: str):
    assert appoint(town, who, "manager", "reader")


@pytest.mark.parametrize("who", ["employee", "handler", "south_head", "outsider", "quality"])
def test_others_do_not(town: Town, who: str):
    with pytest.raises(NotYours):
        appoint(town, who, "manager", "reader")


def test_nobody_makes_themselves_the_deputy_of_another(town: Town):
    with pytest.raises(RuleViolation, match="Nobody gives a role to themselves") as refused:
        appoint(town, "admin", "quality", "admin")
    assert refused.value.field == "deputy"


@pytest.mark.parametrize(
    ("deputy", "starts", "ends", "field"),
    [
        ("manager", 0, 1, "deputy"),
        ("reader", -1, 1, "starts"),
        ("reader", 5, 4, "ends"),
        ("reader", 0, 400, "ends"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(town: Town, deputy: str, starts: int, ends: int, field: str):
    with pytest.raises(RuleViolation) as refused:
        appoint(town, "manager", "manager", deputy, today(starts), today(ends))
    assert refused.value.field == field


def test_the_same_deputy_is_not_appointed_twice_for_a_day(town: Town):
    appoint(town, "manager", "manager", "reader", today(), today(5))
    with pytest.raises(RuleViolation, match="stands in already"):
        appoint(town, "manager", "manager", "reader", today(5), today(9))
    appoint(town, "manager", "manager", "reader", today(6), today(9))


def test_somebody_who_has_left_stands_in_for_nobody(town: Town):
    Person.objects.filter(pk=town.reader.pk).update(is_active=False)
    with pytest.raises(RuleViolation, match="Reader has left"):
        appoint(town, "manager", "manager", "reader")


@pytest.mark.parametrize("who", ["manager", "care_head", "admin", "reader"])
def test_a_deputyship_ends_at_once(town: Town, who: str):
    row = appoint(town, "manager", "manager", "reader")
    deputy_remove(deputy_id=row.pk, access=town.access(who))
    assert not Deputy.objects.exists()
    assert Deputy.history.first().history_user == getattr(town, who)
    assert town.manager.events.first().kind == "deputy_removed"


def test_others_do_not_end_it(town: Town):
    row = appoint(town, "manager", "manager", "reader")
    with pytest.raises(NotYours):
        deputy_remove(deputy_id=row.pk, access=town.access("employee"))


def test_ones_own_settings(town: Town):
    settings_change(language="nb", colour_scheme="dark", mail_digest=False, access=town.access("employee"))
    person = Person.objects.get(pk=town.employee.pk)
    assert (person.language, person.colour_scheme, person.mail_digest) == ("nb", "dark", False)
    with pytest.raises(RuleViolation) as refused:
        settings_change(language="xx", colour_scheme="dark", mail_digest=True, access=town.access("employee"))
    assert refused.value.field == "language"
    with pytest.raises(NotYours):
        settings_change(language="nb", colour_scheme="dark", mail_digest=False, access=VisitorAccess())


def test_a_setting_that_is_not_given_stays_and_history_says_who_changed_the_others(town: Town):
    settings_change(colour_scheme="dark", mail_digest=False, access=town.access("employee"))
    settings_change(language="nb", access=town.access("employee"))
    person = Person.objects.get(pk=town.employee.pk)
    assert (person.language, person.colour_scheme, person.mail_digest) == ("nb", "dark", False)
    assert person.history.latest().history_user == town.employee


def test_a_manager_appoints_for_nobody_with_roles_beyond_the_managers_own_part(town: Town):
    # The administrator of the whole works in School, which the outsider heads.
    with pytest.raises(NotYours, match="has roles beyond what you administer"):
        appoint(town, "outsider", "admin", "employee")
