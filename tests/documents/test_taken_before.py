"""Whoever takes a list over again is told what they would double without knowing."""

from documents.models import Document, Version
from qms.records.models import ImportRun
from tests.documents import files
from tests.documents.steps import begun, in_force
from tests.documents.test_taking_over import OPEN, done, line, looked_through, outcomes, packed

OTHER = {"zipped": packed(hand_docx=files.word("Annat."))}


def the_row(run: ImportRun) -> tuple[str, str]:
    [(_two, outcome, why)] = outcomes(run)
    return outcome, why


def other_file():
    return packed(hand_docx=files.word("Sprita i 30 sekunder, också."))


def test_a_row_without_id_under_a_new_title_is_said_to_be_perhaps_here_already(town):
    done(town, looked_through(town, line(id="")))
    document = Document.objects.get()
    run = looked_through(town, line(id="", title="Handhygien i vården"), zipped=other_file())
    outcome, why = the_row(run)
    assert outcome == "like" and f"Perhaps it is {document.reference} “Handhygien”" in why and OPEN in why
    outcome, why = the_row(looked_through(town, line(id="", title="Sprit och tvål")))  # its file tells it
    assert outcome == "like" and document.reference in why
    assert the_row(looked_through(town, line(id="", title="Nycklar"), zipped=other_file())) == ("new", OPEN)
    done(town, run)
    assert Document.objects.count() == 2  # whoever goes on all the same wanted one more


def test_with_its_number_as_id_a_renamed_row_is_the_same_document(town):
    done(town, looked_through(town, line(id="")))
    document = Document.objects.get()
    run = done(town, looked_through(town, line(id=document.reference.lower(), title="Rena händer")))
    assert the_row(run) == ("version", "What was decided is put right, as a small correction.")
    document.refresh_from_db()
    assert document.title == "Rena händer" and Document.objects.count() == 1
    held = Version.objects.get(is_in_force=True)
    assert (held.number, held.title) == ("1.1", "Rena händer")  # the official PDF is called so too


def test_one_written_here_is_found_too_and_never_overwritten_by_its_number(town):
    document = in_force(town, "Handhygien på boendet")
    outcome, why = the_row(looked_through(town, line(title="Handhygien på boenden")))
    assert (
        outcome == "like" and f"{document.reference} “Handhygien på boendet”, which was written here" in why
    )
    outcome, why = the_row(looked_through(town, line(id=document.reference)))
    assert outcome == "refused" and "was written here: leave the row out" in why


def test_what_another_row_of_the_list_is_makes_no_row_suspicious(town):
    done(town, looked_through(town, line()))
    run = looked_through(
        town, line(), line(id="P-2", title="Handhygien hemma"), zipped=packed(hand_docx=files.word("Rutin"))
    )
    assert [outcome for _number, outcome, _why in outcomes(run)][1] == "new"


def test_the_page_says_what_the_list_leaves_out_of_the_units_it_names(town, sign_in):
    done(
        town,
        looked_through(
            town, line(id="A"), line(id="B", title="Nycklar"), line(id="C", title="Lås", unit="SOUTH")
        ),
    )
    run = looked_through(town, line(id="", title="Handhygienen"), zipped=other_file())
    page = sign_in(town.quality).get(f"/documents/take-over/{run.pk}/").content.decode()
    assert "2 taken over before are not in this list" in page and "Nycklar" in page
    assert ">Lås<" not in page  # the list is of North alone
    assert "1 row looks like something that is here already." in page
    done(town, run)
    assert (
        "not in this list"
        not in sign_in(town.quality).get(f"/documents/take-over/{run.pk}/").content.decode()
    )


def test_a_row_tells_no_title_of_what_only_few_see(town):
    hidden = begun(town, "Handhygien i skyddat boende", restricted_why="OSL 26:1").document
    outcome, why = the_row(looked_through(town, line(title="Handhygien i skyddade boenden")))
    assert outcome == "like" and hidden.reference in why and "skydd" not in why
