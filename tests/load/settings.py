"""The product's settings, with a yardstick in front: only for the benchmark."""

import os

os.environ.setdefault("SECRET_KEY", "measures-only-and-guards-nothing-at-all")
os.environ.setdefault("HTTPS", "0")
os.environ.setdefault("EMAIL_URL", "dummymail://")
os.environ.setdefault("LOG_LEVEL", "ERROR")

from qms.settings import *  # noqa: F403

ROOT_URLCONF = "tests.load.floor"
MIDDLEWARE = ["tests.load.measure.MeasureMiddleware", *MIDDLEWARE]  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
