"""Load the editions of standards from the data files."""

from typing import Any

from django.core.management.base import BaseCommand

from qms.standards.services import standards_load


class Command(BaseCommand):
    """`manage.py load_standards`: safe to run at every start."""

    help = "Load or refresh ISO 9001:2015 and 2026, 14001 and 27001 with their mappings."

    def handle(self, *args: Any, **options: Any) -> None:
        for key, count in standards_load().items():
            self.stdout.write(f"{key}: {count} requirements")
