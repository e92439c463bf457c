import apps.journal.identity
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('artifacts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Part',
            fields=[
                ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='accounts.site')),
                ('account', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='accounts.account')),
                ('name', models.CharField(max_length=200)),
                ('sku', models.CharField(blank=True, max_length=80)),
                ('archived_at', models.DateTimeField(blank=True, help_text='Offered no more since', null=True)),
            ],
            options={
                'verbose_name': 'part',
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['account', 'id'], name='part_by_account')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('sku', ''), _negated=True), fields=('site', 'sku'), name='one_part_per_sku'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='parts_have_a_name')],
            },
        ),
        migrations.CreateModel(
            name='PartRevision',
            fields=[
                ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('part', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='parts.part')),
                ('number', models.IntegerField()),
                ('units', models.CharField(choices=[('micron', 'Micrometre'), ('millimeter', 'Millimetre'), ('centimeter', 'Centimetre'), ('meter', 'Metre'), ('inch', 'Inch'), ('foot', 'Foot')], default='millimeter', max_length=12)),
                ('orientation_constraints', models.JSONField(blank=True, default=list, help_text='[{"kind": "strength_axis", "axis": [0, 0, 1]}]')),
                ('tolerance_class', models.CharField(choices=[('none', 'No tolerance agreed'), ('coarse', 'Coarse (ISO 2768 c)'), ('medium', 'Medium (ISO 2768 m)'), ('fine', 'Fine (ISO 2768 f)'), ('drawing', 'As the drawing says')], default='none', max_length=8)),
                ('tolerance_notes', models.TextField(blank=True)),
                ('part_class', models.CharField(blank=True, help_text='Chooses the checklist after the print', max_length=60)),
                ('notes', models.TextField(blank=True)),
                ('known_good_plan_id', models.UUIDField(blank=True, help_text='The last approved plan that gave good parts; re-orders start from it', null=True)),
                ('created_by', models.CharField(max_length=120)),
            ],
            options={
                'verbose_name': 'revision',
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('part', 'number'), name='one_part_revision_per_number'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='part_revision_number_at_least_1'), models.CheckConstraint(condition=models.Q(('units__in', ['centimeter', 'foot', 'inch', 'meter', 'micron', 'millimeter'])), name='part_revision_units_is_known'), models.CheckConstraint(condition=models.Q(('tolerance_class__in', ['coarse', 'drawing', 'fine', 'medium', 'none'])), name='part_revision_tolerance_class_is_known'), models.CheckConstraint(condition=models.Q(('created_by', ''), _negated=True), name='part_revisions_say_by_whom')],
            },
        ),
        migrations.CreateModel(
            name='RevisionFile',
            fields=[
                ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(editable=False)),
                ('revision', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='parts.partrevision')),
                ('artifact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revision_files', to='artifacts.artifact')),
                ('role', models.CharField(choices=[('model', 'Model'), ('drawing', 'Drawing'), ('document', 'Document')], default='model', max_length=8)),
                ('original_name', models.CharField(max_length=255)),
                ('position', models.SmallIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'file of a revision',
                'verbose_name_plural': 'files of revisions',
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('revision', 'position'), name='one_revision_file_per_position'), models.UniqueConstraint(fields=('revision', 'artifact', 'role'), name='a_revision_holds_a_file_once'), models.CheckConstraint(condition=models.Q(('position__gte', 0)), name='revision_file_position_at_least_0'), models.CheckConstraint(condition=models.Q(('role__in', ['document', 'drawing', 'model'])), name='revision_file_role_is_known'), models.CheckConstraint(condition=models.Q(('original_name', ''), _negated=True), name='revision_files_have_a_name')],
            },
        ),
    ]
