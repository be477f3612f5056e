"""Two who saw the same: joined on a phone, answered together, and parted again when it was not the same."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from improvements.models import Improvement, Verdict
from qms.records.services import comment_add
from tests.browser.fixtures import PHONE, OpenAs
from tests.browser.looks import overflow
from tests.browser.test_full_handling import act
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import carried_out

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_joined_both_are_answered_and_parted_each_stands_by_itself(
    town_live: Town, open_as: OpenAs, script: bool
):
    town = town_live
    lamp = improvement(town.north, town.employee, "The lamp by the gate is dark")
    gate = improvement(town.north, town.reader, "No light at the gate at night")
    comment_add(record_id=lamp.pk, text="Since Monday", access=town.access("employee"))
    first, other = (reverse("records:detail", args=[case.reference]) for case in (lamp, gate))
    manager = open_as(town.manager, width=PHONE, java_script_enabled=script)
    sender = open_as(town.employee, width=PHONE, java_script_enabled=script)

    manager.goto(first)
    act(manager, "Same as another", into=gate.reference)
    manager.goto(other)
    expect(manager.locator("main")).to_contain_text("Since Monday")
    assert overflow(manager) == []

    sender.goto(first)
    sender.get_by_role("link", name=gate.title).first.click()
    expect(sender.locator("main")).not_to_contain_text("Did it get better?")
    carried_out(town, gate)
    sender.goto(other)
    sender.get_by_role("button", name="No, it did not").click()
    assert (Verdict.objects.get().record, Verdict.objects.get().better) == (lamp, False)

    form = sender.locator("form[data-draft^=move]").first
    form.locator("[name=comment]").fill("Mine is the lamp by the other gate")
    form.get_by_role("button", name="Open again").click()
    expect(sender.locator("form[data-draft^=move]")).to_have_count(0)
    states = dict(Improvement.objects.values_list("pk", "state"))
    assert states == {lamp.pk: "received", gate.pk: "done"}
    manager.goto(other)
    expect(manager.locator("main")).not_to_contain_text("Since Monday")
