"""Bytes in and out of the file store."""

from __future__ import annotations

import hashlib
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from apps.artifacts.models import Artifact
from apps.artifacts.states import StoreKind
from apps.artifacts.store import deposit, key_for, open_verified, place, read_verified
from apps.artifacts.store.files import FileStore
from apps.artifacts.store.spool import spooled
from apps.artifacts.store.values import CHUNK, plain_mime, sha256_in
from apps.journal import frame
from apps.journal.refusals import Refusal
from tests.factories.artifacts import make_file

pytestmark = pytest.mark.django_db


def files_under(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


class Dripping(io.RawIOBase):
    """A stream that gives a few bytes at a time, as sockets do."""

    def __init__(self, content: bytes, step: int) -> None:
        self._left, self._step = content, step

    def read(self, size: int = -1, /) -> bytes:
        given, self._left = self._left[: self._step], self._left[self._step :]
        return given


class TestAnyContent:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(content=st.binary(max_size=5000), step=st.integers(1, 700))
    def test_comes_back_as_it_went_in(self, content: bytes, step: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            store = FileStore(Path(folder))

            with spooled(Dripping(content, step), folder=Path(folder) / "incoming", limit=5000) as whole:
                store.put(whole, key_for(whole.sha256))

            assert (whole.sha256, whole.size) == (hashlib.sha256(content).hexdigest(), len(content))
            with store.open(key_for(whole.sha256)) as file:
                assert file.read() == content
            assert len(files_under(Path(folder))) == 1

    @pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7])
    def test_of_any_size_is_registered_and_verified(self, size: int) -> None:
        content = bytes(index % 251 for index in range(size))

        artifact = make_file(content)

        assert artifact.size == size
        assert artifact.sha256 == hashlib.sha256(content).hexdigest()
        assert read_verified(artifact) == content

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(content=st.binary(min_size=1, max_size=400), excess=st.integers(1, 50))
    def test_beyond_the_limit_is_refused_and_leaves_nothing(self, content: bytes, excess: int, folder: Path) -> None:
        limit = max(0, len(content) - excess)

        with pytest.raises(Refusal) as refused:
            deposit(io.BytesIO(content), limit=limit)

        assert (refused.value.code, refused.value.status, refused.value.params) == ("file-too-large", 413, {"limit": limit})
        assert files_under(folder) == []


class TestTheSameContentTwice:
    def test_is_one_file_under_its_hash(self, folder: Path) -> None:
        first = deposit(io.BytesIO(b"cube"), mime="model/stl")
        second = deposit(io.BytesIO(b"cube"), mime="text/plain; charset=utf-8")

        sha256 = hashlib.sha256(b"cube").hexdigest()
        assert first.key == second.key == f"sha256/{sha256[:2]}/{sha256}"
        assert (first.store, first.mime, second.mime) == (StoreKind.FILES, "model/stl", "text/plain")
        assert files_under(folder) == [folder / first.key]

    def test_is_never_written_over(self, folder: Path) -> None:
        stored = deposit(io.BytesIO(b"cube"))
        before = (folder / stored.key).stat()

        deposit(io.BytesIO(b"cube"))

        after = (folder / stored.key).stat()
        assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)

    def test_cannot_be_changed_by_accident(self, folder: Path) -> None:
        stored = deposit(io.BytesIO(b"cube"))

        assert (folder / stored.key).stat().st_mode & 0o222 == 0


