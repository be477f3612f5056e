"""What of a case is handed out on request, part by part, and what in it points at somebody."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from improvements.models import Action, Cause, EffectCheck, Flag, Improvement
from improvements.redaction.finding import Found, Why, found_in
from improvements.redaction.masking import (
    Piece,
    Span,
    masked,
    passage_spans,
    pieces,
    plain,
    sentence_spans,
    word_spans,
)
from improvements.selectors.periods import midnight
from qms.organisation.models import Person, Unit
from qms.records.models import Attachment, Comment, Decision


@dataclass(frozen=True)
class Part:
    """A text of the case: what it is, whose, from when. `key` stays the same as long as the text does."""

    key: str
    label: str
    who: str
    when: str
    text: str


@dataclass(frozen=True)
class Choice:
    """What is to be masked: words that were found, sentences (`part:number`), whole parts, own passages."""

    words: tuple[str, ...] = ()
    sentences: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    passages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sentence:
    """A sentence that can be masked as a whole."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class ShownPart:
    """A part as the page shows it: its lines in pieces, and its sentences to choose among."""

    part: Part
    who: list[Piece]
    lines: list[list[Piece]]
    sentences: list[Sentence]
    whole: bool


def material(case: Improvement, *, internal: bool) -> list[Part]:
    """Everything written in the case and its actions, in the order it was written. Ten queries.

    What was done and what was seen when its effect was judged are the words of those decisions. What goes
    on in it are cases of their own, each handed out by itself.

    Notes among those who handle it are left out unless `internal`: what was not archived with the case is
    no public record (tryckfrihetsförordningen 2 kap. 12 §).
    """
    told = sorted(_told(case, internal=internal), key=lambda row: row[0])
    within = Action.objects.filter(source_id=case.pk).order_by().values("pk")
    present = Attachment.objects.present().filter(Q(record=case) | Q(record__in=within))
    files = "\n".join(present.order_by("pk").values_list("name", flat=True))
    head = [Part("title", _("Title"), "", "", plain(case.title))]
    last = [Part("files", _("Files"), "", "", plain(files))] if files else []
    return [*head, *(part for _moment, part in told if part.text.strip()), *last]


def _told(case: Improvement, *, internal: bool) -> Iterator[tuple[datetime, Part]]:
    sender = case.created_by.name if case.created_by else ""
    yield case.created_at, _part("text", _("What was written"), sender, case.created_at, case.text)
    if case.correction:
        label = _("What was done at once")
        yield case.created_at, Part("correction", label, "", "", plain(case.correction))
    yield from _handled(case)
    for decision in case.decisions.exclude(comment=""):
        step = case.kind_offer.workflow.known_transition(decision.name)
        label = _("Decision: %(decision)s") % {"decision": step.label} if step else _("Decision")
        key = f"decision-{decision.pk}"
        yield decision.at, _part(key, label, decision.actor_name, decision.at, decision.comment)
    for comment in case.comments.all():
        if internal or not comment.internal:
            label = _("Note") if comment.internal else _("Message")
            key = f"comment-{comment.pk}"
            yield comment.at, _part(key, label, comment.author_name, comment.at, comment.text)
    yield from _done_about_it(case, internal=internal)
    for flag in Flag.objects.filter(case=case):
        text = f"{flag.why}\n{flag.outcome_why}".strip()
        yield flag.set_at, _part(f"flag-{flag.pk}", str(flag.label), flag.set_by_name, flag.set_at, text)


def _done_about_it(case: Improvement, *, internal: bool) -> Iterator[tuple[datetime, Part]]:
    """Its actions, what was decided about them and why, and what was said there."""
    actions = list(
        Action.objects.filter(source_id=case.pk).select_related("owner").defer("search").order_by("pk")
    )
    outcomes = {action.pk: action.outcome for action in actions}
    for action in actions:
        name = action.owner.name if action.owner else ""
        words = (action.title, action.description, action.outcome, action.outcome_link)
        text = "\n".join(part for part in words if part)
        yield action.created_at, _part(f"action-{action.pk}", _("Action"), name, action.created_at, text)
    for decision in Decision.objects.filter(record__in=outcomes).exclude(comment=""):
        if decision.comment != outcomes[decision.record_id]:  # the outcome stands with the action
            key = f"decision-{decision.pk}"
            yield decision.at, _part(key, _("Action"), decision.actor_name, decision.at, decision.comment)
    for comment in Comment.objects.filter(record__in=outcomes):
        if internal or not comment.internal:
            key = f"comment-{comment.pk}"
            yield comment.at, _part(key, _("Action"), comment.author_name, comment.at, comment.text)


