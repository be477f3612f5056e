from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0016_the_registers_words'),
    ]

    operations = [
        migrations.AlterField(
            model_name='importrow',
            name='why_not',
            field=models.TextField(blank=True),
        ),
    ]
