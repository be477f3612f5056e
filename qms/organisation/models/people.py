"""People: the project's user model. The e-mail address is the name one signs in with."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qms.history import HistoricalRecords
from qms.organisation.sorting import alphabetical_in


def initials_of(name: str) -> str:
    """The first letters of the first and the last word of a name."""
    words = name.split()
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()


class PersonManager(BaseUserManager["Person"]):
    """Makes people; `get_by_natural_key` ignores the case of the address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Create an active person; without a password the person signs in by single sign-on or reset."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Create the first person on a new installation (`manage.py createsuperuser`)."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """An employee, elected member or other person who may sign in.

    A person is never deleted, only made inactive: decisions keep who took them.
    """

    class ColourScheme(models.TextChoices):
        AUTO = "auto", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Language(models.TextChoices):
        SWEDISH = "sv", "Svenska"
        ENGLISH = "en", "English"
        NORWEGIAN = "nb", "Norsk bokmål"

    email = models.EmailField(
        _("e-mail"),
        max_length=254,
        unique=True,
        error_messages={"unique": _("Someone with this e-mail address is already here.")},
    )
    name = models.CharField(_("name"), max_length=150)
    title = models.CharField(pgettext_lazy("person", "title"), max_length=150, blank=True)
    home_unit = models.ForeignKey(
        "organisation.Unit",
        verbose_name=_("home unit"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.SWEDISH
    )
    colour_scheme = models.CharField(
        _("colours"), max_length=5, choices=ColourScheme.choices, default=ColourScheme.AUTO
    )
    mail_digest = models.BooleanField(_("a daily e-mail with what is new"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("technical administrator"), default=False)
    left_at = models.DateTimeField(_("left"), null=True, blank=True, editable=False)
    date_joined = models.DateTimeField(_("added"), default=timezone.now)

    objects: ClassVar[PersonManager] = PersonManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login", "is_superuser"])

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]
        indexes = [
            # The directory in its order, once for each alphabet (English follows the Swedish one).
            models.Index(
                alphabetical_in(language, "name"),
                "id",
                name=f"person_by_name_{language}",
                condition=Q(is_active=True),
            )
            for language in ("sv", "nb")
        ] + [
            # A name by part of it.
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="person_name_trigram"),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="person_email_unique",
                violation_error_message=_("Someone with this e-mail address is already here."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation:person", args=[self.pk])

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must match to go on: changes with the password and when the person leaves.

        So a session from before does not come back to life when the person does.
        """
        held = f"{self.password}{self.left_at.isoformat() if self.left_at else ''}"
        salt = "qms.organisation.Person.session"
        return salted_hmac(salt, held, secret=secret, algorithm="sha256").hexdigest()

    @property
    def title_inside(self) -> str:
        """The title as it stands in a sentence: "Unit manager" but not "IT manager" begins small."""
        return self.title if self.title[1:2].isupper() else self.title[:1].lower() + self.title[1:]

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        return initials_of(self.name)

    @property
    def first_name(self) -> str:
        """The name used in a greeting."""
        return self.name.split(" ", 1)[0]
