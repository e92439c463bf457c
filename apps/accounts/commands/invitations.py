"""How people come to work here: they are invited by mail and choose their password."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from apps.accounts import events
from apps.accounts.models import Grant, SignInLink, Site, User, normal_email
from apps.accounts.states import LinkPurpose, Role
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import NotFound, Refusal

from .adding import add_person, email_problem, give_role, hash_problem, refuse_invalid

LASTS = timedelta(days=7)


@command("accounts.invite_person")
def invite_person(ctx: Context, *, site_id: UUID, email: str, role: Role, name: str = "", language: str = "en") -> UUID:
    """Let somebody work at a site, owe them a link by which they choose their password, and return their id.

    Who can sign in already only gets the role.

    Raises:
        NotFound: no such site.
        Invalid: the e-mail cannot be used.
        Refusal: ``role-held-already``; ``unknown-code`` for a role that does not exist.
    """
    email = normal_email(email)
    refuse_invalid(email=email_problem(email))
    if not Site.objects.filter(pk=site_id).exists():
        raise NotFound("site", id=str(site_id))
    here = ctx.about(site_id=site_id)
    user = User.objects.filter(email=email).first() or add_person(here, email=email, name=name.strip(), language=language)
    give_role(here, user=user, site_id=site_id, role=role)
    if not user.has_usable_password():
        _owe_link(here, user)
    return user.id


@command("accounts.send_invitation")
def send_invitation(ctx: Context, *, user_id: UUID) -> UUID:
    """Owe somebody who works here another link by which they choose a password, and return its id. Links sent before work no longer.

    Raises:
        NotFound: nobody who works here and is not switched off.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not Grant.objects.filter(user=user, revoked_at=None).exists():
        raise NotFound("person", id=str(user_id))
    for link in SignInLink.objects.filter(user=user, purpose=LinkPurpose.INVITE, used_at=None):
        link.used_at = ctx.now
        link.save_changes("used_at")
    return _owe_link(ctx, user).id


@command("accounts.accept_invitation")
def accept_invitation(ctx: Context, *, link_id: UUID, password_hash: str) -> UUID:
    """Give an invited person the password they chose, and return their id. The link works once; other sessions of theirs end.

    Raises:
        Invalid: this is no usable password hash.
        Refusal: ``link-unusable``.
    """
    refuse_invalid(password_hash=hash_problem(password_hash))
    link = SignInLink.objects.select_related("user").filter(pk=link_id, purpose=LinkPurpose.INVITE).first()
    if link is None or not link.is_usable(ctx.now) or not link.user.is_active:
        raise Refusal("link-unusable")
    link.used_at = ctx.now
    link.save_changes("used_at")
    user = link.user
    user.password = password_hash
    user.save_changes("password")
    record(ctx, event=events.InvitationAccepted(link_id=link.id, user_id=user.id), subjects=[Subject("person", user.id)])
    record(ctx, event=events.PasswordChanged(user_id=user.id), subjects=[Subject("person", user.id)])
    return user.id


def _owe_link(ctx: Context, user: User) -> SignInLink:
    link = SignInLink(user=user, purpose=LinkPurpose.INVITE, expires_at=ctx.now + LASTS, created_at=ctx.now).add()
    record(ctx, event=events.SignInLinkAsked(link_id=link.id, user_id=user.id, purpose=link.purpose), subjects=[Subject("person", user.id)])
    return link
