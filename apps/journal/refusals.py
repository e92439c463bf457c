"""What farmos says when it will not do something: one code, one status, one set of plain words.

A refusal may be *raised* (the transaction is rolled back, nothing is left) or *returned* by a command (it is a stored result and keeps what
was recorded on the way, such as the Decision). Both ways it is the same object, and every edge translates it in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one refusal code. ``detail`` and ``fix`` may name parameters in ``{braces}``."""

    code: str
    status: int
    title: StrOrPromise
    detail: StrOrPromise
    fix: StrOrPromise


WORDS: dict[str, Words] = {}
CONSTRAINTS: dict[str, str] = {}
"""Database constraint name → refusal code."""


def declare(code: str, *, status: int, title: StrOrPromise, detail: StrOrPromise, fix: StrOrPromise, constraint: str | None = None) -> str:
    """Make a refusal code known, with what it is, why it is so and how to fix it; optionally as the answer to a database constraint.

    Raises:
        ValueError: the code (or the constraint) has words already.
    """
    if code in WORDS:
        raise ValueError(f"refusal {code!r} is declared twice")
    WORDS[code] = Words(code, status, title, detail, fix)
    if constraint is not None:
        if constraint in CONSTRAINTS:
            raise ValueError(f"constraint {constraint!r} has two refusals")
        CONSTRAINTS[constraint] = code
    return code


class _Lenient(dict[str, Any]):
    """Parameters as sentences want them: lists and mappings spelt out, a question mark for what is not there."""

    def __getitem__(self, key: str) -> Any:
        return _spoken(self.get(key, "?"))


def _spoken(value: Any) -> Any:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_spoken(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(str(_spoken(item)) for item in value) or gettext("nothing")
    return value


class Refusal(Exception):
    """Something that will not be done, and why.

    Args:
        code: A declared code, such as ``policy-blocked``.
        params: What the sentences and machines need to know; JSON values only.
    """

    def __init__(self, code: str, /, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    @property
    def words(self) -> Words:
        """The declared sentences and status of this code."""
        return WORDS[self.code]

    @property
    def status(self) -> int:
        """The HTTP status every edge answers with."""
        return self.words.status

    @property
    def detail(self) -> str:
        """What is wrong and why, in the reader's language."""
        return str(self.words.detail).format_map(_Lenient(self.params))

    @property
    def fix(self) -> str:
        """How to get on, in the reader's language."""
        return str(self.words.fix).format_map(_Lenient(self.params))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Refusal) and (self.code, self.params) == (other.code, other.params)

    def __hash__(self) -> int:
        return hash(self.code)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.code, self.params)

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"

    def __repr__(self) -> str:
        return f"Refusal({self.code!r}, **{self.params!r})"


def _rebuild(code: str, params: dict[str, Any]) -> Refusal:
    return Refusal(code, **params)


class NotFound(Refusal):
    """The record does not exist, or the asker may not know that it does."""

    def __init__(self, kind: str, /, **params: Any) -> None:
        super().__init__("not-found", kind=kind, **params)


class StaleVersion(Refusal):
    """Someone else changed the record since it was read; nothing was written."""

    def __init__(self, kind: str, record_id: str, *, expected: int, current: int | None) -> None:
        super().__init__("stale-version", kind=kind, id=record_id, expected=expected, current=current)


class IllegalTransition(Refusal):
    """The state machine does not allow this move from the present state."""

    def __init__(self, kind: str, record_id: str, *, move: str, state: str, allowed: list[str]) -> None:
        super().__init__("illegal-transition", kind=kind, id=record_id, move=move, state=state, allowed=allowed)


class Invalid(Refusal):
    """A value the asker sent cannot be right. ``fields`` maps a field's path to what is wrong with it."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("invalid", fields=fields)


declare(
    "not-found",
    status=404,
    title=_("Not found"),
    detail=_("There is no such {kind}."),
    fix=_("Check the address or the number. A link from a mail may have been cut off."),
)
declare(
    "stale-version",
    status=412,
    title=_("Changed meanwhile"),
    detail=_("Someone changed this {kind} since you looked (you saw version {expected}, it is now {current}). Nothing was done."),
    fix=_("Look at it again, then repeat what you wanted."),
)
declare(
    "illegal-transition",
    status=409,
    title=_("Not possible now"),
    detail=_("{move} is not possible while this {kind} is {state}."),
    fix=_("Possible now: {allowed}."),
)
declare(
    "invalid",
    status=422,
    title=_("A value is not valid"),
    detail=_("These values cannot be used: {fields}."),
    fix=_("Correct them and send again."),
)
declare(
    "key-missing",
    status=400,
    title=_("Idempotency-Key is missing"),
    detail=_("Every command needs an Idempotency-Key, so that sending it twice does it once."),
    fix=_("Send a fresh random key (a UUID is fine) and keep it when you repeat the same request."),
)
declare(
    "key-invalid",
    status=422,
    title=_("Idempotency-Key cannot be used"),
    detail=_("An Idempotency-Key is 1 to 200 visible ASCII characters."),
    fix=_("Send a shorter key; a UUID is fine."),
)
declare(
    "key-reused",
    status=422,
    title=_("Idempotency-Key was used for something else"),
    detail=_("This key already stands for another {command} request. Nothing was done."),
    fix=_("Send a new key for a new request; keep the old one only to repeat the old request unchanged."),
)
declare(
    "busy",
    status=503,
    title=_("Too busy just now"),
    detail=_("Another change holds what this one needs. Nothing was done."),
    fix=_("Try again in a few seconds with the same Idempotency-Key."),
)
declare(
    "unavailable",
    status=503,
    title=_("The database cannot be reached"),
    detail=_("farmos cannot read or write its database. Nothing was done."),
    fix=_("Try again shortly. For operators: ./farm doctor says what is wrong."),
)
declare(
    "disk-full",
    status=507,
    title=_("The disk is full"),
    detail=_("There was no room to store this. Nothing was half-written."),
    fix=_("Free some space on the farm's machine, then try again."),
)
declare(
    "append-only",
    status=409,
    title=_("This record is kept as it is"),
    detail=_("Facts are never changed or deleted: {table} refuses it."),
    fix=_("Record a new fact that corrects the old one."),
)
declare(
    "unknown-code",
    status=422,
    title=_("Unknown code"),
    detail=_("A value of {field} is not one of the known codes."),
    fix=_("Use a code from the reference."),
)
declare(
    "unknown-reference",
    status=422,
    title=_("Refers to something that does not exist"),
    detail=_("A record this one refers to does not exist (or still refers to what you remove)."),
    fix=_("Check the ids."),
)
declare(
    "value-missing",
    status=422,
    title=_("A value is missing"),
    detail=_("{field} must have a value."),
    fix=_("Give a value and send again."),
)
declare(
    "value-unusable",
    status=422,
    title=_("A value cannot be stored"),
    detail=_("A value is too long, too large or holds characters that cannot be stored. Nothing was done."),
    fix=_("Shorten or correct what you sent."),
)
