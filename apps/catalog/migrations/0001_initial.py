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
                    name='PrinterClass',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('process', models.CharField(choices=[('fff', 'Filament printing')], default='fff', max_length=8)),
                        ('bed_shape', models.CharField(choices=[('rectangular', 'Rectangular'), ('round', 'Round')], default='rectangular', max_length=12)),
                        ('volume_x_um', models.IntegerField(help_text='Usable width; the diameter of a round bed')),
                        ('volume_y_um', models.IntegerField(help_text='Usable depth; the diameter of a round bed')),
                        ('volume_z_um', models.IntegerField(help_text='Usable height')),
                        ('keep_outs', models.JSONField(blank=True, default=list, help_text='Boxes never printed in: [{"x_um", "y_um", "width_um", "depth_um"}]')),
                        ('nozzle_diameters_um', models.JSONField(default=list, help_text='Diameters that may be fitted, such as [400, 600]')),
                        ('extruder_type', models.CharField(choices=[('direct', 'Direct drive'), ('bowden', 'Bowden'), ('unknown', 'Not known')], default='unknown', max_length=8)),
                        ('feeds', models.SmallIntegerField(default=1, help_text='How many spools can be loaded at once')),
                        ('enclosure', models.CharField(choices=[('open', 'Open'), ('closed', 'Closed'), ('heated', 'Heated chamber')], default='open', max_length=8)),
                        ('max_nozzle_c', models.SmallIntegerField()),
                        ('max_bed_c', models.SmallIntegerField(help_text='0 where the bed is not heated')),
                        ('max_chamber_c', models.SmallIntegerField(default=0, help_text='0 where the chamber is not heated')),
                        ('material_flags', models.JSONField(blank=True, default=list, help_text='What it can take beyond plain plastic: ["abrasive", "flexible"]')),
                        ('filament_sensor', models.CharField(choices=[('none', 'None'), ('runout', 'Runout switch'), ('motion', 'Motion sensor')], default='none', max_length=8)),
                        ('has_camera', models.BooleanField(default=False)),
                        ('tags', models.JSONField(blank=True, default=list, help_text='Free words plans may ask for')),
                        ('key', models.CharField(help_text='Letters, digits and underscores, such as Voron_350_Enclosed', max_length=80)),
                        ('class_version', models.IntegerField(default=1)),
                        ('name', models.CharField(blank=True, max_length=120)),
                        ('notes', models.TextField(blank=True, help_text='What is different from the version before')),
                        ('state', django_fsm.FSMField(choices=[('draft', 'Draft'), ('released', 'Released'), ('retired', 'Retired')], default='draft', max_length=12, protected=True)),
                        ('released_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'verbose_name': 'printer class',
                        'verbose_name_plural': 'printer classes',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('key', 'class_version'), name='one_printer_class_per_version'), models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='printer_classes_have_a_key'), models.CheckConstraint(condition=models.Q(('class_version__gte', 1)), name='printer_class_class_version_at_least_1'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'released', 'retired'])), name='printer_class_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('released_at', None), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('released_at__isnull', False)), _connector='OR'), name='released_classes_say_when'), models.CheckConstraint(condition=models.Q(('process__in', ['fff'])), name='printer_class_process_is_known'), models.CheckConstraint(condition=models.Q(('bed_shape__in', ['rectangular', 'round'])), name='printer_class_bed_shape_is_known'), models.CheckConstraint(condition=models.Q(('extruder_type__in', ['bowden', 'direct', 'unknown'])), name='printer_class_extruder_type_is_known'), models.CheckConstraint(condition=models.Q(('enclosure__in', ['closed', 'heated', 'open'])), name='printer_class_enclosure_is_known'), models.CheckConstraint(condition=models.Q(('filament_sensor__in', ['motion', 'none', 'runout'])), name='printer_class_filament_sensor_is_known'), models.CheckConstraint(condition=models.Q(('volume_x_um__gte', 1), ('volume_y_um__gte', 1), ('volume_z_um__gte', 1)), name='printer_class_volume_is_positive'), models.CheckConstraint(condition=models.Q(models.Q(('bed_shape', 'round'), _negated=True), ('volume_x_um', models.F('volume_y_um')), _connector='OR'), name='printer_class_round_beds_have_one_diameter'), models.CheckConstraint(condition=models.Q(('feeds__gte', 1)), name='printer_class_feeds_at_least_1'), models.CheckConstraint(condition=models.Q(('max_nozzle_c__gte', 1), ('max_nozzle_c__lte', 600)), name='printer_class_max_nozzle_c_in_range'), models.CheckConstraint(condition=models.Q(('max_bed_c__gte', 0), ('max_bed_c__lte', 300)), name='printer_class_max_bed_c_in_range'), models.CheckConstraint(condition=models.Q(('max_chamber_c__gte', 0), ('max_chamber_c__lte', 250)), name='printer_class_max_chamber_c_in_range'), models.CheckConstraint(condition=models.Q(models.Q(('enclosure', 'heated'), ('max_chamber_c__gte', 1)), models.Q(models.Q(('enclosure', 'heated'), _negated=True), ('max_chamber_c', 0)), _connector='OR'), name='printer_class_heated_chambers_have_a_limit')],
                    },
                ),
                migrations.CreateModel(
                    name='Color',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('name', models.CharField(max_length=60)),
                        ('hex_rgb', models.CharField(help_text='#rrggbb, lower case', max_length=7)),
                        ('is_translucent', models.BooleanField(default=False)),
                        ('is_offered', models.BooleanField(default=True, help_text='Can be chosen for new work')),
                        ('site', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='colors', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'color',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('site', 'name'), name='one_color_per_name'), models.UniqueConstraint(condition=models.Q(('site', None)), fields=('name',), name='one_shared_color_per_name'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='colors_have_a_name'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('hex_rgb'), 7), ('hex_rgb__startswith', '#'), django.db.models.lookups.Exact(models.F('hex_rgb'), django.db.models.functions.text.Lower('hex_rgb'))), name='colors_are_written_as_rgb')],
                    },
                ),
                migrations.CreateModel(
                    name='Material',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('process', models.CharField(choices=[('fff', 'Filament printing')], default='fff', max_length=8)),
                        ('family', models.CharField(choices=[('PLA', 'PLA'), ('PETG', 'PETG'), ('ABS', 'ABS'), ('ASA', 'ASA'), ('NYLON', 'Nylon'), ('PC', 'Polycarbonate'), ('TPU', 'TPU'), ('RESIN', 'Resin'), ('OTHER', 'Other material')], max_length=8)),
                        ('brand', models.CharField(blank=True, max_length=80)),
                        ('name', models.CharField(max_length=120)),
                        ('density_mg_cm3', models.IntegerField()),
                        ('filament_diameter_um', models.IntegerField(default=1750)),
                        ('nozzle_min_c', models.SmallIntegerField()),
                        ('nozzle_max_c', models.SmallIntegerField()),
                        ('bed_min_c', models.SmallIntegerField()),
                        ('bed_max_c', models.SmallIntegerField()),
                        ('chamber_min_c', models.SmallIntegerField(blank=True, help_text='Only where the chamber must be warm', null=True)),
                        ('shrink_ppm', models.IntegerField(blank=True, null=True)),
                        ('dry_c', models.SmallIntegerField(blank=True, help_text='Drying temperature', null=True)),
                        ('dry_minutes', models.SmallIntegerField(blank=True, null=True)),
                        ('flags', models.JSONField(blank=True, default=list, help_text='What it asks of a printer: ["abrasive"]')),
                        ('is_offered', models.BooleanField(default=True, help_text='Can be chosen for new work')),
                        ('site', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'material',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('is_offered', True)), fields=['family', 'id'], name='material_offered_by_family')],
                        'constraints': [models.UniqueConstraint(fields=('site', 'brand', 'name'), name='one_material_per_name'), models.UniqueConstraint(condition=models.Q(('site', None)), fields=('brand', 'name'), name='one_shared_material_per_name'), models.CheckConstraint(condition=models.Q(('process__in', ['fff'])), name='material_process_is_known'), models.CheckConstraint(condition=models.Q(('family__in', ['ABS', 'ASA', 'NYLON', 'OTHER', 'PC', 'PETG', 'PLA', 'RESIN', 'TPU'])), name='material_family_is_known'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='materials_have_a_name'), models.CheckConstraint(condition=models.Q(('density_mg_cm3__gte', 100), ('density_mg_cm3__lte', 25000)), name='material_density_mg_cm3_in_range'), models.CheckConstraint(condition=models.Q(('filament_diameter_um__gte', 500), ('filament_diameter_um__lte', 5000)), name='material_filament_diameter_um_in_range'), models.CheckConstraint(condition=models.Q(('nozzle_min_c__gte', 1), ('nozzle_min_c__lte', 600)), name='material_nozzle_min_c_in_range'), models.CheckConstraint(condition=models.Q(('nozzle_min_c__lte', models.F('nozzle_max_c'))), name='material_nozzle_min_c_not_after_nozzle_max_c'), models.CheckConstraint(condition=models.Q(('bed_min_c__gte', 0)), name='material_bed_min_c_at_least_0'), models.CheckConstraint(condition=models.Q(('bed_min_c__lte', models.F('bed_max_c'))), name='material_bed_min_c_not_after_bed_max_c'), models.CheckConstraint(condition=models.Q(('chamber_min_c__gte', 0)), name='material_chamber_min_c_at_least_0'), models.CheckConstraint(condition=models.Q(('shrink_ppm__gte', 0), ('shrink_ppm__lte', 200000)), name='material_shrink_ppm_in_range'), models.CheckConstraint(condition=models.Q(models.Q(('dry_c', None), ('dry_minutes', None)), models.Q(('dry_c__gte', 20), ('dry_c__isnull', False), ('dry_minutes__gte', 1), ('dry_minutes__isnull', False)), _connector='OR'), name='drying_has_a_temperature_and_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='ReasonCode',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('code', models.CharField(help_text='CAPITALS, such as BED_SCRATCHED', max_length=40)),
                        ('canonical', models.CharField(choices=[('FIRST_LAYER', 'First layer'), ('ADHESION', 'Came loose'), ('SPAGHETTI', 'Spaghetti'), ('LAYER_SHIFT', 'Layer shift'), ('WARP', 'Warped'), ('STRINGING', 'Stringing'), ('CLOG', 'Clogged nozzle'), ('UNDER_EXTRUSION', 'Too little filament'), ('FILAMENT_RUNOUT', 'Ran out of filament'), ('FILAMENT_TANGLE', 'Tangled filament'), ('THERMAL', 'Temperature fault'), ('POWER_LOSS', 'Power cut'), ('KLIPPER_SHUTDOWN', 'Printer shut down'), ('MCU_LOST', 'Controller lost'), ('EMERGENCY_STOP', 'Emergency stop'), ('MACHINE_FAULT', 'Machine fault'), ('MOONRAKER_ERROR', 'Printer connection'), ('PRINTER_OFFLINE', 'Printer offline'), ('DESYNC', 'State unknown'), ('MODEL_DEFECT', 'Fault in the model'), ('SLICE_ERROR', 'Slicing failed'), ('GCODE_ERROR', 'Fault in the print file'), ('PROFILE_REGRESSION', 'Profile got worse'), ('OPERATOR_ABORT', 'Stopped by a person'), ('OPERATOR_PAUSE', 'Paused by a person'), ('CUSTOMER_CANCELED', 'Customer cancelled'), ('SUPERSEDED', 'Replaced'), ('QA_DIMENSION', 'Wrong size'), ('QA_COSMETIC', 'Looks wrong'), ('QA_STRENGTH', 'Not strong enough'), ('UNKNOWN', 'Not known')], max_length=40)),
                        ('label', models.CharField(max_length=80)),
                        ('position', models.SmallIntegerField(default=0, help_text='Order in pickers, lowest first')),
                        ('is_offered', models.BooleanField(default=True)),
                        ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reason_codes', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'reason',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('is_offered', True)), fields=['site', 'position'], name='reason_code_offered')],
                        'constraints': [models.UniqueConstraint(fields=('site', 'code'), name='one_reason_per_code'), models.CheckConstraint(condition=models.Q(('canonical__in', ['ADHESION', 'CLOG', 'CUSTOMER_CANCELED', 'DESYNC', 'EMERGENCY_STOP', 'FILAMENT_RUNOUT', 'FILAMENT_TANGLE', 'FIRST_LAYER', 'GCODE_ERROR', 'KLIPPER_SHUTDOWN', 'LAYER_SHIFT', 'MACHINE_FAULT', 'MCU_LOST', 'MODEL_DEFECT', 'MOONRAKER_ERROR', 'OPERATOR_ABORT', 'OPERATOR_PAUSE', 'POWER_LOSS', 'PRINTER_OFFLINE', 'PROFILE_REGRESSION', 'QA_COSMETIC', 'QA_DIMENSION', 'QA_STRENGTH', 'SLICE_ERROR', 'SPAGHETTI', 'STRINGING', 'SUPERSEDED', 'THERMAL', 'UNDER_EXTRUSION', 'UNKNOWN', 'WARP'])), name='reason_code_canonical_is_known'), models.CheckConstraint(condition=models.Q(('code__in', ['FIRST_LAYER', 'ADHESION', 'SPAGHETTI', 'LAYER_SHIFT', 'WARP', 'STRINGING', 'CLOG', 'UNDER_EXTRUSION', 'FILAMENT_RUNOUT', 'FILAMENT_TANGLE', 'THERMAL', 'POWER_LOSS', 'KLIPPER_SHUTDOWN', 'MCU_LOST', 'EMERGENCY_STOP', 'MACHINE_FAULT', 'MOONRAKER_ERROR', 'PRINTER_OFFLINE', 'DESYNC', 'MODEL_DEFECT', 'SLICE_ERROR', 'GCODE_ERROR', 'PROFILE_REGRESSION', 'OPERATOR_ABORT', 'OPERATOR_PAUSE', 'CUSTOMER_CANCELED', 'SUPERSEDED', 'QA_DIMENSION', 'QA_COSMETIC', 'QA_STRENGTH', 'UNKNOWN']), _negated=True), name='reason_codes_do_not_hide_canonical_ones'), models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), django.db.models.lookups.Exact(models.F('code'), django.db.models.functions.text.Upper('code'))), name='reason_codes_are_capitals'), models.CheckConstraint(condition=models.Q(('label', ''), _negated=True), name='reason_codes_have_a_label'), models.CheckConstraint(condition=models.Q(('position__gte', 0)), name='reason_code_position_at_least_0')],
                    },
                ),
            ],
        ),
    ]
