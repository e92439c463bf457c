"""``parts.ingest_upload``: a file is taken in as it came."""

from __future__ import annotations

import io
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from apps.artifacts.store import deposit, read_verified
from apps.journal.context import Context
from apps.journal.models import Delivery, Event
from apps.journal.refusals import NotFound, Refusal
from apps.parts import commands
from apps.parts.models import Upload
from apps.parts.states import Unit, UploadKind, UploadState
from tests.factories.accounts import make_account, make_site, shop
from tests.factories.artifacts import make_file

pytestmark = pytest.mark.django_db(transaction=True)


def ingest(ctx: Context, name: str = "bracket.stl", content: bytes = b"solid", account_id: UUID | None = None) -> Upload:
    stored = deposit(io.BytesIO(content), mime="model/stl")
    upload_id = commands.ingest_upload(ctx, site_id=shop().id, account_id=account_id, stored=stored, original_name=name)
    return Upload.objects.get(pk=upload_id)


class TestTakingAFileIn:
    def test_keeps_it_as_it_came_under_the_customers_name(self, ctx: Context) -> None:
        account = make_account()

        upload = ingest(ctx, content=b"whatever it is", account_id=account.id)

        assert read_verified(upload.artifact) == b"whatever it is"
        assert (upload.account, upload.site, upload.original_name) == (account, shop(), "bracket.stl")
        assert (upload.kind, upload.unit, upload.state) == (UploadKind.MODEL, Unit.MILLIMETER, UploadState.RECEIVED)

    def test_records_it_without_its_name_and_owes_its_check(self, ctx: Context) -> None:
        upload = ingest(ctx, name="my grandmother's hip.stl")

        event = Event.objects.get()
        assert (event.type, event.site_id) == ("ModelIngested", shop().id)
        assert upload.artifact.sha256 in event.data
        assert "hip" not in event.data
        assert {(row.kind, row.subject_id) for row in event.subject_rows.all()} == {("upload", upload.id), ("artifact", upload.artifact_id)}
        assert [owed.subscriber for owed in Delivery.objects.all()] == ["parts.check_upload"]

    def test_knows_gcode_by_its_name(self, ctx: Context) -> None:
        assert ingest(ctx, name="Plate 1.GCODE").kind == UploadKind.GCODE

    def test_makes_any_name_safe(self, ctx: Context) -> None:
        assert ingest(ctx, name="../../etc/\u202ecron\x00.d/" + "a" * 300 + ".stl").original_name == "a" * 250 + "….stl"

    def test_of_the_shops_own_needs_no_customer(self, ctx: Context) -> None:
        assert ingest(ctx).account is None

    def test_again_in_another_unit_looks_at_the_same_file(self, ctx: Context) -> None:
        known = make_file(b"inches")

        upload_id = commands.ingest_upload(ctx, site_id=shop().id, artifact_id=known.id, original_name="a.stl", unit=Unit.INCH)

        upload = Upload.objects.get(pk=upload_id)
        assert (upload.artifact, upload.unit) == (known, Unit.INCH)


class TestBadInput:
    @pytest.mark.parametrize("where", [lambda: (uuid4(), None), lambda: (shop().id, uuid4()), lambda: (make_site().id, make_account().id)])
    def test_for_a_site_or_customer_nobody_knows_is_not_found(self, ctx: Context, where: Callable[[], tuple[UUID, UUID | None]]) -> None:
        site_id, account_id = where()
        stored = deposit(io.BytesIO(b"x"))

        with pytest.raises(NotFound):
            commands.ingest_upload(ctx, site_id=site_id, account_id=account_id, stored=stored, original_name="a.stl")

        assert not Upload.objects.exists()
        assert not Event.objects.exists()

    def test_in_a_unit_nobody_knows_is_refused(self, ctx: Context) -> None:
        with pytest.raises(Refusal) as refused:
            commands.ingest_upload(
                ctx,
                site_id=shop().id,
                stored=deposit(io.BytesIO(b"x")),
                original_name="a.stl",
                unit="cubit",  # type: ignore[arg-type]
            )

        assert refused.value.code == "unknown-code"

    def test_needs_bytes_or_a_known_file(self, ctx: Context) -> None:
        with pytest.raises(ValueError, match="one of them"):
            commands.ingest_upload(ctx, site_id=shop().id, original_name="a.stl")
