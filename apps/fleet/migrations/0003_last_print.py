"""What tells the print that ended last on a machine from others."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("fleet", "0002_printers_count_hours_between_services"),
    ]

    operations = [
        migrations.AddField(
            model_name="printer",
            name="last_print",
            field=models.CharField(
                blank=True, help_text="What tells the print that ended last from others; one that nobody watched differs", max_length=200
            ),
        ),
    ]