class TestDamage:
    @pytest.mark.parametrize("damaged", [b"", b"solid par", b"solid parT", b"solid part\n", b"something else entirely"])
    def test_is_seen_before_a_byte_is_given(self, damaged: bytes, folder: Path) -> None:
        artifact = make_file(b"solid part")
        overwrite(folder / artifact.key, damaged)

        with pytest.raises(Refusal) as refused:
            open_verified(artifact)

        assert (refused.value.code, refused.value.status) == ("artifact-corrupt", 503)
        assert refused.value.params == {"id": str(artifact.pk), "sha256": artifact.sha256}
        assert "checksum differs" in refused.value.detail
        assert "backup" in refused.value.fix

    def test_a_missing_file_is_told_apart(self, folder: Path) -> None:
        artifact = make_file(b"solid part")
        (folder / artifact.key).unlink()

        with pytest.raises(Refusal) as refused:
            open_verified(artifact)

        assert (refused.value.code, refused.value.status) == ("artifact-missing", 503)

    @pytest.mark.parametrize("ruin", [lambda path: overwrite(path, b"solid pXrt"), lambda path: path.unlink()])
    def test_is_repaired_by_the_same_content_sent_again(self, ruin: object, folder: Path) -> None:
        artifact = make_file(b"solid part")
        ruin(folder / artifact.key)  # type: ignore[operator]

        make_file(b"solid part")

        assert read_verified(artifact) == b"solid part"
        assert Artifact.objects.count() == 1

    def test_does_not_reach_who_has_the_file_open(self, folder: Path) -> None:
        artifact = make_file(b"solid part")

        with open_verified(artifact) as file:
            (folder / artifact.key).unlink()

            assert file.read() == b"solid part"


def overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(content)


class TestAStoreThatCannotBeUsed:
    def test_is_said_in_plain_words(self, folder: Path) -> None:
        folder.write_bytes(b"a file where the folder should be")

        with pytest.raises(Refusal) as refused:
            deposit(io.BytesIO(b"cube"))

        assert (refused.value.code, refused.value.status) == ("store-unavailable", 503)

    def test_refuses_bytes_of_a_store_that_is_not_configured(self) -> None:
        with pytest.raises(Refusal) as refused:
            place(StoreKind.S3)

        assert refused.value.code == "store-unavailable"

    def test_a_stream_that_breaks_leaves_nothing(self, folder: Path) -> None:
        class Broken(io.RawIOBase):
            def read(self, size: int = -1, /) -> bytes:
                raise ConnectionResetError("the browser went away")

        with pytest.raises(ConnectionResetError):
            deposit(Broken())

        assert files_under(folder) == []

    @pytest.mark.parametrize("awkward", ["with space", "per%20cent", "hash#tag", "question?mark"])
    def test_any_folder_name_is_itself(self, awkward: str, tmp_path: Path, settings: Settings) -> None:
        settings.FARMOS_STORE_URL = f"file://{tmp_path / awkward}"

        stored = deposit(io.BytesIO(b"cube"))

        assert (tmp_path / awkward / stored.key).read_bytes() == b"cube"


class TestInsideACommand:
    def test_nothing_is_deposited(self, folder: Path) -> None:
        with frame.seeding("a command"), pytest.raises(RuntimeError, match="before seeding:a command"):
            deposit(io.BytesIO(b"cube"))

        assert files_under(folder) == []


class TestKeys:
    @pytest.mark.parametrize("generation", [1, 2, 17])
    def test_say_which_content_they_hold(self, generation: int) -> None:
        sha256 = hashlib.sha256(b"cube").hexdigest()

        assert sha256_in(key_for(sha256, generation)) == sha256

    @pytest.mark.parametrize(
        "foreign", ["", "incoming/x.part", "sha256/ab/cd", "sha256/ab/" + "c" * 64, "../" + "a" * 64, "sha256/aa/" + "a" * 63]
    )
    def test_that_are_not_ours_say_nothing(self, foreign: str) -> None:
        assert sha256_in(foreign) is None

    @pytest.mark.parametrize(
        ("declared", "kept"),
        [
            ("model/3mf", "model/3mf"),
            ("Text/HTML; charset=utf-8", "text/html"),
            ("", "application/octet-stream"),
            ("nonsense", "application/octet-stream"),
            ("a/b\r\nX-Evil: 1", "application/octet-stream"),
            ("x/" + "y" * 300, "application/octet-stream"),
        ],
    )
    def test_media_types_are_plain_labels(self, declared: str, kept: str) -> None:
        assert plain_mime(declared) == kept
