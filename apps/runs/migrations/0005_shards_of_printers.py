from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('runs', '0004_printers_of_incidents'),
    ]

    operations = [
        migrations.CreateModel(
            name='Listener',
            fields=[
                ('holder', models.CharField(max_length=160, primary_key=True, serialize=False)),
                ('until', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'listener',
            },
        ),
        migrations.CreateModel(
            name='Shard',
            fields=[
                ('number', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('holder', models.CharField(blank=True, max_length=160)),
                ('until', models.DateTimeField(help_text="The lease's end, by the database's clock")),
                ('fence', models.IntegerField(help_text='How often it changed hands')),
            ],
            options={
                'verbose_name': 'shard',
            },
        ),
    ]
