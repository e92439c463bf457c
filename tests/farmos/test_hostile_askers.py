"""What somebody with some rights tries beyond them: without proof, at another site, after their time, with costly questions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts import proof
from apps.accounts.middleware import SEEN_AT
from apps.accounts.models import User
from apps.accounts.queries import listener_of
from apps.accounts.states import Role
from apps.journal import clock
from apps.orders.models import Release
from apps.parts.models import Upload
from apps.parts.queries import quota
from apps.policy.models import Hold
from tests.asking import post, problem_of, signed_in
from tests.factories.accounts import make_account, make_api_token, make_device, make_grant, make_member, make_site, make_user, shop
from tests.factories.artifacts import make_artifact
from tests.factories.fleet import make_printer
from tests.factories.orders import make_intent, make_paid_intent
from tests.factories.parts import make_upload
from tests.factories.planning import make_approved_plate, make_layout_slot, make_output

pytestmark = pytest.mark.django_db(transaction=True)


class TestPassingABlockThroughTheApi:
    def test_needs_proof_as_on_the_page(self) -> None:
        order, admin = make_paid_intent(), make_user(Role.ADMIN)
        address, tag = f"/api/v1/intents/{order.pk}/release", f'"v{order.version}"'

        without = post(signed_in(admin, has_proof=False), address, {"override": "Because."}, If_Match=tag)
        happened = Release.objects.count()
        with_it = post(signed_in(admin), address, {"override": "Because."}, If_Match=tag)

        assert (problem_of(without)["code"], happened) == ("proof-needed", 0)
        assert with_it.status_code == 200

    def test_asks_nobody_who_passes_none(self) -> None:
        order = make_paid_intent()

        answer = post(signed_in(make_user(Role.ADMIN), has_proof=False), f"/api/v1/intents/{order.pk}/release", {}, If_Match='"v1"')

        assert answer.status_code == 200


class TestHoldingWhatIsElsewhere:
    @pytest.mark.parametrize("scope", ["printer", "order"])
    def test_is_refused(self, scope: str) -> None:
        there = make_site()
        held = make_printer(site=there) if scope == "printer" else make_intent(site=there)
        wish = {"scope": scope, "scope_id": str(held.pk), "reason": "SAFETY"}

        answer = post(signed_in(make_user(Role.OPERATOR)), "/api/v1/holds/place", {"site_id": str(shop().pk), **wish})

        assert problem_of(answer)["code"] == "not-found"
        assert not Hold.objects.exists()

    def test_is_done_where_it_is(self) -> None:
        printer = make_printer()
        wish = {"site_id": str(printer.site_id), "scope": "printer", "scope_id": str(printer.pk), "reason": "SAFETY"}

        assert post(signed_in(make_user(Role.OPERATOR)), "/api/v1/holds/place", wish).status_code == 201


class TestMoreThanADaysFilesThroughTheApi:
    def test_are_refused_to_customers_as_in_the_shop(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(quota, "FILES_A_DAY", 1)
        member = make_member()
        customer, place = signed_in(member.user), {"site_id": str(member.account.site_id), "account_id": str(member.account_id)}

        def send(client: Client, content: bytes) -> int:
            sent = {**place, "file": SimpleUploadedFile("a.stl", content)}
            return client.post("/api/v1/uploads/send", sent, headers={"Idempotency-Key": uuid4().hex}).status_code

        codes = [send(customer, b"solid one"), send(customer, b"solid two")]
        again = post(customer, f"/api/v1/uploads/{Upload.objects.get().pk}/look-again", {"unit": "inch"})

        assert codes == [201, 429]
        assert problem_of(again)["code"] == "upload-quota-files"
        assert send(signed_in(make_user(Role.LEAD)), b"solid three") == 201


class TestDestroyingAFileThatAnotherSiteHasToo:
    def test_is_for_who_may_at_both(self) -> None:
        there, person, file = make_site(), make_user(), make_artifact()
        make_grant(user=person, role=Role.ADMIN, site=there)
        make_upload(artifact=file, site=there)
        make_upload(artifact=file, site=shop())
        address, wish = f"/api/v1/artifacts/{file.pk}/purge", {"reason": "ERASURE", "expected_sha256": file.sha256}

        refused = post(signed_in(person), address, wish, If_Match='"v1"')
        make_grant(user=person, role=Role.ADMIN, site=shop())
        done = post(signed_in(person), address, wish, If_Match='"v1"')

        assert problem_of(refused)["code"] == "permission-denied"
        assert done.status_code == 200


class TestATokenWhoseTimeIsOver:
    def test_acts_for_nobody_any_more(self) -> None:
        over = make_api_token(expires_at=clock.now() - timedelta(seconds=1))

        assert User.objects.acting_as(f"token:{over.pk}", now=clock.now()) is None


class TestASocket:
    """``listener_of`` is what every socket asks when it opens and every 30 s after."""

    @pytest.mark.parametrize(("minutes", "is_revoked", "hears"), [(1, False, True), (11, False, False), (1, True, False)])
    def test_ends_with_the_session_of_its_page(self, minutes: int, is_revoked: bool, hears: bool) -> None:
        end: dict[str, Any] = {"revoked_at": clock.now(), "revoked_by": "person:x"} if is_revoked else {}
        device, browser = make_device(**end), signed_in(make_user(Role.OPERATOR))
        session = browser.session
        session[proof.DEVICE], session[SEEN_AT] = str(device.pk), (clock.now() - timedelta(minutes=minutes)).isoformat()
        session.save()

        heard = listener_of(browser.get("/healthz").wsgi_request)

        assert isinstance(heard, AnonymousUser) != hears
        assert browser.session[SEEN_AT] == session[SEEN_AT]


class TestTheListsOfRecords:
    @pytest.mark.parametrize(
        "asked",
        [
            "fleet/printer/?name__regex=(a%2B)%2B$",
            "fleet/printer/?name__iregex=(a%2B)%2B$",
            "fleet/printer/export/?name__regex=(a%2B)%2B$",
            "fleet/printer/?access_key_sealed__startswith=g",
            "accounts/signintry/?name_digest__startswith=a",
            "fleet/printer/export/?id__gt=x",
        ],
    )
    def test_answer_no_costly_or_prying_questions(self, asked: str) -> None:
        make_printer()

        answer = signed_in(make_user(Role.ADMIN)).get(f"/admin/records/{asked}")

        assert answer.status_code == 400


class TestWhatIsSlicedAtAnotherSite:
    """One layout is sliced once for all sites: G-code and meshes are shown to those that put it on a plate of theirs."""

    def test_is_not_there(self) -> None:
        output = make_output(layout=make_layout_slot().layout)
        make_approved_plate(layout=output.layout)
        stranger = make_user()
        make_grant(user=stranger, site=make_site(), role=Role.OPERATOR)
        files = (output.artifact_id, output.layout.artifact_id, output.layout.places.get().mesh_id)

        def seen_by(person: User) -> list[Any]:
            client = signed_in(person)
            listed = len(client.get("/api/v1/outputs").json()["items"])
            return [listed, client.get(f"/api/v1/outputs/{output.pk}").status_code, *self.codes(client, files)]

        assert seen_by(stranger) == [0, 404, 404, 404, 404]
        assert seen_by(make_user(Role.OPERATOR)) == [1, 200, 200, 200, 200]

    def test_is_there_once_for_a_site_with_several_plates_of_it(self) -> None:
        output, there = make_output(), make_site()
        for site in (there, there, shop()):
            make_approved_plate(layout=output.layout, site=site)
        person = make_user()
        make_grant(user=person, site=there, role=Role.OPERATOR)

        assert [one["id"] for one in signed_in(person).get("/api/v1/outputs").json()["items"]] == [str(output.pk)]

    def codes(self, client: Client, files: tuple[Any, ...]) -> list[int]:
        return [client.get(f"/api/v1/artifacts/{file}").status_code for file in files]


class TestFindingAnything:
    def test_finds_customers_only_where_one_may_look_at_them(self) -> None:
        there, person = make_site(), make_user(Role.OPERATOR)
        make_grant(user=person, site=there, role=Role.VIEWER)
        make_account(site=there, name="Hidden Buyer")
        make_account(site=shop(), name="Hidden Neighbour")

        found = signed_in(person).get("/admin/find/", {"q": "Hidden"}).content.decode()

        assert "Hidden Neighbour" in found
        assert "Hidden Buyer" not in found
