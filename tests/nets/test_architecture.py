"""The house keeps its shape: imports one way, small files, history everywhere, no inline code."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

ROOT = Path(settings.BASE_DIR)
GROUND = "qms"
DOMAIN = ("processes", "documents", "improvements", "audits")
FOLDERS = (GROUND, *DOMAIN, "templates", "static", "tests", "script")
MOST_LINES = 400
# Made by a tool and never edited by hand.
GENERATED = ("migrations/", "static/css/theme.css", "static/vendor/", "__pycache__")

# Models that need no history of their fields, each with the reason.
NO_HISTORY = {
    "documents.FileText": "what a worker owes; the words are the file's",
    "documents.FrozenPdf": "derived from the version, made once",
    "documents.Origin": "written once, with its document",
    "documents.Sketch": "derived from the text, made anew with it",
    "documents.Twin": "derived from the texts, found anew each night",
    "documents.ReadDuty": "asked once, confirmed or closed once, each with its time and reason",
    "documents.Remark": "written once, settled once, with who and when",
    "documents.Review": "asked once, answered once, with who and when",
    "improvements.FollowLink": "a key, not a record: made once, deleted with its address",
    "improvements.Verdict": "append-only",
    "records.Record": "a child's history holds these fields too",
    "records.Counter": "derived from the references given",
    "records.Decision": "append-only: it is history",
    "records.Comment": "written once, never edited",
    "records.Task": "opened and closed once; the decision says why",
    "records.Link": "written once; one that is removed stays, with who and when",
    "records.Follow": "a personal wish",
    "records.Named": "rows are ended, never changed: they are history",
    "records.Share": "written once by the decision that gave the record away",
    "records.Notification": "a message",
    "records.Reminder": "a ledger row, written once",
    "records.ImportRun": "a ledger of its own: what came of each row stands in it",
    "records.ImportRow": "a ledger of its own",
    "records.SavedView": "a personal wish",
    "mail.Mail": "a ledger row",
    "jobs.JobRun": "a ledger row",
    "jobs.Pulse": "a sign of life",
    "improvements.Disclosure": "written once: it is what was handed out",
    "improvements.Flag": "set once and settled once, each with who and when; the timeline tells it",
    "improvements.Seconder": "rows are ended, never changed: they are history",
    "improvements.FlagHandler": "rows are ended, never changed: they are history",
    "organisation.OrganisationEvent": "append-only: it is history",
    "improvements.Pause": "written once; letting the clock go is a decision too",
    "improvements.Heartbeat": "what a check found, made anew each time",
    "standards.Edition": "loaded from data files",
    "standards.EvidenceType": "loaded from data files",
}


def files(*endings: str) -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix in endings and path.is_file() and not any(part in name for part in GENERATED):
                yield path


def test_imports_run_one_way():
    done = subprocess.run(["lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_no_file_is_past_its_cap():
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in files(".py", ".html", ".js", ".css")
        if (lines := path.read_text(encoding="utf-8").count("\n")) > MOST_LINES
    }
    assert not long, f"split by subject: {long}"


def test_the_ground_names_no_domain_app():
    named = re.compile(rf"\b({'|'.join(DOMAIN)})\b[.:/]|[\"']({'|'.join(DOMAIN)})[\"']")
    allowed = {ROOT / GROUND / "settings.py"}  # the one place that installs them
    ground = [path for path in files(".py") if path.is_relative_to(ROOT / GROUND) and path not in allowed]
    shared = [
        path
        for path in (ROOT / "templates").rglob("*.html")
        if path.relative_to(ROOT / "templates").parts[0] not in DOMAIN
    ]
    guilty = {
        path.relative_to(ROOT).as_posix(): found.group()
        for path in [*ground, *shared]
        if (found := named.search(_without_docstrings(path)))
    }
    assert not guilty


def _without_docstrings(path: Path) -> str:
    """The text of a file; of Python only what runs: an example in a docstring names no app to the program."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return text
    tree = ast.parse(text)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
        ):
            body[0] = ast.Pass()
    return ast.unparse(tree)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"<script(?![^>]*\bsrc=)[^>]*>", "inline script"),
        (r"<style[\s>]", "inline style"),
        (r"\sstyle=[\"']", "style attribute"),
        (r"\son[a-z]+=[\"']", "event attribute"),
        (r"hx-on", "hx-on needs eval"),
        (r"hx-trigger=[\"'][^\"']*\[", "a trigger filter needs eval"),
        (r"\|\s*safe\b", "the safe filter"),
    ],
)
def test_no_template_has_what_the_content_policy_forbids(pattern: str, why: str):
    # Mail is read by mail programs, which know no style sheets; pages never are.
    pages = [path for path in files(".html") if "mail" not in path.parts]
    guilty = [
        path.relative_to(ROOT).as_posix()
        for path in pages
        if re.search(pattern, re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8")))
    ]
    assert not guilty, why


def test_every_model_keeps_its_history_or_says_why_not():
    ours = [
        model
        for model in apps.get_models()
        if model._meta.app_config.name.split(".")[0] in (GROUND, *DOMAIN)
        and not model.__name__.startswith("Historical")
        and not model._meta.auto_created
    ]
    without = {model._meta.label for model in ours if not hasattr(model, "history")}
    assert without <= set(NO_HISTORY), f"no history and no reason: {without - set(NO_HISTORY)}"
    gone = set(NO_HISTORY) - {model._meta.label for model in ours}
    assert not gone, f"excused but not there: {gone}"


def test_every_order_of_a_list_has_its_index():
    """Lists sort within a kind: each order needs an index that begins with kind."""
    record = apps.get_model("records", "Record")
    ordered = {tuple(index.fields) for index in record._meta.indexes if not index.condition}
    for order in (("kind", "-created_at", "-id"), ("kind", "-changed_at", "-id"), ("kind", "due", "id")):
        assert order in ordered


def test_services_take_access():
    """Every public function of a services module that writes takes `access`, by keyword only."""
    guilty = []
    for path in files(".py"):
        if ("services" not in path.parts and path.name != "services.py") or not path.is_relative_to(ROOT):
            continue
        if (
            path.relative_to(ROOT).parts[0] in ("tests", "script")
            or "jobs" in path.parts
            or "mail" in path.parts
        ):
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            decorated = {getattr(d, "attr", getattr(d, "id", "")) for d in node.decorator_list}
            if "atomic" in decorated and "access" not in [arg.arg for arg in node.args.kwonlyargs]:
                guilty.append(f"{path.relative_to(ROOT)}: {node.name}")
    # Loading data files is the installation's act, by whoever may run its commands.
    assert not [name for name in guilty if not name.endswith("_load")]


def test_no_signal_of_django_hides_an_effect():
    hidden = re.compile(r"\b(post_save|pre_save|post_delete|pre_delete|m2m_changed)\b")
    guilty = [
        path.relative_to(ROOT).as_posix()
        for path in files(".py")
        if path.relative_to(ROOT).parts[0] in (GROUND, *DOMAIN)
        and hidden.search(path.read_text(encoding="utf-8"))
    ]
    assert not guilty


def test_field_types_are_those_of_a_municipal_register():
    """Free text has a length: 10 MB in a field is refused by a sentence, not by the server's memory."""
    unlimited = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_config.name.split(".")[0] in DOMAIN and not model.__name__.startswith("Historical")
        for field in model._meta.local_fields
        if isinstance(field, models.TextField) and field.max_length is None
    ]
    assert not unlimited
