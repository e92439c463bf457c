import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('runs', '0005_shards_of_printers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Telemetry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hour', models.IntegerField(help_text='Hours since 1970')),
                ('samples', models.TextField()),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='telemetry', to='runs.run')),
            ],
            options={
                'verbose_name': 'telemetry',
                'verbose_name_plural': 'telemetry',
                'indexes': [models.Index(fields=['hour'], name='telemetry_by_hour')],
                'constraints': [models.UniqueConstraint(fields=('run', 'hour'), name='one_telemetry_per_hour')],
            },
        ),
    ]
