"""What a worker still owes a version: a row from the moment it is owed, until it is there."""

from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

PENDING, READY, FAILED = "pending", "ready", "failed"

M = TypeVar("M", bound="Owed", covariant=True)


class OwedQuerySet(models.QuerySet[M]):
    """Rows of what is owed."""

    def missing(self) -> Self:
        """Still to be made: neither there, nor settled in another way."""
        return self.exclude(Q(state=READY) | self.model.settled())

    def owed(self) -> Self:
        """Those missing whose next try has come, and which nobody is making right now."""
        return self.missing().filter(claimable_at__lte=timezone.now())


class Owed(models.Model):
    """What is to be made of a version, being made, or made.

    A model of this sort has a `version` of its own and a `state`, among whose values are those above. Whoever
    makes it takes a lease until `claimable_at`; a worker that dies is followed by another
    (`documents.services.owed`). `fault` says in words why the last try did not succeed.
    """

    attempts = models.PositiveSmallIntegerField(default=0)
    claimable_at = models.DateTimeField(default=timezone.now)
    fault = models.CharField(max_length=300, blank=True)

    state: Any
    version: Any
    version_id: int

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.version_id}: {self.state}"

    @classmethod
    def settled(cls) -> Q:
        """What is not there and will not be tried again."""
        raise NotImplementedError
