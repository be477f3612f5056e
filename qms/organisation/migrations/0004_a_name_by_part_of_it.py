"""People are found by any part of their names."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = [("organisation", "0003_directory_in_order")]

    operations = [
        TrigramExtension(),
        migrations.AddIndex(
            "person", GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="person_name_trigram")
        ),
    ]
