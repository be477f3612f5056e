"""Compiles locale/*/LC_MESSAGES/*.po to .mo where the .mo is missing or older.

As `manage.py compilemessages`, but without gettext, which a bare machine does not have. Run by the
launcher and the Dockerfile with the project's own Python.
"""

from pathlib import Path

import polib

for source in sorted((Path(__file__).resolve().parents[1] / "locale").glob("*/LC_MESSAGES/*.po")):
    target = source.with_suffix(".mo")
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        polib.pofile(str(source)).save_as_mofile(str(target))
