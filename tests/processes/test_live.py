"""Live pages: one reader per web process, every event once, slow readers told to read again, nobody let in who may not."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError
from django.test import Client
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.accounts.states import Role
from apps.board import consumers, fragments
from apps.board.audiences import RECORDS
from apps.catalog.states import Reason
from apps.fleet import commands as fleet
from apps.fleet.models import Printer
from apps.journal import hub as hubs
from apps.journal import live, queries, sequencer, ticks
from apps.journal.audience import Audience
from apps.journal.context import Context
from apps.journal.event import SUBJECT_KINDS
from apps.journal.hub import OUTBOX_LENGTH, Outbox
from apps.journal.refusals import NotFound
from apps.orders import commands as orders
from apps.orders.models import Intent
from apps.orders.states import CancelReason
from tests import services
from tests.factories.accounts import make_member, make_site, make_user
from tests.factories.fleet import make_printer
from tests.factories.orders import make_intent
from tests.processes.listening import Socket, signed_in, watching
from tests.processes.running import until
from tests.toy import commands


@sync_to_async
def happens(ctx_factory: Callable[..., Context], times: int = 1) -> list[str]:
    jars = [str(commands.open_jar(ctx_factory(), label=uuid4().hex)) for _ in range(times)]
    while sequencer.sequence_batch():
        pass
    return jars


@pytest.fixture(autouse=True)
def _jars_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RECORDS, "jar", "toy.jar")


def readers() -> int:
    return sum(thread.name.startswith("live-feed") for thread in threading.enumerate())


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
class TestWhoMayWatch:
    @pytest.mark.parametrize("roles", [(), (Role.CUSTOMER,)])
    async def test_people_without_a_staff_role_are_told_to_sign_in(self, roles: tuple[Role, ...]) -> None:
        _user, session = await signed_in(*roles)

        refused = Socket(session)
        await refused.connect()

        assert await refused.answer() == {"type": "websocket.close", "code": consumers.SIGN_IN}

    async def test_strangers_are_told_to_sign_in(self) -> None:
        refused = Socket()
        await refused.connect()

        assert await refused.answer() == {"type": "websocket.close", "code": consumers.SIGN_IN}

    @pytest.mark.parametrize("origin", ["http://evil.example", "http://farm.local.evil.example", "null", ""])
    async def test_pages_of_others_are_refused(self, origin: str) -> None:
        _user, session = await signed_in(Role.OPERATOR)

        accepted = await Socket(session, origin=origin).connect()

        assert not accepted

    async def test_other_addresses_have_no_socket(self) -> None:
        _user, session = await signed_in(Role.OPERATOR)

        accepted = await Socket(session, path="/ws/else").connect()

        assert not accepted

    async def test_who_loses_the_role_is_put_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(consumers, "LOOK_AGAIN_S", 0.2)
        user, session = await signed_in(Role.OPERATOR)
        async with watching(session) as (connected, _position):
            await sync_to_async(_revoke)(user)

            assert await connected.news() == {"type": "websocket.close", "code": consumers.SIGN_IN}


def _revoke(user: User) -> None:
    from apps.journal import frame
    from tests.factories.context import NOW

    grant = user.grants.get()
    with frame.seeding("test"):
        grant.revoke(by="service:tests", now=NOW)
        type(grant).objects.filter(pk=grant.pk).update(revoked_at=grant.created_at, revoked_by="service:tests")


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
class TestAWatchingPage:
    async def test_hears_each_change_once_in_order_and_nothing_older(self, ctx_factory: Callable[..., Context]) -> None:
        _user, session = await signed_in(Role.OPERATOR)
        await happens(ctx_factory, 2)
        async with watching(session) as (connected, position):
            jars = await happens(ctx_factory, 3)

            assert await connected.hear_changes(until=position + 3) == [("jar", jar) for jar in jars]

    async def test_is_told_what_to_read_again_and_nothing_else(self, ctx_factory: Callable[..., Context]) -> None:
        _user, session = await signed_in(Role.OPERATOR)
        async with watching(session) as (connected, position):
            (jar,) = await happens(ctx_factory)

            assert await connected.hear() == {
                "kind": "changed",
                "seq": position + 1,
                "items": [{"topic": "jar", "id": jar, "version": 1}],
            }

    async def test_shares_one_reader_with_all_others_and_leaves_none(self, ctx_factory: Callable[..., Context]) -> None:
        _user, session = await signed_in(Role.OPERATOR)
        async with watching(session) as (first, _), watching(session) as (second, _), watching(session) as (third, _):
            until(lambda: readers() == 1, "one reader, that of earlier pages gone")
            await happens(ctx_factory)

            heard = [await each.hear() for each in (first, second, third)]

        assert heard[0] == heard[1] == heard[2]
        until(lambda: readers() == 0, "the reader to end")

    async def test_is_told_to_read_again_when_the_feed_ran_away(
        self, ctx_factory: Callable[..., Context], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hubs, "MOST_BEHIND", 2)
        look, has_happened = queries.feed_position, threading.Event()
        monkeypatch.setattr(queries, "feed_position", lambda: look() if has_happened.is_set() else 0)
        _user, session = await signed_in(Role.OPERATOR)
        async with watching(session) as (connected, position):
            await happens(ctx_factory, 3)
            has_happened.set()

            assert await connected.hear() == {"kind": "resync", "seq": position + 3}

    async def test_goes_on_after_the_database_was_away(self, ctx_factory: Callable[..., Context], monkeypatch: pytest.MonkeyPatch) -> None:
        _user, session = await signed_in(Role.OPERATOR)
        async with watching(session) as (connected, position):
            asked: list[None] = []
            with monkeypatch.context() as away:
                away.setattr(queries, "feed_position", partial(_gone, asked))
                while len(asked) < 2:
                    await asyncio.sleep(0.02)
            await happens(ctx_factory)

            assert (await connected.hear())["seq"] == position + 1

    @pytest.mark.parametrize("said", ["x" * 100_000, '{"read":', '{"read":7}', '{"read":[7]}', '{"read":[["run:1"]]}', "[]"])
    async def test_may_talk_rubbish_without_being_heard(self, said: str, ctx_factory: Callable[..., Context]) -> None:
        _user, session = await signed_in(Role.OPERATOR)
        async with watching(session) as (connected, position):
            await connected.say(text=said)
            await connected.say(bytes=b"\x00")
            await happens(ctx_factory)

            assert (await connected.hear())["seq"] == position + 1

    async def test_hears_that_it_is_heard_while_nothing_happens(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(hubs, "BEAT_S", 0.05)
        _user, session = await signed_in(Role.OPERATOR)
        async with watching(session) as (connected, position):
            assert json.loads((await connected.answer())["text"]) == {"kind": "beat", "seq": position}


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
class TestAPageThatComesBack:
    async def test_hears_what_it_missed(self, ctx_factory: Callable[..., Context]) -> None:
        _user, session = await signed_in(Role.OPERATOR)
        await happens(ctx_factory)
        async with watching(session) as (_connected, before):
            pass
        jars = await happens(ctx_factory, 2)
        async with watching(session, f"after={before}") as (connected, position):
            assert position == before + 2
            assert await connected.hear_changes(until=position) == [("jar", jar) for jar in jars]

    async def test_hears_nothing_when_it_missed_nothing(self, ctx_factory: Callable[..., Context]) -> None:
        _user, session = await signed_in(Role.OPERATOR)
        await happens(ctx_factory)
        async with watching(session) as (_connected, before):
            pass
        async with watching(session, f"after={before}") as (connected, _position):
            assert await connected.hears_nothing()

    @pytest.mark.parametrize("after", ["1000000", "0"])
    async def test_reads_everything_again_when_what_it_says_makes_no_sense(self, after: str, ctx_factory: Callable[..., Context]) -> None:
        _user, session = await signed_in(Role.OPERATOR)
        await happens(ctx_factory)
        async with watching(session, f"after={after}") as (connected, position):
            assert await connected.hear() == {"kind": "resync", "seq": position}

    async def test_reads_everything_again_when_it_missed_too_much(
        self, ctx_factory: Callable[..., Context], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hubs, "BATCH", 2)
        _user, session = await signed_in(Role.OPERATOR)
        await happens(ctx_factory, 5)
        async with watching(session, "after=1") as (connected, position):
            assert await connected.hear() == {"kind": "resync", "seq": position}


@sync_to_async
def floors() -> tuple[Printer, Printer]:
    """Return a printer at the shop and one at another site."""
    return make_printer(), make_printer(site=make_site())


@sync_to_async
def breaks(printer: Printer, ctx_factory: Callable[..., Context]) -> None:
    fleet.degrade_printer(ctx_factory(), printer_id=printer.pk, reason=Reason.THERMAL)
    while sequencer.sequence_batch():
        pass


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
class TestWhatMayBeHeard:
    async def test_of_ones_own_site_only(self, ctx_factory: Callable[..., Context]) -> None:
        here, there = await floors()
        _user, session = await signed_in(Role.OPERATOR)
        async with watching(session) as (connected, _position):
            await breaks(there, ctx_factory)
            await breaks(here, ctx_factory)

            heard = await connected.hear()

        assert str(there.pk) not in json.dumps(heard)
        assert ("printer", str(here.pk)) in [(item["topic"], item["id"]) for item in heard["items"]]

    async def test_no_kind_that_the_role_may_not_look_at(self, ctx_factory: Callable[..., Context]) -> None:
        _user, session = await signed_in(Role.VIEWER)  # sees no jars
        async with watching(session) as (connected, _position):
            await happens(ctx_factory)

            assert await connected.hears_nothing()

    async def test_one_thing_alone_when_asked_for(self, ctx_factory: Callable[..., Context]) -> None:
        here, other = await sync_to_async(make_printer)(), await sync_to_async(make_printer)()
        _user, session = await signed_in(Role.OPERATOR)
        async with watching(session, f"topic=printer:{here.pk}") as (connected, _position):
            await breaks(other, ctx_factory)
            await breaks(here, ctx_factory)

            heard = await connected.hear()

        assert [(item["topic"], item["id"]) for item in heard["items"]] == [("printer", str(here.pk))]

    async def test_a_foreign_topic_is_closed_without_a_word(self) -> None:
        _here, there = await floors()
        _user, session = await signed_in(Role.OPERATOR)
        for topic in (f"printer:{there.pk}", f"printer:{uuid4()}", "printer:x", "nothing", f"person:{_user.pk}"):
            refused = Socket(session, query=f"topic={topic}")
            await refused.connect()

            assert await refused.answer() == {"type": "websocket.close", "code": consumers.NOT_YOURS}, topic

    async def test_numbers_of_ones_own_site_only(self, settings: Settings, tmp_path: Path) -> None:
        settings.DATA_DIR = tmp_path
        here, there = await floors()
        ticks.folder().mkdir()
        of = {f"printer:{one.pk}": {"site": str(one.site_id), "nozzle": 215} for one in (here, there)}
        (ticks.folder() / "1-x.json").write_text(json.dumps({"from": "1-x", "of": of}))
        _user, session = await signed_in(Role.VIEWER)
        async with watching(session) as (connected, _position):
            assert await connected.hear() == {"kind": "tick", "of": {f"printer:{here.pk}": {"nozzle": 215}}}


@pytest.fixture
def rendered() -> Iterator[list[str]]:
    """Register a kind of fragment that operators may read; what was rendered is noted."""
    made: list[str] = []

    def render(person: User, record_id: str) -> str:
        if record_id == "none":
            raise NotFound("card", id=record_id)
        made.append(record_id)
        return f"<article>{record_id} {len(Printer.objects.all())}</article>"

    fragments.fragment("small", permission="fleet.view_printer")(render)
    yield made
    del fragments._kinds["small"]


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
class TestReadingAgainOverTheSocket:
    async def test_answers_with_what_differs_what_is_the_same_and_what_is_gone(self, rendered: list[str]) -> None:
        _user, session = await signed_in(Role.OPERATOR)
        async with watching(session) as (connected, position):
            await connected.say(text='{"read":[["small:a",""],["small:none",""],["nothing:a",""]]}')
            first = await connected.hear()
            tag = first["items"][0].pop("tag")
            await connected.say(text=json.dumps({"read": [["small:a", tag]]}))

            assert first == {
                "kind": "fragments",
                "seq": position,
                "items": [
                    {"of": "small:a", "html": "<article>a 0</article>"},
                    {"of": "small:none", "gone": True},
                    {"of": "nothing:a", "gone": True},
                ],
            }
            assert (await connected.hear())["items"] == [{"of": "small:a", "same": True}]

    async def test_renders_once_for_everybody_with_the_same_rights(self, rendered: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fragments, "FRESH_S", 600.0)
        sessions = [(await signed_in(role))[1] for role in (Role.OPERATOR, Role.OPERATOR, Role.LEAD)]
        async with watching(sessions[0]) as (one, _), watching(sessions[1]) as (two, _), watching(sessions[2]) as (other, _):
            for connected in (one, two, other):
                await connected.say(text='{"read":[["small:shared",""]]}')
            heard = [await connected.hear() for connected in (one, two, other)]

        assert [len(rendered), heard[0], heard[2]["items"]] == [2, heard[1], heard[0]["items"]]


@sync_to_async
def bought() -> tuple[User, str, Intent, Intent]:
    """Return somebody who acts for a customer, their session, an order of theirs, and one of somebody else's."""
    mine, others = make_intent(), make_intent()
    user, client = make_user(), Client()
    make_member(account=mine.account, user=user)
    client.force_login(user)
    return user, client.cookies["sessionid"].value, mine, others


