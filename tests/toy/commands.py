"""The toy app's commands: the shape all commands have."""

from __future__ import annotations

from uuid import UUID

from apps.journal import frame
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, Refusal

from . import events
from .models import Addition, Jar


@command("toy.open_jar")
def open_jar(ctx: Context, *, label: str, capacity: int = 1_000_000) -> UUID:
    """Set up a jar and return its id.

    Raises:
        Refusal: ``jar-open-already`` when an open jar has this label.
    """
    jar = Jar(label=label, capacity=capacity, created_at=ctx.now).add()
    record(ctx, event=events.JarOpened(jar_id=jar.id, capacity=capacity), subjects=[Subject("jar", jar.id)])
    return jar.id


@command("toy.add_bolts")
def add_bolts(ctx: Context, *, jar_id: UUID, bolts: int, expected_version: int) -> int | Refusal:
    """Put bolts into a jar and return how many it holds now.

    Raises:
        Invalid: fewer than one bolt.
        StaleVersion: the jar changed since ``expected_version`` was read.
    """
    if bolts < 1:
        raise Invalid({"bolts": "must be at least 1"})
    jar = Jar.at_version(jar_id, expected_version)
    room = jar.capacity - jar.bolts
    if bolts > room:
        return Refusal("jar-full", bolts=bolts, room=room)
    jar.bolts += bolts
    jar.save_changes("bolts")
    record(ctx, event=events.BoltsAdded(jar_id=jar.id, bolts=bolts, total=jar.bolts), subjects=[Subject("jar", jar.id)])
    return jar.bolts


@command("toy.empty_jar")
def empty_jar(ctx: Context, *, jar_id: UUID, expected_version: int) -> None:
    """Take everything out of a jar.

    Raises:
        StaleVersion: the jar changed since ``expected_version`` was read.
    """
    jar = Jar.at_version(jar_id, expected_version)
    jar.bolts = 0
    jar.save_changes("bolts")
    record(ctx, event=events.JarEmptied(jar_id=jar.id), subjects=[Subject("jar", jar.id)])


@command("toy.drop_bolts")
def drop_bolts(ctx: Context, *, jar_id: UUID, bolts: int) -> int | Refusal:
    """Put bolts into whatever jar there is, counting the additions: a decision on rows it does not write, so it locks their owner first."""
    jar = _locked(jar_id)
    inside = sum(Addition.objects.filter(jar=jar).values_list("bolts", flat=True))
    if inside + bolts > jar.capacity:
        return Refusal("jar-full", bolts=bolts, room=jar.capacity - inside)
    Addition(jar=jar, bolts=bolts, created_at=ctx.now).add()
    record(ctx, event=events.BoltsAdded(jar_id=jar.id, bolts=bolts, total=inside + bolts), subjects=[Subject("jar", jar.id)])
    return inside + bolts


def _locked(jar_id: UUID) -> Jar:
    """Lock a jar. Apps of farmos use ``journal/locks.py``, which knows the order of all lockable things; jars are none of them."""
    frame.require("locking a jar")
    return Jar.objects.select_for_update().get(pk=jar_id)


@command("toy.seal_jar")
def seal_jar(ctx: Context, *, jar_id: UUID, expected_version: int) -> None:
    """Close a jar for good.

    Raises:
        StaleVersion: the jar changed since ``expected_version`` was read.
        IllegalTransition: it is sealed already.
    """
    jar = Jar.at_version(jar_id, expected_version)
    jar.seal(by=ctx.actor.who)
    jar.save_changes("state", "sealed_by")
    record(ctx, event=events.JarSealed(jar_id=jar.id), subjects=[Subject("jar", jar.id)])


@command("toy.note_written")
def note_written(ctx: Context, *, jar_id: UUID) -> None:
    """Record that the outside world knows."""
    record(ctx, event=events.NoteWritten(jar_id=jar_id), subjects=[Subject("jar", jar_id)])
