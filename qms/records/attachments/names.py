"""What a file is called when it is shown and fetched."""

import unicodedata
from pathlib import PurePosixPath

LONGEST = 120  # characters, extension included


def clean_name(name: str, extension: str) -> str:
    """A name that is safe to show and to save, ending in `extension` (with its dot).

    Folders, control characters and marks that turn the writing direction are taken out ("gpj.exe" can be
    made to read "exe.jpg"), and an ending that the content gives the lie to is followed by the true one.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    # C: control, format (the direction marks), surrogate, private use and unassigned characters.
    name = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in name)
    name = " ".join(name.split()).strip(" .")
    path = PurePosixPath(name)
    stem = path.stem if path.suffix.lower() in _same_as(extension) else name
    return (stem.strip(" .") or "file")[: LONGEST - len(extension)].rstrip(" .") + extension


def _same_as(extension: str) -> tuple[str, ...]:
    return (".jpg", ".jpeg") if extension == ".jpg" else (extension,)
