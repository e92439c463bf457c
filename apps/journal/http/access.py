"""Who may use the API: who works here and has the right the view names, and customers where it is theirs to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from rest_framework import exceptions
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.journal.refusals import Refusal

if TYPE_CHECKING:
    from rest_framework.views import APIView  # it loads the settings, which name the classes here


class BrowserSession(SessionAuthentication):
    """The session cookie. Strangers get 401 and not 403; a missing CSRF proof gets words of its own."""

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that REST framework answers 401 to strangers."""
        return 'Session realm="farmos"'

    def enforce_csrf(self, request: Request) -> None:
        """Demand the proof that the request came from a page of ours.

        Django's check looks for it in the form first. It gets Django's own request: REST framework's would refuse any body there, since it has no
        parsers.

        Raises:
            Refusal: ``csrf-failed``.
        """
        try:
            super().enforce_csrf(request._request)  # type: ignore[arg-type]
        except exceptions.PermissionDenied as denied:
            raise Refusal("csrf-failed", reason=str(denied.detail)) from denied


class StaffWithPermission(BasePermission):
    """Who works here and has the right that the view names (``""``: whoever works here); customers, where the view is open to them.

    That the right is held where a record is, the views look at themselves (``RecordsView.require``), once it is known which record it is.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        """May this person use this view at all?

        Raises:
            Refusal: ``proof-needed``.
        """
        user: Any = request.user
        if not (user.is_authenticated and user.is_active):
            return False
        needed: str = view.permission_for(request.method)  # type: ignore[attr-defined]
        if user.works_here and (needed == "" or user.has_perm(needed)):
            if needed and user.must_prove(needed):
                raise Refusal("proof-needed")
            return True
        return bool(getattr(view, "open_to_customers", False) and user.acts_for_customers)


def may(user: Any, permission: str, site_id: UUID | None = None) -> bool:
    """May this person, signed in or not, do or look at something: at that site, or (None) at any site?"""
    return bool(user.is_authenticated and user.is_active and user.has_perm(permission, site_id))
