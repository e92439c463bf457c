from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('planning', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='output',
            name='facts',
            field=models.JSONField(blank=True, default=dict, help_text='Read back from the G-code: {bounds_um, max_nozzle_c, max_bed_c, objects}; not known: not there'),
        ),
    ]
