"""Photos are drawn anew: without place, camera and other hidden data, upright, and not too large."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageOps

from qms.exceptions import RuleViolation

LONGEST_SIDE = 4000  # pixels
THUMBNAIL_SIDE = 480
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP")


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
            upright = ImageOps.exif_transpose(picture)
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
