import apps.journal.identity
import apps.journal.prefixes
import apps.journal.tables
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        apps.journal.tables.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='User',
                    fields=[
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('email', models.EmailField(max_length=254)),
                        ('name', models.CharField(blank=True, max_length=120)),
                        ('language', models.CharField(default='en', help_text='Language of pages and messages, such as en or pt-br', max_length=12)),
                        ('pin', models.CharField(blank=True, help_text='Hash of the PIN for shared devices; empty: none', max_length=128)),
                        ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                        ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                    ],
                    options={
                        'verbose_name': 'person',
                        'verbose_name_plural': 'people',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('email',), name='one_person_per_email'), models.CheckConstraint(condition=models.Q(('email', ''), _negated=True), name='people_have_an_email'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.F('email'), django.db.models.functions.text.Lower('email'))), name='emails_of_people_are_lower_case'), models.CheckConstraint(condition=models.Q(('language', ''), _negated=True), name='people_have_a_language')],
                    },
                ),
                migrations.CreateModel(
                    name='ApiToken',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('name', models.CharField(help_text='What it is for', max_length=80)),
                        ('hint', models.CharField(help_text='How its secret begins, to tell tokens apart', max_length=12)),
                        ('secret_sha256', models.CharField(max_length=64)),
                        ('scopes', models.JSONField(default=list, help_text="Rights, roles, or 'read'")),
                        ('site_ids', models.JSONField(default=list)),
                        ('expires_at', models.DateTimeField(blank=True, null=True)),
                        ('issued_by', models.CharField(max_length=120)),
                        ('last_used_on', models.DateField(blank=True, null=True)),
                        ('revoked_at', models.DateTimeField(blank=True, null=True)),
                        ('revoked_by', models.CharField(blank=True, max_length=120)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'API token',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('secret_sha256',), name='one_token_per_secret'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('secret_sha256'), 64)), name='token_secret_sha256_is_a_sha256'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('issued_by', ''), _negated=True)), name='tokens_say_what_for_and_by_whom'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', False), models.Q(('revoked_by', ''), _negated=True)), models.Q(('revoked_at__isnull', True), ('revoked_by', '')), _connector='OR'), name='revoked_tokens_say_when_and_by_whom')],
                    },
                ),
                migrations.CreateModel(
                    name='SignInLink',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('purpose', models.CharField(choices=[('sign_in', 'Sign in'), ('invite', 'Invitation')], max_length=8)),
                        ('onward', models.CharField(blank=True, help_text='The page of this farm to go on to', max_length=300)),
                        ('expires_at', models.DateTimeField()),
                        ('used_at', models.DateTimeField(blank=True, null=True)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sign_in_links', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'sign-in link',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.CheckConstraint(condition=models.Q(('purpose__in', ['invite', 'sign_in'])), name='sign_in_link_purpose_is_known'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='sign_in_links_end_after_they_began')],
                    },
                ),
                migrations.CreateModel(
                    name='SignInTry',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('name_digest', models.CharField(max_length=64)),
                        ('address_digest', models.CharField(max_length=64)),
                    ],
                    options={
                        'verbose_name': 'try to sign in',
                        'verbose_name_plural': 'tries to sign in',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(fields=['name_digest', 'created_at'], name='sign_in_try_by_name'), models.Index(fields=['address_digest', 'created_at'], name='sign_in_try_by_address')],
                        'constraints': [models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('name_digest'), 64)), name='sign_in_try_name_digest_is_a_sha256'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('address_digest'), 64)), name='sign_in_try_address_digest_is_a_sha256')],
                    },
                ),
                migrations.CreateModel(
                    name='Site',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('code', models.SlugField(db_index=False, max_length=40)),
                        ('name', models.CharField(max_length=120)),
                        ('time_zone', models.CharField(default='UTC', help_text='IANA name, such as Europe/Berlin', max_length=64)),
                        ('currency', models.CharField(default='EUR', help_text='ISO 4217', max_length=3)),
                        ('legal_entity', models.CharField(blank=True, help_text='Who signs invoices', max_length=200)),
                        ('is_default', models.BooleanField(default=False)),
                    ],
                    options={
                        'verbose_name': 'site',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('code',), name='one_site_per_code'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='one_default_site'), models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='sites_have_a_code_and_a_name'), models.CheckConstraint(condition=models.Q(('time_zone', ''), _negated=True), name='sites_have_a_time_zone'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('currency'), 3), django.db.models.lookups.Exact(models.F('currency'), django.db.models.functions.text.Upper('currency'))), name='site_currency_is_a_currency')],
                    },
                ),
                migrations.CreateModel(
                    name='Account',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='accounts.site')),
                        ('kind', models.CharField(choices=[('person', 'Person'), ('company', 'Company')], default='person', max_length=8)),
                        ('name', models.CharField(blank=True, max_length=200)),
                        ('email', models.EmailField(blank=True, max_length=254)),
                        ('language', models.CharField(default='en', max_length=12)),
                        ('currency', models.CharField(help_text='ISO 4217; prices and invoices are in it', max_length=3)),
                        ('terms', models.CharField(choices=[('prepaid', 'Pays before production'), ('credit', 'Pays after delivery')], default='prepaid', max_length=8)),
                        ('payment_days', models.SmallIntegerField(default=0, help_text='Days after the invoice; 0 for those who pay first')),
                        ('tax_ids', models.JSONField(blank=True, default=list, help_text='[{"kind": "eu_vat", "value": "DE123456789"}]')),
                        ('price_list_id', models.UUIDField(blank=True, help_text="A price list of orders; none: the site's own", null=True)),
                        ('stopped_at', models.DateTimeField(blank=True, null=True)),
                        ('stop_reason', models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        'verbose_name': 'customer',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('stopped_at__isnull', False)), fields=['site', 'id'], name='account_stopped'), models.Index(apps.journal.prefixes.ByteOrder(django.db.models.functions.text.Lower('name')), name='account_by_name'), models.Index(apps.journal.prefixes.ByteOrder(django.db.models.functions.text.Lower('email')), name='account_by_email')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('email', ''), _negated=True), fields=('site', 'email'), name='one_account_per_buyer_email'), models.CheckConstraint(condition=models.Q(('kind__in', ['company', 'person'])), name='account_kind_is_known'), models.CheckConstraint(condition=models.Q(('terms__in', ['credit', 'prepaid'])), name='account_terms_is_known'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('currency'), 3), django.db.models.lookups.Exact(models.F('currency'), django.db.models.functions.text.Upper('currency'))), name='account_currency_is_a_currency'), models.CheckConstraint(condition=models.Q(('payment_days__gte', 0)), name='account_payment_days_at_least_0'), models.CheckConstraint(condition=models.Q(models.Q(('terms', 'prepaid'), _negated=True), ('payment_days', 0), _connector='OR'), name='prepaid_accounts_have_no_payment_days'), models.CheckConstraint(condition=models.Q(models.Q(('stopped_at__isnull', False), models.Q(('stop_reason', ''), _negated=True)), models.Q(('stopped_at__isnull', True), ('stop_reason', '')), _connector='OR'), name='stopped_accounts_say_why'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.F('email'), django.db.models.functions.text.Lower('email'))), name='emails_of_accounts_are_lower_case')],
                    },
                ),
                migrations.CreateModel(
                    name='Address',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('kind', models.CharField(choices=[('shipping', 'Shipping'), ('billing', 'Billing')], default='shipping', max_length=8)),
                        ('is_default', models.BooleanField(default=False)),
                        ('recipient', models.CharField(max_length=200)),
                        ('company', models.CharField(blank=True, max_length=200)),
                        ('line1', models.CharField(max_length=200)),
                        ('line2', models.CharField(blank=True, max_length=200)),
                        ('city', models.CharField(max_length=120)),
                        ('postal_code', models.CharField(blank=True, max_length=20)),
                        ('region', models.CharField(blank=True, max_length=120)),
                        ('country', models.CharField(help_text='ISO 3166-1 alpha-2', max_length=2)),
                        ('phone', models.CharField(blank=True, max_length=40)),
                        ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='addresses', to='accounts.account')),
                    ],
                    options={
                        'verbose_name': 'address',
                        'verbose_name_plural': 'addresses',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('account', 'kind'), name='one_default_address_per_kind'), models.CheckConstraint(condition=models.Q(('kind__in', ['billing', 'shipping'])), name='address_kind_is_known'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('country'), 2), django.db.models.lookups.Exact(models.F('country'), django.db.models.functions.text.Upper('country'))), name='address_country_is_a_code'), models.CheckConstraint(condition=models.Q(models.Q(('recipient', ''), _negated=True), models.Q(('line1', ''), _negated=True), models.Q(('city', ''), _negated=True)), name='addresses_can_be_delivered_to')],
                    },
                ),
                migrations.CreateModel(
                    name='Member',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('role', models.CharField(choices=[('owner', 'Owner'), ('buyer', 'Buyer'), ('viewer', 'Viewer')], default='owner', max_length=8)),
                        ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='accounts.account')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'member',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('account', 'user'), name='one_membership_per_person'), models.CheckConstraint(condition=models.Q(('role__in', ['buyer', 'owner', 'viewer'])), name='member_role_is_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Shift',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('name', models.CharField(blank=True, max_length=60)),
                        ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')])),
                        ('starts_minute', models.PositiveSmallIntegerField(help_text='Minutes after midnight, site time')),
                        ('minutes', models.PositiveSmallIntegerField(help_text='How long it lasts')),
                        ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'shift',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('site', 'weekday', 'starts_minute'), name='one_shift_per_start'), models.CheckConstraint(condition=models.Q(('weekday__in', ['0', '1', '2', '3', '4', '5', '6'])), name='shift_weekday_is_known'), models.CheckConstraint(condition=models.Q(('starts_minute__gte', 0), ('starts_minute__lte', 1439)), name='shift_starts_minute_in_range'), models.CheckConstraint(condition=models.Q(('minutes__gte', 1), ('minutes__lte', 1440)), name='shift_minutes_in_range')],
                    },
                ),
                migrations.CreateModel(
                    name='Holiday',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('day', models.DateField()),
                        ('name', models.CharField(blank=True, max_length=120)),
                        ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='holidays', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'holiday',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('site', 'day'), name='one_holiday_per_day')],
                    },
                ),
                migrations.CreateModel(
                    name='Grant',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('role', models.CharField(choices=[('viewer', 'Viewer'), ('operator', 'Operator'), ('lead', 'Lead'), ('planner', 'Planner'), ('quality', 'Quality'), ('admin', 'Admin'), ('integrator', 'Integrator'), ('customer', 'Customer')], max_length=12)),
                        ('granted_by', models.CharField(max_length=120)),
                        ('revoked_at', models.DateTimeField(blank=True, null=True)),
                        ('revoked_by', models.CharField(blank=True, max_length=120)),
                        ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='grants', to=settings.AUTH_USER_MODEL)),
                        ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'role',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('revoked_at', None)), fields=['site', 'role'], name='grant_active_by_site'), models.Index(fields=['user', 'id'], name='grant_by_user')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('user', 'site', 'role'), name='one_active_grant_per_role'), models.CheckConstraint(condition=models.Q(('role__in', ['admin', 'customer', 'integrator', 'lead', 'operator', 'planner', 'quality', 'viewer'])), name='grant_role_is_known'), models.CheckConstraint(condition=models.Q(('granted_by', ''), _negated=True), name='grants_say_by_whom'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', False), models.Q(('revoked_by', ''), _negated=True)), models.Q(('revoked_at__isnull', True), ('revoked_by', '')), _connector='OR'), name='revoked_grants_say_when_and_by_whom'), models.CheckConstraint(condition=models.Q(('revoked_at', None), ('revoked_at__gte', models.F('created_at')), _connector='OR'), name='grants_end_after_they_began')],
                    },
                ),
                migrations.CreateModel(
                    name='Device',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('name', models.CharField(max_length=80)),
                        ('secret_sha256', models.CharField(max_length=64)),
                        ('registered_by', models.CharField(max_length=120)),
                        ('revoked_at', models.DateTimeField(blank=True, null=True)),
                        ('revoked_by', models.CharField(blank=True, max_length=120)),
                        ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='devices', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'shared device',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('site', 'name'), name='one_active_device_per_name'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('secret_sha256'), 64)), name='device_secret_sha256_is_a_sha256'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('registered_by', ''), _negated=True)), name='devices_say_which_and_by_whom'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', False), models.Q(('revoked_by', ''), _negated=True)), models.Q(('revoked_at__isnull', True), ('revoked_by', '')), _connector='OR'), name='revoked_devices_say_when_and_by_whom')],
                    },
                ),
                migrations.CreateModel(
                    name='Circuit',
                    fields=[
                        ('id', models.UUIDField(default=apps.journal.identity.new_id, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(editable=False)),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('name', models.CharField(max_length=60)),
                        ('max_heating', models.PositiveSmallIntegerField(default=1)),
                        ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='circuits', to='accounts.site')),
                    ],
                    options={
                        'verbose_name': 'circuit',
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('site', 'name'), name='one_circuit_per_name'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='circuits_have_a_name'), models.CheckConstraint(condition=models.Q(('max_heating__gte', 1)), name='circuit_max_heating_at_least_1')],
                    },
                ),
            ],
        ),
    ]
