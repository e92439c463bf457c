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
                    name='Policy',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('key', models.SlugField(db_index=False, default='shop', max_length=60)),
                        ('policy_version', models.IntegerField(default=1)),
                        ('body', models.JSONField(help_text='Auto-advance, approvals, ceilings and limits; thresholds and sets only')),
                        ('sha256', models.CharField(help_text="Of the body's canonical JSON", max_length=64)),
                        ('note', models.TextField(blank=True, help_text='Why this version differs from the one before')),
                        ('created_by', models.CharField(max_length=120)),
                        ('state', django_fsm.FSMField(choices=[('draft', 'Draft'), ('active', 'In force'), ('retired', 'Retired')], default='draft', max_length=10, protected=True)),
                        ('activated_by', models.CharField(blank=True, max_length=120)),
                        ('activated_at', models.DateTimeField(blank=True, null=True)),
                        ('retired_at', models.DateTimeField(blank=True, null=True)),
                        ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='policies', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'policy',
                        'verbose_name_plural': 'policies',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('site', 'key', 'policy_version'), name='one_policy_per_version'), models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('site',), name='one_active_policy_per_site'), models.CheckConstraint(condition=models.Q(('state__in', ['active', 'draft', 'retired'])), name='policy_state_is_known'), models.CheckConstraint(condition=models.Q(('policy_version__gte', 1)), name='policy_policy_version_at_least_1'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('sha256'), 64)), name='policy_sha256_is_a_sha256'), models.CheckConstraint(condition=models.Q(models.Q(('activated_at__isnull', True), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('activated_at__isnull', False)), _connector='OR'), name='only_activated_policies_leave_draft'), models.CheckConstraint(condition=models.Q(models.Q(('activated_at__isnull', False), models.Q(('activated_by', ''), _negated=True)), models.Q(('activated_at__isnull', True), ('activated_by', '')), _connector='OR'), name='policy_activations_say_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('retired_at__isnull', False), ('state', 'retired')), models.Q(models.Q(('state', 'retired'), _negated=True), ('retired_at__isnull', True)), _connector='OR'), name='retired_policies_say_when')],
                    },
                ),
                migrations.CreateModel(
                    name='Decision',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('policy_unavailable', models.BooleanField(default=False)),
                        ('transition', models.CharField(choices=[('plan.approve', 'Approve a build plan'), ('plate.slice', 'Slice a plate'), ('run.queue', 'Queue a print attempt'), ('run.dispatch', 'Start a print attempt'), ('run.pause', 'Pause by automation'), ('run.resume', 'Resume a print attempt'), ('item.reprint', 'Print a failed part again'), ('intent.release', 'Release an order to production'), ('operation.approve', 'Approve an operation'), ('operation.execute', "Make an operation's toolpaths")], max_length=20)),
                        ('subject_kind', models.CharField(choices=[('intent', 'Order'), ('plan', 'Build Plan'), ('plate', 'Plate'), ('run', 'Print Attempt'), ('item', 'Part on a plate'), ('operation', 'Operation')], max_length=20)),
                        ('subject_id', models.UUIDField()),
                        ('subjects', models.JSONField(blank=True, default=dict, help_text='Everything concerned: {intents, plan, build_plate, run}')),
                        ('inputs', models.TextField(help_text='Canonical JSON of every fact that was looked at')),
                        ('outcome', models.CharField(choices=[('ALLOW', 'Allowed'), ('BLOCK', 'Blocked'), ('REQUIRE_APPROVAL', 'Asked a person')], max_length=20)),
                        ('explanations', models.JSONField(blank=True, default=list, help_text='Codes with their parameters, strongest first')),
                        ('rule_ids', models.JSONField(blank=True, default=list, help_text='Every rule that fired')),
                        ('actor', models.CharField(max_length=120)),
                        ('is_automatic', models.BooleanField(default=False, help_text='No person asked for exactly this')),
                        ('command', models.CharField(max_length=80)),
                        ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='accounts.site')),
                        ('policy', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='policy.policy')),
                    ],
                    options={
                        'verbose_name': 'decision',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(fields=['subject_kind', 'subject_id', 'id'], name='decision_by_subject'), models.Index(fields=['site', 'transition', 'id'], name='decision_by_transition'), models.Index(fields=['policy', 'outcome', 'id'], name='decision_by_policy')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('transition__in', ['intent.release', 'item.reprint', 'operation.approve', 'operation.execute', 'plan.approve', 'plate.slice', 'run.dispatch', 'run.pause', 'run.queue', 'run.resume'])), name='decision_transition_is_known'), models.CheckConstraint(condition=models.Q(('subject_kind__in', ['intent', 'item', 'operation', 'plan', 'plate', 'run'])), name='decision_subject_kind_is_known'), models.CheckConstraint(condition=models.Q(('outcome__in', ['ALLOW', 'BLOCK', 'REQUIRE_APPROVAL'])), name='decision_outcome_is_known'), models.CheckConstraint(condition=models.Q(('policy__isnull', False), ('policy_unavailable', True), _connector='OR'), name='decisions_name_their_policy'), models.CheckConstraint(condition=models.Q(('policy_unavailable', False), models.Q(('is_automatic', True), ('outcome', 'BLOCK')), models.Q(('is_automatic', False), ('outcome', 'ALLOW')), _connector='OR'), name='without_a_policy_only_people_start_things'), models.CheckConstraint(condition=models.Q(models.Q(('inputs', ''), _negated=True), models.Q(('actor', ''), _negated=True), models.Q(('command', ''), _negated=True)), name='decisions_can_be_replayed')],
                    },
                ),
                migrations.CreateModel(
                    name='Breaker',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('kind', models.CharField(choices=[('plan_loop', 'The same plan keeps failing'), ('printer', 'The same printer keeps failing'), ('runaway', 'Too many automatic starts')], max_length=10)),
                        ('subject_id', models.UUIDField(help_text='The plan revision, printer or site')),
                        ('family', models.CharField(blank=True, max_length=20)),
                        ('tripped_at', models.DateTimeField()),
                        ('evidence', models.JSONField(blank=True, default=dict)),
                        ('acknowledged_by', models.CharField(blank=True, max_length=120)),
                        ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                        ('note', models.TextField(blank=True)),
                        ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='breakers', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'tripped breaker',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('acknowledged_at__isnull', True)), fields=['site', 'tripped_at'], name='breaker_open'), models.Index(fields=['subject_id', 'id'], name='breaker_by_subject')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['plan_loop', 'printer', 'runaway'])), name='breaker_kind_is_known'), models.UniqueConstraint(condition=models.Q(('acknowledged_at__isnull', True)), fields=('kind', 'subject_id', 'family'), name='one_tripped_breaker_per_subject'), models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at__isnull', False), models.Q(('acknowledged_by', ''), _negated=True), models.Q(('note', ''), _negated=True)), models.Q(('acknowledged_at__isnull', True), ('acknowledged_by', ''), ('note', '')), _connector='OR'), name='acknowledged_breakers_say_who_when_and_why')],
                    },
                ),
                migrations.CreateModel(
                    name='BreakerCount',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('breaker', models.CharField(choices=[('plan_loop', 'The same plan keeps failing'), ('printer', 'The same printer keeps failing'), ('runaway', 'Too many automatic starts')], max_length=10)),
                        ('subject_id', models.UUIDField(help_text='The plan revision, printer or site')),
                        ('family', models.CharField(blank=True, help_text='Reason family; empty where the breaker counts every family', max_length=20)),
                        ('failure_id', models.UUIDField(help_text='The attempt or piece fact that failed')),
                        ('failed_at', models.DateTimeField()),
                        ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='breaker_counts', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'counted failure',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(fields=['breaker', 'subject_id', 'failed_at'], name='breaker_count_window')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('breaker__in', ['plan_loop', 'printer', 'runaway'])), name='breaker_count_breaker_is_known'), models.UniqueConstraint(fields=('failure_id', 'breaker', 'subject_id'), name='a_failure_counts_once'), models.CheckConstraint(condition=models.Q(models.Q(('breaker', 'plan_loop'), _negated=True), models.Q(('family', ''), _negated=True), _connector='OR'), name='plan_failures_are_counted_by_family')],
                    },
                ),
                migrations.CreateModel(
                    name='Approval',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('transition', models.CharField(choices=[('plan.approve', 'Approve a build plan'), ('plate.slice', 'Slice a plate'), ('run.queue', 'Queue a print attempt'), ('run.dispatch', 'Start a print attempt'), ('run.pause', 'Pause by automation'), ('run.resume', 'Resume a print attempt'), ('item.reprint', 'Print a failed part again'), ('intent.release', 'Release an order to production'), ('operation.approve', 'Approve an operation'), ('operation.execute', "Make an operation's toolpaths")], max_length=20)),
                        ('subject_kind', models.CharField(choices=[('intent', 'Order'), ('plan', 'Build Plan'), ('plate', 'Plate'), ('run', 'Print Attempt'), ('item', 'Part on a plate'), ('operation', 'Operation')], max_length=20)),
                        ('subject_id', models.UUIDField()),
                        ('subject_version', models.IntegerField(help_text='The version that was looked at; a later one needs a new answer')),
                        ('asked_by', models.CharField(max_length=120)),
                        ('expires_at', models.DateTimeField(blank=True, null=True)),
                        ('state', django_fsm.FSMField(choices=[('pending', 'Waiting for an answer'), ('granted', 'Granted'), ('denied', 'Denied'), ('expired', 'Not answered in time'), ('revoked', 'Taken back')], default='pending', max_length=10, protected=True)),
                        ('decided_by', models.CharField(blank=True, max_length=120)),
                        ('decided_at', models.DateTimeField(blank=True, null=True)),
                        ('reason', models.TextField(blank=True)),
                        ('similar_scope', models.JSONField(blank=True, help_text='What counts as similar', null=True)),
                        ('similar_until', models.DateTimeField(blank=True, null=True)),
                        ('revoked_by', models.CharField(blank=True, max_length=120)),
                        ('revoked_at', models.DateTimeField(blank=True, null=True)),
                        ('revoke_reason', models.TextField(blank=True)),
                        ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='accounts.site')),
                        ('decision', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='policy.decision')),
                    ],
                    options={
                        'verbose_name': 'approval',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['site', 'expires_at'], name='approval_waiting'), models.Index(condition=models.Q(('similar_until__isnull', False), ('state', 'granted')), fields=['site', 'transition', 'similar_until'], name='approval_standing'), models.Index(fields=['subject_kind', 'subject_id', 'id'], name='approval_by_subject')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['denied', 'expired', 'granted', 'pending', 'revoked'])), name='approval_state_is_known'), models.CheckConstraint(condition=models.Q(('transition__in', ['intent.release', 'item.reprint', 'operation.approve', 'operation.execute', 'plan.approve', 'plate.slice', 'run.dispatch', 'run.pause', 'run.queue', 'run.resume'])), name='approval_transition_is_known'), models.CheckConstraint(condition=models.Q(('subject_kind__in', ['intent', 'item', 'operation', 'plan', 'plate', 'run'])), name='approval_subject_kind_is_known'), models.CheckConstraint(condition=models.Q(('subject_version__gte', 1)), name='approval_subject_version_at_least_1'), models.UniqueConstraint(fields=('decision',), name='one_approval_per_decision'), models.UniqueConstraint(condition=models.Q(('state', 'pending')), fields=('transition', 'subject_kind', 'subject_id'), name='one_open_question_per_subject'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['granted', 'denied']), _negated=True), ('decided_at__isnull', False), _connector='OR'), name='answered_approvals_have_an_answer'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['pending', 'expired']), _negated=True), ('decided_at__isnull', True), _connector='OR'), name='unanswered_approvals_have_no_answer'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', False), models.Q(('decided_by', ''), _negated=True), models.Q(('reason', ''), _negated=True)), models.Q(('decided_at__isnull', True), ('decided_by', ''), ('reason', '')), _connector='OR'), name='approval_answers_say_who_when_and_why'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'expired'), _negated=True), ('expires_at__isnull', False), _connector='OR'), name='only_approvals_with_a_deadline_expire'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', False), ('state', 'revoked')), models.Q(models.Q(('state', 'revoked'), _negated=True), ('revoked_at__isnull', True)), _connector='OR'), name='revoked_approvals_were_revoked'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', False), models.Q(('revoked_by', ''), _negated=True), models.Q(('revoke_reason', ''), _negated=True)), models.Q(('revoked_at__isnull', True), ('revoked_by', ''), ('revoke_reason', '')), _connector='OR'), name='revocations_say_who_when_and_why'), models.CheckConstraint(condition=models.Q(models.Q(('similar_scope__isnull', True), ('similar_until__isnull', True)), models.Q(('similar_scope__isnull', False), ('similar_until__isnull', False)), _connector='OR'), name='standing_grants_have_a_scope_and_an_end'), models.CheckConstraint(condition=models.Q(('similar_until__isnull', True), ('state__in', ['granted', 'revoked']), _connector='OR'), name='only_grants_cover_similar_work'), models.CheckConstraint(condition=models.Q(('decided_at__lte', models.F('similar_until'))), name='approval_decided_at_not_after_similar_until')],
                    },
                ),
                migrations.CreateModel(
                    name='Hold',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('scope', models.CharField(choices=[('site', 'Site'), ('group', 'Printer group'), ('printer', 'Printer'), ('order', 'Order'), ('line', 'Line'), ('plan', 'Build Plan'), ('plate', 'Plate'), ('spool', 'Spool'), ('lot', 'Material lot')], max_length=10)),
                        ('scope_id', models.UUIDField(help_text="The site's id for a printer group")),
                        ('group', models.CharField(blank=True, help_text='Name of the printer group; otherwise empty', max_length=60)),
                        ('reason', models.CharField(choices=[('CUSTOMER_REQUEST', "Customer's wish"), ('CUSTOMER_ANSWER', "Waiting for the customer's answer"), ('PAYMENT', 'Payment to be settled'), ('DISPUTE', 'Payment disputed'), ('QUALITY', 'Quality in doubt'), ('MATERIAL', 'Material in doubt'), ('MAINTENANCE', 'Maintenance'), ('SAFETY', 'Safety'), ('INCIDENT', 'Part of an incident'), ('CAPACITY', 'Kept free for other work'), ('OTHER', 'Something else')], max_length=40)),
                        ('note', models.TextField(blank=True)),
                        ('placed_by', models.CharField(max_length=120)),
                        ('placed_at', models.DateTimeField()),
                        ('until', models.DateTimeField(blank=True, help_text='Ends by itself then; empty: until somebody releases it', null=True)),
                        ('released_by', models.CharField(blank=True, max_length=120)),
                        ('released_at', models.DateTimeField(blank=True, null=True)),
                        ('release_note', models.TextField(blank=True)),
                        ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'hold',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('released_at__isnull', True)), fields=['site', 'placed_at'], name='hold_open'), models.Index(fields=['scope', 'scope_id', 'id'], name='hold_by_subject')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('scope__in', ['group', 'line', 'lot', 'order', 'plan', 'plate', 'printer', 'site', 'spool'])), name='hold_scope_is_known'), models.CheckConstraint(condition=models.Q(('reason__in', ['CAPACITY', 'CUSTOMER_ANSWER', 'CUSTOMER_REQUEST', 'DISPUTE', 'INCIDENT', 'MAINTENANCE', 'MATERIAL', 'OTHER', 'PAYMENT', 'QUALITY', 'SAFETY'])), name='hold_reason_is_known'), models.UniqueConstraint(condition=models.Q(('released_at__isnull', True)), fields=('scope', 'scope_id', 'group', 'reason', 'placed_by'), name='one_open_hold_per_person_and_reason'), models.CheckConstraint(condition=models.Q(models.Q(('released_at__isnull', False), models.Q(('released_by', ''), _negated=True)), models.Q(('released_at__isnull', True), ('released_by', '')), _connector='OR'), name='released_holds_say_who_and_when'), models.CheckConstraint(condition=models.Q(('placed_by', ''), _negated=True), name='holds_say_who_placed_them'), models.CheckConstraint(condition=models.Q(models.Q(('reason', 'OTHER'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='other_holds_carry_a_note'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gt', models.F('placed_at')), _connector='OR'), name='holds_end_after_they_begin'), models.CheckConstraint(condition=models.Q(models.Q(('scope__in', ['site', 'group']), _negated=True), ('scope_id', models.F('site')), _connector='OR'), name='wide_holds_name_their_site'), models.CheckConstraint(condition=models.Q(models.Q(('scope', 'group'), models.Q(('group', ''), _negated=True)), models.Q(models.Q(('scope', 'group'), _negated=True), ('group', '')), _connector='OR'), name='only_holds_on_groups_name_a_group')],
                    },
                ),
            ],
        ),
    ]
