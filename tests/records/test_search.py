"""One search over everything: what is found, by whom, in which order, and how it is shown."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from improvements.models import Improvement
from qms.organisation.models import Person, Unit
from qms.organisation.selectors import named
from qms.organisation.services import unit_create
from qms.records.models import Record, Visibility
from qms.records.search import (
    MAX_TEXT,
    SMALL_WORDS,
    around,
    clean_text,
    marked,
    ranked,
    reference_in,
    similar,
)
from qms.records.services import comment_add, move, note_add, record_change, record_save
from tests.conftest import Town
from tests.factories import improvement, person
from tests.records.test_list_pages import HOSTILE, SignIn, secret


def found(town: Town, who: str, text: str) -> list[str]:
    """The titles that the search finds for somebody, best first."""
    ids = [pk for pk, _kind in ranked(text, town.access(who))]
    rows = Record.objects.in_bulk(ids)
    return [rows[pk].title for pk in ids]


@pytest.fixture
def key(town: Town) -> Improvement:
    """A case about keys, in Swedish, with a title of its own."""
    text = "Nyckelskåpet är olåst. Vikarier hämtar medicinskåpets nycklar utan att skriva upp det."
    return improvement(town.north, town.employee, text)


@pytest.mark.parametrize(
    "text",
    [
        "F-2026-0132", "f-2026-0132", "F 2026 132", "f2026-132", "f20260132", " F-2026-132 ", "F–2026–0132",
        "F/2026/000132", "F.2026.132",
    ],
)  # fmt: skip
def test_a_reference_is_known_however_it_is_typed(text: str):
    assert reference_in(text) == "F-2026-0132"


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("D-2026-0007-V2", "D-2026-0007-V2"),
        ("d 2026 7 v2.1", "D-2026-0007-V2.1"),
        ("https://kvalitet.example.se/r/F-2026-0132/", "F-2026-0132"),
        ("/r/%C3%85-2026-0007/?changes=1#events", "Å-2026-0007"),
        ("http://localhost:8000/r/D-2026-0007-V1", "D-2026-0007-V1"),
    ],
)
def test_the_reference_of_a_part_and_a_pasted_address_are_known(text: str, reference: str):
    assert reference_in(text) == reference


@pytest.mark.parametrize("text", ["å-2026-7", "Å 2026 0007", clean_text("A\u030a-2026-0007")])
def test_a_reference_may_begin_with_a_swedish_letter(text: str):
    assert reference_in(text) == "Å-2026-0007"


@pytest.mark.parametrize(
    "text", ["", "F-2026", "2026-0132", "F-26-132", "key 2026", "F-2026-0132 key", '"F-2026-0132"']
)
def test_what_is_no_reference_is_searched_for(text: str):
    assert reference_in(text) is None


def test_a_reference_leads_to_its_record(town: Town, key: Improvement, sign_in: SignIn):
    typed = key.reference.replace("-", " ").lower().replace(" 0", " ")
    answer = sign_in(town.manager).get("/search/", {"q": typed})
    assert answer.status_code == 302
    assert answer["Location"] == key.get_absolute_url()


def test_a_reference_one_may_not_see_looks_like_one_that_is_not_there(
    town: Town, key: Improvement, sign_in: SignIn
):
    client = sign_in(town.outsider)
    seen = client.get("/search/", {"q": key.reference}).content.decode()
    absent = client.get("/search/", {"q": "F-1999-0001"}).content.decode()
    assert f"There is no {key.reference} that you may see" in seen
    assert "There is no F-1999-0001 that you may see" in absent
    assert key.title not in seen


@pytest.mark.parametrize(
    "text",
    ["nyckel", "nycklarna", "NYCKLAR", "medicinskåp", "vikarie", "vikar", "Nyckelsk", "olåst vikarierna",
     '"utan att skriva"', "nycklar -larm", "larm or nycklar", "hämtar skriva"],
)  # fmt: skip
def test_forms_of_a_word_and_its_beginning_are_found(town: Town, key: Improvement, text: str):
    assert found(town, "manager", text) == [key.title]


@pytest.mark.parametrize(
    "text", ["nycklar och", "nycklar som", "Nycklar TILL", "vikarier var", "när vikarier hämtar hur"]
)
def test_a_small_word_at_the_end_takes_nothing_away(town: Town, key: Improvement, text: str):
    """Somebody is in the middle of a sentence: no stem knows it, and the text need not have it."""
    others = text.rsplit(" ", 1)[0]
    assert found(town, "quality", others) == found(town, "quality", text) == [key.title]


@pytest.mark.django_db
def test_the_small_words_are_those_of_the_database():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM unnest(%s) AS word WHERE ts_lexize('swedish_stem', word) <> '{}'",
            [[*SMALL_WORDS]],
        )
        assert cursor.fetchall() == []


@pytest.mark.parametrize("text", ["larm", "nycklar -vikarie", '"skriva utan"', "ny", "cykel"])
def test_other_words_are_not(town: Town, key: Improvement, text: str):
    assert found(town, "manager", text) == []


def test_a_title_stands_before_a_text_and_a_text_before_what_was_said(town: Town):
    said = improvement(town.north, town.employee, "Grinden")
    comment_add(record_id=said.pk, text="Kaffet tog slut", access=town.access("manager"))
    text = improvement(town.north, town.employee, "Köket. Vi vill ha bättre kaffe.")
    title = improvement(town.north, town.employee, "Kaffe i personalrummet")
    assert found(town, "manager", "kaffe") == [title.title, text.title, said.title]


def test_of_two_that_match_alike_the_newest_stands_first(town: Town):
    old, new = (improvement(town.north, town.employee, "Trasig lampa") for _ in range(2))
    assert [pk for pk, _kind in ranked("lampa", town.access("manager"))] == [new.pk, old.pk]


def test_what_is_said_internally_is_not_found(town: Town, key: Improvement):
    note_add(record_id=key.pk, text="Zweihander", access=town.access("manager"))
    comment_add(record_id=key.pk, text="Brummbär", access=town.access("manager"))
    assert found(town, "manager", "zweihander") == []
    assert found(town, "employee", "brummbär") == [key.title]


def test_what_was_said_is_still_found_after_the_case_has_moved(town: Town, key: Improvement):
    comment_add(record_id=key.pk, text="Brummbär", access=town.access("manager"))
    move(record_id=key.pk, name="not_now", access=town.access("manager"), comment="No")
    assert found(town, "manager", "brummbär") == [key.title]


def test_a_restricted_word_is_found_by_those_who_handle_it_only(town: Town, sign_in: SignIn):
    case = secret(town.north, town.employee, town, "Zweihander in the cupboard")
    comment_add(record_id=case.pk, text="Brummbär", access=town.access("manager"))
    word, said = (
        {who for who in vars(town) if who not in UNITS and found(town, who, text)}
        for text in ("zweihander", "brummbär")
    )
    assert word == said == {"quality", "handler", "manager", "employee", "care_head"}
    for who in ("reader", "outsider", "south_head", "exec", "auditor", "admin"):
        client = sign_in(getattr(town, who))
        for address in ("/search/?q=zweihander", "/search/?q=zweihandr", f"/search/?q={case.reference}",
                        "/records/?q=zweihander&state=all"):  # fmt: skip
            page = client.get(address).content.decode()
            assert "in the cupboard" not in page
            assert "1 hit" not in page


UNITS = ("kf", "care", "north", "south", "school")


def test_a_text_that_was_changed_is_found_by_its_new_words_only(town: Town, key: Improvement):
    key.text = key.title = "Grinden gnisslar"
    record_save(record=key, access=town.access("manager"))
    assert found(town, "manager", "nyckel") == []
    assert found(town, "manager", "gnisslar") == ["Grinden gnisslar"]


def test_a_move_leaves_what_search_finds_alone_and_a_new_title_does_not(town: Town, key: Improvement):
    def written(change: Callable[[], object]) -> bool:
        with CaptureQueriesContext(connection) as queries:
            change()
        return any('SET "search"' in query["sql"] for query in queries.captured_queries)

    manager = town.access("manager")
    assert not written(lambda: move(record_id=key.pk, name="not_now", access=manager, comment="Senare"))
    changes = {"title": "Grinden gnisslar"}
    assert written(lambda: record_change(record_id=key.pk, changes=changes, access=manager))
    assert found(town, "manager", "gnisslar") == ["Grinden gnisslar"]


@pytest.mark.parametrize("typed", ["nyckelskpet", "nyckleskåpet", "nyckelskapet"])
def test_a_typing_error_still_leads_to_the_title(town: Town, key: Improvement, sign_in: SignIn, typed: str):
    page = sign_in(town.manager).get("/search/", {"q": typed})
    assert [record.pk for record in page.context["search"].similar] == [key.pk]
    assert "Perhaps you meant" in page.content.decode()
    assert similar(typed, town.access("outsider"), but=[]) == []


def test_excerpts_show_the_place_and_nothing_of_it_is_markup(town: Town, sign_in: SignIn):
    text = "Rubrik. <script>alert(1)</script> & <b>fet</b> nyckel \ue000 <img src=x onerror=alert(1)>"
    improvement(town.north, town.employee, text)
    page = sign_in(town.manager).get("/search/", {"q": "nyckel"}).content.decode()
    assert "<mark>nyckel</mark>" in page
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;b&gt;" in page or "<b>" not in page.split("<main")[1]
    assert marked("a<\ue000b\ue001") == "a&lt;<mark>b</mark>"


FILLER = "Det här handlar om något annat. " * 100


@pytest.mark.parametrize(
    ("typed", "stands", "shown"),
    [
        ("rutiner för att hantera brand", "Vid brand: larma, rädda, släck.", "brand"),
        ("rutinerna", "En rutin ses över varje år.", "rutin"),
        ("husen", "Alla hus har nödutgång.", "hus"),
        ("larma -brand", "Larma alltid.", "Larma"),
        ("BRAND", "Vid brand: larma.", "brand"),
    ],
)
def test_an_excerpt_is_looked_for_where_the_words_stand(typed: str, stands: str, shown: str):
    found = around(typed, f"{FILLER}{stands} {FILLER}")
    assert shown in found
    assert len(found) < len(FILLER)


def test_places_beside_each_other_are_shown_once():
    assert around("basala hygienrutiner", f"{FILLER}Basala hygienrutiner gäller.").count("hygienrutiner") == 1


def test_what_is_not_wanted_is_not_looked_for():
    assert around("-brand", f"{FILLER}Vid brand.").startswith("Det här")


@pytest.mark.parametrize("value", HOSTILE)
def test_no_text_breaks_the_search(town: Town, key: Improvement, sign_in: SignIn, value: str):
    client = sign_in(town.manager)
    for query in (f"q={value}", f"q=nyckel&kind={value}&n={value}"):
        answer = client.get(f"/search/?{query}")
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


def test_a_text_ends_where_it_no_longer_counts():
    assert len(clean_text("å " * 10_000)) <= MAX_TEXT
    assert "\x00" not in clean_text("\x00a\x00")


def test_a_kind_narrows_the_hits_and_shows_how_many_each_has(town: Town, key: Improvement, sign_in: SignIn):
    improvement(town.south, town.employee, "Nyckel")
    client = sign_in(town.manager)
    tabs = client.get("/search/?q=nyckel").context["search"].tabs
    assert [(tab.label, tab.count, tab.current) for tab in tabs] == [
        ("All", 2, True),
        ("Improvements", 2, False),
    ]
    page = client.get("/search/?q=nyckel&kind=action").context["search"]
    assert (page.hits, page.count_line) == ([], "0 hits")


def test_more_hits_come_on_asking(town: Town, sign_in: SignIn):
    for number in range(30):
        improvement(town.north, town.employee, f"Lampa {number}")
    client = sign_in(town.manager)
    page = client.get("/search/?q=lampa").context["search"]
    assert (len(page.hits), page.more_url) == (25, "?q=lampa&n=50")
    page = client.get(f"/search/{page.more_url}").context["search"]
    assert (len(page.hits), page.more_url, page.first_new) == (30, "", 26)


def test_of_very_many_hits_the_newest_are_ranked_and_the_page_says_so(
    town: Town, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("qms.records.search.RANKED", 5)
    for number in range(8):
        improvement(town.north, town.employee, f"Lampa {number}")
    answer = sign_in(town.manager).get("/search/?q=lampa")
    assert "More than 5 hits" in answer.content.decode()
    assert "Write one more word" in answer.content.decode()
    assert [hit.record.title for hit in answer.context["search"].hits] == [
        f"Lampa {n}" for n in (7, 6, 5, 4, 3)
    ]


def test_the_page_without_a_text_says_what_to_write(town: Town, sign_in: SignIn):
    page = sign_in(town.employee).get("/search/").content.decode()
    assert "part of a word or a reference" in page


def test_the_search_costs_the_same_at_3_and_at_30(town: Town, sign_in: SignIn):
    def cost() -> int:
        client = sign_in(town.manager)
        client.get("/search/?q=lampa")
        with CaptureQueriesContext(connection) as queries:
            client.get("/search/?q=lampa")
        return len(queries)

    for number in range(3):
        improvement(town.north, town.employee, f"Lampa {number}")
    few = cost()
    for number in range(27):
        improvement(town.south, town.south_head, f"Lampa {number}")
    assert cost() == few <= 12


def test_a_public_record_is_found_by_everyone_who_has_signed_in(town: Town, key: Improvement):
    key.visibility = Visibility.PUBLIC
    record_save(record=key, access=town.access("quality"))
    assert found(town, "outsider", "nyckel") == [key.title]


def test_lines_of_a_text_stand_apart_in_its_excerpt():
    assert marked("Syfte\n\nGäller <alla>\n") == "Syfte · Gäller &lt;alla&gt;"


@pytest.mark.parametrize("text", ["anna sjö", "Sjöberg", "karin", "Anna-Karin Sjöberg"])
def test_whoever_is_called_that_is_shown_above_what_was_found(town: Town, sign_in: SignIn, text: str):
    called = person("anna", town.north, name="Anna-Karin Sjöberg")
    page = sign_in(town.outsider).get("/search/", {"q": text}).content.decode()
    assert f'<a class="row-link" href="{called.get_absolute_url()}">Anna-Karin Sjöberg</a>' in page


def test_a_unit_is_found_by_any_part_of_its_name_or_by_its_code(town: Town):
    school = unit_create(
        parent_id=town.school.pk, code="BJ6", name="Björkskolan F-6", kind="unit", access=town.access("admin")
    )
    assert [found.url for found in named("skolan")] == [school.get_absolute_url()]
    assert [found.hint for found in named("bj6")] == ["Unit"]


def test_who_has_left_and_what_is_closed_is_not_called_anything(town: Town):
    gone = person("gone", town.north, name="Gunvor Ek")
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    Unit.objects.filter(pk=town.south.pk).update(valid_until=timezone.localdate())
    assert named("Gunvor") == []
    assert [found.name for found in named("South")] == ["South Head"]


@pytest.mark.parametrize("text", ["", "an", "ör", "anna karin maria sofia beata", "%", "\\", "berg"])
def test_what_is_no_name_finds_nobody(town: Town, text: str):
    person("anna", town.north, name="Anna Sjöberg")
    assert named(text) == []


@pytest.mark.parametrize("text", ["sjoberg", "anna sjoberg", "Sjöbegr", "bjorkskolan"])
def test_a_name_that_is_spelt_wrong_still_leads_to_who_or_what_is_meant(
    town: Town, sign_in: SignIn, text: str
):
    if "skolan" in text:
        unit_create(
            parent_id=town.school.pk, code="B", name="Björkskolan", kind="unit", access=town.access("admin")
        )
    person("anna", town.north, name="Anna Sjöberg")
    page = sign_in(town.outsider).get("/search/", {"q": text}).content.decode()
    assert "Perhaps you meant one of these" in page
    assert (">Björkskolan</a>" if "skolan" in text else ">Anna Sjöberg</a>") in page
    assert "Try another word" not in page


def test_a_name_that_no_record_holds_is_not_said_to_be_nowhere(town: Town, sign_in: SignIn):
    person("anna", town.north, name="Anna Sjöberg")
    page = sign_in(town.manager).get("/search/", {"q": "Sjöberg"}).content.decode()
    assert "No record that you may see holds “Sjöberg”." in page
    assert "Try another word" not in page
