import apps.journal.identity
import apps.journal.tables
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('catalog', '0001_initial'),
        ('orders', '0001_initial'),
        ('parts', '0001_initial'),
    ]

    operations = [
        apps.journal.tables.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='BasketLine',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('quantity', models.IntegerField(default=1)),
                        ('quality_tier', models.CharField(choices=[('draft', 'Draft'), ('standard', 'Standard'), ('fine', 'Fine'), ('functional', 'Functional'), ('cosmetic', 'Cosmetic')], default='standard', max_length=12)),
                        ('notes', models.CharField(blank=True, help_text='What else the customer wants of it', max_length=500)),
                        ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='basket_lines', to='accounts.account')),
                        ('color', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='basket_lines', to='catalog.color')),
                        ('material', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='basket_lines', to='catalog.material')),
                        ('part_revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='basket_lines', to='parts.partrevision')),
                        ('quote', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='basket_lines', to='orders.quote')),
                    ],
                    options={
                        'verbose_name': 'basket line',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(fields=['account', 'id'], name='basket_line_by_account')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='basket_line_quantity_at_least_1'), models.CheckConstraint(condition=models.Q(('quality_tier__in', ['cosmetic', 'draft', 'fine', 'functional', 'standard'])), name='basket_line_quality_tier_is_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Visitor',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('ended_at', models.DateTimeField(blank=True, help_text='Since when the browser is a stranger again', null=True)),
                        ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='visitors', to='accounts.account')),
                        ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='visitors', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'visitor',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(fields=['site', 'created_at'], name='visitor_by_day')],
                        'constraints': [models.UniqueConstraint(fields=('account',), name='one_visitor_per_guest')],
                    },
                ),
            ],
        ),
    ]
