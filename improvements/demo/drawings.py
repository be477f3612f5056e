"""The photos of the demo: plain drawings of a thing before and after, the same each time."""

import io
from collections.abc import Callable, Iterable
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from improvements.demo.script import Script
from improvements.demo.stage import AFTER, BEFORE
from qms.records.attachments.receiving import Received, receive

SIZE = (960, 640)
SKY, NIGHT, WALL, FLOOR = "#dcecf5", "#1f2a3a", "#f3ece0", "#cfc4b3"
GRASS, ROAD, STEEL, WOOD = "#b9d3a6", "#7d8288", "#8d99a6", "#b08457"
RED, YELLOW, GREEN, BLUE, INK, WHITE = "#c8553d", "#f2c14e", "#4d9078", "#3f6c9b", "#2d3640", "#ffffff"
FLOOR_AT = 470  # where the floor or the ground begins

Pen = ImageDraw.ImageDraw
Place = tuple[float, float]


def drawn(scripts: Iterable[Script]) -> dict[tuple[str, str], Received]:
    """The pictures of these cases by key and when: one it was sent with, and one of when it was done."""
    return {
        (script.key, when): picture(script.text["drawing"], when)
        for script in scripts
        for when in (BEFORE, AFTER)[: 2 if script.finished else 1]
    }


@cache
def picture(scene: str, when: str) -> Received:
    """A picture of a scene, as it is after it has been looked through as any other."""
    image = Image.new("RGB", (SIZE[0] * 2, SIZE[1] * 2))
    SCENES[scene](_Brush(ImageDraw.Draw(image)), when == AFTER)
    content = io.BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(content, "JPEG", quality=88)
    return receive(SimpleUploadedFile(f"{when}.jpg", content.getvalue(), content_type="image/jpeg"))


