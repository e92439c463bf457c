"""How an event gets its sentence: once per type, codes by their labels, ids by what people call the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from apps.board.templatetags.farmos import money

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Kind = type[TextChoices] | tuple[type[TextChoices], ...]
Codes = Mapping[str, Kind]


@dataclass(frozen=True, slots=True)
class EventWords:
    """One event type in words.

    Args:
        text: The sentence; ``{field}`` is the event's own field, ``{printer} {plate} {order}`` what people call what it is about, ``{money}`` its
            amount.
        icon: Its shape.
        codes: Field → the codes it holds, so that the label is said.
        is_key: It moves something people wait for.
        is_decision: Somebody or a rule decided.
        tone: ``red amber violet green`` or empty.
    """

    text: StrOrPromise
    icon: str
    codes: Codes = field(default_factory=dict)
    is_key: bool = False
    is_decision: bool = False
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """What people call the records that events name by id."""

    printers: Mapping[str, str] = field(default_factory=dict)
    plates: Mapping[str, str] = field(default_factory=dict)
    orders: Mapping[str, str] = field(default_factory=dict)
    plans: Mapping[str, str] = field(default_factory=dict)


WORDS: dict[str, EventWords] = {}
"""Event type → its words."""


def say(
    name: str,
    text: StrOrPromise,
    icon: str,
    *,
    key: bool = False,
    decision: bool = False,
    tone: str = "",
    **codes: Kind,
) -> None:
    """Give an event type its words.

    Raises:
        ValueError: it has some already.
    """
    if name in WORDS:
        raise ValueError(f"event {name} has words already")
    WORDS[name] = EventWords(text, icon, codes, key, decision, tone)


def sentence_of(name: str, data: Mapping[str, Any], subjects: Mapping[str, list[str]], named: Named) -> str:
    """Return what happened in a sentence. An event nobody gave words (of a later version) is said by its name."""
    words = WORDS.get(name)
    if words is None:
        return name
    spoken = _Spoken({field_: _label(words.codes.get(field_), value) for field_, value in data.items()})
    spoken["printer"] = _name(named.printers, data.get("printer_id"), subjects.get("printer"), _("a printer"))
    spoken["plate"] = _name(named.plates, data.get("plate_id"), subjects.get("plate"), _("a plate"))
    spoken["order"] = _name(named.orders, data.get("intent_id"), subjects.get("intent"), _("an order"))
    if "currency" in data:
        spoken["money"] = money(
            next((data[one] for one in ("amount_minor", "total_minor", "price_minor") if one in data), 0), data["currency"]
        )
    return str(words.text).format_map(spoken)


class _Spoken(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return _("not known")


def _label(codes: Kind | None, value: Any) -> Any:
    for kind in (codes if isinstance(codes, tuple) else (codes,)) if codes else ():
        if value in kind.values:
            return kind(value).label
    if isinstance(value, list):
        return ", ".join(str(_label(codes, one)) for one in value)
    return _("not known") if value in (None, "") else value


def _name(names: Mapping[str, str], own: Any, others: list[str] | None, otherwise: str) -> str:
    ids = [str(own)] if own else list(others or ())
    found = [names[one] for one in ids if one in names]
    return ", ".join(found[:3]) + (", …" if len(found) > 3 else "") if found else otherwise
