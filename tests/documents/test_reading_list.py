"""What shows an auditor who has read what: a workbook for those who lead the readers."""

import io

from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from documents.models import Document, Weight
from tests.conftest import Town
from tests.documents.steps import confirmed, day, in_force, next_version


def address_of(document: Document) -> str:
    return reverse("documents:reading_list", args=[document.reference])


def opened(browser: Client, document: Document) -> list[tuple]:
    """The rows of the workbook, its headings first."""
    book = load_workbook(io.BytesIO(browser.get(address_of(document)).getvalue()))
    return [tuple(cell.value for cell in row) for row in book.active]


def test_who_read_which_version_and_when_is_shown_to_those_who_lead_them(town: Town, sign_in):
    document = in_force(town, weight=Weight.NEW_DUTY)
    confirmed(town, document, "employee")
    next_version(town, document, weight=Weight.NEW_DUTY, text="<p>Anew.</p>")
    heads, *rows = opened(sign_in(town.manager), document)
    assert heads[0] == "Name" and heads[4] == "Read and confirmed" and len(rows) == 6  # of both versions
    [first, second] = [row for row in rows if row[0] == "Employee"]
    assert (first[1], first[5], first[7]) == ("North", "1", "a newer version asks instead")
    assert first[4].date() == day(0) and second[4] is None
    assert len(opened(sign_in(town.outsider), document)) == 1  # nobody of theirs is asked
    assert sign_in(town.employee).get(address_of(document)).status_code == 403
