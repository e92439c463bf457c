"""The people page: inviting, roles, tokens whose secret is seen once, shared devices."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from apps.accounts.models import ApiToken, Device, Grant, User
from apps.accounts.proof import digest
from apps.accounts.states import Role
from tests.asking import signed_in
from tests.factories.accounts import make_api_token, make_device, make_grant, make_site, make_user, shop

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/admin/people/"


@pytest.fixture
def admin() -> Client:
    return signed_in(make_user(Role.ADMIN, name="Ada Admin"))


def press(client: Client, path: str, version: Any = None, **fields: Any) -> Any:
    sent = {"key": uuid4().hex, "next": PAGE, **fields}
    return client.post(f"{PAGE}{path}", sent if version is None else {**sent, "version": version})


class TestThePage:
    def test_shows_who_works_here_and_no_secret(self, admin: Client) -> None:
        make_user(Role.OPERATOR, name="<script>alert(1)</script>")
        make_user(Role.OPERATOR, name="Elsewhere", site=make_site())
        make_api_token()
        make_device(name="Left wall")

        page = admin.get(PAGE).content.decode()

        assert "Ada Admin" in page
        assert "&lt;script&gt;" in page
        assert "Left wall" in page
        assert "Web store" in page
        assert "Elsewhere" not in page
        assert digest("fos_secret-of-tests") not in page

    def test_lets_leads_look_and_others_out(self) -> None:
        lead = signed_in(make_user(Role.LEAD)).get(PAGE)

        assert lead.status_code == 200
        assert "Issue a token" not in lead.content.decode()
        assert signed_in(make_user(Role.OPERATOR)).get(PAGE).status_code == 403
        assert Client().get(PAGE).status_code == 302


class TestInviting:
    def test_adds_somebody_with_a_role(self, admin: Client) -> None:
        assert press(admin, f"{shop().pk}/invite/", email="bo@example.org", role="operator", name="Bo").status_code == 303

        assert User.objects.get(email="bo@example.org").has_perm("runs.pause_run", shop().pk)

    def test_is_refused_elsewhere_to_leads_and_without_proof(self, admin: Client) -> None:
        fields = {"email": "bo@example.org", "role": "admin"}

        assert press(admin, f"{make_site().pk}/invite/", **fields).status_code == 404
        assert press(signed_in(make_user(Role.LEAD)), f"{shop().pk}/invite/", **fields).status_code == 403
        unproven = press(signed_in(make_user(Role.ADMIN), has_proof=False), f"{shop().pk}/invite/", **fields)
        assert unproven["Location"].startswith("/admin/prove/?next=")
        assert press(admin, f"{shop().pk}/invite/", email="bo@example.org", role="customer").status_code == 422
        assert not User.objects.filter(email="bo@example.org").exists()


class TestRoles:
    def test_are_given_and_ended(self, admin: Client) -> None:
        person = make_user(Role.VIEWER)

        press(admin, f"{shop().pk}/give-role/", user=str(person.pk), role="lead")
        grant = Grant.objects.get(user=person, role=Role.LEAD)
        answer = press(admin, f"roles/{grant.pk}/revoke/", 1)

        assert answer.status_code == 303
        assert Grant.objects.get(pk=grant.pk).revoked_at is not None

    def test_the_last_admin_stays(self, admin: Client) -> None:
        grant = Grant.objects.get(role=Role.ADMIN)

        answer = press(admin, f"roles/{grant.pk}/revoke/", 1)

        assert answer.status_code == 409
        assert "They are the last admin" in answer.content.decode()
        assert Grant.objects.get(pk=grant.pk).revoked_at is None

    def test_of_another_site_do_not_exist(self, admin: Client) -> None:
        grant = make_grant(site=make_site())

        assert press(admin, f"roles/{grant.pk}/revoke/", 1).status_code == 404
        assert press(admin, f"{grant.user_id}/invite-again/").status_code == 404


class TestTokens:
    def test_are_shown_once(self, admin: Client) -> None:
        person = make_user(Role.LEAD)

        answer = press(admin, "tokens/issue/", site=str(shop().pk), user=str(person.pk), name="Store", scope=["read"], days="30", rights="")

        token = ApiToken.objects.get()
        found = re.search(r'value="(fos_[^"]+)"', answer.content.decode())
        assert found is not None
        assert digest(found.group(1)) == token.secret_sha256
        assert answer["Cache-Control"] == "private, no-store"
        assert found.group(1) not in admin.get(PAGE).content.decode()
        assert (token.scopes, token.site_ids) == (["read"], [str(shop().pk)])

    def test_are_refused_with_scopes_nobody_knows_or_for_nobody_here(self, admin: Client) -> None:
        stranger = make_user(Role.LEAD, site=make_site())
        fields = {"site": str(shop().pk), "name": "Store", "days": "0"}

        assert press(admin, "tokens/issue/", user=str(stranger.pk), scope=["read"], **fields).status_code == 422
        assert press(admin, "tokens/issue/", user=str(make_user(Role.LEAD).pk), rights="runs.fly", **fields).status_code == 422
        assert not ApiToken.objects.exists()

    def test_end(self, admin: Client) -> None:
        token = make_api_token()

        press(admin, f"tokens/{token.pk}/revoke/", 1)

        assert ApiToken.objects.get().revoked_at is not None


class TestDevices:
    def test_are_revoked(self, admin: Client) -> None:
        device, elsewhere = make_device(), make_device(secret="other", site=make_site())

        assert press(admin, f"devices/{device.pk}/revoke/", 1).status_code == 303
        assert press(admin, f"devices/{elsewhere.pk}/revoke/", 1).status_code == 404

        assert [row.pk for row in Device.objects.filter(revoked_at=None)] == [elsewhere.pk]
