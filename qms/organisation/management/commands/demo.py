"""`manage.py demo`: loads the demo municipality, or lists who may sign in to it."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from qms.organisation.demo_people import accounts
from qms.organisation.services.demonstration import parts_load, statistics_refresh, strangers


class Command(BaseCommand):
    """Loads what every app offers of the demo; each part may be loaded again."""

    help = "Load the demo municipality. Run again it adds what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Options of the command."""
        parser.add_argument("--accounts", action="store_true", help="print who may sign in, as JSON")
        parser.add_argument("--force", action="store_true", help="load beside people who are not the demo's")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or list."""
        if options["accounts"]:
            with translation.override("sv"):
                self.stdout.write(json.dumps(accounts(), ensure_ascii=False, indent=1))
            return
        others = strangers()
        if others and not options["force"]:
            raise CommandError(
                f"There are {others} people here who are not the demo's. "
                "The demo belongs in an empty database; --force loads it all the same."
            )
        is_new = False
        for part in parts_load():
            self.stdout.write(part.said)
            is_new |= part.is_new
        if is_new:
            statistics_refresh()  # the first pages are asked for before PostgreSQL gets round to it
