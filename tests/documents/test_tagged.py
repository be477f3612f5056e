"""The official PDF can be read aloud and kept for ever: its structure, element by element."""

import io
from collections import Counter

import pytest
from pypdf import PdfReader

from documents.content.stamp import stamped
from documents.models import FrozenPdf, Version
from documents.services.frozen import pdf_make
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.services.attachments import attachments_save
from tests.conftest import Town
from tests.documents import files
from tests.documents.steps import approved, begun, ready_to_approve, written
from tests.documents.tagged import elements, faults, of_file
from tests.records.files import picture, upload

TEXT = """
<h2>Syfte</h2><p>Rutinen säger <strong>hur</strong> vi gör, se <a href="/r/D-2026-0001/">policyn</a> och
<a href="#s-ansvar">ansvar</a>.</p><blockquote><p>Ingen ska vänta.</p></blockquote>
<h3>Steg</h3><ol><li><p>Hämta nyckeln.</p><ul><li><p>Signera.</p></li><li><p>Räkna.</p></li></ul></li>
<li><p>Lämna den.</p></li></ol>
<h2>Ansvar</h2><table><caption>Vem gör vad</caption><thead><tr><th scope="col">Roll</th>
<th scope="col" colspan="2">Ansvar</th></tr></thead><tbody><tr><th scope="row">Chef</th><td>Följer upp</td>
<td>Varje år</td></tr></tbody></table>
<h4>Bild</h4><figure><img src="{picture}" alt="Karta över nyckelskåpen">
<figcaption>Plan 1</figcaption></figure>
"""


@pytest.fixture(params=[False, True], ids=["accessible", "archival"])
def made(request: pytest.FixtureRequest, town: Town, settings) -> bytes:
    """The official PDF of a text in which everything stands that a text may hold, several pages long."""
    settings.DOCUMENT_PDF_ARCHIVAL = request.param
    version = begun(town, "Nycklar", laws="Socialtjänstlagen (2025:400)")
    with stored([receive(upload("karta.jpg", picture()))]) as received:
        [own] = attachments_save(record=version.document, files=received, access=town.access("handler"))
    long = "".join(f"<h3>Del {number}</h3><p>{'Så här gör vi. ' * 60}</p>" for number in range(6))
    written(town, version, TEXT.replace("{picture}", own.get_absolute_url()) + long)
    version = Version.objects.get()
    ready_to_approve(town, version)
    approved(town, version)
    assert pdf_make(version_id=version.pk)
    with FrozenPdf.objects.get().file.open("rb") as kept:
        return kept.read()


def test_nothing_in_its_structure_is_out_of_place(made: bytes):
    assert faults(made) == []
    pdf = PdfReader(io.BytesIO(made))
    kinds = Counter(kind for kind, _parent, _element in elements(pdf))
    assert len(pdf.pages) > 1 and kinds["/H1"] == 1
    assert kinds["/Figure"] == 1 and kinds["/Table"] == 1 and kinds["/TH"] == 3 and kinds["/Link"] == 2


def test_it_says_which_standard_it_follows(made: bytes, settings):
    said = PdfReader(io.BytesIO(made)).trailer["/Root"]["/Metadata"].get_data().decode()
    if settings.DOCUMENT_PDF_ARCHIVAL:
        assert 'pdfaid:part="2"' in said and 'pdfaid:conformance="A"' in said
        [intent] = PdfReader(io.BytesIO(made)).trailer["/Root"]["/OutputIntents"]
        assert intent.get_object()["/DestOutputProfile"].get_object().get_data()
    else:
        assert 'pdfuaid:part="1"' in said
    assert "Nycklar" in said


def test_marked_as_replaced_it_is_read_aloud_as_before(made: bytes):
    assert faults(stamped(made, "Ersatt", "Ersatt den 1 mars 2026", "sv")) == []


def test_what_is_wrong_is_found():
    """The measure measures: of a PDF that is not tagged it says so."""
    pdf = PdfReader(io.BytesIO(files.pdf("Ett")))
    assert {"not marked as tagged", "no title", "no language"} <= set(of_file(pdf))
