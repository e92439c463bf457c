"""Which records somebody may know of: those at the sites where they may look, and a customer's own.

Who may look at which model, and by which way a record leads to its site and its customer, is declared once, with the rights of people; the person
who asks answers for themselves (``visible``, ``owned``, ``may_for``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from django.apps import apps
from django.db.models import Model, QuerySet
from rest_framework.request import Request

from apps.journal.refusals import NotFound, Refusal

from .api_view import RecordsView
from .record_views import ShowingView


class Scoped(RecordsView):
    """Records as the rights of whoever asks say.

    Attributes:
        reads: Relations that are read with each record.
        fetches: Relations to many that are read with each page.
    """

    reads: ClassVar[tuple[str, ...]] = ()
    fetches: ClassVar[tuple[Any, ...]] = ()

    def visible(self, request: Request) -> QuerySet[Any]:
        """Return the records at the sites where the asker may look, and those of the customers they act for."""
        asker: Any = request.user
        found: QuerySet[Any] = asker.visible(self.model)
        if self.open_to_customers:
            found |= asker.owned(self.model)
        return found.select_related(*self.reads).prefetch_related(*self.fetches)

    def may(self, request: Request, right: str, row: Any) -> bool:
        """May the asker do this where the record is, or is it their own and are customers let in?"""
        if right == "" or request.user.has_perm(right, row):
            return True
        return self.open_to_customers and bool(request.user.may_with_own(right, row))  # type: ignore[union-attr]

    def sees_as_staff(self, row: Any) -> bool:
        """Is this shown to somebody of the shop, and not to its customer?"""
        meta = self.model._meta
        return bool(self.request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}", row))


class HidesFromCustomers(Scoped, ShowingView):
    """Shows customers their records without what is the shop's own business.

    Attributes:
        for_staff: Fields that customers get as null.
    """

    for_staff: ClassVar[tuple[str, ...]] = ()

    def told(self, row: Any) -> Mapping[str, Any]:
        """Return null for what customers are not shown."""
        asker: Any = self.request.user
        if not self.for_staff or (asker.works_here and self.sees_as_staff(row)):
            return {}
        return dict.fromkeys(self.for_staff)


@cache
def scope_of(model: type[Model]) -> type[Scoped]:
    """Return the view that says which records of ``model`` somebody may know of, for ids in bodies."""
    return type(f"{model.__name__}Scope", (Scoped,), {"model": model, "permission": "", "__module__": model.__module__})


def at_site(view: Any, request: Request, row: Any, sent: Any) -> None:
    """Refuse a body whose ``site_id`` is a site the asker does not know, or where they lack the right.

    Raises:
        NotFound: they have no role there.
        Refusal: ``permission-denied``.
    """
    require_at(request, view.permission, sent.site_id)


def require_at(request: Request, right: str, site_id: UUID) -> None:
    """Go on only if the asker knows the site and has the right there.

    Raises:
        NotFound: they have no role there.
        Refusal: ``permission-denied``.
    """
    asker: Any = request.user
    if asker.has_perm(right, site_id):
        return
    if not asker.visible(apps.get_model("accounts", "Site")).filter(pk=site_id).exists():
        raise NotFound("site", id=str(site_id))
    raise Refusal("permission-denied")
