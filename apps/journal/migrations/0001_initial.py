import apps.journal.identity
import apps.journal.tables
import django.db.models.deletion
import django_fsm
from django.db import migrations, models


def add_time_index(apps, schema_editor):
    """On PostgreSQL, a block-range index finds events by time at almost no cost (88 kB for ten million)."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE INDEX event_by_time ON journal_event USING brin (at)")


def drop_time_index(apps, schema_editor):
    """Take it away again."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX event_by_time")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        apps.journal.tables.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='ActionRequest',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('site_id', models.UUIDField()),
                        ('type', models.CharField(help_text='What is to be done, such as PAUSE_RUN', max_length=40)),
                        ('target_kind', models.CharField(max_length=40)),
                        ('target_id', models.UUIDField(help_text='To what')),
                        ('reason', models.TextField(blank=True, help_text='Why, in the words of who asks')),
                        ('params', models.JSONField(blank=True, default=dict, help_text='What else the type takes')),
                        ('requested_by', models.CharField(max_length=120)),
                        ('state', django_fsm.FSMField(choices=[('requested', 'Asked'), ('accepted', 'Accepted'), ('rejected', 'Rejected')], default='requested', max_length=12, protected=True)),
                        ('code', models.CharField(blank=True, help_text='Why it was rejected', max_length=60)),
                        ('answer', models.JSONField(blank=True, default=dict, help_text='What came of it, or what the words of the code name')),
                        ('settled_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'verbose_name': 'request',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(fields=['site_id', 'id'], name='action_request_by_site'), models.Index(fields=['target_id', 'id'], name='action_request_by_target')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['accepted', 'rejected', 'requested'])), name='action_request_state_is_known'), models.CheckConstraint(condition=models.Q(('requested_by', ''), _negated=True), name='requests_say_who_asks'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('state', 'requested')), models.Q(models.Q(('state', 'requested'), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='settled_requests_say_when'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'rejected'), models.Q(('code', ''), _negated=True)), models.Q(models.Q(('state', 'rejected'), _negated=True), ('code', '')), _connector='OR'), name='rejected_requests_say_why')],
                    },
                ),
                migrations.CreateModel(
                    name='Event',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('event_id', models.UUIDField(editable=False, unique=True)),
                        ('type', models.CharField(max_length=80)),
                        ('schema_version', models.PositiveSmallIntegerField()),
                        ('at', models.DateTimeField()),
                        ('site_id', models.UUIDField(null=True)),
                        ('actor', models.CharField(max_length=120)),
                        ('device', models.CharField(blank=True, max_length=120)),
                        ('on_behalf_of', models.CharField(blank=True, max_length=120)),
                        ('command', models.CharField(max_length=80)),
                        ('request_id', models.CharField(blank=True, max_length=128)),
                        ('correlation_id', models.UUIDField(null=True)),
                        ('causation_id', models.UUIDField(null=True)),
                        ('subjects', models.TextField(help_text='Canonical JSON: [[kind, id], …]')),
                        ('data', models.TextField(help_text="Canonical JSON, valid against the type's schema")),
                        ('content_hash', models.BinaryField(max_length=32)),
                        ('feed_seq', models.BigIntegerField(null=True, unique=True)),
                        ('chain_hash', models.BinaryField(max_length=32, null=True)),
                    ],
                    options={
                        'verbose_name': 'timeline entry',
                        'verbose_name_plural': 'timeline entries',
                        'indexes': [models.Index(fields=['correlation_id', 'id'], name='event_by_correlation'), models.Index(fields=['type', 'id'], name='event_by_type'), models.Index(condition=models.Q(('feed_seq__isnull', True)), fields=['id'], name='event_not_yet_in_sequence')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('chain_hash__isnull', True), ('feed_seq__isnull', True)), models.Q(('chain_hash__isnull', False), ('feed_seq__gte', 1)), _connector='OR'), name='event_sequence_comes_with_its_hash')],
                    },
                ),
                migrations.CreateModel(
                    name='Heartbeat',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('role', models.CharField(max_length=40)),
                        ('instance', models.CharField(max_length=120)),
                        ('pid', models.PositiveIntegerField()),
                        ('host', models.CharField(max_length=120)),
                        ('started_at', models.DateTimeField()),
                        ('beat_at', models.DateTimeField()),
                        ('detail', models.JSONField(blank=True, default=dict)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('role', 'instance'), name='one_heartbeat_per_process'), models.CheckConstraint(condition=models.Q(('pid__gte', 1)), name='heartbeat_pid_at_least_1')],
                    },
                ),
                migrations.CreateModel(
                    name='Receipt',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('actor', models.CharField(max_length=120)),
                        ('command', models.CharField(max_length=80)),
                        ('key', models.CharField(max_length=200)),
                        ('fingerprint', models.BinaryField(max_length=32)),
                        ('created_at', models.DateTimeField()),
                        ('result', models.TextField(blank=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['created_at'], name='receipt_by_age')],
                        'constraints': [models.UniqueConstraint(fields=('actor', 'command', 'key'), name='one_receipt_per_key')],
                    },
                ),
                migrations.CreateModel(
                    name='Delivery',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('subscriber', models.CharField(max_length=120)),
                        ('lane', models.CharField(choices=[('dispatch', 'Printer commands'), ('reconcile', 'Printer checks'), ('slice', 'Slicing'), ('default', 'Everything else')], max_length=20)),
                        ('state', models.CharField(choices=[('pending', 'Waiting'), ('leased', 'In hand'), ('done', 'Done'), ('dead', 'Gave up'), ('abandoned', 'Closed by a person')], default='pending', max_length=12)),
                        ('created_at', models.DateTimeField()),
                        ('available_at', models.DateTimeField()),
                        ('attempts', models.PositiveIntegerField(default=0)),
                        ('fence', models.PositiveIntegerField(default=0)),
                        ('owner', models.CharField(blank=True, max_length=120)),
                        ('lease_until', models.DateTimeField(null=True)),
                        ('last_error', models.TextField(blank=True)),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('note', models.TextField(blank=True, help_text='Why a person closed it')),
                        ('version', models.PositiveIntegerField(default=1)),
                        ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='journal.event')),
                    ],
                    options={
                        'verbose_name': 'owed effect',
                        'verbose_name_plural': 'owed effects',
                        'indexes': [models.Index(condition=models.Q(('state__in', ['pending', 'leased'])), fields=['lane', 'available_at', 'id'], name='delivery_open'), models.Index(condition=models.Q(('state', 'dead')), fields=['id'], name='delivery_dead')],
                        'constraints': [models.UniqueConstraint(fields=('event', 'subscriber'), name='an_effect_is_owed_once'), models.CheckConstraint(condition=models.Q(('state__in', ['abandoned', 'dead', 'done', 'leased', 'pending'])), name='delivery_state_is_known'), models.CheckConstraint(condition=models.Q(('lane__in', ['default', 'dispatch', 'reconcile', 'slice'])), name='delivery_lane_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'leased'), ('lease_until__isnull', False), models.Q(('owner', ''), _negated=True)), models.Q(models.Q(('state', 'leased'), _negated=True), ('lease_until__isnull', True), ('owner', '')), _connector='OR'), name='a_lease_has_an_owner_and_an_end'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state__in', ['pending', 'leased'])), models.Q(('ended_at__isnull', False), ('state__in', ['done', 'dead', 'abandoned'])), _connector='OR'), name='ended_effects_say_when'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'abandoned'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='closed_effects_say_why')],
                    },
                ),
                migrations.CreateModel(
                    name='EventSubject',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('kind', models.CharField(max_length=40)),
                        ('subject_id', models.UUIDField()),
                        ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='subject_rows', to='journal.event')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('kind', 'subject_id', 'event'), name='event_names_a_subject_once')],
                    },
                ),
            ],
        ),
        migrations.RunPython(add_time_index, drop_time_index),
    ]
