"""Working hours over the API: a week against the version that was seen, holidays, what waits for somebody, and reading them."""

from __future__ import annotations

import pytest

from apps.accounts.models import Holiday, Shift
from apps.accounts.states import Role
from apps.policy.domain.default import default_body
from tests.asking import post, problem_of, signed_in
from tests.factories.accounts import make_shift, make_site, make_user, shop
from tests.factories.policy import make_active_policy

pytestmark = pytest.mark.django_db(transaction=True)
WEEK = {"shifts": [{"weekday": 4, "starts_minute": 1320, "minutes": 480}]}


class TestWorkingHours:
    def test_are_set_against_the_version_that_was_seen_and_read(self) -> None:
        lead = signed_in(make_user(Role.LEAD))
        make_shift(site=make_site())
        place = f"/api/v1/sites/{shop().pk}/set-working-hours"

        assert post(lead, place, WEEK).status_code == 428
        assert post(lead, place, WEEK, If_Match='"v1"').status_code == 200
        assert problem_of(post(lead, place, WEEK, If_Match='"v1"'))["code"] == "stale-version"

        shown = lead.get("/api/v1/shifts").json()["items"]
        assert [(one["weekday"], one["starts_minute"], one["minutes"]) for one in shown] == [(4, 1320, 480)]

    def test_are_not_for_everybody(self) -> None:
        operator = signed_in(make_user(Role.OPERATOR))

        assert post(operator, f"/api/v1/sites/{shop().pk}/set-working-hours", WEEK, If_Match='"v1"').status_code == 403
        assert post(operator, f"/api/v1/sites/{make_site().pk}/set-working-hours", WEEK, If_Match='"v1"').status_code == 403
        assert not Shift.objects.exists()

    @pytest.mark.parametrize("odd", [{"weekday": "Friday"}, {"minutes": 10**12}, {"name": "Late"}])
    def test_what_cannot_be_meant_is_refused(self, odd: dict[str, object]) -> None:
        lead = signed_in(make_user(Role.LEAD))

        body = {"shifts": [{**WEEK["shifts"][0], **odd}]}
        assert post(lead, f"/api/v1/sites/{shop().pk}/set-working-hours", body, If_Match='"v1"').status_code in (400, 422)

    def test_holidays_are_added_read_and_removed(self) -> None:
        lead = signed_in(make_user(Role.LEAD))

        added = post(
            lead, "/api/v1/holidays/add", {"site_id": str(shop().pk), "first": "2026-12-24", "last": "2026-12-25", "name": "Christmas"}
        )
        assert added.status_code == 200
        shown = lead.get("/api/v1/holidays").json()["items"]
        assert sorted(one["day"] for one in shown) == ["2026-12-24", "2026-12-25"]
        assert post(lead, f"/api/v1/holidays/{shown[0]['id']}/remove", If_Match='"v1"').status_code == 200
        assert Holiday.objects.count() == 1

    def test_what_waits_for_somebody_is_for_who_makes_policies(self) -> None:
        place = f"/api/v1/policies/{make_active_policy(body=default_body()).pk}/set-hours-rules"
        body = {"watched_minutes": None, "grace_minutes": 30}
        planner = signed_in(make_user(Role.PLANNER))

        assert post(signed_in(make_user(Role.LEAD)), place, body, If_Match='"v1"').status_code == 403
        assert post(planner, place, body).status_code == 428
        assert post(planner, place, body, If_Match='"v1"').status_code == 200
        assert post(planner, place, body, If_Match='"v1"').status_code == 412
