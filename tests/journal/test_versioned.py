"""Records keep what fits, and are changed only by whoever saw their version."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DataError

from apps.journal import frame, integrity
from apps.journal.context import Context
from apps.journal.frame import OutsideCommand
from apps.journal.refusals import Invalid, StaleVersion
from tests.factories.toy import make_jar
from tests.toy import commands
from tests.toy.models import Jar

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


class TestAValueThatDoesNotFit:
    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"label": "x" * 41}, {"label": "is longer than 40 characters"}),
            ({"label": "a\x00b"}, {"label": "must not contain the NUL character"}),
            ({"bolts": 2**31}, {"bolts": "must be from -2147483648 to 2147483647"}),
            (
                {"label": "x" * 41, "capacity": -(2**40)},
                {"label": "is longer than 40 characters", "capacity": "must be from -2147483648 to 2147483647"},
            ),
        ],
    )
    def test_is_named_on_both_engines(self, values: dict[str, object], said: dict[str, str]) -> None:
        with pytest.raises(Invalid) as refused:
            make_jar(**values)

        assert refused.value.params["fields"] == said

    def test_is_named_when_a_row_changes(self) -> None:
        jar = make_jar()
        jar.bolts = 2**40

        with frame.seeding("test"), pytest.raises(Invalid):
            jar.save_changes("bolts")

        assert Jar.objects.get(pk=jar.pk).bolts == 0

    def test_that_slips_past_is_still_answered_in_words(self) -> None:
        refusal = integrity.refusal_for(DataError("value too long for type character varying(40)"))

        assert refusal is not None
        assert (refusal.code, refusal.status) == ("value-unusable", 422)


class TestARecord:
    def test_cannot_be_overwritten_whole_even_in_a_command(self) -> None:
        jar = make_jar()

        with frame.seeding("test"), pytest.raises(OutsideCommand, match="compares no versions"):
            jar.save()

    def test_read_before_another_write_cannot_be_saved(self, ctx_factory: Callable[..., Context]) -> None:
        jar = make_jar()
        commands.add_bolts(ctx_factory(), jar_id=jar.id, bolts=1, expected_version=1)
        jar.bolts = 5

        with frame.seeding("test"), pytest.raises(StaleVersion):
            jar.save_changes("bolts")

        assert Jar.objects.get(pk=jar.pk).bolts == 1

    def test_knows_its_version_after_each_change(self) -> None:
        jar = make_jar()

        with frame.seeding("test"):
            for bolts in (1, 2):
                jar.bolts = bolts
                jar.save_changes("bolts")

        assert (jar.version, Jar.objects.get(pk=jar.pk).version) == (3, 3)