class _Brush:
    """Draws twice as large as asked, so that edges are smooth when the picture is made smaller."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen

    def room(self, wall: str = WALL, floor: str = FLOOR) -> None:
        """A wall, or the sky, above a floor or the ground."""
        self.box((0, 0), SIZE, wall)
        self.box((0, FLOOR_AT), SIZE, floor)

    def box(self, start: Place, end: Place, fill: str, *, round_: float = 0, edge: str | None = None) -> None:
        """A rectangle."""
        places = [*_twice(start), *_twice(end)]
        self._pen.rounded_rectangle(places, radius=round_ * 2, fill=fill, outline=edge, width=6)

    def oval(
        self, middle: Place, width: float, height: float, fill: str | None, edge: str | None = None
    ) -> None:
        """An ellipse; a ring where it has no filling."""
        (x, y), (w, h) = middle, (width / 2, height / 2)
        self._pen.ellipse(
            [*_twice((x - w, y - h)), *_twice((x + w, y + h))], fill=fill, outline=edge, width=14
        )

    def shape(self, fill: str, *places: Place) -> None:
        """A polygon."""
        self._pen.polygon([_twice(place) for place in places], fill=fill)

    def line(self, fill: str, width: int, *places: Place) -> None:
        """A line with round corners."""
        self._pen.line([_twice(place) for place in places], fill=fill, width=width * 2, joint="curve")


def _twice(place: Place) -> Place:
    return place[0] * 2, place[1] * 2


def _lamp(brush: _Brush, done: bool) -> None:
    brush.room("#33465e" if done else NIGHT, "#5f6b62" if done else "#2b3330")
    for x in (190, 480, 770):
        lit = done or x == 190
        if lit:
            glow = "#f6e3a1" if done else "#8a8462"
            brush.shape(glow, (x, 190), (x - 130, FLOOR_AT + 60), (x + 130, FLOOR_AT + 60))
        brush.line(STEEL, 10, (x, 150), (x, FLOOR_AT + 40))
        brush.shape(INK, (x - 44, 190), (x + 44, 190), (x + 22, 140), (x - 22, 140))
        brush.oval((x, 194), 52, 26, YELLOW if lit else "#4a5260")
    if not done:
        brush.line(RED, 7, (760, 186), (780, 206))
        brush.line(RED, 7, (780, 186), (760, 206))
    brush.shape("#a9a08c" if done else "#3d423f", (380, 640), (580, 640), (510, FLOOR_AT), (450, FLOOR_AT))


def _floor(brush: _Brush, done: bool) -> None:
    brush.room("#e6eef0", "#b8c4c8")
    for x in range(0, 960, 120):
        brush.line("#a3b0b5", 2, (x, 640), (480 + (x - 480) * 0.6, FLOOR_AT))
    brush.box((90, 120), (300, FLOOR_AT), "#d5dee0", edge=STEEL)
    brush.oval((275, 310), 22, 22, INK)
    if done:
        brush.shape("#5b6b73", (330, 500), (800, 500), (860, 610), (270, 610))
        for row in range(510, 605, 22):
            brush.line("#72838c", 5, (330, row), (810, row))
        brush.line(STEEL, 14, (560, 250), (860, 250))
        for x in (560, 860):
            brush.line(STEEL, 14, (x, 250), (x, 290))
        return
    brush.oval((560, 560), 430, 90, "#8fbcd4")
    brush.oval((520, 548), 200, 34, "#b7d8e8")
    brush.shape(YELLOW, (700, 540), (800, 540), (768, 340), (732, 340))
    brush.shape(INK, (744, 400), (756, 400), (753, 470), (747, 470))
    brush.oval((750, 495), 14, 14, INK)


def _keys(brush: _Brush, done: bool) -> None:
    brush.room()
    brush.box((210, 90), (750, 430), WOOD, round_=10)
    brush.box((230, 110), (730, 410), "#e9dcc4", round_=6)
    colours = (RED, BLUE, GREEN, YELLOW)
    if not done:
        for x, y in ((330, 330), (430, 350), (410, 300), (530, 340), (600, 310), (520, 290)):
            _key(brush, x, y, STEEL, lying=True)
        return
    for row in range(2):
        for column in range(4):
            x, y = 300 + column * 120, 150 + row * 130
            brush.oval((x, y), 14, 14, INK)
            _key(brush, x, y + 18, colours[column])


def _key(brush: _Brush, x: float, y: float, colour: str, *, lying: bool = False) -> None:
    brush.oval((x, y), 40, 40, colour)
    brush.oval((x, y), 14, 14, "#e9dcc4")
    if lying:
        brush.line("#5d6670", 8, (x + 18, y + 10), (x + 76, y + 36))
        brush.line("#5d6670", 6, (x + 64, y + 30), (x + 58, y + 46))
        return
    brush.line("#5d6670", 8, (x, y + 20), (x, y + 72))
    brush.line("#5d6670", 6, (x, y + 54), (x + 16, y + 54))
    brush.line("#5d6670", 6, (x, y + 68), (x + 14, y + 68))


def _shelf(brush: _Brush, done: bool) -> None:
    brush.room()
    colours = (BLUE, GREEN, YELLOW, RED)
    for row in range(3):
        y = 190 + row * 125
        brush.box((150, y), (810, y + 14), WOOD)
        for column in range(4):
            x = 175 + column * 158
            if done:
                brush.box((x, y - 92), (x + 126, y), colours[column], round_=6)
                brush.box((x + 22, y - 66), (x + 104, y - 34), WHITE, round_=4)
                brush.line(INK, 4, (x + 32, y - 50), (x + 90, y - 50))
            else:
                tilt = ((row * 4 + column) % 3 - 1) * 22
                top = (x + tilt, y - 84), (x + 104 + tilt, y - 70 - tilt / 2)
                brush.shape("#c3b08d", *top, (x + 112, y), (x + 8, y))
    brush.box((140, 70), (156, 460), WOOD)
    brush.box((804, 70), (820, 460), WOOD)
    if not done:
        brush.shape("#b39f7b", (260, 590), (380, 570), (396, 500), (276, 516))
        brush.shape("#d3c19c", (520, 600), (650, 600), (650, 520), (520, 520))
        brush.line(RED, 8, (700, 590), (840, 530))


def _bikes(brush: _Brush, done: bool) -> None:
    brush.room(SKY if done else "#b9c4cc", "#c9c9c4")
    if done:
        brush.shape(GREEN, (60, 170), (900, 170), (860, 110), (100, 110))
        for x in (90, 480, 870):
            brush.line(STEEL, 12, (x, 170), (x, 520))
    else:
        for number in range(60):
            x, y = (number * 157) % 960, (number * 83) % 600
            brush.line("#7f95a6", 3, (x, y), (x - 10, y + 30))
    for x in (220, 480, 740):
        _bike(brush, x, 500)
        if done:
            brush.box((x + 66, 330), (x + 92, 400), BLUE, round_=6)
            brush.line(YELLOW, 5, (x + 79, 400), (x + 60, 450), (x + 20, 455))


def _bike(brush: _Brush, x: float, y: float) -> None:
    for wheel in (x - 70, x + 70):
        brush.oval((wheel, y), 110, 110, None, INK)
    brush.line(RED, 9, (x - 70, y), (x - 20, y - 80), (x + 50, y - 80), (x + 6, y), (x - 70, y))
    brush.line(RED, 9, (x + 70, y), (x + 44, y - 110))
    brush.line(INK, 9, (x + 30, y - 112), (x + 64, y - 116))
    brush.line(INK, 11, (x - 44, y - 96), (x - 8, y - 96))


def _pothole(brush: _Brush, done: bool) -> None:
    brush.room(SKY, GRASS)
    brush.shape(ROAD, (120, 640), (840, 640), (560, FLOOR_AT - 90), (400, FLOOR_AT - 90))
    for y, size in ((400, 16), (450, 26), (520, 40), (600, 44)):
        brush.shape(WHITE, (474, y), (486, y), (488, y + size), (472, y + size))
    for x, height in ((150, 230), (780, 260), (880, 210)):
        brush.oval((x, height), 120, 150, GREEN)
        brush.line(WOOD, 16, (x, height + 60), (x, 390))
    if done:
        brush.shape("#5d6268", (530, 540), (690, 540), (720, 600), (540, 600))
        return
    brush.oval((610, 570), 190, 66, "#4d4a45")
    brush.oval((618, 576), 130, 36, "#7fa8bd")
    brush.shape(RED, (360, 600), (430, 600), (402, 490), (388, 490))
    brush.box((376, 538), (414, 556), WHITE)


def _sign(brush: _Brush, done: bool) -> None:
    brush.room(SKY, GRASS)
    brush.shape("#d9cfbf", (380, 640), (620, 640), (520, FLOOR_AT), (470, FLOOR_AT))
    brush.box((640, 200), (900, FLOOR_AT), "#d8a47f")
    brush.shape("#8e5a4a", (620, 200), (920, 200), (770, 100))
    brush.box((740, 340), (810, FLOOR_AT), "#6d4c41")
    if done:
        brush.line(STEEL, 14, (300, 250), (300, 540))
        brush.box((170, 170), (430, 290), BLUE, round_=14)
        brush.line(WHITE, 16, (215, 230), (360, 230))
        brush.shape(WHITE, (350, 196), (350, 264), (400, 230))
        return
    for x, size in ((170, 190), (270, 230), (370, 200)):
        brush.oval((x, 420), size, size * 1.15, GREEN)
    brush.line(STEEL, 14, (300, 330), (280, 540))
    brush.shape("#6e88a3", (230, 300), (390, 326), (380, 390), (222, 362))
    brush.oval((240, 400), 170, 150, "#5b8f70")


def _bins(brush: _Brush, done: bool) -> None:
    brush.room(WALL if done else "#e2dccf", "#bdb7aa")
    colours = (GREEN, YELLOW, BLUE) if done else ("#777c78",) * 3
    for number, colour in enumerate(colours):
        x = 170 + number * 240
        brush.shape(colour, (x, 300), (x + 170, 300), (x + 152, 530), (x + 18, 530))
        brush.box((x - 10, 270), (x + 180, 304), INK if done else "#565b58", round_=8)
        if done:
            brush.box((x + 40, 120), (x + 130, 210), WHITE, round_=8, edge=colour)
            brush.oval((x + 85, 165), 44, 44, colour)
            brush.box((x - 10, 545), (x + 180, 560), colour)
    if not done:
        for x, y, colour in ((240, 250, RED), (300, 240, WHITE), (500, 246, "#d9b36c"), (90, 560, WHITE)):
            brush.oval((x, y), 90, 60, colour)
        for x, y, colour in ((440, 590, "#d9b36c"), (640, 580, RED), (860, 570, WHITE), (760, 600, BLUE)):
            brush.shape(colour, (x, y), (x + 60, y - 14), (x + 70, y + 26), (x + 8, y + 30))


def _clothes(brush: _Brush, done: bool) -> None:
    brush.room("#f4e7d3", "#cdb79a")
    colours = (RED, BLUE, YELLOW, GREEN, "#9b6a9e", "#e08e45")
    if done:
        brush.line(INK, 5, (60, 150), (480, 180), (900, 150))
        for number, colour in enumerate(colours):
            x, y = 110 + number * 136, 160 + (12 if number in (2, 3) else 4)
            brush.shape(colour, (x, y), (x + 84, y), (x + 112, y + 60), (x + 84, y + 74), (x + 84, y + 170),
                        (x, y + 170), (x, y + 74), (x - 28, y + 60))  # fmt: skip
            brush.box((x + 8, y - 14), (x + 18, y + 12), WOOD)
            brush.box((x + 66, y - 14), (x + 76, y + 12), WOOD)
        return
    for number, colour in enumerate(colours * 2):
        x, y = 260 + (number * 97) % 420, 520 - (number * 53) % 170
        brush.oval((x, y), 230, 96, colour)
    for x in (160, 790):
        brush.shape("#4b4f55", (x - 70, 590), (x + 80, 590), (x + 64, 420), (x + 10, 380), (x - 54, 420))


def _gate(brush: _Brush, done: bool) -> None:
    brush.room(SKY, GRASS)
    brush.oval((840, 110), 110, 110, YELLOW)
    for x in range(30, 960, 56):
        if 360 <= x <= 620:
            continue
        brush.shape(WOOD, (x, 300), (x + 16, 276), (x + 32, 300), (x + 32, 520), (x, 520))
    for left, right in ((0, 370), (620, 960)):
        brush.box((left, 350), (right, 368), "#8f6a44")
        brush.box((left, 450), (right, 468), "#8f6a44")
    for x in (356, 616):
        brush.box((x, 250), (x + 26, 530), "#6e5236")
    if done:
        brush.box((384, 300), (614, 318), STEEL)
        brush.box((384, 500), (614, 518), STEEL)
        for x in range(384, 620, 38):
            brush.line(STEEL, 9, (x, 300), (x, 518))
        brush.oval((596, 400), 44, 44, GREEN)
        brush.line(WHITE, 6, (586, 400), (594, 410), (608, 390))
        return
    brush.shape("#9fa9b3", (384, 300), (440, 260), (440, 560), (384, 518))
    brush.line(RED, 10, (500, 600), (560, 560))
    brush.oval((540, 590), 66, 66, RED)
    brush.line(WHITE, 6, (512, 580), (568, 600))


SCENES: dict[str, Callable[[_Brush, bool], None]] = {
    "lamp": _lamp,
    "floor": _floor,
    "keys": _keys,
    "shelf": _shelf,
    "bikes": _bikes,
    "pothole": _pothole,
    "sign": _sign,
    "bins": _bins,
    "clothes": _clothes,
    "gate": _gate,
}
