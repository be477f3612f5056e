"""What is new in a clause is said in each language; the words are read from the data files at each load."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("standards", "0001_initial")]
    operations = [
        migrations.RenameField("requirement", "change", "change_en"),
        migrations.AddField("requirement", "change_sv", models.TextField(blank=True, default=""), False),
        migrations.AddField("requirement", "change_nb", models.TextField(blank=True, default=""), False),
    ]
