"""Photos people send are drawn anew: what is not seen is not kept, and what is no photo takes nothing with it."""

from __future__ import annotations

import io
import os
from contextlib import closing

import pytest
from PIL import Image

from apps.artifacts.photos import LARGEST_BYTES, keep_photo
from apps.artifacts.store import Stored, place
from apps.journal.refusals import Refusal
from tests.artifacts.pictures import PLACE, bomb, photo

pytestmark = pytest.mark.django_db


def kept(sent: bytes) -> bytes:
    stored: Stored = keep_photo(io.BytesIO(sent))
    with closing(place(stored.store).open(stored.key)) as file:  # type: ignore[type-var]
        return bytes(file.read())


def refusal(sent: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        keep_photo(io.BytesIO(sent))
    return refused.value.code


class TestAPhoto:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_loses_what_the_camera_wrote_beside_it(self, kind: str) -> None:
        sent = photo(kind=kind)
        assert PLACE in sent

        drawn = kept(sent)

        with Image.open(io.BytesIO(drawn)) as image:
            assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (120, 80), {})
        assert PLACE not in drawn

    def test_is_turned_upright(self) -> None:
        with Image.open(io.BytesIO(kept(photo(120, 80, orientation=6)))) as image:
            assert image.size == (80, 120)

    def test_is_made_small_enough_for_a_page(self) -> None:
        with Image.open(io.BytesIO(kept(photo(5000, 2500)))) as image:
            assert image.size == (2048, 1024)

    def test_with_a_tail_of_something_else_loses_it(self) -> None:
        assert b"<script>" not in kept(photo() + b"<script>alert(1)</script>")


class TestWhatIsNoPhoto:
    @pytest.mark.parametrize(
        "sent",
        [
            b"",
            b"solid bracket",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            photo()[:200],
            b"GIF89a" + bytes(40),
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
        ],
        ids=["empty", "stl", "svg", "cut", "gif", "eps"],
    )
    def test_is_refused_in_words(self, sent: bytes) -> None:
        assert refusal(sent) == "photo-unreadable"

    def test_and_unpacks_to_hundreds_of_megabytes_is_refused(self) -> None:
        sent = bomb(40_000)
        assert len(sent) < 500_000

        assert refusal(sent) == "photo-too-large"

    def test_and_is_larger_than_any_photo_is_refused_while_it_is_read(self) -> None:
        assert refusal(os.urandom(LARGEST_BYTES + 1)) == "photo-too-large"
