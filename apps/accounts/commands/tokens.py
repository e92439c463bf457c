"""What can be done with API tokens."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts import events, rights
from apps.accounts.models import ApiToken, User
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, NotFound, Refusal


@command("accounts.issue_token")
def issue_token(
    ctx: Context,
    *,
    user_id: UUID,
    name: str,
    secret_sha256: str,
    hint: str,
    scopes: list[str],
    site_ids: list[UUID],
    expires_at: datetime | None = None,
) -> UUID:
    """Let a program act for a person and return the token's id. It may never do more than the person may at that moment.

    Args:
        ctx: Who asks, when.
        user_id: For whom it acts.
        name: What it is for.
        secret_sha256: SHA-256 of the secret in hex: the secret never reaches a command, which keeps what it was told.
        hint: How the secret begins.
        scopes: What it is limited to: rights, roles, or ``read``.
        site_ids: Where.
        expires_at: When it ends; None: when it is revoked.

    Raises:
        NotFound: no such person.
        Invalid: nothing is allowed, a scope nobody knows, no site or one where they have no role, or an end in the past.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound("person", id=str(user_id))
    _refuse_unusable(ctx, user, scopes, site_ids, expires_at)
    token = ApiToken(
        user=user,
        name=name.strip(),
        hint=hint,
        secret_sha256=secret_sha256,
        scopes=sorted(set(scopes)),
        site_ids=sorted(str(site_id) for site_id in set(site_ids)),
        expires_at=expires_at,
        issued_by=ctx.actor.who,
        created_at=ctx.now,
    ).add()
    record(ctx, event=events.TokenIssued(token_id=token.id, user_id=user.id, scopes=token.scopes), subjects=_about(token))
    return token.id


def _refuse_unusable(ctx: Context, user: User, scopes: list[str], site_ids: list[UUID], expires_at: datetime | None) -> None:
    problems = {}
    if not scopes:
        problems["scopes"] = _("name at least one")
    elif unknown := sorted(scope for scope in scopes if not rights.is_scope(scope)):
        problems["scopes"] = _("are not all known: %(names)s") % {"names": ", ".join(unknown)[:200]}
    if not site_ids or not set(site_ids) <= set(user.roles_by_site):
        problems["site_ids"] = _("must be sites where the person has a role")
    if expires_at is not None and expires_at <= ctx.now:
        problems["expires_at"] = _("must be in the future")
    if problems:
        raise Invalid(problems)


@command("accounts.revoke_token")
def revoke_token(ctx: Context, *, token_id: UUID, expected_version: int) -> None:
    """End a token: its next call is refused.

    Raises:
        NotFound: no such token.
        StaleVersion: it changed since ``expected_version`` was read.
        Refusal: ``token-revoked-already``.
    """
    token = ApiToken.at_version(token_id, expected_version)
    if token.revoked_at is not None:
        raise Refusal("token-revoked-already")
    token.revoke(by=ctx.actor.who, now=ctx.now)
    token.save_changes("revoked_at", "revoked_by")
    record(ctx, event=events.TokenRevoked(token_id=token.id, user_id=token.user_id), subjects=_about(token))


@command("accounts.note_token_use")
def note_token_use(ctx: Context, *, token_id: UUID) -> None:
    """Note that a token was used today, once a day, so that forgotten ones are seen. Does nothing when that is known.

    Raises:
        NotFound: no such token.
    """
    token = ApiToken.objects.filter(pk=token_id).first()
    if token is None:
        raise NotFound("token", id=str(token_id))
    if token.last_used_on == ctx.now.date():
        return
    token.last_used_on = ctx.now.date()
    token.save_changes("last_used_on")
    record(ctx, event=events.TokenUsed(token_id=token.id, user_id=token.user_id), subjects=_about(token))


def _about(token: ApiToken) -> list[Subject]:
    return [Subject("token", token.id), Subject("person", token.user_id)]
