"""``parts.refuse_upload``: a file that cannot be used, and why."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import NotFound
from apps.parts import commands, queries
from apps.parts.models import Upload
from apps.parts.states import UploadState
from tests.factories.context import NOW
from tests.factories.parts import make_upload

pytestmark = pytest.mark.django_db(transaction=True)


class TestRefusing:
    def test_keeps_why_in_words_people_understand(self, ctx: Context) -> None:
        upload = make_upload()

        commands.refuse_upload(ctx, upload_id=upload.id, code="stl-truncated", params={"claimed": 12, "present": 3})

        kept = Upload.objects.get()
        assert (kept.state, kept.ended_at) == (UploadState.REFUSED, NOW)
        refusal = queries.refusal_of(kept)
        assert refusal is not None
        assert "12" in refusal.detail
        assert "3" in refusal.detail
        event = Event.objects.get()
        assert (event.type, event.site_id) == ("UploadRefused", upload.site_id)
        assert "stl-truncated" in event.data

    def test_twice_refuses_once(self, ctx_factory: Callable[..., Context]) -> None:
        upload = make_upload()
        commands.refuse_upload(ctx_factory(), upload_id=upload.id, code="upload-empty", params={})

        commands.refuse_upload(ctx_factory(), upload_id=upload.id, code="upload-not-a-model", params={})

        assert Upload.objects.get().code == "upload-empty"
        assert Event.objects.count() == 1

    def test_a_file_that_can_be_used_has_no_refusal(self) -> None:
        assert queries.refusal_of(make_upload()) is None


class TestBadInput:
    def test_with_a_code_nobody_understands_is_a_bug(self, ctx: Context) -> None:
        with pytest.raises(ValueError, match="declare its words"):
            commands.refuse_upload(ctx, upload_id=make_upload().id, code="because", params={})

    def test_of_an_upload_nobody_knows_is_not_found(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.refuse_upload(ctx, upload_id=uuid4(), code="upload-empty", params={})
