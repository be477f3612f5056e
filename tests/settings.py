"""Settings of the tests: the product's own, with what a test machine needs."""

import os
import re
import tempfile

os.environ.setdefault("SECRET_KEY", "tests-only-key-that-guards-nothing-at-all")
os.environ.setdefault("HTTPS", "0")
os.environ.setdefault("DATABASE_URL", "postgres:///qms")
os.environ.setdefault("EMAIL_URL", "memorymail://")
# Tests that run beside each other have a database each, and so a queue each.
os.environ["QUEUE"] = f"tests-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
# Playwright keeps an event loop running in the thread of the test that also asks the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from qms.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = tempfile.mkdtemp(prefix="kvalitet-media-")
ALLOWED_HOSTS = ["*"]
# A cache is emptied whole, whatever its keys begin with: tests that run beside each other have one each.
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
for _cache in CACHES.values():  # noqa: F405
    _cache["LOCATION"] = re.sub(r"(db=|/)\d+$", rf"\g<1>{1 + _WORKER}", _cache["LOCATION"])
    _cache["KEY_PREFIX"] = f"tests-{os.getpid()}"  # what is counted is counted anew
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
# script/test makes the tables once; each worker's database is a copy of them.
DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ.get("TEST_TEMPLATE") or None}  # noqa: F405
# Texts are asserted as the source writes them; tests of a language name it.
LANGUAGE_CODE = "en"
# Each browser of a test starts the program anew: it need not look through every static file for that.
WHITENOISE_AUTOREFRESH = True
COUNTED_MINUTES = 0  # on a busy machine any figure may take long to count
