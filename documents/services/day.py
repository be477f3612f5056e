"""What happens by itself on the day that was decided: versions come into force, documents end."""

import logging

from django.db import transaction
from django.utils import timezone

from documents.models import Document, Version
from documents.workflow.names import IN_FORCE, SCHEDULED
from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.records.models import RecordQuerySet
from qms.records.services import move

log = logging.getLogger(__name__)


def versions_enter_into_force(*, access: Access) -> int:
    """Take into force whatever has been approved for a day that has come. Returns how many."""
    ready = Version.objects.filter(state=SCHEDULED, valid_from__lte=timezone.localdate())
    return _each(ready.order_by("valid_from", "pk"), "enter", access)


def documents_end(*, access: Access) -> int:
    """Let end what was decided to hold until a day that has come. Returns how many."""
    over = Document.objects.filter(state=IN_FORCE, ends_on__lte=timezone.localdate())
    return _each(over.order_by("ends_on", "pk"), "run_out", access)


def _each(records: RecordQuerySet, name: str, access: Access) -> int:
    """Move each in a transaction of its own, so that one that fails keeps no other back; what failed is
    logged, raised at the end, and tried again by the next run."""
    moved, failed = 0, []
    for pk, reference in list(records.values_list("pk", "reference")):
        try:
            with transaction.atomic():
                move(record_id=pk, name=name, access=access)
        except RuleViolation:
            log.info("%s was called off or had its “%s” just now", reference, name)
        except Exception:
            log.exception("%s could not have its “%s”", reference, name)
            failed.append(reference)
        else:
            moved += 1
    if failed:
        raise RuntimeError(f"Left as they were, though it is time for “{name}”: {', '.join(failed)}")
    return moved
