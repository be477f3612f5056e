"""What people do in a browser, told once; the journeys are made of these."""

from collections.abc import Callable
from io import BytesIO

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from PIL import Image
from playwright.sync_api import Locator, Page, expect

Say = Callable[..., str]

# A form's own controls that a person sees: what has to be filled in before it can be sent.
_FIELDS = "main form:not(.filters) :is(textarea, select, input:not([type=hidden]))"


def words(language: str) -> Say:
    """A function that says the product's texts in that language, as its templates do."""

    def _say(text: str, **values: object) -> str:
        with translation.override(language):
            return gettext(text) % values if values else gettext(text)

    return _say


def photo(width: int = 400, height: int = 300) -> dict[str, object]:
    """A photo as a phone takes it, with the place in it, ready for a file input."""
    picture, content = Image.new("RGB", (width, height), (90, 120, 80)), BytesIO()
    exif = Image.Exif()
    exif[0x0110] = "Phone"
    exif.get_ifd(0x8825)[2] = (59.0, 20.0, 0.0)  # GPS latitude
    picture.save(content, "JPEG", exif=exif)
    return {"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def fields_shown(page: Page) -> int:
    """How many controls of the page's forms a person sees."""
    controls = page.locator(_FIELDS)
    return sum(controls.nth(place).is_visible() for place in range(controls.count()))


def write_proposal(page: Page, text: str, say: Say) -> Locator:
    """Open the box, write; returns the button that sends it."""
    page.goto(reverse("improvements:propose"))
    box = page.get_by_role("textbox", name=say("What could be better?"))
    box.fill(text)
    return page.get_by_role("button", name=say("Send the proposal"))


def sent_reference(page: Page, say: Say) -> str:
    """The number on the receipt, once the browser has let go of what was typed."""
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Thank you, your proposal has arrived"))
    page.wait_for_load_state()
    return str(page.locator("dl .num").first.inner_text())
