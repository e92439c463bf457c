import apps.journal.identity
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
    ]

    operations = [
        apps.journal.tables.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Artifact',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('store', models.CharField(choices=[('files', "This machine's disk"), ('s3', 'Object storage'), ('inline', 'The database')], editable=False, max_length=10)),
                        ('key', models.CharField(editable=False, help_text='Where the store keeps the bytes.', max_length=100)),
                        ('sha256', models.CharField(editable=False, max_length=64, verbose_name='SHA-256')),
                        ('size', models.BigIntegerField(editable=False, help_text='Bytes.')),
                        ('mime', models.CharField(editable=False, help_text='As declared or recognised; never trusted.', max_length=100, verbose_name='type')),
                        ('purged_at', models.DateTimeField(editable=False, null=True)),
                        ('purge_reason', models.CharField(choices=[('RETENTION', 'Kept long enough'), ('ERASURE', 'Erased on request'), ('UNCLAIMED', 'Never used by anything')], editable=False, max_length=20, null=True)),
                    ],
                    options={
                        'verbose_name': 'file',
                        'verbose_name_plural': 'files',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(fields=['sha256'], name='artifact_by_content')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('store__in', ['files', 'inline', 's3'])), name='artifact_store_is_known'), models.CheckConstraint(condition=models.Q(('purge_reason__in', ['ERASURE', 'RETENTION', 'UNCLAIMED'])), name='artifact_purge_reason_is_known'), models.CheckConstraint(condition=models.Q(('size__gte', 0)), name='artifact_size_at_least_0'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('sha256'), 64)), name='artifact_sha256_is_a_sha256'), models.CheckConstraint(condition=models.Q(models.Q(('purge_reason__isnull', True), ('purged_at__isnull', True)), models.Q(('purge_reason__isnull', False), ('purged_at__isnull', False)), _connector='OR'), name='purged_artifacts_say_why'), models.UniqueConstraint(condition=models.Q(('purged_at', None)), fields=('sha256',), name='one_living_artifact_per_content'), models.UniqueConstraint(fields=('store', 'key'), name='one_artifact_per_place')],
                    },
                ),
                migrations.CreateModel(
                    name='StageArtifact',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('kind', models.CharField(editable=False, help_text='{tool}_{stage}[_{sub}]', max_length=80)),
                        ('tool_kind', models.CharField(editable=False, max_length=40)),
                        ('stage', models.CharField(choices=[('spec', 'Specification'), ('plan', 'Plan'), ('decision', 'Decision'), ('execution', 'Execution'), ('op_toolpaths', 'Toolpaths of one operation'), ('export', 'Export'), ('job_log', 'Job log'), ('learning_event', 'Learning proposal'), ('learning_decision', 'Learning decision')], editable=False, max_length=20)),
                        ('status', django_fsm.FSMField(choices=[('PLANNED', 'Planned'), ('APPROVED', 'Approved'), ('EXECUTED', 'Done'), ('BLOCKED', 'Blocked'), ('FAILED', 'Failed')], default='PLANNED', editable=False, max_length=10, protected=True)),
                        ('reason', models.CharField(blank=True, choices=[('FEASIBILITY_RED', 'Not feasible'), ('POLICY_BLOCKED', 'Blocked by a policy'), ('SLICE_ERROR', 'Slicing failed'), ('GCODE_ERROR', 'The G-code is not usable'), ('TOOLPATH_ERROR', 'The toolpath could not be computed')], editable=False, max_length=40)),
                        ('session_id', models.CharField(blank=True, editable=False, max_length=120)),
                        ('request_id', models.CharField(editable=False, max_length=200)),
                        ('created_by', models.CharField(editable=False, max_length=120)),
                        ('index_meta', models.JSONField(default=dict, editable=False)),
                        ('attachment', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stage_attachments', to='artifacts.artifact')),
                        ('payload', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='stage_payloads', to='artifacts.artifact')),
                        ('site', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='stage_artifacts', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'stage of an operation',
                        'verbose_name_plural': 'stages of operations',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(fields=['site', 'id'], name='stage_by_site'), models.Index(fields=['kind', 'id'], name='stage_by_kind'), models.Index(fields=['session_id', 'id'], name='stage_by_session'), models.Index(fields=['status', 'id'], name='stage_by_status')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('stage__in', ['decision', 'execution', 'export', 'job_log', 'learning_decision', 'learning_event', 'op_toolpaths', 'plan', 'spec'])), name='stageartifact_stage_is_known'), models.CheckConstraint(condition=models.Q(('status__in', ['APPROVED', 'BLOCKED', 'EXECUTED', 'FAILED', 'PLANNED'])), name='stageartifact_status_is_known'), models.CheckConstraint(condition=models.Q(('reason__in', ['', 'FEASIBILITY_RED', 'GCODE_ERROR', 'POLICY_BLOCKED', 'SLICE_ERROR', 'TOOLPATH_ERROR'])), name='stageartifact_reason_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('BLOCKED', 'FAILED')), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='unhappy_stages_carry_a_reason'), models.CheckConstraint(condition=models.Q(('request_id', ''), _negated=True), name='stages_name_their_request')],
                    },
                ),
                migrations.CreateModel(
                    name='StageParent',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('role', models.CharField(choices=[('spec', 'Specification'), ('plan', 'Plan'), ('decision', 'Decision'), ('execution', 'Execution'), ('op_toolpaths', 'Toolpaths of one operation'), ('export', 'Export'), ('job_log', 'Job log'), ('learning_event', 'Learning proposal'), ('learning_decision', 'Learning decision')], editable=False, max_length=20)),
                        ('child', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='parent_links', to='artifacts.stageartifact')),
                        ('parent', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='child_links', to='artifacts.stageartifact')),
                    ],
                    options={
                        'verbose_name': 'basis of a stage',
                        'verbose_name_plural': 'bases of stages',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(fields=['parent', 'child'], name='stage_by_parent')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['decision', 'execution', 'export', 'job_log', 'learning_decision', 'learning_event', 'op_toolpaths', 'plan', 'spec'])), name='stageparent_role_is_known'), models.UniqueConstraint(fields=('child', 'parent'), name='one_link_per_stage_parent'), models.CheckConstraint(condition=models.Q(('child', models.F('parent')), _negated=True), name='no_stage_is_its_own_parent')],
                    },
                ),
                migrations.CreateModel(
                    name='ArtifactDamage',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('damage', models.CharField(choices=[('CORRUPT', 'Its contents have changed'), ('MISSING', 'It is not where it should be')], editable=False, max_length=10)),
                        ('repaired_at', models.DateTimeField(editable=False, null=True)),
                        ('artifact', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='damages', to='artifacts.artifact')),
                    ],
                    options={
                        'verbose_name': 'damaged file',
                        'verbose_name_plural': 'damaged files',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.CheckConstraint(condition=models.Q(('damage__in', ['CORRUPT', 'MISSING'])), name='artifactdamage_damage_is_known'), models.UniqueConstraint(condition=models.Q(('repaired_at', None)), fields=('artifact',), name='one_open_damage_per_artifact')],
                    },
                ),
                migrations.CreateModel(
                    name='ArtifactParent',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('role', models.CharField(editable=False, help_text='What the parent was to the child, such as original or mesh.', max_length=40)),
                        ('tool', models.CharField(editable=False, max_length=80)),
                        ('tool_version', models.CharField(editable=False, max_length=80)),
                        ('child', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='parent_links', to='artifacts.artifact')),
                        ('parent', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='child_links', to='artifacts.artifact')),
                    ],
                    options={
                        'verbose_name': 'origin of a file',
                        'verbose_name_plural': 'origins of files',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('child', 'parent', 'role'), name='one_artifact_link_per_role'), models.CheckConstraint(condition=models.Q(('child', models.F('parent')), _negated=True), name='no_artifact_is_its_own_parent'), models.CheckConstraint(condition=models.Q(models.Q(('tool', ''), _negated=True), models.Q(('tool_version', ''), _negated=True)), name='artifact_links_name_their_tool')],
                    },
                ),
                migrations.CreateModel(
                    name='InlineContent',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('content', models.BinaryField()),
                        ('erased_at', models.DateTimeField(editable=False, null=True)),
                        ('artifact', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='inline_contents', to='artifacts.artifact')),
                    ],
                    options={
                        'verbose_name': 'content in the database',
                        'verbose_name_plural': 'contents in the database',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('artifact',), name='one_content_per_artifact')],
                    },
                ),
            ],
        ),
    ]
