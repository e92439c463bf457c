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
        ('artifacts', '0001_initial'),
        ('catalog', '0001_initial'),
    ]

    operations = [
        apps.journal.tables.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Profile',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('process', models.CharField(choices=[('fff', 'Filament printing')], default='fff', max_length=8)),
                        ('material_family', models.CharField(choices=[('PLA', 'PLA'), ('PETG', 'PETG'), ('ABS', 'ABS'), ('ASA', 'ASA'), ('NYLON', 'Nylon'), ('PC', 'Polycarbonate'), ('TPU', 'TPU'), ('RESIN', 'Resin'), ('OTHER', 'Other material')], max_length=8)),
                        ('quality_tier', models.CharField(choices=[('draft', 'Draft'), ('standard', 'Standard'), ('fine', 'Fine'), ('functional', 'Functional'), ('cosmetic', 'Cosmetic')], max_length=12)),
                        ('printer_class_key', models.CharField(help_text='Key of the printer class; each version is made on one version of it', max_length=80)),
                        ('nozzle_diameter_um', models.IntegerField(default=400)),
                        ('name', models.CharField(help_text='Such as PETG_0.6_Draft', max_length=120)),
                        ('material', models.ForeignKey(blank=True, help_text='Empty: every material of the family', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='profiles', to='catalog.material')),
                    ],
                    options={
                        'verbose_name': 'profile',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(condition=models.Q(('material', None)), fields=('material_family', 'quality_tier', 'printer_class_key', 'nozzle_diameter_um', 'process'), name='one_profile_per_key'), models.UniqueConstraint(fields=('material', 'quality_tier', 'printer_class_key', 'nozzle_diameter_um', 'process'), name='one_profile_per_material'), models.UniqueConstraint(fields=('printer_class_key', 'name'), name='one_profile_per_name'), models.CheckConstraint(condition=models.Q(('process__in', ['fff'])), name='profile_process_is_known'), models.CheckConstraint(condition=models.Q(('material_family__in', ['ABS', 'ASA', 'NYLON', 'OTHER', 'PC', 'PETG', 'PLA', 'RESIN', 'TPU'])), name='profile_material_family_is_known'), models.CheckConstraint(condition=models.Q(('quality_tier__in', ['cosmetic', 'draft', 'fine', 'functional', 'standard'])), name='profile_quality_tier_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('printer_class_key', ''), _negated=True)), name='profiles_have_a_name_and_a_class'), models.CheckConstraint(condition=models.Q(('nozzle_diameter_um__gte', 50), ('nozzle_diameter_um__lte', 5000)), name='profile_nozzle_diameter_um_in_range')],
                    },
                ),
                migrations.CreateModel(
                    name='ProfileVersion',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('major', models.IntegerField()),
                        ('minor', models.IntegerField()),
                        ('patch', models.IntegerField()),
                        ('slicer', models.CharField(choices=[('prusaslicer', 'PrusaSlicer')], default='prusaslicer', max_length=20)),
                        ('content_sha256', models.CharField(blank=True, help_text='Over settings, printer definition, material preset, post-processing', max_length=64)),
                        ('signature', models.TextField(blank=True, help_text='Over the content hash')),
                        ('notes', models.TextField(blank=True, help_text='What changed and why')),
                        ('state', django_fsm.FSMField(choices=[('draft', 'Draft'), ('candidate', 'Candidate'), ('in_production', 'In production'), ('previous', 'Previous'), ('retired', 'Retired'), ('withdrawn', 'Withdrawn')], default='draft', max_length=16, protected=True)),
                        ('promoted_at', models.DateTimeField(blank=True, null=True)),
                        ('promoted_by', models.CharField(blank=True, max_length=120)),
                        ('promoted_while_failing', models.BooleanField(default=False)),
                        ('promotion_reason', models.TextField(blank=True, help_text='Why it was promoted although tests failed')),
                        ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                        ('withdrawal_reason', models.TextField(blank=True)),
                        ('printer_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='profile_versions', to='catalog.printerclass')),
                        ('profile', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='profiles.profile')),
                        ('settings', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='profile_versions', to='artifacts.artifact')),
                    ],
                    options={
                        'verbose_name': 'profile version',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(fields=['state', 'id'], name='profile_version_by_state')],
                        'constraints': [models.UniqueConstraint(fields=('profile', 'major', 'minor', 'patch'), name='one_profile_version_per_number'), models.UniqueConstraint(condition=models.Q(('state', 'in_production')), fields=('profile',), name='one_version_in_production'), models.UniqueConstraint(condition=models.Q(('state', 'previous')), fields=('profile', 'state'), name='one_previous_version_per_profile'), models.CheckConstraint(condition=models.Q(('state__in', ['candidate', 'draft', 'in_production', 'previous', 'retired', 'withdrawn'])), name='profile_version_state_is_known'), models.CheckConstraint(condition=models.Q(('slicer__in', ['prusaslicer'])), name='profile_version_slicer_is_known'), models.CheckConstraint(condition=models.Q(('major__gte', 0), ('minor__gte', 0), ('patch__gte', 0)), name='profile_version_numbers_are_not_negative'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('content_sha256'), 64), ('content_sha256', ''), _connector='OR'), name='profile_version_content_sha256_is_a_sha256'), models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(('settings__isnull', False), models.Q(('content_sha256', ''), _negated=True)), _connector='OR'), name='versions_beyond_draft_have_content'), models.CheckConstraint(condition=models.Q(models.Q(('promoted_at', None), ('promoted_by', ''), ('state__in', ['draft', 'candidate', 'retired'])), models.Q(('promoted_at__isnull', False), models.Q(('promoted_by', ''), _negated=True), ('state__in', ['in_production', 'previous', 'retired', 'withdrawn'])), _connector='OR'), name='promoted_versions_say_when_and_by_whom'), models.CheckConstraint(condition=models.Q(models.Q(('promoted_while_failing', False), ('promotion_reason', '')), models.Q(('promoted_while_failing', True), models.Q(('promotion_reason', ''), _negated=True)), _connector='OR'), name='flagged_promotions_say_why'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawal_reason', ''), ('withdrawn_at', None)), models.Q(('state', 'withdrawn'), ('withdrawn_at__isnull', False), models.Q(('withdrawal_reason', ''), _negated=True)), _connector='OR'), name='withdrawn_versions_say_when_and_why')],
                    },
                ),
            ],
        ),
    ]
