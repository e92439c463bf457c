"""A board made ready for its template: every card with its words, its buttons as far as the asker may press them, and how much is shown at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from apps.board.domain.cards import Action, Card, Section
from apps.board.domain.today import Today
from apps.board.queries import ActionWords, Line, Told, line, sentence, told, words_of
from apps.board.queries.outlines import Outline, outlines
from apps.catalog.states import FAMILY_OF, Reason, ReasonFamily

from .links import ABOUT_PIECES, POSTS, address_of, open_card, timeline_of

ROWS, IN_COLUMN = 12, 4
"""Cards shown with their buttons: attention rows beside the lead card, and cards of each column; everything further is one line."""

May = Callable[[str], bool]
QA_REASONS = [(code.value, code.label) for code in Reason if FAMILY_OF[code] is ReasonFamily.QA or code is Reason.UNKNOWN]


@dataclass(frozen=True, slots=True)
class Button:
    """One button: a POST to ``url`` with a proof, a key and a version, or a link there."""

    label: Any
    url: str
    keys: str = ""
    effect: Any = ""
    is_post: bool = False
    key: str = ""
    version: int = 0
    piece_ids: tuple[str, ...] = ()
    about: str = ""
    form: tuple[tuple[str, str], ...] = ()
    """Further fields of its form."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What opens below a card when its second button is pressed: a form that asks for more than a press."""

    kind: str
    label: Any
    buttons: tuple[Button, ...]
    choices: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A card as the template shows it."""

    told: Told
    primary: Button | None
    secondary: Button | None
    sheet: Sheet | None
    url: str
    timeline: str
    outline: Outline = ()

    @property
    def card(self) -> Card:
        """The card."""
        return self.told.card

    @property
    def dom_id(self) -> str:
        """What the card is called on the page: stays the same while it moves."""
        return f"card-{self.card.kind}-{self.card.id}"


@dataclass(frozen=True, slots=True)
class Column:
    """A section below: its first cards whole, the others as lines."""

    name: str
    title: str
    icon: str
    empty: str
    count: int
    cards: tuple[Shown, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything of a board its template needs."""

    sentence: str
    today: Today
    lead: Shown | None
    rows: tuple[Shown, ...]
    lines: tuple[Line, ...]
    columns: tuple[Column, ...]


