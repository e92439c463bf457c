import apps.journal.identity
import django.db.models.deletion
import django_fsm
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('planning', '0002_outputs_name_their_objects'),
        ('runs', '0006_telemetry_of_attempts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Exclusion',
            fields=[
                ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('object_name', models.CharField(help_text='What the part is called in the G-code', max_length=120)),
                ('reason', models.CharField(blank=True, choices=[('FIRST_LAYER', 'First layer'), ('ADHESION', 'Came loose'), ('SPAGHETTI', 'Spaghetti'), ('LAYER_SHIFT', 'Layer shift'), ('WARP', 'Warped'), ('STRINGING', 'Stringing'), ('CLOG', 'Clogged nozzle'), ('UNDER_EXTRUSION', 'Too little filament'), ('FILAMENT_RUNOUT', 'Ran out of filament'), ('FILAMENT_TANGLE', 'Tangled filament'), ('THERMAL', 'Temperature fault'), ('POWER_LOSS', 'Power cut'), ('KLIPPER_SHUTDOWN', 'Printer shut down'), ('MCU_LOST', 'Controller lost'), ('EMERGENCY_STOP', 'Emergency stop'), ('MACHINE_FAULT', 'Machine fault'), ('MOONRAKER_ERROR', 'Printer connection'), ('PRINTER_OFFLINE', 'Printer offline'), ('DESYNC', 'State unknown'), ('MODEL_DEFECT', 'Fault in the model'), ('SLICE_ERROR', 'Slicing failed'), ('GCODE_ERROR', 'Fault in the print file'), ('PROFILE_REGRESSION', 'Profile got worse'), ('OPERATOR_ABORT', 'Stopped by a person'), ('OPERATOR_PAUSE', 'Paused by a person'), ('CUSTOMER_CANCELED', 'Customer cancelled'), ('SUPERSEDED', 'Replaced'), ('QA_DIMENSION', 'Wrong size'), ('QA_COSMETIC', 'Looks wrong'), ('QA_STRENGTH', 'Not strong enough'), ('UNKNOWN', 'Not known')], max_length=40)),
                ('note', models.TextField(blank=True)),
                ('asked_by', models.CharField(blank=True, help_text='Empty: it was done at the machine', max_length=120)),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('state', django_fsm.FSMField(choices=[('asked', 'Asked for'), ('excluded', 'Left out'), ('dropped', 'Not seen left out')], default='asked', max_length=10, protected=True)),
                ('settled_at', models.DateTimeField(blank=True, help_text='When it was seen to be left out, or it turned out that it is not', null=True)),
                ('dropped_because', models.CharField(blank=True, choices=[('run_ended', 'The print ended before the printer was seen doing it'), ('unknown', 'The printer knows no such part'), ('last_one', 'It was the last one left')], max_length=10)),
                ('evidence', models.JSONField(blank=True, default=dict, help_text='What the machine said then')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exclusions', to='planning.plateitem')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='exclusions', to='runs.run')),
            ],
            options={
                'verbose_name': 'part left out',
                'verbose_name_plural': 'parts left out',
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['run', 'id'], name='exclusion_by_run')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'dropped'), _negated=True), fields=('run', 'item'), name='a_part_is_left_out_once'), models.CheckConstraint(condition=models.Q(('reason__in', ['', 'ADHESION', 'CLOG', 'CUSTOMER_CANCELED', 'DESYNC', 'EMERGENCY_STOP', 'FILAMENT_RUNOUT', 'FILAMENT_TANGLE', 'FIRST_LAYER', 'GCODE_ERROR', 'KLIPPER_SHUTDOWN', 'LAYER_SHIFT', 'MACHINE_FAULT', 'MCU_LOST', 'MODEL_DEFECT', 'MOONRAKER_ERROR', 'OPERATOR_ABORT', 'OPERATOR_PAUSE', 'POWER_LOSS', 'PRINTER_OFFLINE', 'PROFILE_REGRESSION', 'QA_COSMETIC', 'QA_DIMENSION', 'QA_STRENGTH', 'SLICE_ERROR', 'SPAGHETTI', 'STRINGING', 'SUPERSEDED', 'THERMAL', 'UNDER_EXTRUSION', 'UNKNOWN', 'WARP'])), name='exclusion_reason_is_known'), models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'dropped', 'excluded'])), name='exclusion_state_is_known'), models.CheckConstraint(condition=models.Q(('dropped_because__in', ['', 'last_one', 'run_ended', 'unknown'])), name='exclusion_dropped_because_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('asked_at__isnull', False), models.Q(('asked_by', ''), _negated=True), models.Q(('reason', ''), _negated=True)), models.Q(('asked_at__isnull', True), ('asked_by', ''), ('reason', '')), _connector='OR'), name='wanted_exclusions_say_who_when_and_why'), models.CheckConstraint(condition=models.Q(('state', 'excluded'), models.Q(('asked_by', ''), _negated=True), _connector='OR'), name='only_the_machine_excludes_unasked'), models.CheckConstraint(condition=models.Q(models.Q(('reason', 'UNKNOWN'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='unknown_exclusion_reasons_carry_a_note'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('state', 'asked')), models.Q(models.Q(('state', 'asked'), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='settled_exclusions_say_when'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'dropped'), models.Q(('dropped_because', ''), _negated=True)), models.Q(models.Q(('state', 'dropped'), _negated=True), ('dropped_because', '')), _connector='OR'), name='dropped_exclusions_say_why')],
            },
        ),
        migrations.AddField(
            model_name='run',
            name='left_out',
            field=models.IntegerField(default=0, help_text='How many of its parts the machine was seen to leave out'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(('left_out__gte', 0)), name='run_left_out_at_least_0'),
        ),
    ]
