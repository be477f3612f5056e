"""What the benchmark asks for: addresses, who asks, and how many times the floor it may cost."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.db.models import Count
from django.urls import NoReverseMatch, reverse

from documents.models import Document, Version
from improvements.models import Improvement
from qms.organisation.models import Unit
from qms.records.models import Record
from tests.load.cases import COMMON, RARE

LIST, DETAIL, CREATE, SEARCH, START = 3.0, 4.0, 4.0, 5.0, 4.0
FIGURES = 8.0  # a dozen figures, each a question of its own: the start page of those who follow the whole
SIMILAR = 8.0  # some 50 ms where the floor is 6: it is asked beside the page, and may take 150
LIST_QUERIES = 12
EVERYONE = ("quality", "reader", "own")
READS = "person7"  # works in a unit and has no role
SENDS = "person8"  # nothing else is asked as: what is sent in stays, and would make its sender's lists longer
VISITOR = "visitor"  # has not signed in


@dataclass(frozen=True)
class Probe:
    """One thing to ask for. `most` is in floors; `queries` the most there may be, 0 for no limit."""

    name: str
    who: str
    path: str
    most: float
    queries: int = 0
    form: bool = False  # a proposal is posted, each time a new one
    text: str = "Lampan i trapphuset är trasig och ingen vet vem som byter den."

    @property
    def floor(self) -> str:
        """Who asks for the floor beside it: somebody who has signed in, also where a visitor asks."""
        return "own" if self.who == VISITOR else self.who

    def body(self) -> bytes:
        """What is posted."""
        return urlencode({"text": self.text, "unit": "T007", "submission": str(uuid4())}).encode()


def probes() -> list[Probe]:
    """Everything that is measured; an address that the product does not have is left out."""
    cases = [*_lists(), *_details(), *_searches(), *_similar(), *_boards(), *_start(), *_create()]
    return [*cases, *_library(), *_papers(), *_register()]


def _address(name: str, *arguments: object, **query: object) -> str:
    try:
        path = reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
    return path + (f"?{urlencode(query)}" if query else "")


def _made(name: str, who: str, path: str, most: float, queries: int = 0) -> list[Probe]:
    return [Probe(f"{name}, {who}", who, path, most, queries)] if path else []


def _lists() -> list[Probe]:
    department = Unit.objects.get(code="D03").pk
    team = Unit.objects.get(code="T007").pk
    head = Unit.objects.get(code="T007").head_id
    narrowed = {
        "soonest": {},
        "newest": {"sort": "newest"},
        "changed": {"sort": "changed"},
        "closed": {"state": "closed"},
        "all, newest": {"state": "all", "sort": "newest"},
        "one state": {"state": "doing"},
        "late": {"due": "overdue"},
        "department": {"unit": department},
        "unit, all": {"unit": team, "state": "all"},
        "person": {"owner": head, "state": "all"},
        "deviations": {"category": "deviation", "state": "all", "sort": "newest"},
        "text": {"q": COMMON, "state": "all"},
        "rare text": {"q": RARE, "state": "all"},
        "500 rows": {"n": 500, "state": "all"},
    }
    found: list[Probe] = []
    for who in EVERYONE:
        for name, query in narrowed.items():
            most = 0 if name == "500 rows" else _limit(query)
            found += _made(f"cases: {name}", who, _address("improvements:list", **query), most, LIST_QUERIES)
        for title, name in (("actions", "improvements:actions"), ("everything", "records:all")):
            found += _made(title, who, _address(name), LIST, LIST_QUERIES)
        for title, name in (("work", "home:work"), ("notifications", "records:notifications")):
            found += _made(title, who, _address(name), LIST, LIST_QUERIES)
    for title, name in (("units", "organisation:tree"), ("people", "organisation:people")):
        found += _made(title, "quality", _address(name), LIST, LIST_QUERIES)
    return found


def _limit(query: dict[str, Any]) -> float:
    """A list in which a text is looked for is a search."""
    return SEARCH if "q" in query else LIST


def _details() -> list[Probe]:
    said = Record.objects.filter(kind="improvement", comments__isnull=False, visibility="internal")
    opened, closed = (said.filter(closed_at__isnull=flag).order_by("-pk").first() for flag in (True, False))
    action = Record.objects.filter(kind="action", visibility="internal").order_by("-pk").first()
    cases = {"open case": opened, "closed case": closed, "action": action}
    return [
        probe
        for name, record in cases.items()
        if record
        for probe in _made(name, "quality", _address("records:detail", record.reference), DETAIL)
    ]


def _searches() -> list[Probe]:
    reference = Improvement.objects.order_by("pk").values_list("reference", flat=True)[500]
    texts = {
        "common word": COMMON,
        "two words": f"{COMMON} rum",
        "rare word": RARE,
        "misspelt": "belysnign",
        "nothing": "qwxzv",
        "reference": reference,
    }
    return [
        probe
        for who in EVERYONE
        for name, text in texts.items()
        for probe in _made(f"search: {name}", who, _address("records:search", q=text), SEARCH)
    ]


def _similar() -> list[Probe]:
    """What is asked while somebody writes: words as they are spread here, none but common ones, much text."""
    usual = (
        "Nycklarna till medicinskåpen ligger i samma låda. På morgonen letar vi länge efter rätt nyckel "
        "och ibland tar någon fel."
    )
    texts = {
        "usual words": usual,
        "common words": f"Tid saknas, och {COMMON} saknas",
        "misspelt": "Kolsvrt bakom gymnstiksalen",
        "a page of text": " ".join([usual, "Vi har sagt till men ingen vet vem som beställer."] * 12),
    }
    path = _address("improvements:similar")
    return [
        Probe(f"similar: {name}, {who}", who, path, SIMILAR, form=True, text=text)
        for who in EVERYONE
        for name, text in texts.items()
        if path
    ]


def _boards() -> list[Probe]:
    """A unit's board, what hangs on the wall, the figures of a part and of all, the gallery, the ways in."""
    department, team = Unit.objects.get(code="D03").pk, Unit.objects.get(code="T007").pk
    found: list[Probe] = []
    for who in EVERYONE:
        for title, name, unit, most in (
            ("board of a team", "improvements:board", team, DETAIL),
            ("board of a department", "improvements:board", department, DETAIL),
            ("wall of a department", "improvements:board_wall", department, DETAIL),
        ):
            found += _made(title, who, _address(name, unit=unit), most)
        found += _made("gallery", who, _address("improvements:gallery"), LIST, LIST_QUERIES)
    found += _made("board of all", "quality", _address("improvements:board"), DETAIL)
    found += _made("figures of all", "quality", _address("improvements:figures"), LIST)
    anew = _address("improvements:figures", again=1)
    found += _made("figures of all, counted anew", "quality", anew, 0)
    anew = _address("improvements:figures", again=1, unit=department)
    found += _made("figures of a department, counted anew", "quality", anew, FIGURES)
    found += _made("ways in", "quality", _address("improvements:heartbeat"), DETAIL)
    return found


