"""A demo of small parts, loaded by `manage.py demo` as it is: the program that test_demo_parts starts.

Its arguments are the parts, which leave what they did as groups of that name and files in DEMO_FOLDER.
"""

import os
import signal
import sys
import time
from pathlib import Path

PATIENCE = 120.0  # seconds until those beside one must have begun
ORDER = {"first": 10, "left": 50, "right": 50, "breaks": 50, "dies": 50, "last": 90}


def first() -> str:
    """What the others need."""
    return _made("first")


def left() -> str:
    """Waits until another is at work beside it."""
    return _beside("left")


def right() -> str:
    """As the left one."""
    return _beside("right")


def breaks() -> str:
    """Writes something and fails, unless it has been mended."""
    said = _beside("breaks")
    if not _file("mended").exists():
        raise RuntimeError("the cupboard is empty")
    return said


def dies() -> str:
    """Writes something and is killed."""
    _beside("dies")
    os.kill(os.getpid(), signal.SIGKILL)
    return "never said"


def last() -> str:
    """What needs all the others."""
    return _made("last")


def _made(name: str) -> str:
    from django.contrib.auth.models import Group  # not before Django is set up

    _file(name).write_text(str(os.getpid()))
    _group, is_new = Group.objects.get_or_create(name=name)
    return "made" if is_new else "there already"


def _beside(name: str) -> str:
    said = _made(name)
    end = time.monotonic() + PATIENCE
    others = [_file(other) for other in sys.argv[1:] if ORDER[other] == ORDER[name]]
    while not all(other.exists() for other in others):
        assert time.monotonic() < end, f"{name} is alone"
        time.sleep(0.01)
    return said


def _file(name: str) -> Path:
    return Path(os.environ["DEMO_FOLDER"]) / name


if __name__ == "__main__":
    import django

    django.setup()

    from django.core.management import call_command

    from qms.contributions import DemoPart, demo_parts

    demo_parts._offers.clear()
    for key in sys.argv[1:]:
        demo_parts.add(DemoPart(key=key, load=f"tests.organisation.small_demo.{key}", order=ORDER[key]))
    call_command("demo")
