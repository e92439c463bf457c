"""Where the links of notices and mails lead. Pages belong to higher apps; they say so here, once, when farmos starts."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.conf import settings

from apps.orders.models import Intent

OrderPage = Callable[[Intent], str]
"""Returns the path at which a customer follows an order, such as ``/orders/<token>/``."""

_PATHS = {
    "run": "/admin/runs/{id}/outcome/",
    "printer": "/admin/printers/{code}/",
    "approval": "/admin/approvals/{id}/",
    "plan": "/admin/plans/{id}/",
    "plate": "/admin/plates/{id}/",
    "intent": "/admin/orders/{order}/",
    "incident": "/admin/incidents/{id}/",
    "event": "/admin/given-up/",
}
"""Where an operator sees to a subject of this kind. Anything else is on Today."""

TODAY = "/admin/today/"


def _by_number(intent: Intent) -> str:
    return f"/orders/{intent.number}/"


_order_page: list[OrderPage] = [_by_number]


def customers_follow_orders_at(page: OrderPage) -> None:
    """Say where customers follow an order. The app that serves that page is above this one, so farmos' own start-up tells us."""
    _order_page[:] = [page]


def notice_path(kind: str, subject_id: UUID, params: dict[str, object]) -> str:
    """Return the path at which a person sees to a subject of this kind; Today where it has no page of its own."""
    template = _PATHS.get(kind, TODAY)
    names = {"id": str(subject_id), "code": params.get("printer", ""), "order": params.get("order", "")}
    path = template.format(**names)
    return TODAY if "//" in path else path


def order_url(intent: Intent) -> str:
    """Return the whole address at which a customer follows an order."""
    return absolute(_order_page[0](intent))


def absolute(path: str) -> str:
    """Return ``path`` as a whole address, as people outside reach this farm (``FARMOS_PUBLIC_URL``)."""
    return f"{settings.FARMOS_PUBLIC_URL.rstrip('/')}{path}"