def _start() -> list[Probe]:
    most = {"quality": FIGURES}
    return [
        probe
        for who in EVERYONE
        for probe in _made("start page", who, _address("home:start"), most.get(who, START))
    ]


def _create() -> list[Probe]:
    path = _address("improvements:send")
    return [Probe("send a proposal", SENDS, path, CREATE, form=True)] if path else []


def _library() -> list[Probe]:
    """The library of governing documents, and what is to be put right in it."""
    narrowed = {
        "all that lives": {},
        "in force": {"state": "in_force"},
        "hold for me": {"only": "mine", "state": "in_force"},
        "recently changed": {"state": "in_force", "sort": "changed"},
        "of a type": {"category": "rutin", "state": "in_force"},
        "to look over": {"only": "soon"},
        "text": {"q": COMMON, "state": "all"},
        "rare text": {"q": RARE, "state": "all"},
        "twins": {"only": "twins", "state": "all"},
        "never read": {"only": "never_read", "state": "all"},
    }
    found: list[Probe] = []
    for who in (*EVERYONE, READS):
        for name, query in narrowed.items():
            path = _address("documents:list", **query)
            found += _made(f"documents: {name}", who, path, _limit(query), LIST_QUERIES)
        found += _made("documents: to read", who, _address("documents:to_read"), LIST, LIST_QUERIES)
    found += _made("documents: order in the house", "quality", _address("documents:order"), 0)
    return found + _made("documents: nearly the same", "quality", _address("documents:twins"), LIST)


def _papers() -> list[Probe]:
    """One document, one version of it, and who has read it."""
    held = Document.objects.filter(state="in_force").order_by("-pk")
    document = held.filter(visibility="staff").first()
    asks = held.filter(asks_to_read__isnull=False).annotate(duties=Count("read_duties")).order_by("-duties")
    if document is None:
        return []
    versions = Version.objects.filter(document=document).order_by("major")
    first, last = versions[0].reference, versions.reverse()[0].reference
    found: list[Probe] = []
    for who in (*EVERYONE, READS):
        found += _made("document", who, _address("records:detail", document.reference), DETAIL)
    found += _made("version", "quality", _address("records:detail", last), DETAIL)
    found += _made("document, read by all", READS, _address("records:detail", asks[0].reference), DETAIL)
    found += _made("who has read", "quality", _address("documents:reading", asks[0].reference), DETAIL)
    return found + _made("difference", "quality", _address("documents:compare", first, last), 0)


def _register() -> list[Probe]:
    """What anyone may read without signing in."""
    public = Document.objects.filter(state="in_force", visibility="public").order_by("-pk").first()
    if public is None:
        return []
    texts = {"common word": COMMON, "two words": f"{COMMON} rum", "rare word": RARE, "nothing": "qwxzv"}
    return [
        *_made("register", VISITOR, _address("register:index"), LIST, LIST_QUERIES),
        *_made("register: document", VISITOR, _address("register:document", public.reference), DETAIL),
        *_made("register: feed", VISITOR, _address("register:feed"), LIST),
        *_made("register: list as JSON", VISITOR, _address("register:json"), 0),
        *(
            probe
            for name, text in texts.items()
            for probe in _made(f"register: {name}", VISITOR, _address("register:index", q=text), SEARCH)
        ),
    ]
