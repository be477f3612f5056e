"""What a document said of itself when a version came into force stands in its official PDF, however late that
is made. For those that are owed already nobody kept it: they say what is so today."""

from typing import Any

from django.conf import settings
from django.db import migrations, models


def say_today(apps: Any, schema_editor: Any) -> None:
    owed = apps.get_model("documents", "FrozenPdf").objects.exclude(state="ready")
    language = settings.LANGUAGE_CODE[:2]
    for pdf in owed.select_related("version__document__type", "version__document__owner"):
        document = pdf.version.document
        pdf.said = {
            "type": getattr(document.type, f"name_{language}"),
            "owner": document.owner.name if document.owner else "",
            "unit": document.unit.name,
            "applies_to": [unit.name for unit in document.applies_to.order_by("path")],
            "laws": [line.strip() for line in document.laws.splitlines() if line.strip()],
        }
        pdf.save(update_fields=["said"])


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_initial")]

    operations = [
        migrations.AddField("FrozenPdf", "said", models.JSONField(default=dict, editable=False)),
        migrations.RunPython(say_today, migrations.RunPython.noop),
    ]