class Showing:
    """Makes a board ready for one kind of reader.

    Args:
        zone: The site's time zone.
        may: Whether the reader may ask for a command at the site.
    """

    def __init__(self, today: Today, *, zone: tzinfo, may: May) -> None:
        self._today = today
        self._zone = zone
        self._may = may
        self._keys = (f"{uuid4().hex}-{number}" for number in count())
        self._outlines: dict[UUID, Outline] = {}

    def board(self, chosen: str = "") -> Board:
        """Return the board; ``chosen`` is the key of a card somebody opened, which then takes the lead."""
        today = self._today
        lead = next((card for card in today.cards if card.key == chosen), None) or next(iter(today.attention), None)
        rest = [card for card in today.attention if card is not lead]
        self._outlines = outlines(UUID(card.revision) for card in self._pictured(lead) if card.revision)
        return Board(
            sentence=sentence(today.foreman, now=today.now, zone=self._zone),
            today=today,
            lead=self.shown(lead, with_sheet=True) if lead else None,
            rows=tuple(self.shown(card) for card in rest[:ROWS]),
            lines=self.lines(rest[ROWS:]),
            columns=tuple(self._columns(lead)),
        )

    def _pictured(self, lead: Card | None) -> Iterator[Card]:
        """Yield the cards that are shown whole, and with them the picture of a part: no more are looked up."""
        today = self._today
        yield from [lead] if lead else []
        yield from today.attention[: ROWS + 1]
        for cards in (today.at_risk, today.running, today.ready, today.next_up):
            yield from cards[: IN_COLUMN + 1]

    def _columns(self, lead: Card | None) -> Iterator[Column]:
        today, counts = self._today, self._today.counts
        for section, title, icon, empty, many, cards in (
            (Section.RISK, _("At risk"), "triangle-alert", self._no_risk(), counts.at_risk, today.at_risk),
            (Section.RUNNING, _("Running"), "play", _("Nothing else is printing."), len(today.running), today.running),
            (Section.READY, _("Ready for QA"), "package-check", _("Nothing is off the printers and waiting."), counts.ready, today.ready),
            (Section.NEXT, _("Next up"), "arrow-right", _("The queue is empty."), counts.queued, today.next_up),
        ):
            others = [card for card in cards if card is not lead]
            shown = tuple(self.shown(card) for card in others[:IN_COLUMN])
            yield Column(section.value, title, icon, empty, many, shown, self.lines(others[IN_COLUMN:]))

    def _no_risk(self) -> str:
        """Say what an empty "At risk" means: a promise may still be in danger above, by what waits for a person."""
        now = self._today.now
        if any(card.promise is not None and card.promise.lost_at <= now for card in self._today.attention):
            return _("What comes too late waits for you above.")
        return _("No promise is in danger.")

    def lines(self, cards: Iterable[Card]) -> tuple[Line, ...]:
        """Return cards as lines."""
        return tuple(line(card, now=self._today.now, zone=self._zone) for card in cards)

    def _told(self, card: Card) -> Told:
        return told(card, now=self._today.now, zone=self._zone)

    def shown(self, card: Card, *, with_sheet: bool = False) -> Shown:
        """Return one card with its buttons; ``with_sheet``: also with the form its second button opens."""
        sheet = self._sheet(card) if with_sheet else None
        primary = self._button(card, card.primary)
        secondary = None if sheet and card.secondary and card.secondary.code.startswith("form:") else self._button(card, card.secondary)
        if sheet is not None and primary is not None and not primary.is_post and card.primary and card.primary.code.startswith("form:"):
            primary = None
        outline = self._outlines.get(UUID(card.revision), ()) if card.revision else ()
        return Shown(self._told(card), primary, secondary, sheet, open_card(card), timeline_of(card), outline)

    def _button(self, card: Card, action: Action | None) -> Button | None:
        """Return the button of an action; None where there is none, where it leads nowhere, or where the reader may not press it."""
        if action is None:
            return None
        words = words_of(action)
        if action.code.startswith("form:"):
            return Button(words.label, open_card(card), words.key)
        address = address_of(action)
        if not address or (action.code in ABOUT_PIECES and not action.params.get("piece_ids")):
            return None
        if action.code not in POSTS and action.code not in ABOUT_PIECES:
            return Button(words.label, address, words.key)
        return self._post(action, address) if self._may(action.code) else None

    def _post(self, action: Action, address: str, words: ActionWords | None = None) -> Button:
        """Return the button for an action; in a sheet, which says itself what its buttons do, with the words of what opened it."""
        words = words or words_of(action)
        return Button(
            words.label,
            address,
            words.key,
            words.effect,
            is_post=True,
            key=next(self._keys),
            version=action.version,
            piece_ids=tuple(action.params.get("piece_ids", ())),
            about=str(action.params.get("code", "")),
            form=tuple(action.params.get("form", {}).items()),
        )

    def _sheet(self, card: Card) -> Sheet | None:
        """Return the form a card opens, as far as the reader may send it."""
        wanted = next((one for one in (card.primary, card.secondary) if one is not None and one.code.startswith("form:")), None)
        if wanted is None:
            return None
        if wanted.code in ("form:beds", "form:members"):
            return self._members(card, wanted)
        asked = {
            "form:doubt": ("runs.adopt_machine_state", "runs.keep_platform_state"),
            "form:abort": ("runs.abort_run",),
            "form:requeue": ("runs.abort_and_requeue",),
            "form:reject": ("fulfilment.reject_qa",),
            "form:ship": ("fulfilment.ship",),
            "form:breaker": ("policy.acknowledge_breaker",),
        }[wanted.code]
        actions = [Action(code, wanted.kind, wanted.id, wanted.version, wanted.params) for code in asked if self._may(code)]
        words = words_of(wanted)
        buttons = tuple(self._post(action, address, words) for action in actions if (address := address_of(action)))
        choices = tuple(QA_REASONS) if wanted.code == "form:reject" else ()
        return Sheet(wanted.code.removeprefix("form:"), words.label, buttons, choices) if buttons else None

    def _members(self, card: Card, wanted: Action) -> Sheet:
        """Return the cards of a group, each with its own button."""
        buttons: list[Button] = []
        for member in card.members:
            button = self._button(member, member.primary)
            if button is not None:
                name = member.machine.code if member.machine else self._told(member).title
                buttons.append(
                    Button(name, button.url, "", button.effect, button.is_post, button.key, button.version, about=str(button.label))
                )
        return Sheet("members", words_of(wanted).label, tuple(buttons))
