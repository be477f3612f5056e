"""A link that is removed stays as a line in the timeline, with the names as they were."""

from django.conf import settings
from django.db import migrations, models

NAMES = """
UPDATE records_link SET created_by_name = person.name
FROM organisation_person person WHERE person.id = created_by_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0007_indexes_that_answer'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='link',
            name='link_once',
        ),
        migrations.AddField(
            model_name='link',
            name='created_by_name',
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AddField(
            model_name='link',
            name='removed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='link',
            name='removed_by_name',
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.RunSQL(NAMES, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('source', 'target', 'type', 'place'), name='link_once'),
        ),
    ]
