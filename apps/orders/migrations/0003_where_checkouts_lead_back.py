"""Checkouts know where the customer comes back to."""

from django.db import migrations, models

from apps.journal.immutable import unguard


def _unguard(_apps, schema_editor):
    unguard(schema_editor.connection, "orders_checkout")


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_checkouts_messages_and_refunds")]

    operations = [
        migrations.AddField(
            model_name="checkout",
            name="return_to",
            field=models.CharField(blank=True, help_text="Where the customer comes back to, on this farm", max_length=300),
        ),
        migrations.RunPython(migrations.RunPython.noop, _unguard),
    ]
