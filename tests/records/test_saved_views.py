"""Views of a list under names of one's own."""

import pytest

from qms.exceptions import RuleViolation
from qms.records.models import SavedView
from qms.records.services.views import MOST_VIEWS, view_delete, view_rename, view_save
from tests.conftest import Town
from tests.factories import improvement
from tests.records.test_list_pages import HOSTILE, SignIn


def late(town: Town, who: str = "manager", name: str = "Late here") -> SavedView:
    """A view of the list of improvements."""
    return view_save(kind="improvement", name=name, query="due=overdue&n=75", access=town.access(who))


def test_a_saved_view_stands_above_its_list_and_is_current_when_shown(town: Town, sign_in: SignIn):
    client = sign_in(town.manager)
    answer = client.post(
        "/records/views/new/?page=improvement&due=overdue&sort=newest", {"name": "Late here"}
    )
    assert answer["Location"] == "/improvements/?due=overdue&sort=newest"
    tabs = client.get("/improvements/?due=overdue&sort=newest").context["list"].tabs
    assert [(tab.label, tab.current) for tab in tabs][-2:] == [("All", False), ("Late here", True)]
    assert len(client.get("/records/").context["list"].tabs) == 4
    assert len(sign_in(town.handler).get("/improvements/").context["list"].tabs) == 4


def test_the_list_offers_to_save_a_selection_that_is_no_view_yet(town: Town, sign_in: SignIn):
    client = sign_in(town.manager)
    assert not client.get("/improvements/").context["list"].may_be_saved
    page = client.get("/improvements/?category=praise&n=50").context["list"]
    assert page.may_be_saved
    assert page.save_url == "/records/views/new/?page=improvement&category=praise"
    assert client.get(page.save_url).status_code == 200


def test_a_view_is_shared_by_its_address(town: Town, sign_in: SignIn):
    improvement(town.north, town.employee, "Nyckel")
    view = view_save(kind="", name="Keys", query="q=nyckel", access=town.access("manager"))
    shared = sign_in(town.reader).get(f"/records/?{view.query}").context["list"]
    assert [record.title for record in shared.rows] == ["Nyckel"]


def test_how_much_is_shown_is_not_part_of_a_view(town: Town):
    assert late(town).query == "due=overdue"


@pytest.mark.parametrize("name", ["", "   ", "\x00", "x" * 41])
def test_a_view_needs_a_name_that_fits(town: Town, sign_in: SignIn, name: str):
    with pytest.raises(RuleViolation):
        late(town, name=name)
    answer = sign_in(town.manager).post("/records/views/new/?page=improvement&q=keep+me", {"name": name})
    assert answer.status_code == 422
    assert "/improvements/?q=keep+me" in answer.content.decode()


def test_a_name_that_is_taken_is_kept_with_a_sentence_beside_it(town: Town, sign_in: SignIn):
    late(town)
    answer = sign_in(town.manager).post("/records/views/new/?page=improvement", {"name": "Late  here"})
    assert answer.status_code == 422
    assert "You already have a view with this name" in answer.content.decode()
    assert 'value="Late  here"' in answer.content.decode()


def test_others_may_use_the_same_name(town: Town):
    assert late(town).name == late(town, "handler").name


def test_there_are_as_many_views_as_fit(town: Town):
    for number in range(MOST_VIEWS):
        late(town, name=f"View {number}")
    with pytest.raises(RuleViolation, match="Remove one first"):
        late(town)


def test_a_view_is_given_another_name(town: Town, sign_in: SignIn):
    view = late(town)
    client = sign_in(town.manager)
    assert "Late here" in client.get(f"/records/views/{view.pk}/").content.decode()
    client.post(f"/records/views/{view.pk}/", {"name": "Behind"})
    view.refresh_from_db()
    assert view.name == "Behind"
    assert view_rename(view_id=view.pk, name="Behind", access=town.access("manager")).name == "Behind"


def test_a_view_is_removed_and_the_list_stays(town: Town, sign_in: SignIn):
    view = late(town)
    answer = sign_in(town.manager).post(f"/records/views/{view.pk}/delete/")
    assert answer["Location"] == "/improvements/?due=overdue"
    assert not SavedView.objects.exists()


def test_another_persons_view_does_not_exist(town: Town, sign_in: SignIn):
    view = late(town)
    client = sign_in(town.quality)
    assert client.get(f"/records/views/{view.pk}/").status_code == 404
    assert client.post(f"/records/views/{view.pk}/delete/").status_code == 404
    for change in (view_delete, lambda **these: view_rename(name="Mine", **these)):
        with pytest.raises(SavedView.DoesNotExist):
            change(view_id=view.pk, access=town.access("quality"))


def test_a_list_that_is_not_there_has_no_views(town: Town, sign_in: SignIn):
    assert sign_in(town.manager).get("/records/views/new/?page=dragon").status_code == 404


@pytest.mark.parametrize("value", HOSTILE)
def test_of_a_hostile_address_only_what_the_list_understands_is_kept(town: Town, sign_in: SignIn, value: str):
    address = f"/records/views/new/?page=improvement&unit={value}&state={value}&due=week&x={value}"
    assert sign_in(town.manager).post(address, {"name": "View"}).status_code == 302
    assert SavedView.objects.get().query == "due=week"
