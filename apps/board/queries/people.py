"""Who did something, as people call them: records keep ``person:…`` and ``service:…``."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.models import User


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Return what to call each of these actors; a person nobody knows any more keeps a neutral word. One query."""
    asked = set(actors)
    people = {who: found for who in asked if (found := _person(who)) is not None}
    known = {user.pk: str(user) for user in User.objects.filter(pk__in=people.values())} if people else {}
    return {who: known.get(people[who], _("Somebody")) if who in people else _other(who) for who in asked}


def _person(who: str) -> UUID | None:
    kind, _colon, id_ = who.partition(":")
    try:
        return UUID(id_) if kind == "person" else None
    except ValueError:
        return None


def _other(who: str) -> str:
    kind, _colon, name = who.partition(":")
    if kind == "service":
        return _("farmos, %(part)s") % {"part": name.replace("-", " ").replace("_", " ")} if name else "farmos"
    return _("A program") if kind == "token" else who
