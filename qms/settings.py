"""Settings: all of them from the environment, so that one program runs as demo, test and production.

Secrets may be given as files: NAME_FILE holds the path to a file with the value of NAME.
`manage.py check --deploy` is clean with HTTPS=1 and a real SECRET_KEY.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


class Environment(environ.FileAwareEnv):  # type: ignore[misc]
    """The environment; what cannot be read is named, since nothing runs until it is mended."""

    def get_value(self, var: str, *args: Any, **options: Any) -> Any:
        """The value of a variable. Raises ImproperlyConfigured when it is missing or of another sort."""
        try:
            return super().get_value(var, *args, **options)
        except ValueError as fault:
            raise ImproperlyConfigured(f"{var} cannot be read: {fault}") from fault


def one_of(name: str, default: Any, choices: Collection[Any]) -> Any:
    """The value of a variable that has few. Raises ImproperlyConfigured with what it may be."""
    value = env(name, cast=type(default), default=default)
    if value not in choices:
        said = ", ".join(map(str, choices))
        raise ImproperlyConfigured(f"{name} is {value!r} but must be one of: {said}")
    return value


env = Environment()
BASE_DIR = Path(__file__).resolve().parent.parent


def origin(url: str) -> str:
    """Scheme and host of an address, as a browser compares them."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


# --- What this installation is -----------------------------------------------------------------
DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)  # the sign-in page lists the demo accounts
DEMO_PASSWORD = env.str("DEMO_PASSWORD", "kvalitet-demo-2026")
HTTPS = env.bool("HTTPS", True)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
MUNICIPALITY = env.str("MUNICIPALITY", "Exempelköpings kommun")

# --- Apps --------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "guardian",
    "treebeard",
    "simple_history",
    "django_htmx",
    "django_prose_editor",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "qms",
    "qms.ui",
    "qms.jobs",
    "qms.mail",
    "qms.organisation",
    "qms.records",
    "qms.standards",
    "qms.home",
    "processes",
    "documents",
    "improvements",
    "audits",
]
MIDDLEWARE = [
    "qms.request_id.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "qms.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "qms.middleware.AccessMiddleware",
    "qms.middleware.AddressMiddleware",
    "qms.errors.RefusalMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]
ROOT_URLCONF = "qms.urls"
WSGI_APPLICATION = "qms.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qms.ui.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "qms.ui.templatetags.ui"],
        },
    },
]

# --- Data --------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default="postgres:///qms")}
DATABASES["default"].update(CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=True, ATOMIC_REQUESTS=False)
# A database that does not answer must cost a person seconds, not minutes.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)
# Many short questions at once: to start helpers or a compiler for one of them costs more than they save.
DATABASES["default"]["OPTIONS"].setdefault("options", "-c max_parallel_workers_per_gather=0 -c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")
QUEUE = env.str("QUEUE", "kvalitet")  # two installations on one broker need two names
_REDIS = {
    "LOCATION": REDIS_URL,
    "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    # Counted figures and limits of the one are none of the other's.
    "KEY_PREFIX": QUEUE,
}
CACHES = {
    "default": {**_REDIS, "BACKEND": "qms.cache.SteadyCache"},
    # For what is better left undone than counted wrongly: it says so when Redis does not answer.
    "shared": {**_REDIS, "BACKEND": "django.core.cache.backends.redis.RedisCache"},
}
RATELIMIT_USE_CACHE = "shared"
# Sessions stand in the database: a restarted broker signs nobody out, and no text is lost with it.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = env.str("SESSION_COOKIE_NAME", "sessionid")  # cookies know no port, so copies differ
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", 12) * 3600
SESSION_SAVE_EVERY_REQUEST = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Files -------------------------------------------------------------------------------------
STATIC_URL = "/static/"
HASHED_STATIC = env.bool("HASHED_STATIC", False)  # production: collected, compressed, named by content
STATIC_ROOT = env.str("STATIC_ROOT", str(BASE_DIR / "build" / "static")) if HASHED_STATIC else None
STATICFILES_DIRS = [BASE_DIR / "static"]
# Attachments are never under a web address of their own; they pass a rights check (qms.records.attachments).
MEDIA_ROOT = env.str("MEDIA_ROOT", str(BASE_DIR / "var" / "media"))
STORAGE_S3_BUCKET = env.str("STORAGE_S3_BUCKET", "")
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if HASHED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
if STORAGE_S3_BUCKET:
    from botocore.config import Config

    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": STORAGE_S3_BUCKET,
            "endpoint_url": env.str("STORAGE_S3_ENDPOINT", "") or None,
            "region_name": env.str("STORAGE_S3_REGION", "") or None,
            "access_key": env.str("STORAGE_S3_ACCESS_KEY"),
            "secret_key": env.str("STORAGE_S3_SECRET_KEY"),
            "file_overwrite": False,
            "default_acl": None,
            "querystring_auth": True,
            # Whoever sends a file waits no longer for a store that does not answer (seconds).
            "client_config": Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 2}),
        },
    }
