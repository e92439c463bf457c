"""``fleet.empty_feed``: nothing is in it, or nobody knows what is."""

from __future__ import annotations

import pytest

from apps.fleet import commands
from apps.fleet.models import Feed
from apps.fleet.states import FeedContent
from apps.journal.context import Context
from apps.journal.refusals import NotFound
from tests.factories.fleet import make_feed, make_printer
from tests.recorded import event_types, the_event

pytestmark = pytest.mark.django_db(transaction=True)


class TestEmptyingAFeed:
    @pytest.mark.parametrize(("known_empty", "content"), [(True, FeedContent.EMPTY), (False, FeedContent.UNKNOWN)])
    def test_says_which_of_the_two_it_is(self, ctx: Context, known_empty: bool, content: FeedContent) -> None:
        feed = make_feed()

        commands.empty_feed(ctx, printer_id=feed.printer_id, known_empty=known_empty)

        emptied = Feed.objects.get(pk=feed.pk)
        assert (emptied.content, emptied.spool_id) == (content, None)
        data, subjects = the_event("SpoolLoaded")
        assert (data["content"], data["spool_id"]) == (content, None)
        assert ("spool", feed.spool_id) in subjects

    def test_that_is_known_to_be_empty_changes_nothing(self, ctx: Context) -> None:
        feed = make_feed(content=FeedContent.EMPTY, spool=None)

        commands.empty_feed(ctx, printer_id=feed.printer_id)

        assert event_types() == []

    def test_there_is_not_is_not_found(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.empty_feed(ctx, printer_id=make_printer().pk)
