import django.contrib.postgres.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisation', '__first__'),
        ('records', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='EvidenceType',
            fields=[
                ('key', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('label_en', models.CharField(max_length=120)),
                ('label_sv', models.CharField(max_length=120)),
                ('label_nb', models.CharField(blank=True, max_length=120)),
            ],
            options={
                'verbose_name': 'evidence type',
                'verbose_name_plural': 'evidence types',
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40, unique=True)),
                ('standard', models.CharField(max_length=40, verbose_name='standard')),
                ('year', models.PositiveSmallIntegerField(verbose_name='edition')),
                ('subject', models.CharField(max_length=80)),
                ('in_use', models.BooleanField(default=True, verbose_name='in use')),
                ('second_hand', models.BooleanField(default=False, help_text='Our wording was made without reading the edition itself.', verbose_name='from secondary sources')),
            ],
            options={
                'verbose_name': 'edition',
                'verbose_name_plural': 'editions',
                'ordering': ['standard', '-year'],
                'constraints': [models.UniqueConstraint(fields=('standard', 'year'), name='edition_once')],
            },
        ),
        migrations.CreateModel(
            name='Requirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=12, verbose_name='number')),
                ('order', models.PositiveSmallIntegerField()),
                ('title_en', models.CharField(max_length=150)),
                ('label_sv', models.CharField(max_length=150)),
                ('label_nb', models.CharField(max_length=150)),
                ('guidance_en', models.TextField()),
                ('guidance_sv', models.TextField()),
                ('guidance_nb', models.TextField(blank=True)),
                ('documented_information', models.CharField(blank=True, choices=[('', 'Nothing in writing is asked for'), ('maintain', 'A document that is kept up to date'), ('retain', 'Records that are kept')], max_length=10)),
                ('evidence_keys', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ('change_en', models.TextField(blank=True)),
                ('change_sv', models.TextField(blank=True)),
                ('change_nb', models.TextField(blank=True)),
                ('applies', models.BooleanField(default=True, verbose_name='applies to us')),
                ('exclusion_reason', models.TextField(blank=True, max_length=2000, verbose_name='why it does not apply')),
                ('counterparts', models.ManyToManyField(blank=True, to='standards.requirement')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requirements', to='standards.edition')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='standards.requirement')),
            ],
            options={
                'verbose_name': 'requirement',
                'verbose_name_plural': 'requirements',
                'ordering': ['edition', 'order'],
                'constraints': [models.UniqueConstraint(fields=('edition', 'number'), name='requirement_number_once'), models.CheckConstraint(condition=models.Q(('applies', True), models.Q(('exclusion_reason', ''), _negated=True), _connector='OR'), name='requirement_exclusion_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalRequirementLink',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='what it shows')),
                ('created_at', models.DateTimeField(blank=True, editable=False)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('created_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('record', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='records.record')),
                ('requirement', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='standards.requirement')),
            ],
            options={
                'verbose_name': 'historical evidence',
                'verbose_name_plural': 'historical evidence',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalRequirement',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('number', models.CharField(max_length=12, verbose_name='number')),
                ('order', models.PositiveSmallIntegerField()),
                ('title_en', models.CharField(max_length=150)),
                ('label_sv', models.CharField(max_length=150)),
                ('label_nb', models.CharField(max_length=150)),
                ('documented_information', models.CharField(blank=True, choices=[('', 'Nothing in writing is asked for'), ('maintain', 'A document that is kept up to date'), ('retain', 'Records that are kept')], max_length=10)),
                ('evidence_keys', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ('applies', models.BooleanField(default=True, verbose_name='applies to us')),
                ('exclusion_reason', models.TextField(blank=True, max_length=2000, verbose_name='why it does not apply')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('edition', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='standards.edition')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='standards.requirement')),
            ],
            options={
                'verbose_name': 'historical requirement',
                'verbose_name_plural': 'historical requirements',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='RequirementLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='what it shows')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requirement_links', to='records.record')),
                ('requirement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='standards.requirement')),
            ],
            options={
                'verbose_name': 'evidence',
                'verbose_name_plural': 'evidence',
                'ordering': [models.OrderBy(models.F('created_at'), descending=True), '-pk'],
                'constraints': [models.UniqueConstraint(fields=('requirement', 'record'), name='requirementlink_once')],
            },
        ),
    ]