def _handled(case: Improvement) -> Iterator[tuple[datetime, Part]]:
    """Why it happened, and by what it was to be seen whether what was done has helped."""
    added = Cause.history.filter(record_id=case.pk, history_type="+").select_related("history_user")
    written = {row.id: row for row in added}
    for cause in Cause.objects.filter(record=case):
        row = written[cause.pk]
        label = _("Root cause") if cause.is_root else _("Cause")
        name = row.history_user.name if row.history_user else ""
        yield row.history_date, _part(f"cause-{cause.pk}", label, name, row.history_date, cause.text)
    for check in EffectCheck.objects.filter(record=case).select_related("judge"):
        at = midnight(check.day)
        label = _("What would show that it helped")
        yield at, _part(f"check-{check.pk}", label, check.judge.name, at, check.sign)


def _part(key: str, label: str, who: str, at: datetime, text: str) -> Part:
    when = date_format(localtime(at), "j F Y H:i")
    return Part(key, label, plain(who), when, plain(text))


def fingerprint(parts: Iterable[Part]) -> str:
    """Tells whether the material is still what somebody looked through."""
    return sha256("\0".join(f"{part.key}\0{part.text}\0{part.who}" for part in parts).encode()).hexdigest()


def found_in_case(case: Improvement, parts: Iterable[Part]) -> list[Found]:
    """What points at somebody in `parts`. Two queries: names of those who work here, and of units."""
    parts = list(parts)
    sender = case.created_by.name if case.created_by else ""
    involved = {part.who for part in parts if part.who} | ({case.owner.name} if case.owner else set())
    names = Person.objects.values_list("name", flat=True)
    units = Unit.objects.values_list("name", flat=True)
    return found_in(
        [text for part in parts for text in (part.text, part.who)],
        sender=sender,
        involved=sorted(involved - {sender}),
        directory=frozenset(word.lower() for name in names for word in plain(name).split() if len(word) > 1),
        known=frozenset(word.lower() for name in units for word in plain(name).split()),
    )


def by_why(found: Iterable[Found]) -> Mapping[Why, list[Found]]:
    """What was found, under why."""
    groups: dict[Why, list[Found]] = {}
    for one in found:
        groups.setdefault(one.why, []).append(one)
    return groups


def shown(parts: Iterable[Part], choice: Choice) -> list[ShownPart]:
    """The parts as the page shows them, with what is to be masked."""
    return [_shown(part, choice) for part in parts]


def _shown(part: Part, choice: Choice) -> ShownPart:
    spans = _spans(part, choice)
    lines: list[list[Piece]] = [[]]
    for piece in pieces(part.text, spans):
        first, *rest = [Piece(text, piece.masked) for text in piece.text.split("\n")]
        lines[-1].append(first)
        lines.extend([line] for line in rest)
    return ShownPart(
        part,
        pieces(part.who, _words_in(part.who, choice)),
        lines,
        [
            Sentence(f"{part.key}:{number}", part.text[start:end], f"{part.key}:{number}" in choice.sentences)
            for number, (start, end) in enumerate(sentence_spans(part.text))
        ],
        part.key in choice.whole,
    )


def masked_copy(parts: Iterable[Part], choice: Choice) -> tuple[list[dict[str, str]], int]:
    """The parts with blocks for what is masked, and how many passages that are."""
    copy, count = [], 0
    for part in parts:
        text = pieces(part.text, _spans(part, choice))
        who = pieces(part.who, _words_in(part.who, choice))
        count += sum(piece.masked for piece in (*text, *who))
        copy.append({"label": part.label, "who": masked(who), "when": part.when, "text": masked(text)})
    return copy, count


def _spans(part: Part, choice: Choice) -> list[Span]:
    if part.key in choice.whole:
        return [(0, len(part.text))]
    spans = _words_in(part.text, choice)
    for number, span in enumerate(sentence_spans(part.text)):
        if f"{part.key}:{number}" in choice.sentences:
            spans.append(span)
    return spans


def _words_in(text: str, choice: Choice) -> list[Span]:
    found = [span for words in choice.words for span in word_spans(text, words)]
    return found + [span for passage in choice.passages for span in passage_spans(text, passage)]


def missing(parts: Iterable[Part], passages: Iterable[str]) -> list[str]:
    """Those of somebody's own passages that stand nowhere, or only across sentences of several lines."""
    texts = [text for part in parts for text in (part.text, part.who)]
    return [passage for passage in passages if not any(passage_spans(text, passage) for text in texts)]
