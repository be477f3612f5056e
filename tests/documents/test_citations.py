"""Links from one text to another document: shown where they lead, led right wherever the text is read."""

import io

from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from documents.content.links import relinked
from documents.models import Document, FrozenPdf, Version
from documents.selectors.citations import citing, references_in
from documents.services import version_start
from documents.services.frozen import pdf_make
from qms.records.models import Record, Visibility
from qms.records.services import move
from tests.conftest import Town
from tests.documents.steps import begun, day, in_force, next_version, written

SITE = "https://kvalitet.example.se"


def link(to: str, words: str = "den andra") -> str:
    return f'<p>Se <a href="{to}">{words}</a>.</p>'


def cited_in(document: Document, town: Town, by: str = "employee") -> list[str]:
    return [one.title for one in citing(document, town.access(by)).documents]


def test_a_document_says_where_it_is_cited_as_long_as_that_is_in_force(town: Town, sign_in):
    policy = in_force(town, "Kvalitetspolicy")
    routine = in_force(town, "Rutin", text=link(policy.get_absolute_url()) * 2)
    page = sign_in(town.employee).get(policy.get_absolute_url()).content.decode()
    assert "Cited in" in page and page.count(f'class="row-link" href="{routine.get_absolute_url()}"') == 1
    draft = version_start(document_id=routine.pk, access=town.access("handler"))
    written(town, draft, "<p>Utan hänvisning.</p>")
    assert cited_in(policy, town) == ["Rutin"]  # a draft says nothing yet
    move(record_id=draft.pk, name="abandon", access=town.access("handler"), comment="Not now")
    next_version(town, routine, text="<p>Utan hänvisning.</p>")
    assert cited_in(policy, town) == []
    again = in_force(town, "Ny rutin", text=link(policy.get_absolute_url()))
    data = {"decided_by": "The manager", "paragraph": "", "registry_number": "", "decided_on": day(0)}
    move(record_id=again.pk, name="repeal", access=town.access("manager"), comment="Old", data=data)
    assert cited_in(policy, town) == []


def test_whoever_cites_a_version_a_heading_or_the_whole_address_cites_the_document(town: Town, settings):
    settings.SITE_URL = SITE
    policy = in_force(town, "Kvalitetspolicy")
    version = Version.objects.get(document=policy)
    in_force(town, "A", text=link(version.get_absolute_url()))
    in_force(town, "B", text=link(policy.get_absolute_url() + "#s-when"))
    in_force(town, "C", text=link(SITE + policy.get_absolute_url()))
    in_force(town, "D", text=link("https://other.example.se" + policy.get_absolute_url()))
    register = reverse("register:document", args=[policy.reference])
    in_force(town, "CC", text=link(SITE + register + "?lang=sv"))
    in_force(town, "E", text=link("/r/D-1999-0001/") + link("#s-when") + link("/help/"))
    assert cited_in(policy, town) == ["A", "B", "C", "CC"]
    assert references_in(link("/r/D-1/") + link("/r/D-1/?a=1") + link("/r/D-1/edit/")) == ["D-1"]


def test_where_one_does_not_see_it_a_document_is_cited_nowhere(town: Town):
    policy = in_force(town, "Kvalitetspolicy")
    kept = in_force(town, "Hemlig rutin", text=link(policy.get_absolute_url()))
    Record.objects.filter(pk=kept.pk).update(visibility=Visibility.RESTRICTED, confidential_reason="OSL")
    assert cited_in(policy, town, "manager") == ["Hemlig rutin"]
    assert citing(policy, town.access("outsider")).documents == []


def test_in_the_register_a_link_leads_to_the_register_or_is_only_words(town: Town):
    policy = in_force(town, "Kvalitetspolicy")
    draft = begun(town, "Utkast").document
    text = (
        link(policy.get_absolute_url() + "#s-when", "policyn")
        + link(draft.get_absolute_url(), "utkastet <strong>här</strong>")
        + link("https://www.riksdagen.se/", "lagen")
    )
    routine = in_force(town, "Rutin", text=text)
    page = Client().get(reverse("register:document", args=[routine.reference]), {"lang": "sv"})
    shown = page.content.decode()
    there = reverse("register:document", args=[policy.reference])
    assert f'href="{there}?lang=sv#s-when"' in shown
    assert "<p>Se utkastet <strong>här</strong>.</p>" in shown
    assert 'href="https://www.riksdagen.se/"' in shown
    assert policy.get_absolute_url() not in shown and draft.get_absolute_url() not in shown
    # What becomes public later is linked from then on.
    Record.objects.filter(pk=policy.pk).update(visibility=Visibility.STAFF)
    assert there not in Client().get(page.wsgi_request.path).content.decode()


def test_in_the_official_pdf_a_link_leads_to_the_page_from_any_machine(town: Town, settings):
    settings.SITE_URL = SITE
    policy = in_force(town, "Kvalitetspolicy")
    text = link(policy.get_absolute_url()) + "<h2>Syfte</h2>" + link("#s-syfte")
    routine = in_force(town, "Rutin", text=text)
    version = Version.objects.get(document=routine)
    assert pdf_make(version_id=version.pk)
    with FrozenPdf.objects.get(version=version).file.open("rb") as kept:
        [page] = PdfReader(io.BytesIO(kept.read())).pages
    links = [one.get_object() for one in page["/Annots"]]
    assert [one["/A"]["/URI"] for one in links if "/A" in one] == [SITE + policy.get_absolute_url()]
    assert [one["/Dest"] for one in links if "/Dest" in one] == ["s-syfte"]


def test_links_that_are_not_ours_stay_as_they_are():
    other = f'<a href="{SITE}//other.example.se/">x</a>'  # without our name: another machine's
    assert relinked(other, SITE, lambda address: address) == other
    text = '<p>a &amp; b <a href="https://x.se/?a=1&amp;b=2">x</a> <a href="mailto:a@b.se">y</a></p>'
    assert relinked(text, SITE, lambda address: "") == text
    assert relinked('<p><a href="/r/D-1/">d</a> <a href="#s-x">x</a></p>', SITE, lambda address: "") == (
        '<p>d <a href="#s-x">x</a></p>'
    )
