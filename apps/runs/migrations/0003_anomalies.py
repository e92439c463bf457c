import apps.journal.identity
import apps.journal.tables
import django.db.models.deletion
import django_fsm
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('artifacts', '0001_initial'),
        ('fleet', '0001_initial'),
        ('runs', '0002_printers_past_heating_up'),
    ]

    operations = [
        apps.journal.tables.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Anomaly',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('kind', models.CharField(choices=[('FIRST_LAYER_RISK', 'First layer in doubt'), ('SPAGHETTI_SUSPECTED', 'Looks like spaghetti'), ('ADHESION_RISK', 'May come loose'), ('NO_EXTRUSION', 'No filament comes out'), ('FILAMENT_RUNOUT', 'Ran out of filament'), ('TEMP_DRIFT', 'Temperature off its target'), ('THERMAL_RUNAWAY', 'Gets too hot'), ('PROGRESS_STUCK', 'Does not get further'), ('LAYER_SHIFT_SUSPECTED', 'Looks like a layer shift'), ('UNEXPECTED_PAUSE', 'Paused, and nobody asked for it'), ('DURATION_ANOMALY', 'Takes far too long'), ('CAMERA_LOST', 'Camera gives no picture')], max_length=24)),
                        ('severity', models.CharField(choices=[('urgent', 'Now'), ('attention', 'Soon'), ('information', 'For information')], max_length=12)),
                        ('reason', models.CharField(choices=[('FIRST_LAYER', 'First layer'), ('ADHESION', 'Came loose'), ('SPAGHETTI', 'Spaghetti'), ('LAYER_SHIFT', 'Layer shift'), ('WARP', 'Warped'), ('STRINGING', 'Stringing'), ('CLOG', 'Clogged nozzle'), ('UNDER_EXTRUSION', 'Too little filament'), ('FILAMENT_RUNOUT', 'Ran out of filament'), ('FILAMENT_TANGLE', 'Tangled filament'), ('THERMAL', 'Temperature fault'), ('POWER_LOSS', 'Power cut'), ('KLIPPER_SHUTDOWN', 'Printer shut down'), ('MCU_LOST', 'Controller lost'), ('EMERGENCY_STOP', 'Emergency stop'), ('MACHINE_FAULT', 'Machine fault'), ('MOONRAKER_ERROR', 'Printer connection'), ('PRINTER_OFFLINE', 'Printer offline'), ('DESYNC', 'State unknown'), ('MODEL_DEFECT', 'Fault in the model'), ('SLICE_ERROR', 'Slicing failed'), ('GCODE_ERROR', 'Fault in the print file'), ('PROFILE_REGRESSION', 'Profile got worse'), ('OPERATOR_ABORT', 'Stopped by a person'), ('OPERATOR_PAUSE', 'Paused by a person'), ('CUSTOMER_CANCELED', 'Customer cancelled'), ('SUPERSEDED', 'Replaced'), ('QA_DIMENSION', 'Wrong size'), ('QA_COSMETIC', 'Looks wrong'), ('QA_STRENGTH', 'Not strong enough'), ('UNKNOWN', 'Not known')], help_text='Why the print stands still or ends because of it', max_length=40)),
                        ('evidence', models.JSONField(blank=True, default=dict, help_text='What was measured and the threshold it passed')),
                        ('since', models.DateTimeField(help_text='Since when it is so, as far as it was seen')),
                        ('raised_by', models.CharField(max_length=120)),
                        ('note', models.TextField(blank=True, help_text='What who raised it said')),
                        ('state', django_fsm.FSMField(choices=[('open', 'Open'), ('acknowledged', 'Seen'), ('resolved', 'Done')], default='open', max_length=14, protected=True)),
                        ('assigned_to', models.CharField(blank=True, max_length=120)),
                        ('assigned_at', models.DateTimeField(blank=True, null=True)),
                        ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                        ('acknowledged_by', models.CharField(blank=True, max_length=120)),
                        ('resolved_at', models.DateTimeField(blank=True, null=True)),
                        ('resolved_by', models.CharField(blank=True, max_length=120)),
                        ('resolution', models.CharField(blank=True, choices=[('playbook', 'Somebody saw to it'), ('run_ended', 'The print ended first')], max_length=12)),
                        ('answers', models.JSONField(blank=True, default=list, help_text='What was done about it')),
                        ('answer_note', models.TextField(blank=True)),
                        ('printer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='anomalies', to='fleet.printer')),
                        ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='anomalies', to='runs.run')),
                    ],
                    options={
                        'verbose_name': 'anomaly',
                        'verbose_name_plural': 'anomalies',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(fields=['run', 'id'], name='anomaly_by_run'), models.Index(fields=['printer', 'id'], name='anomaly_by_printer')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('resolved_at__isnull', True)), fields=('run', 'kind'), name='one_open_anomaly_of_a_kind'), models.CheckConstraint(condition=models.Q(('kind__in', ['ADHESION_RISK', 'CAMERA_LOST', 'DURATION_ANOMALY', 'FILAMENT_RUNOUT', 'FIRST_LAYER_RISK', 'LAYER_SHIFT_SUSPECTED', 'NO_EXTRUSION', 'PROGRESS_STUCK', 'SPAGHETTI_SUSPECTED', 'TEMP_DRIFT', 'THERMAL_RUNAWAY', 'UNEXPECTED_PAUSE'])), name='anomaly_kind_is_known'), models.CheckConstraint(condition=models.Q(('severity__in', ['attention', 'information', 'urgent'])), name='anomaly_severity_is_known'), models.CheckConstraint(condition=models.Q(('reason__in', ['ADHESION', 'CLOG', 'CUSTOMER_CANCELED', 'DESYNC', 'EMERGENCY_STOP', 'FILAMENT_RUNOUT', 'FILAMENT_TANGLE', 'FIRST_LAYER', 'GCODE_ERROR', 'KLIPPER_SHUTDOWN', 'LAYER_SHIFT', 'MACHINE_FAULT', 'MCU_LOST', 'MODEL_DEFECT', 'MOONRAKER_ERROR', 'OPERATOR_ABORT', 'OPERATOR_PAUSE', 'POWER_LOSS', 'PRINTER_OFFLINE', 'PROFILE_REGRESSION', 'QA_COSMETIC', 'QA_DIMENSION', 'QA_STRENGTH', 'SLICE_ERROR', 'SPAGHETTI', 'STRINGING', 'SUPERSEDED', 'THERMAL', 'UNDER_EXTRUSION', 'UNKNOWN', 'WARP'])), name='anomaly_reason_is_known'), models.CheckConstraint(condition=models.Q(('state__in', ['acknowledged', 'open', 'resolved'])), name='anomaly_state_is_known'), models.CheckConstraint(condition=models.Q(('resolution__in', ['', 'playbook', 'run_ended'])), name='anomaly_resolution_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('assigned_at__isnull', False), models.Q(('assigned_to', ''), _negated=True)), models.Q(('assigned_at__isnull', True), ('assigned_to', '')), _connector='OR'), name='anomaly_assignments_say_when'), models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at__isnull', False), models.Q(('acknowledged_by', ''), _negated=True)), models.Q(('acknowledged_at__isnull', True), ('acknowledged_by', '')), _connector='OR'), name='acknowledged_anomalies_say_who'), models.CheckConstraint(condition=models.Q(models.Q(('resolved_at__isnull', False), models.Q(('resolved_by', ''), _negated=True), models.Q(('resolution', ''), _negated=True)), models.Q(('resolved_at__isnull', True), ('resolved_by', ''), ('resolution', '')), _connector='OR'), name='resolved_anomalies_say_who_and_how'), models.CheckConstraint(condition=models.Q(models.Q(('resolved_at__isnull', False), ('state', 'resolved')), models.Q(models.Q(('state', 'resolved'), _negated=True), ('resolved_at__isnull', True)), _connector='OR'), name='resolved_anomalies_say_when'), models.CheckConstraint(condition=models.Q(('raised_by', ''), _negated=True), name='anomalies_say_who_raised_them')],
                    },
                ),
                migrations.CreateModel(
                    name='RunSnapshot',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('moment', models.CharField(choices=[('first_layer', 'First layer'), ('anomaly', 'Anomaly')], max_length=12)),
                        ('anomaly', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='snapshots', to='runs.anomaly')),
                        ('artifact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='run_snapshots', to='artifacts.artifact')),
                        ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='snapshots', to='runs.run')),
                    ],
                    options={
                        'verbose_name': 'picture of a print',
                        'verbose_name_plural': 'pictures of prints',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(condition=models.Q(('anomaly__isnull', True)), fields=('run', 'moment'), name='one_snapshot_of_a_moment'), models.UniqueConstraint(fields=('anomaly',), name='one_snapshot_of_an_anomaly'), models.CheckConstraint(condition=models.Q(('moment__in', ['anomaly', 'first_layer'])), name='run_snapshot_moment_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('anomaly__isnull', False), ('moment', 'anomaly')), models.Q(models.Q(('moment', 'anomaly'), _negated=True), ('anomaly__isnull', True)), _connector='OR'), name='snapshots_of_anomalies_name_them')],
                    },
                ),
            ],
        ),
    ]
