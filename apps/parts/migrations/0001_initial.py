import apps.journal.identity
import apps.journal.prefixes
import apps.journal.tables
import django.db.models.deletion
import django.db.models.functions.text
import django_fsm
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('artifacts', '0001_initial'),
    ]

    operations = [
        apps.journal.tables.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Part',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('name', models.CharField(max_length=200)),
                        ('sku', models.CharField(blank=True, max_length=80)),
                        ('archived_at', models.DateTimeField(blank=True, help_text='Offered no more since', null=True)),
                        ('account', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='accounts.account')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'part',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(fields=['account', 'id'], name='part_by_account'), models.Index(apps.journal.prefixes.ByteOrder(django.db.models.functions.text.Lower('name')), name='part_by_name')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('sku', ''), _negated=True), fields=('site', 'sku'), name='one_part_per_sku'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='parts_have_a_name')],
                    },
                ),
                migrations.CreateModel(
                    name='PartRevision',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('number', models.IntegerField()),
                        ('units', models.CharField(choices=[('micron', 'Micrometre'), ('millimeter', 'Millimetre'), ('centimeter', 'Centimetre'), ('meter', 'Metre'), ('inch', 'Inch'), ('foot', 'Foot')], default='millimeter', max_length=12)),
                        ('orientation_constraints', models.JSONField(blank=True, default=list, help_text='[{"kind": "strength_axis", "axis": [0, 0, 1]}]')),
                        ('tolerance_class', models.CharField(choices=[('none', 'No tolerance agreed'), ('coarse', 'Coarse (ISO 2768 c)'), ('medium', 'Medium (ISO 2768 m)'), ('fine', 'Fine (ISO 2768 f)'), ('drawing', 'As the drawing says')], default='none', max_length=8)),
                        ('tolerance_notes', models.TextField(blank=True)),
                        ('part_class', models.CharField(blank=True, help_text='Chooses the checklist after the print', max_length=60)),
                        ('notes', models.TextField(blank=True)),
                        ('known_good_plan_id', models.UUIDField(blank=True, help_text='The last approved plan that gave good parts; re-orders start from it', null=True)),
                        ('created_by', models.CharField(max_length=120)),
                        ('part', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='parts.part')),
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
                        ('role', models.CharField(choices=[('model', 'Model'), ('gcode', 'Supplied G-code'), ('drawing', 'Drawing'), ('document', 'Document')], default='model', max_length=8)),
                        ('original_name', models.CharField(max_length=255)),
                        ('position', models.SmallIntegerField(default=0)),
                        ('artifact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revision_files', to='artifacts.artifact')),
                        ('revision', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='parts.partrevision')),
                    ],
                    options={
                        'verbose_name': 'file of a revision',
                        'verbose_name_plural': 'files of revisions',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('revision', 'position'), name='one_revision_file_per_position'), models.UniqueConstraint(fields=('revision', 'artifact', 'role'), name='a_revision_holds_a_file_once'), models.CheckConstraint(condition=models.Q(('position__gte', 0)), name='revision_file_position_at_least_0'), models.CheckConstraint(condition=models.Q(('role__in', ['document', 'drawing', 'gcode', 'model'])), name='revision_file_role_is_known'), models.CheckConstraint(condition=models.Q(('original_name', ''), _negated=True), name='revision_files_have_a_name')],
                    },
                ),
                migrations.CreateModel(
                    name='Upload',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('original_name', models.CharField(help_text='As it was called, made safe to show; never used as a path', max_length=255)),
                        ('kind', models.CharField(choices=[('model', 'Model'), ('gcode', 'G-code')], max_length=8)),
                        ('unit', models.CharField(choices=[('micron', 'Micrometre'), ('millimeter', 'Millimetre'), ('centimeter', 'Centimetre'), ('meter', 'Metre'), ('inch', 'Inch'), ('foot', 'Foot')], default='millimeter', help_text='For files that name no unit', max_length=12)),
                        ('state', django_fsm.FSMField(choices=[('received', 'Being checked'), ('checked', 'Checked'), ('refused', 'Cannot be used')], default='received', max_length=12, protected=True)),
                        ('code', models.CharField(blank=True, help_text='Why it cannot be used', max_length=60)),
                        ('params', models.JSONField(blank=True, default=dict)),
                        ('ended_at', models.DateTimeField(blank=True, help_text='When the check was done', null=True)),
                        ('account', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to='accounts.account')),
                        ('artifact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to='artifacts.artifact')),
                        ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'upload',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(fields=['site', 'id'], name='upload_by_site'), models.Index(fields=['account', 'id'], name='upload_by_account')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['gcode', 'model'])), name='upload_kind_is_known'), models.CheckConstraint(condition=models.Q(('unit__in', ['centimeter', 'foot', 'inch', 'meter', 'micron', 'millimeter'])), name='upload_unit_is_known'), models.CheckConstraint(condition=models.Q(('state__in', ['checked', 'received', 'refused'])), name='upload_state_is_known'), models.CheckConstraint(condition=models.Q(('original_name', ''), _negated=True), name='uploads_have_a_name'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), models.Q(('code', ''), _negated=True)), models.Q(models.Q(('state', 'refused'), _negated=True), ('code', '')), _connector='OR'), name='refused_uploads_say_why'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'received')), models.Q(models.Q(('state', 'received'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='uploads_that_ended_say_when')],
                    },
                ),
                migrations.CreateModel(
                    name='Preflight',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('upload', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='preflights', to='parts.upload')),
                        ('revision', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='preflights', to='parts.partrevision')),
                        ('artifact', models.ForeignKey(help_text='The normalised mesh, or the supplied G-code', on_delete=django.db.models.deletion.PROTECT, related_name='preflights', to='artifacts.artifact')),
                        ('kind', models.CharField(choices=[('mesh', 'The shape'), ('gcode', 'The G-code')], max_length=8)),
                        ('status', models.CharField(choices=[('PASS', 'Nothing stands against it'), ('WARN', 'Can be made, once the customer has chosen'), ('FAIL', 'Cannot be made as it is')], help_text='Before any answer', max_length=8)),
                        ('findings', models.JSONField(default=list, help_text='[{code, severity, measured, limit, place, offers}]')),
                        ('metrics', models.JSONField(default=dict, help_text='What was measured: whole numbers, units in the names')),
                        ('analyser', models.CharField(help_text='Program and version', max_length=80)),
                    ],
                    options={
                        'verbose_name': 'preflight',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(fields=['revision', 'id'], name='preflight_by_revision')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['gcode', 'mesh'])), name='preflight_kind_is_known'), models.CheckConstraint(condition=models.Q(('status__in', ['FAIL', 'PASS', 'WARN'])), name='preflight_status_is_known'), models.CheckConstraint(condition=models.Q(('analyser', ''), _negated=True), name='preflights_name_their_analyser')],
                    },
                ),
                migrations.CreateModel(
                    name='FindingAnswer',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('code', models.CharField(max_length=60)),
                        ('kind', models.CharField(choices=[('accepted', 'Accepted by the customer'), ('reviewed', 'Let through by staff, with a reason'), ('asked', 'The customer asks the shop to look at it')], max_length=10)),
                        ('answered_by', models.CharField(max_length=120)),
                        ('reason', models.TextField(blank=True)),
                        ('preflight', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='parts.preflight')),
                    ],
                    options={
                        'verbose_name': 'answer to a finding',
                        'verbose_name_plural': 'answers to findings',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['accepted', 'asked', 'reviewed'])), name='finding_answer_kind_is_known'), models.UniqueConstraint(fields=('preflight', 'code', 'kind'), name='one_answer_per_finding'), models.CheckConstraint(condition=models.Q(('answered_by', ''), _negated=True), name='answers_say_by_whom'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'reviewed'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='reviews_say_why')],
                    },
                ),
                migrations.CreateModel(
                    name='UploadPart',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('position', models.IntegerField()),
                        ('count', models.IntegerField(help_text='How often the file places it')),
                        ('name', models.CharField(help_text='As the file calls it', max_length=255)),
                        ('part_revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='upload_parts', to='parts.partrevision')),
                        ('upload', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='parts.upload')),
                    ],
                    options={
                        'verbose_name': 'part of an upload',
                        'verbose_name_plural': 'parts of uploads',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('upload', 'position'), name='one_upload_part_per_position'), models.CheckConstraint(condition=models.Q(('position__gte', 0)), name='upload_part_position_at_least_0'), models.CheckConstraint(condition=models.Q(('count__gte', 1)), name='upload_part_count_at_least_1')],
                    },
                ),
            ],
        ),
    ]
