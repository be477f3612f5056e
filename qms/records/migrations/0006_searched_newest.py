from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0005_said_once")]

    operations = [
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("search__isnull", False)),
                fields=["-created_at", "-id"],
                name="record_searched_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("visibility__in", ("public", "staff"))),
                fields=["kind", "category", "-created_at", "-id"],
                include=("unit", "closed_at", "state", "due"),
                name="record_kind_category_everyone",
            ),
        ),
    ]
