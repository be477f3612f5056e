"""The library: what is searched in it is shown where it stands."""

import re
from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.services import version_start
from qms.organisation.models import Person
from qms.records.list_rows import EXCERPTED
from tests.conftest import Town
from tests.documents.steps import begun, in_force
from tests.records.test_export import as_day, rows, workbook

SignIn = Callable[[Person], Client]


def searched(browser: Client, text: str, address: str = "") -> str:
    return browser.get(address or reverse("documents:list"), {"q": text, "state": "all"}).content.decode()


def test_below_each_title_stands_where_the_words_are_in_any_form(town: Town, sign_in: SignIn):
    in_force(town, "Nycklar", text="<p>Räkna nycklarna varje kväll &amp; skriv upp dem.</p>")
    browser = sign_in(town.employee)
    page = searched(browser, "nycklar kvällen")
    [excerpt] = re.findall(r'<p class="small">(.*?)</p>', page)
    assert excerpt == "Räkna <mark>nycklarna</mark> varje <mark>kväll</mark> &amp; skriv"
    assert "<mark>nycklarna</mark>" in searched(browser, "nycklar", reverse("records:all"))


def test_a_list_that_is_not_searched_shows_titles_alone(town: Town, sign_in: SignIn):
    in_force(town, "Nycklar", text="<p>Räkna dem varje kväll.</p>")
    assert "varje kväll" not in sign_in(town.employee).get(reverse("documents:list")).content.decode()


def test_what_is_found_by_its_title_or_far_down_has_no_excerpt(town: Town, sign_in: SignIn):
    in_force(town, "Sotning", text="<p>Ring först.</p>")
    in_force(town, "Lång", text=f"<p>{'ord ' * EXCERPTED}grankotte</p>")
    browser = sign_in(town.employee)
    assert "Ring" not in searched(browser, "sotning")
    page = searched(browser, "grankotte")
    assert "Lång" in page and "<mark>" not in page


def test_what_one_may_not_see_shows_no_word_of_it(town: Town, sign_in: SignIn):
    begun(town, "Hemligt", text="<p>Grevens guldgruva</p>", restricted_why="OSL 18 kap. 8 §")
    for name in ("employee", "outsider", "admin"):
        page = searched(sign_in(getattr(town, name)), "guldgruva")
        assert "Grevens" not in page and "<mark>" not in page, name


def test_markup_in_a_text_is_shown_and_not_obeyed(town: Town, sign_in: SignIn):
    in_force(town, "Kod", text="<p>Skriv &lt;script&gt;alert(1)&lt;/script&gt; aldrig i rutan.</p>")
    page = searched(sign_in(town.employee), "rutan")
    assert "<script>alert" not in page and "<mark>rutan</mark>" in page


def test_a_page_of_hits_costs_as_many_queries_as_one(
    town: Town, sign_in: SignIn, django_assert_max_num_queries
):
    browser = sign_in(town.employee)
    for number in range(12):
        in_force(town, f"Nycklar {number}", text="<p>Räkna nycklarna.</p>")
    searched(browser, "rutan")  # the first visit fills what a process keeps
    with django_assert_max_num_queries(12):
        page = searched(browser, "nycklarna")
    assert page.count("<mark>") == 12


def test_no_document_is_called_open(town: Town, sign_in: SignIn):
    in_force(town, "Nycklar")
    page = sign_in(town.employee).get(reverse("documents:list")).content.decode()
    [states] = re.findall(r'<select[^>]* name="state">(.*?)</select>', page, re.DOTALL)
    offered = re.findall(r"<option[^>]*>([^<]*)</option>", states)
    assert offered[:3] == ["All that lives", "No longer current", "All states"]
    assert not re.search(r">Open\b(?! it, and it goes)", page)


def test_a_workbook_of_documents_says_what_was_decided(town: Town, sign_in: SignIn):
    document = in_force(town, "Nycklar", paragraph="§ 84", registry_number="VON 2026/00602")
    version_start(document_id=document.pk, access=town.access("handler"))
    begun(town, "Lås")
    held, draft = sorted(
        rows(workbook(sign_in(town.employee), "kind=document")), key=lambda row: row["State"] != "In force"
    )
    assert (held["Version"], held["Decided by"], held["Paragraph"]) == ("1", "The manager", "§ 84")
    assert held["Registry number"] == "VON 2026/00602"
    assert as_day(held["Day of the decision"]) == as_day(held["In force from"]) == timezone.localdate()
    assert (draft["Title"], draft["Version"], draft["Decided by"]) == ("Lås", None, None)
    assert "Version" not in rows(workbook(sign_in(town.employee)))[0]


def test_being_written_is_also_what_is_in_force_and_gets_a_new_version_and_only_for_those_who_see_it(
    town: Town, sign_in: SignIn
):
    held, new = in_force(town, "Held"), begun(town, "New").document
    in_force(town, "Untouched")

    def listed(who: str) -> set[str]:
        page = sign_in(getattr(town, who)).get(reverse("documents:list"), {"only": "under_way"})
        return set(re.findall(r'class="row-link" href="/r/([^/]+)/"', page.content.decode()))

    assert listed("handler") == {new.reference}
    version_start(document_id=held.pk, access=town.access("handler"))
    assert listed("handler") == {new.reference, held.reference}
    assert listed("outsider") == set()