@sync_to_async
def cancels(intent: Intent, ctx_factory: Callable[..., Context]) -> None:
    orders.cancel_intent(ctx_factory(), intent_id=intent.pk, expected_version=intent.version, reason=CancelReason.CUSTOMER_REQUEST)
    while sequencer.sequence_batch():
        pass


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
class TestACustomersSocket:
    async def test_hears_that_the_order_changed_and_nothing_more(self, ctx_factory: Callable[..., Context]) -> None:
        _user, session, mine, others = await bought()
        async with watching(session, f"topic=intent:{mine.pk}") as (connected, position):
            await cancels(others, ctx_factory)
            await cancels(mine, ctx_factory)

            assert position == 0  # how much goes on here is not told
            assert await connected.hear() == {"kind": "changed", "items": [{"topic": "intent", "id": str(mine.pk)}]}
            assert await connected.hears_nothing()

    async def test_reads_no_fragments(self, ctx_factory: Callable[..., Context]) -> None:
        _user, session, mine, _others = await bought()
        async with watching(session, f"topic=intent:{mine.pk}") as (connected, _position):
            await connected.say(text='{"read":[["jar-card:1",""]]}')

            assert await connected.hears_nothing()

    async def test_is_closed_when_it_asks_for_anything_else(self) -> None:
        _user, session, mine, others = await bought()
        printer = await sync_to_async(make_printer)()
        for query in (f"topic=intent:{others.pk}", f"topic=intent:{mine.pk}&topic=intent:{others.pk}", f"topic=printer:{printer.pk}"):
            refused = Socket(session, query=query)
            await refused.connect()

            assert await refused.answer() == {"type": "websocket.close", "code": consumers.NOT_YOURS}, query


