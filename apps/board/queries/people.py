"""Who did it: actors as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.models import User

PERSON = "person:"
_BY_ITSELF = ("service:", "device:")


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Return the name of each actor as it is recorded (``person:…``, ``service:…``): a person's name, else that nobody but farmos did it.

    One statement, none when no person is among them.
    """
    asked = {actor for actor in actors if actor}
    ids = {found for actor in asked if actor.startswith(PERSON) and (found := _id(actor)) is not None}
    people = {user.pk: str(user.get_short_name() or user) for user in User.objects.filter(pk__in=ids)} if ids else {}
    return {actor: _named(actor, people) for actor in asked}


def _named(actor: str, people: dict[UUID, str]) -> str:
    if actor.startswith(_BY_ITSELF):
        return _("by itself") if actor.startswith("device:") else "farmos"
    found = _id(actor)
    return people.get(found, _("somebody who left")) if found else actor


def _id(actor: str) -> UUID | None:
    try:
        return UUID(actor.removeprefix(PERSON).split("/")[0].split("@")[0])
    except ValueError:
        return None
