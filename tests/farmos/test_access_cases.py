"""The access cases of the catalogue of attacks, each by its number; where a case has its own file, the file is named."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from apps.accounts import commands
from apps.accounts.models import Grant
from apps.accounts.states import Role
from apps.journal import clock
from apps.journal.models import Event
from apps.journal.refusals import Refusal
from apps.orders.models import Refund
from tests.asking import post, problem_of, signed_in
from tests.factories.accounts import make_account, make_api_token, make_grant, make_member, make_user, shop
from tests.factories.artifacts import make_artifact
from tests.factories.context import make_context
from tests.factories.orders import make_intent, make_quote
from tests.factories.parts import make_upload
from tests.factories.policy import make_approval
from tests.factories.runs import make_run

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = {"Authorization": "Bearer fos_secret-of-tests"}


class TestCase54ACustomerReadsAnothersThings:
    """Every address: ``test_access_matrix.py``."""

    def test_none_of_them_exists(self) -> None:
        theirs = make_account()
        customer = signed_in(make_member(account=make_account()).user)
        order, quote, upload = make_intent(account=theirs), make_quote(account=theirs), make_upload(account=theirs)
        run = make_run()

        addresses = [f"intents/{order.pk}", f"quotes/{quote.pk}", f"uploads/{upload.pk}", f"runs/{run.pk}"]
        codes = [customer.get(f"/api/v1/{address}").status_code for address in addresses]

        assert set(codes) <= {403, 404}
        assert codes[:3] == [404, 404, 404]


class TestCase55AReadOnlyTokenWrites:
    def test_is_403(self) -> None:
        make_api_token()
        run = make_run()

        answer = post(Client(), f"/api/v1/runs/{run.pk}/abort", {"reason": "OPERATOR_ABORT"}, If_Match='"v1"', **SECRET)

        assert problem_of(answer)["code"] == "permission-denied"


class TestCase56ACustomerSendsWhatIsNotTheirs:
    @pytest.mark.parametrize("smuggled", [{"state": "paid"}, {"price_minor": 1}, {"is_staff": True}, {"discount": 100}])
    def test_is_refused_by_name(self, smuggled: dict[str, Any]) -> None:
        account = make_account()
        customer = signed_in(make_member(account=account).user)
        order = make_intent(account=account)

        answer = post(customer, f"/api/v1/intents/{order.pk}/cancel", {"reason": "CUSTOMER_REQUEST", **smuggled}, If_Match='"v1"')

        assert problem_of(answer)["code"] == "unknown-field"


class TestCase57AnOperatorRefunds:
    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.PLANNER, Role.QUALITY, Role.VIEWER])
    def test_is_403(self, role: Role) -> None:
        order = make_intent()

        answer = post(signed_in(make_user(role)), f"/api/v1/intents/{order.pk}/request-refund", {"amount_minor": 1}, If_Match='"v1"')

        assert problem_of(answer)["code"] == "permission-denied"
        assert not Refund.objects.exists()


class TestCase58ARevokedToken:
    def test_is_401_at_its_next_call(self) -> None:
        token = make_api_token()
        before = Client().get("/api/v1/runs", headers=SECRET).status_code
        token.refresh_from_db()

        commands.revoke_token(make_context(), token_id=token.pk, expected_version=token.version)

        assert (before, Client().get("/api/v1/runs", headers=SECRET).status_code) == (200, 401)


class TestCase60AGuessedFile:
    def test_is_not_found(self) -> None:
        artifact = make_artifact()
        stranger, customer = Client(raise_request_exception=False), signed_in(make_member().user)

        assert stranger.get(f"/api/v1/artifacts/{artifact.pk}").status_code == 401
        assert customer.get(f"/api/v1/artifacts/{artifact.pk}").status_code in (403, 404)


class TestCase61FiveWrongPasswords:
    """In full: ``tests/accounts/test_sign_in.py`` and ``test_try_sign_in.py``."""

    def test_lock_whatever_x_forwarded_for_says(self, client: Client) -> None:
        person = make_user(Role.LEAD, password=make_password("correct horse"))

        codes = [
            client.post(
                "/admin/login/", {"email": person.email, "password": "wrong"}, headers={"X-Forwarded-For": f"10.0.0.{number}"}
            ).status_code
            for number in range(6)
        ]

        assert codes == [422] * 5 + [429]


class TestCase62ASession:
    """In full: ``tests/accounts/test_sign_in.py``."""

    def test_has_a_new_id_after_the_sign_in_and_forms_need_their_proof(self, client: Client) -> None:
        person = make_user(Role.LEAD, password=make_password("correct horse"))
        session = client.session
        session["planted"] = True
        session.save()

        client.post("/admin/login/", {"email": person.email, "password": "correct horse"})

        assert client.session.session_key != session.session_key
        assert "planted" not in client.session
        assert Client(enforce_csrf_checks=True).post("/admin/login/", {}).status_code == 403


class TestCase63AnApprovalWithoutProof:
    def test_is_refused_and_passes_with_it(self) -> None:
        approval = make_approval()
        lead = make_user(Role.LEAD)
        address = f"/api/v1/approvals/{approval.pk}/grant"

        without = post(signed_in(lead, has_proof=False), address, {"reason": "Looked at it."}, If_Match='"v1"')
        happened = Event.objects.count()
        with_it = post(signed_in(lead), address, {"reason": "Looked at it."}, If_Match='"v1"')

        assert problem_of(without)["code"] == "proof-needed"
        assert happened == 0
        assert with_it.status_code not in (401, 403)


class TestCase64TheLastAdmin:
    def test_cannot_be_removed_by_anybody(self) -> None:
        admin = make_user(Role.ADMIN)
        grant = Grant.objects.get(user=admin)
        make_grant(role=Role.ADMIN, user=make_user(is_active=False))

        with pytest.raises(Refusal) as refused:
            commands.revoke_grant(make_context(), grant_id=grant.pk, expected_version=1)

        assert refused.value.code == "last-admin"
        assert admin.has_perm("accounts.grant_role", shop().pk)
        assert grant.created_at <= clock.now()
