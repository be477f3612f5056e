"""Every text a person reads exists in Swedish and Norwegian, with the same placeholders."""

import re
import shutil
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import call_command

pytestmark = pytest.mark.xdist_group("nets-translations")  # what they share is made once

ROOT = Path(settings.BASE_DIR)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|(?<!%)%([sd])|{(\w+)}")
SOURCES = ["qms", "processes", "documents", "improvements", "audits", "templates"]
# One word for one thing: source words and what the glossary calls them.
GLOSSARY = {"Case handler": ("Handläggare", "Saksbehandler"), "Action": ("Åtgärd", "Tiltak")}


@pytest.fixture(scope="module")
def extracted(tmp_path_factory) -> polib.POFile:
    """What the source asks to have translated today.

    Read from a copy: makemessages writes beside the files it reads, and into the folder `locale`.
    """
    assert shutil.which("xgettext"), "xgettext is missing: install gettext (script/test does as root)"
    copy = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "locale").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(copy)
        patch.setattr(settings, "LOCALE_PATHS", [])
        call_command("makemessages", locale=["sv"], no_location=True, verbosity=0)
    return polib.pofile(str(copy / "locale" / "sv" / "LC_MESSAGES" / "django.po"))


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))


def placeholders(text: str) -> set[str]:
    return {next(filter(None, found)) for found in PLACEHOLDER.findall(text)}


@pytest.mark.parametrize("language", ["sv", "nb"])
def test_every_text_is_translated(extracted: polib.POFile, language: str):
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue(language) if not entry.obsolete}
    missing = []
    for entry in extracted:
        found = known.get((entry.msgctxt, entry.msgid))
        texts = [] if found is None else list(found.msgstr_plural.values()) or [found.msgstr]
        if not texts or not all(texts) or "fuzzy" in found.flags:
            missing.append(entry.msgid)
    assert not missing, f"{len(missing)} texts without {language}: {missing[:20]}"


@pytest.mark.parametrize("language", ["sv", "nb"])
def test_translations_keep_their_placeholders(language: str):
    wrong = [
        entry.msgid
        for entry in catalogue(language)
        if not entry.obsolete
        for text in (list(entry.msgstr_plural.values()) or [entry.msgstr])
        if placeholders(text) - placeholders(entry.msgid) - placeholders(entry.msgid_plural or "")
        or (not entry.msgid_plural and placeholders(entry.msgid) != placeholders(text))
    ]
    assert not wrong


@pytest.mark.parametrize("language", ["sv", "nb"])
def test_no_translation_is_kept_for_a_text_that_is_gone(extracted: polib.POFile, language: str):
    asked = {(entry.msgctxt, entry.msgid) for entry in extracted}
    gone = [e.msgid for e in catalogue(language) if (e.msgctxt, e.msgid) not in asked]
    assert not gone


@pytest.mark.parametrize(("language", "index"), [("sv", 0), ("nb", 1)])
def test_the_glossarys_words_are_used(language: str, index: int):
    known = {entry.msgid: entry.msgstr for entry in catalogue(language)}
    assert {word: known.get(word) for word in GLOSSARY} == {w: t[index] for w, t in GLOSSARY.items()}
