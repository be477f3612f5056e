"""Similar cases while somebody writes: by stems and spelling, among what they see, never in the way."""

import logging

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from improvements.models import Category, Improvement
from improvements.selectors import similar
from improvements.selectors.similar import similar_ids
from improvements.selectors.suggestions import suggestions
from improvements.services import improvement_classify, improvement_restrict
from improvements.services.flags import flag_set
from qms.organisation.access import VisitorAccess
from qms.records.models import Record, Visibility
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import decide, soon

KEYS = "Nycklarna till medicinskåpen ligger i samma låda"
KEYS_TOO = "I samma låda ligger nycklarna till medicinskåpen"  # the same words under another title
TYPED = "Vi letar efter nyckeln till medicinskåpet varje morgon"
ASK = reverse("improvements:similar")


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy test machine may take its time."""
    monkeypatch.setattr(similar, "PATIENCE", 60_000)


def found(town: Town, who: str, text: str = TYPED) -> list[int]:
    return similar_ids(text, town.access(who))


def solved(town: Town, record: Improvement, comment: str = "Each key has a colour") -> Improvement:
    decide(town, record, "just_do", by="quality", due=soon())
    return decide(town, record, "done", by="quality", comment=comment)


def test_other_forms_of_the_same_words_find_it(town: Town):
    record = improvement(town.north, town.employee, KEYS)
    improvement(town.north, town.employee, "The lamp by the gate is dark")
    assert found(town, "employee") == [record.pk]


def test_a_slip_of_the_finger_finds_it_by_its_title(town: Town):
    record = improvement(town.north, town.employee, "Belysningen i trapphuset är svag")
    improvement(town.north, town.employee, "Belysningen vid parkeringen borde vara tänd längre på kvällarna")
    assert found(town, "employee", "Dålig belysnign i trapphuset") == [record.pk]


def test_two_slips_are_found_by_the_title_too(town: Town):
    record = improvement(
        town.north, town.employee, "Vid cykelställen nära gymnastiksalen är det kolsvart efter tre"
    )
    improvement(town.north, town.employee, "Dörren till gymnastiksalen går inte att låsa")
    assert found(town, "employee", "Kolsvrt bakom gymnstiksalen") == [record.pk]


def test_one_word_in_common_is_not_enough(town: Town):
    improvement(town.north, town.employee, "Dörren till sköljrummet smäller hela natten")
    improvement(town.north, town.employee, "Sms till boende vid planerade vattenavbrott")
    assert found(town, "employee", "Sköljrummet saknar skyddsutrustning") == []
    assert found(town, "employee", "Tillbud vid flistuggen") == [], "spelt a little alike is chance"


def test_one_rare_long_word_is_enough_where_the_title_is_about_it(town: Town):
    record = improvement(town.north, town.employee, "Fler papperskorgar vid badplatsen")
    improvement(town.north, town.employee, "Plocka skräp i parken")
    assert found(town, "employee", "papperskorgar i parken") == [record.pk]
    assert found(town, "employee", "Papperskorgarna i hamnen töms för sällan") == [record.pk]


def test_where_it_is_only_the_place_it_says_nothing(town: Town):
    improvement(town.north, town.employee, "Samråd på torget i stället för i stadshuset")
    assert found(town, "employee", "Hissen i stadshuset har stannat") == []


def test_two_words_find_their_twin(town: Town):
    record = improvement(town.north, town.employee, "Gungan på lekplatsen i Björkhagen är trasig")
    improvement(town.north, town.employee, "Trasig belysning bakom gymnastiksalen")
    improvement(town.north, town.employee, "Fler gungor på skolgården")
    assert found(town, "employee", "Trasig gunga") == [record.pk]


def test_of_a_long_text_three_words_are_in_common(town: Town):
    long = (
        "Termosen i receptionen läcker kaffe, disken blir klibbig, besökare halkar, golvet glänser, ingen ler"
    )
    assert len([word for word in similar._words(long) if word.tells]) > similar.MANY
    improvement(town.north, town.employee, "Nu har termosen i vår reception gått sönder och måste ersättas")
    three = improvement(
        town.north, town.employee, "Nu har kaffet i termosen i vår reception kallnat och måste värmas"
    )
    assert found(town, "employee", long) == [three.pk]


def test_a_word_that_many_records_have_is_not_one_of_them(town: Town):
    for number in range(40):
        improvement(town.north, town.employee, f"Kommunen borde skylta plats nummer {number}")
    record = improvement(town.north, town.employee, "Kommunen borde laga gungan")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE records_record")
    assert found(town, "employee", "Kommunen borde köpa bänkar") == []
    assert found(town, "employee", "Kommunen borde laga gungan och gräva") == [record.pk]


def test_the_same_sent_in_again_and_again_is_shown_once(town: Town):
    improvement(town.north, town.employee, KEYS)
    done = solved(town, improvement(town.north, town.employee, KEYS))
    improvement(town.north, town.employee, f"{KEYS.upper()}  ")
    other = improvement(town.north, town.employee, KEYS_TOO)
    assert found(town, "employee") == [done.pk, other.pk]


def test_it_is_found_the_same_once_the_database_knows_how_common_words_are(town: Town):
    records = [improvement(town.north, town.employee, f"{KEYS} i grupp {number}") for number in range(4)]
    for number in range(20):
        improvement(town.north, town.employee, f"The lamp number {number} by the gate is dark")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE records_record")
    typed = "Nycklarna till medicinskåpen: på morgonen letar vi länge, ibland tar någon fel, och ingen vet"
    assert set(found(town, "employee", typed)) == {record.pk for record in records}
    assert found(town, "employee", "Heavy clouds over the roof of our new library annexe") == []


def test_the_one_with_more_of_the_words_comes_first(town: Town):
    less = improvement(town.north, town.employee, "Nyckeln till medicinskåpet är borta")
    most = improvement(town.north, town.employee, "Varje morgon letar vi efter nyckeln till medicinskåpet")
    assert found(town, "employee") == [most.pk, less.pk]


def test_of_equals_what_has_been_solved_comes_first(town: Town):
    done = solved(town, improvement(town.north, town.employee, KEYS))
    waiting = improvement(town.north, town.employee, KEYS_TOO)
    assert found(town, "employee") == [done.pk, waiting.pk]


def test_at_most_five_are_shown(town: Town):
    for number in range(7):
        improvement(town.north, town.employee, f"{KEYS} i grupp {number}")
    assert len(found(town, "employee")) == 5


def test_what_goes_on_elsewhere_or_was_taken_back_is_not_shown(town: Town):
    into, joined, withdrawn = (improvement(town.north, town.employee, KEYS) for _number in range(3))
    decide(town, joined, "same_as", into=into)
    decide(town, withdrawn, "withdraw", by="employee")
    assert found(town, "employee") == [into.pk]


def test_thanks_are_nothing_that_others_have_solved(town: Town):
    record = solved(town, improvement(town.north, town.employee, KEYS))
    assert found(town, "employee") == [record.pk]
    improvement_classify(record_id=record.pk, category=Category.PRAISE, access=town.access("manager"))
    assert found(town, "employee") == []


@pytest.mark.parametrize(
    "text", ["", "  \x00 ", "nyckel", "och att i på det som är", "🔑" * 40, "'\\ & | ! <-> :*"]
)
def test_what_says_nothing_finds_nothing(town: Town, text: str):
    improvement(town.north, town.employee, KEYS)
    assert found(town, "employee", text) == []


def test_too_short_a_text_asks_nothing(town: Town, django_assert_num_queries):
    access = town.access("employee")
    with django_assert_num_queries(0):
        assert suggestions("nyckel", access).cases == []


def test_each_sees_those_of_their_own_part_alone(town: Town):
    north, school = (
        improvement(town.north, town.employee, KEYS),
        improvement(town.school, town.outsider, KEYS_TOO),
    )
    seen = {who: set(found(town, who)) for who in ("employee", "outsider", "quality", "admin")}
    assert seen == {
        "employee": {north.pk},
        "outsider": {school.pk},
        "quality": {north.pk, school.pk},
        "admin": {school.pk},
    }


def test_a_restricted_case_is_found_by_those_who_handle_it_alone(town: Town):
    record = improvement(town.north, town.employee, KEYS)
    improvement_restrict(record_id=record.pk, reason="OSL 26", access=town.access("manager"))
    for who in ("reader", "auditor", "exec", "outsider", "south_head"):
        assert found(town, who) == []
    assert found(town, "handler") == [record.pk]


def test_a_sealed_case_is_found_by_those_who_take_part_alone(town: Town):
    record = improvement(town.north, town.employee, KEYS)
    access = town.access("quality")
    flag_set(record_id=record.pk, kind="lex_sarah", why="Grave", known_at=timezone.now(), access=access)
    for who in ("reader", "handler", "quality", "care_head", "outsider"):
        assert found(town, who) == []
    assert found(town, "employee") == [record.pk]


def test_without_login_only_what_is_public_is_found(town: Town):
    improvement(town.north, town.employee, KEYS)
    public = improvement(town.school, town.outsider, KEYS)
    Record.objects.filter(pk=public.pk).update(visibility=Visibility.PUBLIC)
    assert similar_ids(TYPED, VisitorAccess()) == [public.pk]


def test_what_became_of_it_is_said(town: Town, time_machine):
    time_machine.move_to("2026-03-17 09:00+01:00")
    record = solved(town, improvement(town.north, town.employee, KEYS))
    open_one = improvement(town.north, town.employee, KEYS_TOO)
    one, other = suggestions(TYPED, town.access("reader")).cases
    assert (one.record.pk, one.became, one.said) == (
        record.pk,
        "Solved in March 2026",
        "Each key has a colour",
    )
    assert (one.may_join, other.may_join) == (False, True)
    assert (other.record.pk, other.became) == (open_one.pk, "Sent in in March 2026, not answered yet")


def test_it_costs_the_same_however_many_there_are(town: Town):
    asked = set()
    for _number in range(6):
        improvement(town.north, town.employee, KEYS)
        access = town.access("employee")
        with CaptureQueriesContext(connection) as queries:
            assert suggestions(TYPED, access).cases
        asked.add(len([query for query in queries if "SAVEPOINT" not in query["sql"]]))
    assert len(asked) <= 2  # spelling is looked at only where little is found


def test_what_takes_too_long_is_given_up_quietly(town: Town, monkeypatch, caplog):
    improvement(town.north, town.employee, KEYS)
    monkeypatch.setattr(similar, "PATIENCE", 1)
    monkeypatch.setattr(similar, "_WORDS", "SELECT pg_sleep(5)::text, %s, 0, %s <> ''")
    with caplog.at_level(logging.WARNING):
        assert found(town, "employee") == []
    assert "given up" in caplog.text and TYPED not in caplog.text
    assert Improvement.objects.count() == 1  # the connection goes on, as patient as before


def test_the_words_go_no_further_than_the_statistics_let_them():
    usual = [similar.Word(f"w{number}", 0.02, 5_000, is_unknown=False) for number in range(6)]
    assert [query.text for query in similar._queries(usual)] == ["'w0'", "'w1'"]
    many = [similar.Word(f"w{number}", 0.04, 10_000, is_unknown=False) for number in range(3)]
    assert [query.text for query in similar._queries(many)] == ["'w0' & ('w1' | 'w2')"], "two that tell"
    common = [similar.Word(f"w{number}", 0.3, 60_000, is_unknown=False) for number in range(3)]
    assert [query.text for query in similar._queries(common)] == ["'w0' & 'w1' & 'w2'"]
    assert similar._queries(common[:1]) == []


def test_the_list_is_sent_once_and_not_again_while_it_is_the_same(town: Town, sign_in):
    record = improvement(town.north, town.employee, KEYS)
    browser = sign_in(town.handler)
    answer = browser.post(ASK, {"text": TYPED})
    page = answer.content.decode()
    assert record.title in page and f'value="{record.reference}"' in page
    assert "1 similar case is shown" in page
    assert browser.post(ASK, {"text": TYPED + " igen", "known": record.reference}).status_code == 204
    gone = browser.post(ASK, {"text": "Something else entirely", "known": record.reference})
    assert gone.status_code == 200 and record.title not in gone.content.decode()


def test_whoever_said_that_words_do_not_go_along_is_not_asked_anew(town: Town, sign_in):
    improvement(town.north, town.employee, KEYS)
    browser = sign_in(town.handler)
    assert " checked" in browser.post(ASK, {"text": TYPED}).content.decode()
    again = browser.post(ASK, {"text": TYPED, "known": "F-1999-1", "offered": "1"})
    assert " checked" not in again.content.decode()


def test_an_ended_session_does_not_disturb(town: Town, client):
    assert client.post(ASK, {"text": TYPED}).status_code == 204


def test_without_script_a_button_looks_and_keeps_the_text(town: Town, sign_in):
    record = improvement(town.north, town.employee, KEYS)
    form = {"text": TYPED, "unit": town.north.pk, "look": "1"}
    page = sign_in(town.handler).post(reverse("improvements:send"), form).content.decode()
    assert record.title in page and TYPED in page
    assert Improvement.objects.count() == 1
