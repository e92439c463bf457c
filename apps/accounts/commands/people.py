"""What can be done with sites, people and customers."""

from __future__ import annotations

from uuid import UUID

from apps.accounts import events, queries
from apps.accounts.models import Account, Grant, Member, Site, User, normal_email
from apps.accounts.states import AccountKind, Role
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import NotFound, Refusal

from .adding import add_person, email_problem, give_role, hash_problem, refuse_invalid, subjects_of, zone_problem


@command("accounts.open_shop")
def open_shop(
    ctx: Context,
    *,
    name: str,
    owner_email: str,
    owner_password_hash: str,
    owner_name: str = "",
    time_zone: str = "UTC",
    currency: str = "EUR",
    language: str = "en",
    legal_entity: str = "",
) -> UUID:
    """Set up the first site with its owner as admin, and return the site's id.

    Args:
        ctx: Who asks, when.
        name: What the shop is called.
        owner_email: What the owner signs in with.
        owner_password_hash: As Django's ``make_password`` returns it: a password never reaches a command, which keeps what it was told.
        owner_name: What the owner is called.
        time_zone: IANA name in which the shop lives.
        currency: ISO 4217 code in which it sells.
        language: Language of the owner's pages.
        legal_entity: Who signs invoices.

    Raises:
        Invalid: the e-mail, password hash or time zone cannot be used.
        Refusal: ``shop-exists``: there is a site already.
    """
    email = normal_email(owner_email)
    refuse_invalid(
        owner_email=email_problem(email), owner_password_hash=hash_problem(owner_password_hash), time_zone=zone_problem(time_zone)
    )
    if Site.objects.exists():
        raise Refusal("shop-exists")
    site = Site(
        code="main", name=name, time_zone=time_zone, currency=currency, legal_entity=legal_entity, is_default=True, created_at=ctx.now
    ).add()
    here = ctx.about(site_id=site.id)
    record(here, event=events.SiteOpened(site_id=site.id, is_default=True), subjects=[Subject("site", site.id)])
    owner = add_person(here, email=email, name=owner_name, language=language, password_hash=owner_password_hash)
    give_role(here, user=owner, site_id=site.id, role=Role.ADMIN)
    return site.id


@command("accounts.change_password")
def change_password(ctx: Context, *, user_id: UUID, password_hash: str, expected_version: int) -> None:
    """Let a person sign in with another password from now on; other sessions of theirs end.

    Args:
        ctx: Who asks, when.
        user_id: Whose password.
        password_hash: As Django's ``make_password`` returns it.
        expected_version: The version of the person that was seen.

    Raises:
        Invalid: this is no usable password hash.
        NotFound: no such person.
        StaleVersion: they changed meanwhile.
    """
    refuse_invalid(password_hash=hash_problem(password_hash))
    user = User.at_version(user_id, expected_version)
    user.password = password_hash
    user.save_changes("password")
    record(ctx, event=events.PasswordChanged(user_id=user.id), subjects=[Subject("person", user.id)])


@command("accounts.grant_role")
def grant_role(ctx: Context, *, user_id: UUID, site_id: UUID, role: Role) -> UUID:
    """Let a person do more at a site, and return the grant's id.

    Raises:
        NotFound: no such person or site.
        Refusal: ``role-held-already``; ``unknown-code`` for a role that does not exist.
    """
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound("person", id=str(user_id))
    if not Site.objects.filter(pk=site_id).exists():
        raise NotFound("site", id=str(site_id))
    return give_role(ctx.about(site_id=site_id), user=user, site_id=site_id, role=role).id


@command("accounts.revoke_grant")
def revoke_grant(ctx: Context, *, grant_id: UUID, expected_version: int) -> None:
    """End a role. The last admin of a site who can sign in keeps theirs, whoever asks and however many ask at once.

    Raises:
        NotFound: no such grant.
        StaleVersion: it changed since ``expected_version`` was read.
        Refusal: ``role-revoked-already``, ``last-admin``.
    """
    found = Grant.objects.filter(pk=grant_id).values_list("site_id", flat=True).first()
    if found is None:
        raise NotFound("role", id=str(grant_id))
    locks.site(found)
    grant = Grant.at_version(grant_id, expected_version)
    if grant.revoked_at is not None:
        raise Refusal("role-revoked-already")
    if grant.role == Role.ADMIN and not queries.active_admins(grant.site_id).exclude(pk=grant.pk).exists():
        raise Refusal("last-admin")
    grant.revoke(by=ctx.actor.who, now=ctx.now)
    grant.save_changes("revoked_at", "revoked_by")
    happened = events.RoleRevoked(grant_id=grant.id, user_id=grant.user_id, site_id=grant.site_id, role=grant.role)
    record(ctx.about(site_id=grant.site_id), event=happened, subjects=subjects_of(grant))


@command("accounts.open_account")
def open_account(
    ctx: Context,
    *,
    site_id: UUID,
    email: str,
    name: str = "",
    kind: AccountKind = AccountKind.PERSON,
    language: str = "en",
    currency: str = "",
) -> UUID:
    """Let somebody buy at a site, and return the customer's id. Who has the e-mail already owns the new customer; else a person is added.

    A person added here has no password: they prove the e-mail address before they see anything.

    Args:
        ctx: Who asks, when.
        site_id: Where they buy.
        email: The buyer's address; one customer per address and site.
        name: What the customer is called.
        kind: Person or company.
        language: Language of their pages and messages.
        currency: ISO 4217 code of their prices; empty for the site's.

    Raises:
        NotFound: no such site.
        Invalid: the e-mail cannot be used.
        Refusal: ``customer-exists``.
    """
    email = normal_email(email)
    refuse_invalid(email=email_problem(email))
    site = locks.site(site_id)
    here = ctx.about(site_id=site_id)
    account = Account(
        site=site, kind=kind, name=name, email=email, language=language, currency=currency or site.currency, created_at=ctx.now
    ).add()
    buyer = User.objects.filter(email=email).first() or add_person(here, email=email, name=name, language=language)
    Member(account=account, user=buyer, created_at=ctx.now).add()
    happened = events.AccountOpened(account_id=account.id, site_id=site_id, user_id=buyer.id, kind=account.kind)
    record(here, event=happened, subjects=[Subject("account", account.id), Subject("person", buyer.id), Subject("site", site_id)])
    return account.id


@command("accounts.set_pin")
def set_pin(ctx: Context, *, user_id: UUID, pin_hash: str, expected_version: int) -> None:
    """Let a person take their turn at shared devices with another PIN, or (empty) with none.

    Args:
        ctx: Who asks, when.
        user_id: Whose PIN.
        pin_hash: As Django's ``make_password`` returns it: a PIN never reaches a command, which keeps what it was told.
        expected_version: The version of the person that was seen.

    Raises:
        Invalid: this is no usable hash.
        NotFound: no such person.
        StaleVersion: they changed meanwhile.
    """
    if pin_hash:
        refuse_invalid(pin_hash=hash_problem(pin_hash))
    user = User.at_version(user_id, expected_version)
    user.pin = pin_hash
    user.save_changes("pin")
    record(ctx, event=events.PinSet(user_id=user.id, has_pin=bool(pin_hash)), subjects=[Subject("person", user.id)])
