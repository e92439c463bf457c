import apps.journal.identity
import apps.journal.tables
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('orders', '0001_initial'),
    ]

    operations = [
        apps.journal.tables.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Notice',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('kind', models.CharField(choices=[('run_paused', 'A print stands still'), ('run_failed', 'A print failed'), ('run_desynced', 'Nobody knows what a printer did'), ('power_cut', 'A power cut stopped prints'), ('printer_degraded', 'A printer was taken out of service'), ('printer_offline', 'A printer with a print on it is silent'), ('approval_needed', 'Work waits for an approval'), ('plan_review', 'A build plan waits for a review'), ('plan_locked', 'A build plan keeps failing'), ('slice_failed', 'A plate could not be sliced'), ('automation_off', 'Automation stopped itself'), ('payment_review', 'A payment does not fit'), ('refund_failed', 'A refund did not go out'), ('effect_gave_up', 'farmos gave up on something'), ('mail_gave_up', 'Mail does not go out')], max_length=24)),
                        ('severity', models.CharField(choices=[('urgent', 'Now'), ('attention', 'Soon'), ('information', 'For information')], max_length=12)),
                        ('cause', models.CharField(help_text='One open notice per site and cause', max_length=120)),
                        ('group', models.CharField(blank=True, help_text='Causes that come together: one mail tells of all', max_length=120)),
                        ('subject_kind', models.CharField(max_length=40)),
                        ('subject_id', models.UUIDField()),
                        ('params', models.JSONField(blank=True, default=dict, help_text='Codes and short names for the sentence')),
                        ('changed_at', models.DateTimeField()),
                        ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                        ('acknowledged_by_id', models.UUIDField(blank=True, help_text='The person who sees to it', null=True)),
                        ('escalated_at', models.DateTimeField(blank=True, null=True)),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('closed_code', models.CharField(blank=True, choices=[('settled', 'Settled')], max_length=12)),
                        ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'notice',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['site', 'group', 'id'], name='notice_open_by_group')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('site', 'cause'), name='one_open_notice_per_cause'), models.CheckConstraint(condition=models.Q(('kind__in', ['approval_needed', 'automation_off', 'effect_gave_up', 'mail_gave_up', 'payment_review', 'plan_locked', 'plan_review', 'power_cut', 'printer_degraded', 'printer_offline', 'refund_failed', 'run_desynced', 'run_failed', 'run_paused', 'slice_failed'])), name='notice_kind_is_known'), models.CheckConstraint(condition=models.Q(('severity__in', ['attention', 'information', 'urgent'])), name='notice_severity_is_known'), models.CheckConstraint(condition=models.Q(('closed_code__in', ['', 'settled'])), name='notice_closed_code_is_known'), models.CheckConstraint(condition=models.Q(('cause', ''), _negated=True), name='notices_have_a_cause'), models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at__isnull', True), ('acknowledged_by_id__isnull', True)), models.Q(('acknowledged_at__isnull', False), ('acknowledged_by_id__isnull', False)), _connector='OR'), name='acknowledged_notices_say_by_whom'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), models.Q(('closed_code', ''), _negated=True)), models.Q(('closed_at__isnull', True), ('closed_code', '')), _connector='OR'), name='closed_notices_say_why')],
                    },
                ),
                migrations.CreateModel(
                    name='Notification',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('read_at', models.DateTimeField(blank=True, help_text='Read, or settled before it was read', null=True)),
                        ('muted_at', models.DateTimeField(blank=True, null=True)),
                        ('mail', models.CharField(choices=[('none', 'Not by mail'), ('now', 'In a mail of its own'), ('digest', 'In the next summary')], default='none', max_length=8)),
                        ('mailed_at', models.DateTimeField(blank=True, null=True)),
                        ('notice', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notifications', to='notify.notice')),
                        ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notifications', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'notification',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(fields=['person', 'id'], name='notification_by_person'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['person'], name='notification_unread')],
                        'constraints': [models.UniqueConstraint(fields=('notice', 'person'), name='a_person_is_told_of_a_notice_once'), models.CheckConstraint(condition=models.Q(('mail__in', ['digest', 'none', 'now'])), name='notification_mail_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('mail', 'none'), _negated=True), ('mailed_at__isnull', True), _connector='OR'), name='unmailed_notifications_have_no_mail')],
                    },
                ),
                migrations.CreateModel(
                    name='MailOut',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('letter', models.CharField(choices=[('notice', 'One notification'), ('digest', 'Summary of notifications'), ('order_received', 'Order received'), ('order_paid', 'Payment received'), ('order_shipped', 'Order sent'), ('order_changed', 'Order changed'), ('order_canceled', 'Order cancelled'), ('order_refunded', 'Money returned')], max_length=16)),
                        ('occasion', models.CharField(help_text='One mail per occasion', max_length=160)),
                        ('params', models.JSONField(blank=True, default=dict, help_text='Ids and codes the text needs')),
                        ('due_at', models.DateTimeField(help_text='Not before: the end of quiet hours, or when summaries go out')),
                        ('state', models.CharField(choices=[('owed', 'To be sent'), ('sent', 'Sent'), ('dropped', 'Not sent')], default='owed', max_length=8)),
                        ('drop_code', models.CharField(blank=True, choices=[('settled', 'It was settled before'), ('no_address', 'There is no address'), ('not_wanted', 'It is not wanted any more'), ('bad_address', 'The mail server knows no such address')], max_length=12)),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                        ('intent', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='orders.intent')),
                        ('person', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mails', to=settings.AUTH_USER_MODEL)),
                        ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='accounts.site')),
                        ('notification', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='notify.notification')),
                    ],
                    options={
                        'verbose_name': 'mail',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('intent__isnull', False)), fields=['intent', 'id'], name='mail_by_order')],
                        'constraints': [models.UniqueConstraint(fields=('occasion',), name='one_mail_per_occasion'), models.UniqueConstraint(condition=models.Q(('letter', 'digest'), ('state', 'owed')), fields=('person', 'site'), name='one_summary_at_a_time'), models.CheckConstraint(condition=models.Q(('letter__in', ['digest', 'notice', 'order_canceled', 'order_changed', 'order_paid', 'order_received', 'order_refunded', 'order_shipped'])), name='mail_out_letter_is_known'), models.CheckConstraint(condition=models.Q(('state__in', ['dropped', 'owed', 'sent'])), name='mail_out_state_is_known'), models.CheckConstraint(condition=models.Q(('drop_code__in', ['', 'bad_address', 'no_address', 'not_wanted', 'settled'])), name='mail_out_drop_code_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('intent__isnull', False), ('letter__in', ('order_received', 'order_paid', 'order_shipped', 'order_changed', 'order_canceled', 'order_refunded')), ('person__isnull', True)), models.Q(models.Q(('letter__in', ('order_received', 'order_paid', 'order_shipped', 'order_changed', 'order_canceled', 'order_refunded')), _negated=True), ('intent__isnull', True), ('person__isnull', False)), _connector='OR'), name='mails_go_to_a_person_or_a_customer'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'owed')), models.Q(models.Q(('state', 'owed'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='ended_mails_say_when'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'dropped'), models.Q(('drop_code', ''), _negated=True)), models.Q(models.Q(('state', 'dropped'), _negated=True), ('drop_code', '')), _connector='OR'), name='dropped_mails_say_why')],
                    },
                ),
                migrations.CreateModel(
                    name='Preference',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('mail_urgent', models.CharField(choices=[('now', 'At once'), ('digest', 'Once a day, together'), ('never', 'Never')], default='now', max_length=8)),
                        ('mail_attention', models.CharField(choices=[('now', 'At once'), ('digest', 'Once a day, together'), ('never', 'Never')], default='digest', max_length=8)),
                        ('mail_information', models.CharField(choices=[('now', 'At once'), ('digest', 'Once a day, together'), ('never', 'Never')], default='never', max_length=8)),
                        ('quiet_from_minute', models.PositiveSmallIntegerField(default=1320, help_text='Minutes after midnight, site time')),
                        ('quiet_until_minute', models.PositiveSmallIntegerField(default=360, help_text='The same minute as it begins: never quiet')),
                        ('urgent_breaks_quiet', models.BooleanField(default=True, help_text='Urgent mail goes out in quiet hours too')),
                        ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notification_preferences', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'notification preferences',
                        'verbose_name_plural': 'notification preferences',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('person',), name='one_set_of_preferences_per_person'), models.CheckConstraint(condition=models.Q(('mail_urgent__in', ['digest', 'never', 'now'])), name='preference_mail_urgent_is_known'), models.CheckConstraint(condition=models.Q(('mail_attention__in', ['digest', 'never', 'now'])), name='preference_mail_attention_is_known'), models.CheckConstraint(condition=models.Q(('mail_information__in', ['digest', 'never', 'now'])), name='preference_mail_information_is_known'), models.CheckConstraint(condition=models.Q(('quiet_from_minute__gte', 0), ('quiet_from_minute__lte', 1439)), name='preference_quiet_from_minute_in_range'), models.CheckConstraint(condition=models.Q(('quiet_until_minute__gte', 0), ('quiet_until_minute__lte', 1439)), name='preference_quiet_until_minute_in_range')],
                    },
                ),
            ],
        ),
    ]
