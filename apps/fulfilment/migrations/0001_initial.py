import apps.journal.identity
import apps.journal.tables
import django.db.models.deletion
import django_fsm
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('orders', '0001_initial'),
    ]

    operations = [
        apps.journal.tables.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Shipment',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('state', django_fsm.FSMField(choices=[('packed', 'Packed'), ('shipped', 'Sent or handed over')], default='packed', max_length=10, protected=True)),
                        ('packed_by', models.CharField(max_length=120)),
                        ('carrier', models.CharField(blank=True, help_text='Who carries it; pickup: handed over here', max_length=60)),
                        ('tracking', models.CharField(blank=True, max_length=120)),
                        ('shipped_at', models.DateTimeField(blank=True, null=True)),
                        ('shipped_by', models.CharField(blank=True, max_length=120)),
                        ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'shipment',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(fields=['site', 'state', 'id'], name='shipment_by_state')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['packed', 'shipped'])), name='shipment_state_is_known'), models.CheckConstraint(condition=models.Q(('packed_by', ''), _negated=True), name='shipments_say_who_packed_them'), models.CheckConstraint(condition=models.Q(models.Q(('shipped_at__isnull', False), models.Q(('shipped_by', ''), _negated=True), models.Q(('carrier', ''), _negated=True)), models.Q(('shipped_at__isnull', True), ('shipped_by', ''), ('carrier', '')), _connector='OR'), name='sent_shipments_say_when_who_and_how'), models.CheckConstraint(condition=models.Q(models.Q(('shipped_at__isnull', False), ('state', 'shipped')), models.Q(models.Q(('state', 'shipped'), _negated=True), ('shipped_at__isnull', True)), _connector='OR'), name='sent_shipments_say_when')],
                    },
                ),
                migrations.CreateModel(
                    name='ShipmentPiece',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('removed_at', models.DateTimeField(blank=True, null=True)),
                        ('piece', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipment_pieces', to='orders.piece')),
                        ('shipment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='contents', to='fulfilment.shipment')),
                    ],
                    options={
                        'verbose_name': 'piece in a shipment',
                        'verbose_name_plural': 'pieces in shipments',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('shipment', 'piece'), name='a_shipment_holds_a_piece_once')],
                    },
                ),
            ],
        ),
    ]
