"""Every way a database can say no has one answer a person can use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from apps.journal import integrity, raw
from apps.journal.context import Context
from apps.journal.identity import new_id
from apps.journal.models import Delivery, Event, EventSubject, Heartbeat, Receipt
from apps.journal.refusals import WORDS, Refusal
from tests.factories.context import NOW
from tests.factories.toy import make_jar
from tests.toy import commands
from tests.toy.models import Addition, Jar

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines, pytest.mark.tampers]


def _event(**values: Any) -> Event:
    row = {
        "event_id": uuid4(),
        "type": "X",
        "schema_version": 1,
        "at": NOW,
        "actor": "service:x",
        "command": "x.y",
        "content_hash": bytes(32),
    }
    return Event(**{**row, "subjects": "[]", "data": "{}", **values})


def _delivery(**values: Any) -> Delivery:
    event = _event()
    event.save()
    return Delivery(**{"event": event, "subscriber": "s", "lane": "default", "created_at": NOW, "available_at": NOW, **values})


def _save(*rows: Any) -> int:
    for row in rows:
        row.save()
    return len(rows)


def _twice(make: Callable[[], Any]) -> None:
    first = make()
    first.save()
    second = make()
    for field in ("event_id", "event"):
        if hasattr(first, field):
            setattr(second, field, getattr(first, field))
    second.save()


def _heartbeat(**values: Any) -> Heartbeat:
    return Heartbeat(**{"role": "web", "instance": "1", "pid": 7, "host": "h", "started_at": NOW, "beat_at": NOW, **values})


def _receipt() -> Receipt:
    return Receipt(actor="service:x", command="x.y", key="k", fingerprint=bytes(32), created_at=NOW)


def _subject_twice() -> None:
    event, thing = _event(), uuid4()
    event.save()
    for _ in range(2):
        EventSubject(event=event, kind="jar", subject_id=thing).save()


VIOLATIONS: dict[str, tuple[Callable[[], Any], str]] = {
    "an event twice": (lambda: _twice(_event), "event-recorded-already"),
    "a sequence twice": (lambda: _save(*(_event(feed_seq=1, chain_hash=bytes(32)) for _ in range(2))), "sequence-taken"),
    "a sequence without its hash": (lambda: _event(feed_seq=1).save(), "sequence-without-hash"),
    "a subject twice": (_subject_twice, "subject-named-already"),
    "an effect twice": (lambda: _twice(_delivery), "effect-owed-already"),
    "an unknown state": (lambda: _delivery(state="lost").save(), "unknown-code"),
    "an unknown lane": (lambda: _delivery(lane="fast").save(), "unknown-code"),
    "a lease of nobody": (lambda: _delivery(state="leased", lease_until=NOW).save(), "lease-incomplete"),
    "an end without a time": (lambda: _delivery(state="done").save(), "effect-end-incomplete"),
    "closed without a reason": (lambda: _delivery(state="abandoned", ended_at=NOW).save(), "reason-missing"),
    "a key twice": (lambda: _save(_receipt(), _receipt()), "receipt-exists"),
    "a process twice": (lambda: _save(_heartbeat(), _heartbeat()), "heartbeat-exists"),
    "a process without id": (lambda: _heartbeat(pid=0).save(), "heartbeat-pid"),
    "an edited event": (lambda: (_save(_event()), Event.objects.update(actor="person:me")), "append-only"),
    "a deleted event": (lambda: (_save(_event()), Event.objects.all().delete()), "append-only"),
    "a value that must be there": (lambda: _event(actor=None).save(), "value-missing"),
}


class TestAViolatedConstraint:
    @pytest.mark.parametrize("what", VIOLATIONS)
    def test_gives_its_named_refusal(self, what: str) -> None:
        violate, code = VIOLATIONS[what]

        with pytest.raises(IntegrityError) as raised, transaction.atomic():
            violate()

        refusal = integrity.refusal_for(raised.value)
        assert refusal is not None
        assert refusal.code == code
        assert refusal.detail
        assert refusal.fix

    def test_of_the_toy_app_too(self, ctx_factory: Callable[..., Context]) -> None:
        commands.open_jar(ctx_factory(), label="taken")

        codes = {
            _code_of(lambda: make_jar(label="taken")),
            _code_of(lambda: make_jar(bolts=-1)),
            _code_of(_seal_by_nobody),
            _code_of(_add_none),
        }

        assert codes == {"jar-open-already", "jar-below-zero", "jar-sealed-by-nobody", "addition-of-nothing"}

    def test_by_a_reference_to_nothing_is_named(self) -> None:
        with pytest.raises(IntegrityError) as raised, transaction.atomic():
            _refer_to_nothing()

        refusal = integrity.refusal_for(raised.value)
        assert refusal is None or refusal.code == "unknown-reference"
        assert connection.vendor == "sqlite" or refusal is not None


class TestADatabaseInTrouble:
    @pytest.mark.parametrize(
        ("message", "code"),
        [
            ("database is locked", "busy"),
            ("database or disk is full", "disk-full"),
            ("unable to open database file", "unavailable"),
            ("server closed the connection unexpectedly", "unavailable"),
        ],
    )
    def test_is_told_as_what_it_is(self, message: str, code: str) -> None:
        refusal = integrity.refusal_for(OperationalError(message))

        assert refusal is not None
        assert refusal.code == code
        assert refusal.status in (503, 507)


class TestARefusal:
    def test_always_has_its_words(self) -> None:
        for code, words in WORDS.items():
            refusal = Refusal(code)
            assert 400 <= refusal.status < 600, code
            assert str(words.title), code
            assert refusal.detail, code
            assert refusal.fix, code

    def test_is_equal_by_code_and_parameters(self) -> None:
        assert Refusal("jar-full", room=1) == Refusal("jar-full", room=1)
        assert Refusal("jar-full", room=1) != Refusal("jar-full", room=2)


def _code_of(violate: Callable[[], Any]) -> str:
    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        violate()
    refusal = integrity.refusal_for(raised.value)
    assert refusal is not None
    return refusal.code


def _refer_to_nothing() -> None:
    raw.execute(raw.inserting("toy_addition", ("id", "jar_id", "bolts", "created_at"), [(new_id(), uuid4(), 1, NOW)]))
    connection.check_constraints()


def _seal_by_nobody() -> None:
    jar = make_jar()
    raw_update = f"UPDATE toy_jar SET state = 'sealed' WHERE label = '{jar.label}'"
    with connection.cursor() as cursor:
        cursor.execute(raw_update)


def _add_none() -> None:
    from apps.journal import frame

    with frame.seeding("factory"):
        Addition(jar=Jar.objects.first() or make_jar(), bolts=0, created_at=NOW).add()
