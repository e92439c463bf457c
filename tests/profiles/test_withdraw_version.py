"""``profiles.withdraw_version``: one click back."""

from __future__ import annotations

import pytest

from apps.journal.context import Context
from apps.profiles import commands, queries
from apps.profiles.models import ProfileVersion
from apps.profiles.states import ProfileState
from tests.factories.context import NOW
from tests.recorded import refusal_of, the_event

from .starting import make_pair, promote, write_version

pytestmark = pytest.mark.django_db(transaction=True)


class TestWithdrawing:
    def test_brings_back_the_one_before_at_once(self, ctx: Context) -> None:
        pair = make_pair()
        before, bad = promote(write_version(pair)), promote(write_version(pair, perimeters="5"))

        restored_id = commands.withdraw_version(ctx, version_id=bad.pk, expected_version=bad.version, reason="Layer shifts")

        withdrawn = ProfileVersion.objects.get(pk=bad.pk)
        assert (withdrawn.state, withdrawn.withdrawn_at, withdrawn.withdrawal_reason) == (ProfileState.WITHDRAWN, NOW, "Layer shifts")
        assert restored_id == before.pk
        found = queries.released_version(
            material_family="PLA", material_id=None, quality_tier="standard", printer_class_key=pair[1].key, nozzle_um=400
        )
        assert found == before
        data, subjects = the_event("ProfileRolledBack")
        assert data["restored_id"] == str(before.pk)
        assert ("profile_version", before.pk) in subjects

    def test_the_only_one_leaves_none(self, ctx: Context) -> None:
        only = promote(write_version(make_pair()))

        assert commands.withdraw_version(ctx, version_id=only.pk, expected_version=only.version, reason="Bad") is None
        assert not ProfileVersion.objects.filter(state=ProfileState.IN_PRODUCTION).exists()

    def test_the_previous_one_leaves_the_one_in_use(self, ctx: Context) -> None:
        pair = make_pair()
        before, used = promote(write_version(pair)), promote(write_version(pair, perimeters="5"))
        previous = ProfileVersion.objects.get(pk=before.pk)

        commands.withdraw_version(ctx, version_id=before.pk, expected_version=previous.version, reason="Bad")

        assert ProfileVersion.objects.get(pk=used.pk).state == ProfileState.IN_PRODUCTION

    def test_without_a_reason_is_refused(self, ctx: Context) -> None:
        used = promote(write_version(make_pair()))

        refused = refusal_of(lambda: commands.withdraw_version(ctx, version_id=used.pk, expected_version=used.version, reason="  "))

        assert refused.code == "profile-withdrawal-incomplete"

    def test_a_draft_is_refused(self, ctx: Context) -> None:
        draft = write_version(make_pair())

        refused = refusal_of(lambda: commands.withdraw_version(ctx, version_id=draft.pk, expected_version=1, reason="Bad"))

        assert refused.code == "illegal-transition"
