"""Which moves a profile version can make, what each leaves behind, and what never changes."""

from __future__ import annotations

from typing import Any

import pytest
from django_fsm import TransitionNotAllowed

from apps.journal import frame
from apps.profiles.models import Profile, ProfileVersion
from apps.profiles.states import ProfileState
from tests.factories.artifacts import some_sha256
from tests.factories.context import NOW
from tests.factories.profiles import make_draft_version, make_profile, make_profile_version
from tests.moves import allowed_moves
from tests.violations import refused

MOVES = {
    ProfileState.DRAFT: {"nominate": "candidate"},
    ProfileState.CANDIDATE: {"promote": "in_production", "retire": "retired"},
    ProfileState.IN_PRODUCTION: {"supersede": "previous", "withdraw": "withdrawn"},
    ProfileState.PREVIOUS: {"restore": "in_production", "retire": "retired", "withdraw": "withdrawn"},
    ProfileState.RETIRED: {},
    ProfileState.WITHDRAWN: {},
}
PROMOTION = ("state", "promoted_at", "promoted_by", "promoted_while_failing", "promotion_reason")


class TestAProfileVersion:
    @pytest.mark.parametrize("state", ProfileState)
    def test_can_make_exactly_these_moves(self, state: ProfileState) -> None:
        assert allowed_moves(ProfileVersion, "state", state) == MOVES[state]


@pytest.mark.both_engines
@pytest.mark.django_db
class TestARollBack:
    def test_brings_the_previous_version_back(self) -> None:
        profile = make_profile()
        good = make_profile_version(profile=profile)
        bad = make_draft_version(profile=profile, minor=1)

        with frame.seeding("the commands come with their behaviour"):
            bad.nominate()
            bad.save_changes("state")
            good.supersede()
            good.save_changes("state")
            bad.promote(by="person:1", now=NOW, despite_failing="needed for a rush order")
            bad.save_changes(*PROMOTION)
            bad.withdraw(reason="warps", now=NOW)
            bad.save_changes("state", "withdrawn_at", "withdrawal_reason")
            good.restore(by="person:1", now=NOW)
            good.save_changes("state", "promoted_at", "promoted_by")

        states = dict(ProfileVersion.objects.values_list("minor", "state"))
        assert states == {0: ProfileState.IN_PRODUCTION, 1: ProfileState.WITHDRAWN}
        assert ProfileVersion.objects.get(pk=bad.pk).promoted_while_failing

    def test_goes_further_back_when_the_previous_version_is_bad_too(self) -> None:
        oldest = make_profile_version(state=ProfileState.RETIRED)

        with frame.seeding("the commands come with their behaviour"):
            oldest.restore(by="person:1", now=NOW)
            oldest.save_changes("state", "promoted_at", "promoted_by")

        assert ProfileVersion.objects.get(pk=oldest.pk).state == ProfileState.IN_PRODUCTION

    def test_never_brings_back_what_was_not_in_production(self) -> None:
        candidate = make_profile_version(state=ProfileState.RETIRED, promoted_at=None, promoted_by="")

        with pytest.raises(TransitionNotAllowed):
            candidate.restore(by="person:1", now=NOW)


@pytest.mark.both_engines
@pytest.mark.django_db
class TestContent:
    @pytest.mark.parametrize("change", [{"content_sha256": some_sha256()}, {"major": 9}, {"signature": "forged"}, {"settings": None}])
    def test_never_changes_once_it_left_draft(self, change: dict[str, Any]) -> None:
        version = make_profile_version()

        with frame.seeding("an attempt to rewrite history"):
            changed = refused(lambda: ProfileVersion.objects.filter(pk=version.pk).update(**change))
            deleted = refused(version.delete)

        assert changed.code == deleted.code == "append-only"

    def test_of_a_draft_may_change_or_go(self) -> None:
        version = make_draft_version()

        with frame.seeding("writing a draft"):
            ProfileVersion.objects.filter(pk=version.pk).update(content_sha256=some_sha256())
            version.delete()

        assert not ProfileVersion.objects.exists()

    def test_key_of_a_profile_never_changes(self) -> None:
        profile = make_profile()

        with frame.seeding("an attempt to rewrite history"):
            refusal = refused(lambda: Profile.objects.filter(pk=profile.pk).update(printer_class_key="Other"))

        assert refusal.code == "append-only"
