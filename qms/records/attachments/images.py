"""Photos are drawn anew: without place, camera and other hidden data, upright, and not too large."""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageFile

from qms.exceptions import RuleViolation

LONGEST_SIDE = 4000  # pixels
THUMBNAIL_SIDE = 480
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP")
# How a picture that was taken sideways is turned, by what its head says (Exif 2.3, tag 0x0112).
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What reading a head ends in that a camera or a program has written wrongly.
_UNREADABLE = (
    *(OSError, SyntaxError, ValueError, TypeError, AttributeError),
    *(LookupError, ArithmeticError, EOFError, struct.error),
)


@dataclass(frozen=True)
class Redrawn:
    """The picture anew, in the format it came in, and a small one of it (WebP)."""

    content: bytes
    thumbnail: bytes


def redraw(file: BinaryIO) -> Redrawn:
    """Draw the picture anew. Raises RuleViolation when it is damaged or has far too many pixels.

    The number of pixels is read from the head of the file before anything is unpacked.
    """
    try:
        with _whole_pictures(), Image.open(file, formats=FORMATS) as picture:
            _check_pixels(picture)
            fmt = str(picture.format)
            if fmt == "JPEG":
                picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = _upright(picture)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise RuleViolation(_("The picture is damaged: it cannot be opened.")) from error
    finally:
        file.seek(0)
    see_through = fmt != "JPEG" and upright.has_transparency_data
    drawn = upright.convert("RGBA" if see_through else "RGB")
    # Whatever came with the file (place, camera, comments) stays behind; only its colours are kept true.
    profile = upright.info.get("icc_profile") if upright.mode in ("RGB", "RGBA", "P") else None
    drawn.info = {}
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    content = _encoded(drawn, fmt, profile)
    drawn.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Redrawn(content, _encoded(drawn, "WEBP", profile))


def _upright(picture: Image.Image) -> Image.Image:
    """The picture, loaded, as it was held. A head that cannot be read turns nothing: the picture is whole."""
    picture.load()
    try:
        turn = _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except _UNREADABLE:
        turn = None
    return picture.copy() if turn is None else picture.transpose(turn)


@contextmanager
def _whole_pictures() -> Iterator[None]:
    """Refuse pictures that were cut off on the way: the PDF library lets the whole process accept them."""
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _check_pixels(picture: Image.Image) -> None:
    if picture.width * picture.height > settings.ATTACHMENT_MAX_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> RuleViolation:
    most = settings.ATTACHMENT_MAX_PIXELS // 1_000_000
    return RuleViolation(
        _("The picture has more than %(most)d megapixels. Make it smaller and send it again.")
        % {"most": most}
    )


def _encoded(picture: Image.Image, fmt: str, profile: bytes | None) -> bytes:
    out = io.BytesIO()
    picture.save(out, fmt, quality=QUALITY, icc_profile=profile)
    return out.getvalue()
