import apps.journal.identity
import apps.journal.prefixes
import apps.journal.tables
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import django_fsm
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('catalog', '0001_initial'),
    ]

    operations = [
        apps.journal.tables.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Lot',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('code', models.CharField(help_text='As printed on the label, or a name of our own', max_length=80)),
                        ('supplier', models.CharField(blank=True, max_length=120)),
                        ('received_on', models.DateField(blank=True, null=True)),
                        ('price_per_kg_minor', models.BigIntegerField(blank=True, help_text='What a kilogram cost, in minor units', null=True)),
                        ('currency', models.CharField(help_text='ISO 4217', max_length=3)),
                        ('color', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='catalog.color')),
                        ('material', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='catalog.material')),
                        ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'lot',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(fields=['site', 'code'], name='lot_by_code')],
                        'constraints': [models.UniqueConstraint(fields=('site', 'material', 'code'), name='one_lot_per_code'), models.CheckConstraint(condition=models.Q(('code', ''), _negated=True), name='lots_have_a_code'), models.CheckConstraint(condition=models.Q(('price_per_kg_minor__gte', 0)), name='lot_price_per_kg_minor_at_least_0'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('currency'), 3), django.db.models.lookups.Exact(models.F('currency'), django.db.models.functions.text.Upper('currency'))), name='lot_currency_is_a_currency')],
                    },
                ),
                migrations.CreateModel(
                    name='Spool',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('code', models.CharField(help_text='On its label; unique at the site', max_length=40)),
                        ('state', django_fsm.FSMField(choices=[('sealed', 'Sealed'), ('open', 'Open'), ('empty', 'Empty'), ('discarded', 'Discarded')], default='sealed', max_length=12, protected=True)),
                        ('full_mg', models.IntegerField(blank=True, null=True)),
                        ('tare_mg', models.IntegerField(blank=True, null=True)),
                        ('remaining_mg', models.IntegerField(blank=True, null=True)),
                        ('remaining_basis', models.CharField(choices=[('measured', 'Weighed'), ('estimated', 'Estimated'), ('unknown', 'Not known')], default='unknown', max_length=12)),
                        ('remaining_at', models.DateTimeField(blank=True, help_text='When the amount was last weighed or estimated', null=True)),
                        ('opened_at', models.DateTimeField(blank=True, help_text='Empty for an open spool: nobody knows when', null=True)),
                        ('dried_at', models.DateTimeField(blank=True, null=True)),
                        ('ended_at', models.DateTimeField(blank=True, help_text='When it was empty or thrown away', null=True)),
                        ('location', models.CharField(blank=True, help_text='Shelf, dry box or room', max_length=80)),
                        ('notes', models.TextField(blank=True)),
                        ('color', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='spools', to='catalog.color')),
                        ('lot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='spools', to='inventory.lot')),
                        ('material', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='spools', to='catalog.material')),
                        ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='spools', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'spool',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('state__in', ['sealed', 'open'])), fields=['site', 'material', 'remaining_mg'], name='spool_usable_by_remnant'), models.Index(apps.journal.prefixes.ByteOrder(django.db.models.functions.text.Lower('code')), name='spool_by_code')],
                        'constraints': [models.UniqueConstraint(fields=('site', 'code'), name='one_spool_per_code'), models.CheckConstraint(condition=models.Q(('code', ''), _negated=True), name='spools_have_a_code'), models.CheckConstraint(condition=models.Q(('state__in', ['discarded', 'empty', 'open', 'sealed'])), name='spool_state_is_known'), models.CheckConstraint(condition=models.Q(('remaining_basis__in', ['estimated', 'measured', 'unknown'])), name='spool_remaining_basis_is_known'), models.CheckConstraint(condition=models.Q(('full_mg__gte', 1)), name='spool_full_mg_at_least_1'), models.CheckConstraint(condition=models.Q(('tare_mg__gte', 0)), name='spool_tare_mg_at_least_0'), models.CheckConstraint(condition=models.Q(('remaining_mg__gte', 0)), name='spool_remaining_mg_at_least_0'), models.CheckConstraint(condition=models.Q(models.Q(('remaining_at', None), ('remaining_basis', 'unknown'), ('remaining_mg', None)), models.Q(models.Q(('remaining_basis', 'unknown'), _negated=True), ('remaining_at__isnull', False), ('remaining_mg__isnull', False)), _connector='OR'), name='known_amounts_say_how_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sealed'), _negated=True), ('opened_at', None), _connector='OR'), name='sealed_spools_were_never_opened'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state__in', ['sealed', 'open']), _negated=True), ('ended_at', None), _connector='OR'), models.Q(models.Q(('state__in', ['empty', 'discarded']), _negated=True), ('ended_at__isnull', False), _connector='OR')), name='ended_spools_say_when')],
                    },
                ),
                migrations.CreateModel(
                    name='Weighing',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('weighed_at', models.DateTimeField()),
                        ('gross_mg', models.IntegerField()),
                        ('tare_mg', models.IntegerField(help_text="The tare used, so that a later correction of the spool's tare does not rewrite history")),
                        ('by', models.CharField(max_length=120)),
                        ('note', models.CharField(blank=True, max_length=300)),
                        ('spool', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='weighings', to='inventory.spool')),
                    ],
                    options={
                        'verbose_name': 'weighing',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(fields=['spool', 'weighed_at'], name='weighing_by_spool')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('tare_mg__gte', 0)), name='weighing_tare_mg_at_least_0'), models.CheckConstraint(condition=models.Q(('gross_mg__gte', models.F('tare_mg'))), name='weighing_is_not_under_the_tare'), models.CheckConstraint(condition=models.Q(('by', ''), _negated=True), name='weighings_say_by_whom')],
                    },
                ),
            ],
        ),
    ]
