"""Signing in: tries are counted before the proof is looked at, so that guessing many at once gains nothing."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from uuid import UUID

from django.db.models import QuerySet

from apps.accounts import events
from apps.accounts.models import SignInLink, SignInTry, Site, User, normal_email
from apps.accounts.states import LinkPurpose, SignInWay
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import NotFound, Refusal

WINDOW = timedelta(minutes=15)
WRONG_FROM_ONE_ADDRESS = 5
"""Wrong proofs for one person from one address."""
WRONG_PER_ADDRESS = 20
"""Wrong proofs from one address, whoever they are for: a whole shop may sit behind one."""
WRONG_PER_PERSON = 40
"""Wrong proofs for one person, wherever they come from."""
LINK_LASTS = timedelta(minutes=30)
LINKS_PER_HOUR = 5


@command("accounts.try_sign_in")
def try_sign_in(ctx: Context, *, name_digest: str, address_digest: str) -> UUID:
    """Take a try to sign in into account and return its id; the proof may be looked at now (or the link sent), and not before.

    Args:
        ctx: The sign-in page's own context.
        name_digest: Keyed digest of whom somebody wants to be.
        address_digest: Keyed digest of the address they come from.

    Raises:
        Refusal: ``sign-in-locked``: too many were wrong; ``minutes`` says when to try again.
    """
    site = Site.objects.filter(is_default=True).first()
    if site is not None:
        locks.site(site.pk)  # so that tries made at the same moment are counted one after the other
    SignInTry.objects.filter(created_at__lte=ctx.now - WINDOW).delete()
    tries = SignInTry.objects.all()
    limits = (
        (tries.filter(name_digest=name_digest, address_digest=address_digest), WRONG_FROM_ONE_ADDRESS),
        (tries.filter(address_digest=address_digest), WRONG_PER_ADDRESS),
        (tries.filter(name_digest=name_digest), WRONG_PER_PERSON),
    )
    waits = [wait for rows, most in limits if (wait := _wait(ctx, rows, most)) is not None]
    if waits:
        raise Refusal("sign-in-locked", minutes=ceil(max(waits).total_seconds() / 60), seconds=ceil(max(waits).total_seconds()))
    row = SignInTry(name_digest=name_digest, address_digest=address_digest, created_at=ctx.now).add()
    record(ctx, event=events.SignInTried(try_id=row.id), subjects=[Subject("sign_in", row.id)])
    return row.id


def _wait(ctx: Context, rows: QuerySet[SignInTry], most: int) -> timedelta | None:
    """Return how long until fewer than ``most`` tries are within the window; None when they are now."""
    newest = list(rows.order_by("-created_at").values_list("created_at", flat=True)[:most])
    return newest[-1] + WINDOW - ctx.now if len(newest) == most else None


@command("accounts.note_sign_in")
def note_sign_in(ctx: Context, *, try_id: UUID, user_id: UUID, way: SignInWay, device_id: UUID | None = None) -> None:
    """Note that a try was right: the person is in, and their wrong ones from that address are forgotten.

    Raises:
        NotFound: no such try or person.
    """
    row = SignInTry.objects.filter(pk=try_id).first()
    if row is None or not User.objects.filter(pk=user_id).exists():
        raise NotFound("try", id=str(try_id))
    SignInTry.objects.filter(name_digest=row.name_digest, address_digest=row.address_digest).delete()
    about = [Subject("person", user_id), Subject("sign_in", try_id), *([Subject("device", device_id)] if device_id else [])]
    record(ctx, event=events.SignedIn(try_id=try_id, user_id=user_id, way=str(way), device_id=device_id), subjects=about)


@command("accounts.ask_sign_in_link")
def ask_sign_in_link(ctx: Context, *, email: str, onward: str = "") -> None:
    """Owe a customer a link by which they sign in once. Whoever asks learns nothing: for an unknown address nothing happens.

    Args:
        ctx: The page's own context.
        email: Whose.
        onward: The page of this farm to go on to, as a path.
    """
    user = User.objects.filter(email=normal_email(email), is_active=True).first()
    if user is None or user.is_staff or not user.memberships.exists():
        return
    if SignInLink.objects.filter(user=user, created_at__gt=ctx.now - timedelta(hours=1)).count() >= LINKS_PER_HOUR:
        return
    link = SignInLink(user=user, purpose=LinkPurpose.SIGN_IN, onward=onward, expires_at=ctx.now + LINK_LASTS, created_at=ctx.now).add()
    record(ctx, event=events.SignInLinkAsked(link_id=link.id, user_id=user.id, purpose=link.purpose), subjects=[Subject("person", user.id)])


@command("accounts.use_sign_in_link")
def use_sign_in_link(ctx: Context, *, link_id: UUID) -> UUID:
    """Take a link's proof, once, and return whose it is.

    Raises:
        Refusal: ``link-unusable``: it was used, is over, or never was.
    """
    link = SignInLink.objects.select_related("user").filter(pk=link_id, purpose=LinkPurpose.SIGN_IN).first()
    if link is None or not link.is_usable(ctx.now) or not link.user.is_active:
        raise Refusal("link-unusable")
    link.used_at = ctx.now
    link.save_changes("used_at")
    happened = events.SignedIn(try_id=None, user_id=link.user_id, way=SignInWay.LINK.value, device_id=None)
    record(ctx, event=happened, subjects=[Subject("person", link.user_id)])
    return link.user_id
