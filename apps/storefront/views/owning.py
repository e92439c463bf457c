"""What may be looked at: one's own. Somebody else's is not there, whoever knows its address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db.models import Model

from apps.accounts.models import Member, User
from apps.accounts.states import MemberRole
from apps.journal.refusals import NotFound, Refusal
from apps.orders.models import Intent, Quote
from apps.parts import queries as parts
from apps.parts.models import PartRevision, Preflight, Upload
from apps.storefront import queries
from apps.storefront.models import BasketLine

from .visiting import BUYERS, Asker, has_role

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class OwnPart:
    """A part with what its check found."""

    revision: PartRevision
    preflight: Preflight


def upload_of(asker: Asker, upload_id: UUID) -> Upload:
    """Return an upload of the asker's.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    return _one(Upload.objects.filter(pk=upload_id, account=asker.owner).select_related("artifact").first(), Upload, upload_id)


def part_of(asker: Asker, revision_id: UUID) -> OwnPart:
    """Return a part of the asker's, with the newest check.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    found = PartRevision.objects.filter(pk=revision_id, part__account=asker.owner).select_related("part").first()
    revision = _one(found, PartRevision, revision_id)
    return OwnPart(revision, parts.preflight_of(revision.pk))


def line_of(asker: Asker, line_id: UUID) -> BasketLine:
    """Return a line of the asker's basket.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    found = BasketLine.objects.filter(pk=line_id, account=asker.owner).select_related("part_revision__part").first()
    return _one(found, BasketLine, line_id)


def quote_of(asker: Asker, quote_id: UUID) -> Quote:
    """Return an offer to the asker.

    Raises:
        NotFound: there is none, or it is not for them.
    """
    return _one(Quote.objects.filter(pk=quote_id, account=asker.owner).first(), Quote, quote_id)


def order_in(token: str) -> Intent:
    """Return the order a link opens, whoever has the link.

    Raises:
        NotFound: it opens none.
    """
    found = queries.intent_in(token)
    if found is None:
        raise NotFound(str(Intent._meta.verbose_name), id=token[:12])
    return found


def may_change(asker: Asker, intent: Intent) -> bool:
    """May they take back what was ordered?

    The link alone is enough for a guest's order only: nobody could sign in for it. Where people act for the customer, it is up to those who may
    order. Whoever works here keeps to what they may do here, whatever link they opened.
    """
    if intent.account_id is None:
        return False
    if Member.objects.filter(account_id=intent.account_id).exists():
        return has_role(intent.account_id, asker.user_id, BUYERS)
    return not _works_here_without(asker, "orders.cancel_intent", intent)


def order_to_change(asker: Asker, token: str) -> Intent:
    """Return the order a link opens, for somebody who may change it.

    Raises:
        NotFound: it opens none.
        Refusal: ``order-change-elsewhere``.
    """
    intent = order_in(token)
    if not may_change(asker, intent):
        raise Refusal("order-change-elsewhere")
    return intent


def order_to_pay(asker: Asker, token: str) -> Intent:
    """Return the order a link opens, for somebody who may pay it: whoever has the link, but not a member who may only look.

    Raises:
        NotFound: it opens none.
        Refusal: ``order-change-elsewhere``.
    """
    intent = order_in(token)
    if intent.account_id is not None and has_role(intent.account_id, asker.user_id, [MemberRole.VIEWER]):
        raise Refusal("order-change-elsewhere")
    return intent


def _works_here_without(asker: Asker, right: str, intent: Intent) -> bool:
    if asker.user_id is None:
        return False
    person = User.objects.get(pk=asker.user_id)
    return person.is_staff and not person.has_perm(right, intent)


def _one(found: M | None, model: type[M], record_id: UUID) -> M:
    if found is None:
        raise NotFound(str(model._meta.verbose_name), id=str(record_id))
    return found
