"""What others have sent in about the same: the cases that go on in one."""

from collections import defaultdict
from dataclasses import dataclass

from improvements.models import Improvement
from improvements.selectors.full_rule import all_merged
from qms.organisation.access import Access
from qms.records.models import Attachment, Comment, Record


@dataclass(frozen=True)
class Joined:
    """The cases that go on in one, as far as they are seen, and how many more there are."""

    cases: list["JoinedCase"]
    unseen: int


@dataclass(frozen=True)
class JoinedCase:
    """One of them with what was said and shown there."""

    record: Improvement
    comments: list[Comment]
    files: list[Attachment]


def joined(record: Improvement, access: Access) -> Joined:
    """What goes on in `record`, and where that is shown. One query when nothing does, else four or more.

    What is said among those who handle a case stands on its own page only.
    """
    merged = all_merged(record)
    if not merged:
        return Joined([], 0)
    ids = [case.pk for case in merged]
    seen = set(Record.objects.visible_to(access).filter(pk__in=ids).order_by().values_list("pk", flat=True))
    comments: dict[int, list[Comment]] = defaultdict(list)
    for comment in Comment.objects.filter(record__in=seen, internal=False):
        comments[comment.record_id].append(comment)
    files: dict[int, list[Attachment]] = defaultdict(list)
    for file in Attachment.objects.present().filter(record__in=seen):
        files[file.record_id].append(file)
    cases = [JoinedCase(case, comments[case.pk], files[case.pk]) for case in merged if case.pk in seen]
    return Joined(cases, len(merged) - len(cases))


def into_seen(record: Improvement, access: Access) -> Improvement | None:
    """The case in which `record` goes on, if `access` sees it. A query only where it does."""
    if record.merged_into_id is None:
        return None
    seen = Improvement.objects.visible_to(access).defer("search")
    into: Improvement | None = seen.filter(pk=record.merged_into_id).first()
    return into
