"""What the library kept of addresses that people no longer have: each would still open their account."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F
from django.db.models.functions import Lower


def forget(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Delete every kept address that is not its person's."""
    kept = apps.get_model("account", "EmailAddress").objects.annotate(now=Lower("user__email"))
    kept.exclude(email__iexact=F("now")).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0003_group_may_go"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]
    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
