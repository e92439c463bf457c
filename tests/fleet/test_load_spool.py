"""``fleet.load_spool``: which spool is in which feed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from apps.fleet import commands
from apps.fleet.models import Feed
from apps.fleet.states import FeedContent
from apps.inventory.models import Spool
from apps.inventory.states import SpoolState
from apps.journal.context import Context
from apps.journal.refusals import NotFound, Refusal
from tests.factories.accounts import make_site
from tests.factories.context import NOW, make_context
from tests.factories.fleet import make_feed, make_printer
from tests.factories.inventory import make_sealed_spool, make_spool
from tests.recorded import event_types, refusal_of, the_event
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


def an_unknown_feed() -> Feed:
    return make_feed(content=FeedContent.UNKNOWN, spool=None, by="")


class TestLoadingASpool:
    def test_opens_a_sealed_one(self, ctx: Context) -> None:
        feed, spool = an_unknown_feed(), make_sealed_spool()

        commands.load_spool(ctx, printer_id=feed.printer_id, spool_id=spool.pk)

        loaded = Feed.objects.get(pk=feed.pk)
        assert (loaded.content, loaded.spool_id, loaded.since, loaded.by) == (FeedContent.LOADED, spool.pk, NOW, "service:tests")
        assert Spool.objects.get(pk=spool.pk).state == SpoolState.OPEN
        assert event_types() == ["SpoolStateChanged", "SpoolLoaded"]
        assert the_event("SpoolLoaded")[1] == {("printer", feed.printer_id), ("spool", spool.pk)}

    def test_puts_the_one_before_back_on_the_shelf(self, ctx: Context) -> None:
        feed, spool = make_feed(), make_spool()

        commands.load_spool(ctx, printer_id=feed.printer_id, spool_id=spool.pk)

        assert Feed.objects.get(pk=feed.pk).spool_id == spool.pk
        assert the_event("SpoolLoaded")[1] == {("printer", feed.printer_id), ("spool", feed.spool_id), ("spool", spool.pk)}

    def test_that_is_in_this_feed_changes_nothing(self, ctx: Context) -> None:
        feed = make_feed()

        commands.load_spool(ctx, printer_id=feed.printer_id, spool_id=feed.spool_id or uuid4())

        assert event_types() == []

    def test_that_is_in_another_printer_is_refused(self, ctx: Context) -> None:
        elsewhere, feed = make_feed(), an_unknown_feed()

        refused = refusal_of(lambda: commands.load_spool(ctx, printer_id=feed.printer_id, spool_id=elsewhere.spool_id or uuid4()))

        assert refused.code == "spool-loaded-elsewhere"

    def test_that_is_used_up_is_refused(self, ctx: Context) -> None:
        spool = make_spool(state=SpoolState.EMPTY, ended_at=NOW, remaining_mg=0)

        refused = refusal_of(lambda: commands.load_spool(ctx, printer_id=an_unknown_feed().printer_id, spool_id=spool.pk))

        assert refused.code == "spool-not-usable"

    def test_into_a_printer_that_left_is_refused(self, ctx: Context) -> None:
        printer = make_printer(retired_at=NOW)

        refused = refusal_of(lambda: commands.load_spool(ctx, printer_id=printer.pk, spool_id=make_spool().pk))

        assert refused.code == "printer-retired"

    @pytest.mark.parametrize("position", [1, -1, 10**9])
    def test_into_a_feed_there_is_not_is_not_found(self, ctx: Context, position: int) -> None:
        feed = an_unknown_feed()

        with pytest.raises(NotFound):
            commands.load_spool(ctx, printer_id=feed.printer_id, spool_id=make_spool().pk, position=position)

    def test_of_another_site_or_nobody_is_not_found(self, ctx_factory: Callable[..., Context]) -> None:
        feed, theirs = an_unknown_feed(), make_spool(site=make_site())

        for spool_id in (theirs.pk, uuid4()):
            with pytest.raises(NotFound):
                commands.load_spool(ctx_factory(), printer_id=feed.printer_id, spool_id=spool_id)


@pytest.mark.both_engines
class TestOneSpoolLoadedInFourPrintersAtOnce:
    def test_is_in_one_of_them(self, writers: Writers) -> None:
        spool, feeds = make_sealed_spool(), [an_unknown_feed() for _ in range(4)]

        outcomes = writers.in_threads(lambda n: commands.load_spool(make_context(), printer_id=feeds[n].printer_id, spool_id=spool.pk), 4)

        errors = [outcome.error for outcome in outcomes if outcome.error is not None]
        assert [error.code for error in errors if isinstance(error, Refusal)] == ["spool-loaded-elsewhere"] * 3
        assert Feed.objects.filter(spool=spool).count() == 1