NEVER_TOLD = frozenset({"event", "sign_in", "device", "token", "visitor", "basket_line", "circuit"})
"""Kinds that no live page shows: nobody needs to hear of them."""


def test_every_kind_of_thing_is_told_or_known_not_to_be() -> None:
    assert set(RECORDS) | NEVER_TOLD | {"jar"} == set(SUBJECT_KINDS), "jar is of the toy app"


def _gone(asked: list[None]) -> int:
    asked.append(None)
    raise OperationalError("the database is away")


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
class TestWithRedis:
    async def test_announcements_wake_the_reader_at_once(
        self, ctx_factory: Callable[..., Context], monkeypatch: pytest.MonkeyPatch, settings: Settings
    ) -> None:
        monkeypatch.setattr(hubs, "TAIL_S", 600.0)
        monkeypatch.setattr(hubs, "ANNOUNCED_TAIL_S", 600.0)
        monkeypatch.setattr(live, "_announcer", None)
        monkeypatch.setattr(live, "CONNECT_TIMEOUT_S", 60.0)
        monkeypatch.setattr(live, "ANSWER_TIMEOUT_S", 60.0)
        with services.redis() as redis:
            settings.REDIS_URL = redis.url
            _user, session = await signed_in(Role.OPERATOR)
            async with watching(session) as (connected, position):
                await _subscribed(redis.url)
                await happens(ctx_factory)
                live.announce(position + 1)

                assert (await connected.hear())["seq"] == position + 1

    async def test_announcing_never_waits_for_a_stopped_redis(self, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
        monkeypatch.setattr(live, "_announcer", None)
        monkeypatch.setattr(live, "ANSWER_TIMEOUT_S", 600.0)
        with services.redis() as redis:
            settings.REDIS_URL = redis.url
            live.announce(1)
            os.kill(redis.process.pid, signal.SIGSTOP)
            announcing = threading.Thread(target=announce_many, args=(700,), daemon=True)
            announcing.start()

            announcing.join(60)

            assert not announcing.is_alive(), "who waits for this Redis waits ten minutes for each answer"
            os.kill(redis.process.pid, signal.SIGCONT)


def announce_many(times: int) -> None:
    for sequence in range(2, 2 + times):
        live.announce(sequence)


async def _subscribed(url: str) -> None:
    import redis.asyncio as redis

    async with redis.Redis.from_url(url) as client:
        while not (await client.pubsub_numsub(live.CHANNEL))[0][1]:
            await asyncio.sleep(0.02)


class TestAnOutbox:
    def test_that_is_full_becomes_one_resync_and_fills_again(self) -> None:
        outbox = Outbox(Audience(looks=frozenset({("jar", frozenset())})), position=0)

        for sequence in range(1, OUTBOX_LENGTH + 4):
            outbox.put(json.dumps({"seq": sequence}), sequence)
        taken = [json.loads(outbox._messages.popleft()) for _ in range(len(outbox._messages))]

        assert taken == [{"kind": "resync", "seq": OUTBOX_LENGTH + 1}, {"seq": OUTBOX_LENGTH + 2}, {"seq": OUTBOX_LENGTH + 3}]
