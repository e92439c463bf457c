"""How Django's questions about a person are answered: who they are by e-mail and password, what they may do by their grants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.db.models import Model

from . import rights

if TYPE_CHECKING:
    from .models import User


class GrantsBackend(ModelBackend):
    """Answers ``has_perm`` from roles. Nobody passes unasked: an admin of one site is a stranger at another."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """May this person do or see it?

        Args:
            user_obj: Who.
            perm: The name of a command, a further right or ``<app>.view_<model>``.
            obj: Where: None for "at any site", a site or its id, a customer (asks the rights of a member there), or a record, which is looked for
                among those at sites where the person has the right.
        """
        if not user_obj.is_active or user_obj.is_anonymous:
            return False
        if obj is None:
            return bool(user_obj.sites_where(perm))
        if isinstance(obj, UUID):
            return obj in user_obj.sites_where(perm)
        return _has_perm_on(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """May this person look at anything of an app?"""
        return bool(user_obj.is_active and app_label in rights.apps_with(user_obj.roles))

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return every right the person has (at ``obj``, as in ``has_perm``)."""
        return {name for name in (*rights.acts(), *rights.sights()) if self.has_perm(user_obj, name, obj)}

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return nothing: people have rights by their roles only."""
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return nothing: there are no groups."""
        return set()


def _has_perm_on(user: User, permission: str, record: Model) -> bool:
    from .models import Account, Site

    if isinstance(record, Site):
        return record.pk in user.sites_where(permission)
    if isinstance(record, Account) and not permission.startswith("accounts."):
        return user.may_for(permission, record.pk)
    return user.visible(type(record), permission).filter(pk=record.pk).exists()
