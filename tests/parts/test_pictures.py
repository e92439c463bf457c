"""How parts look: pictures and lighter meshes, the same for the same mesh, and no more than a browser can bear."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from apps.artifacts.models import Artifact
from apps.artifacts.store import deposit
from apps.parts.domain.mesh.fewer import fewer
from apps.parts.domain.mesh.picture import Camera, draw
from apps.parts.domain.mesh.stl import read_stl
from apps.parts.models import Preflight
from apps.parts.queries import pictures
from farmos.demo.shapes import SAMPLES, stl
from tests.factories.context import make_context
from tests.orders.selling import work


def mesh(name: str = "knob") -> Any:
    content = stl(SAMPLES[name]())
    found = read_stl(io.BytesIO(content), len(content)).astype(np.float32)
    return found - found.reshape(-1, 3).min(axis=0)


def dots(png: bytes) -> Any:
    """Return a picture's dots, with red, green, blue and how solid each is."""
    width, height = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
    packed = png[png.index(b"IDAT") + 4 : png.index(b"IEND") - 8]
    rows = np.frombuffer(zlib.decompress(packed), dtype=np.uint8).reshape(height, 1 + width * 4)
    return rows[:, 1:].reshape(height, width, 4)


class TestAPicture:
    def test_shows_the_part_whole_on_nothing(self) -> None:
        seen = dots(draw(mesh(), width=192, height=192))[:, :, 3]

        assert seen.shape == (192, 192)
        assert 0.2 < (seen > 0).mean() < 0.8
        assert not np.concatenate([seen[0], seen[-1], seen[:, 0], seen[:, -1]]).any(), "nothing touches the edge"

    def test_is_the_same_for_the_same_mesh(self) -> None:
        assert draw(mesh(), width=96, height=96) == draw(mesh(), width=96, height=96)

    def test_has_no_hole_where_the_part_has_none(self) -> None:
        cube = mesh("bracket")
        seen = dots(draw(cube, width=192, height=192))[:, :, 3] > 0

        inside = seen.cumsum(axis=1).astype(bool) & seen[:, ::-1].cumsum(axis=1)[:, ::-1].astype(bool)
        assert (inside & ~seen).sum() < 0.12 * seen.sum(), "gaps only where the part is concave"

    def test_of_next_to_nothing_is_drawn_all_the_same(self) -> None:
        flat = np.array([[[0, 0, 0], [1, 0, 0], [2, 0, 0]]], dtype=np.float32)

        assert draw(flat, width=32, height=32).startswith(b"\x89PNG")

    def test_shows_a_place_of_the_part_where_the_camera_says(self) -> None:
        camera = Camera((20.0, 20.0, 20.0), 200, 200)

        x, y, near = camera.place(np.array([[20.0, 0.0, 20.0], [0.0, 20.0, 0.0]]))

        assert y[0] < y[1], "what is up is up"
        assert near[0] > near[1], "what is in front is in front"
        assert ((x > 0) & (x < 200)).all()


class TestFewerTriangles:
    def test_leaves_what_is_small_alone(self) -> None:
        assert fewer(mesh(), most=1000) is not None
        assert len(fewer(mesh(), most=1000)) == len(mesh())

    @pytest.mark.parametrize("most", [1, 12, 100, 300])
    def test_keeps_to_the_limit_and_to_the_size(self, most: int) -> None:
        found = fewer(mesh(), most=most)

        assert 0 < len(found) <= most
        if most >= 100:
            assert np.abs(found.reshape(-1, 3).max(axis=0) - mesh().reshape(-1, 3).max(axis=0)).max() < 3


@pytest.mark.django_db(transaction=True)
class TestWhatIsKept:
    def checked(self) -> Preflight:
        from apps.parts import commands
        from tests.factories.accounts import shop

        stored = deposit(io.BytesIO(stl(SAMPLES["knob"]())))
        commands.ingest_upload(make_context(), site_id=shop().pk, stored=stored, original_name="knob.stl")
        work()
        return Preflight.objects.get()

    def test_is_drawn_after_the_check_and_again_when_it_is_gone(self, folder: Path) -> None:
        preflight = self.checked()

        assert pictures.is_drawn(preflight.artifact)
        kept = pictures.poster(preflight.artifact)
        before = kept.read_bytes()
        kept.unlink()
        assert pictures.may_be_drawn_now(preflight)
        assert pictures.poster(preflight.artifact).read_bytes() == before
        assert pictures.shown_mesh(preflight.artifact).stat().st_size < 200_000 * 50

    def test_leaves_nothing_half_drawn(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        preflight = self.checked()
        for kept in list((folder.parent / "pictures").rglob("*.png")):
            kept.unlink()

        def fail(*_args: Any, **_options: Any) -> bytes:
            raise MemoryError

        monkeypatch.setattr("apps.parts.domain.mesh.picture.draw", fail)
        with pytest.raises(MemoryError):
            pictures.thumb(preflight.artifact)

        assert not list((folder.parent / "pictures").rglob("*.png"))
        assert not [one for one in (folder.parent / "pictures").rglob(".*") if one.is_file()]

    def test_of_a_huge_mesh_waits_for_a_worker(self) -> None:
        preflight = self.checked()
        preflight.metrics = {**preflight.metrics, "triangles": 5_000_000}

        assert pictures.may_be_drawn_now(preflight)
        pictures.thumb(preflight.artifact).unlink()
        assert not pictures.may_be_drawn_now(preflight)
        assert Artifact.objects.exists()