WHITENOISE_USE_FINDERS = not HASHED_STATIC
# Bytes of form fields; files are counted apart. So much that 10 MB pasted by mistake are answered with a
# sentence beside the field and not with an error page.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12_000_000
FILE_UPLOAD_PERMISSIONS = 0o640
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_MB", 25) * 1_000_000
ATTACHMENT_MAX_COUNT = env.int("ATTACHMENT_MAX_COUNT", 50)  # per record, removed ones included
ATTACHMENT_MAX_PIXELS = env.int("ATTACHMENT_MAX_MEGAPIXELS", 60) * 1_000_000
CLAMD_URL = env.str("CLAMD_URL", "")  # tcp://host:3310 or unix:///path; empty: no scanner configured

# --- People ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "organisation.Person"
AUTHENTICATION_BACKENDS = ["qms.organisation.backends.PersonBackend"]
ANONYMOUS_USER_NAME = None  # guardian: no anonymous row among the people
GUARDIAN_RAISE_403 = False
# Guardian's own backend answers has_perm per row; rights are asked through Access, and only there.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:start"
ACCOUNT_ADAPTER = "qms.organisation.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "qms.organisation.adapters.SocialAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses are the administrator's word, not the visitor's
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {
    "login": env.str("LOGIN_RATE_LIMIT", "60/m/ip"),
    "login_failed": env.str("LOGIN_FAILED_LIMIT", "60/m/ip,5/5m/key"),
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Kvalitet"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # qms.organisation.adapters finds the person
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", "")
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, object]] = {}
if OIDC_SERVER_URL:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": env.str("OIDC_NAME", "Kommunens inloggning"),
                "client_id": env.str("OIDC_CLIENT_ID"),
                "secret": env.str("OIDC_CLIENT_SECRET"),
                "settings": {
                    "server_url": OIDC_SERVER_URL,
                    # For a service that does not say `email_verified` but gives out these addresses itself.
                    "verified_email": env.list("OIDC_VERIFIED_DOMAINS", default=[]),
                },
            }
        ],
    }

# --- Language and time -------------------------------------------------------------------------
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Swedish")), ("en", _("English")), ("nb", _("Norwegian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", "Europe/Stockholm")
if TIME_ZONE not in available_timezones():
    raise ImproperlyConfigured(f"TIME_ZONE is {TIME_ZONE!r}, which is no time zone, as Europe/Stockholm is")
HOLIDAY_COUNTRY = one_of("HOLIDAY_COUNTRY", "SE", ("SE", "NO"))  # working days for promises

# --- The house's own settings ------------------------------------------------------------------
# The letter of each numbering series: F-2026-0132.
SERIES_LETTERS = {
    "improvement": env.str("SERIES_IMPROVEMENT", "F"),
    "action": env.str("SERIES_ACTION", "Å"),
    "document": env.str("SERIES_DOCUMENT", "D"),
}
SHOW_CLAUSES = env.bool("SHOW_CLAUSES", True)  # clause references of standards on records
ANSWER_PROMISE_DAYS = env.int("ANSWER_PROMISE_DAYS", 2)  # working days until a proposal is answered
DOCUMENT_PDF_ARCHIVAL = env.bool("DOCUMENT_PDF_ARCHIVAL", False)  # official PDFs as PDF/A-2a
READ_DAYS = env.int("READ_DAYS", 30)  # days a newcomer has for each document that must be read
COUNTED_MINUTES = env.int("COUNTED_MINUTES", 5)  # so long is kept what took long to count; 0: never
DIGEST_HOUR = one_of("DIGEST_HOUR", 6, range(24))  # local time

# --- Mail --------------------------------------------------------------------------------------
vars().update(env.email("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Kvalitet <kvalitet@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Jobs --------------------------------------------------------------------------------------
# The same server in Celery's spelling: unix:///path?db=1 is redis+socket:///path?virtual_host=1 there.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_TASK_DEFAULT_QUEUE = QUEUE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that is down must not hold a person's request: the effect stays pending in its row.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1800,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_EAGER", False)

# --- Security ----------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)  # one reverse proxy that sets X-Forwarded-Proto and -For
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0  # rate limits count people, not the proxy
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "qms.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # the design system draws its icons as data: masks
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        # The redirect to the identity provider answers a form post.
        "form-action": [
            SELF,
            *([origin(OIDC_SERVER_URL)] if OIDC_SERVER_URL else []),
        ],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- Log ---------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "qms.request_id.RequestIdFilter"},
        "no_keys": {"()": "qms.request_id.KeyFilter"},
    },
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["request_id", "no_keys"],
            "formatter": "line",
        },
    },
    "root": {
        "handlers": ["console"],
        "level": one_of("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
    },
    "loggers": {
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "WARNING"},
    },
}
