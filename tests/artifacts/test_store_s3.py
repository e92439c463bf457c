"""The same store over an S3-compatible bucket (moto's server on the loopback interface; it does not check checksums, so we look at what is sent)."""

from __future__ import annotations

import base64
import hashlib
import io
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from apps.artifacts import commands
from apps.artifacts.models import Artifact
from apps.artifacts.states import PurgeReason, StoreKind
from apps.artifacts.store import deposit, place, read_verified
from apps.artifacts.store.s3 import BucketStore, WrongAddress, address
from apps.artifacts.sweep import sweep
from apps.journal import lanes
from apps.journal.refusals import Refusal
from tests.factories.artifacts import make_file
from tests.factories.context import make_context

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """An S3 server of this module's own."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials come from the usual environment, and nothing goes through a proxy."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture
def bucket(endpoint: str, settings: Settings, request: pytest.FixtureRequest) -> str:
    """An empty bucket that new bytes go to, under the prefix ``farm``."""
    name = f"b{abs(hash(request.node.nodeid))}"
    settings.FARMOS_STORE_URL = f"s3://{name}/farm?endpoint={endpoint}&region=us-east-1"
    client().create_bucket(Bucket=name)
    return name


def store() -> BucketStore:
    found = place(StoreKind.S3)
    assert isinstance(found, BucketStore)
    return found


def client() -> Any:
    return store()._client


def objects(bucket: str) -> list[str]:
    return [found["Key"] for found in client().list_objects_v2(Bucket=bucket).get("Contents", [])]


class TestBytesInABucket:
    @pytest.mark.parametrize("size", [0, 1, 70_000, 9 << 20])
    def test_come_back_verified(self, size: int, bucket: str, folder: Path) -> None:
        content = bytes(index % 251 for index in range(1000)) * (size // 1000) + b"x" * (size % 1000)

        artifact = make_file(content)

        assert (artifact.store, artifact.size) == (StoreKind.S3, size)
        assert read_verified(artifact) == content
        assert objects(bucket) == [f"farm/{artifact.key}"]
        assert [file for file in folder.rglob("*") if file.is_file()] == [], "nothing rests on this machine"

    def test_are_sent_with_their_checksum_and_never_over_others(self, bucket: str) -> None:
        sent: list[Any] = []
        client().meta.events.register("before-send.s3.PutObject", lambda request, **_rest: sent.append(request))

        make_file(b"cube")

        expected = base64.b64encode(hashlib.sha256(b"cube").digest()).decode()
        headers = {name.lower(): text(value) for name, value in sent[0].headers.items()}
        assert (headers["x-amz-checksum-sha256"], headers["if-none-match"]) == (expected, "*")

    def test_are_uploaded_once_whoever_sends_them(self, bucket: str) -> None:
        first = deposit(io.BytesIO(b"cube"))
        before = client().head_object(Bucket=bucket, Key=f"farm/{first.key}")["LastModified"]

        second = deposit(io.BytesIO(b"cube"))

        assert first == second
        assert client().head_object(Bucket=bucket, Key=f"farm/{first.key}")["LastModified"] == before
        assert len(objects(bucket)) == 1

    def test_that_are_in_the_file_store_already_stay_there(self, bucket: str, settings: Settings, folder: Path) -> None:
        in_use, settings.FARMOS_STORE_URL = settings.FARMOS_STORE_URL, f"file://{folder}"
        artifact = make_file(b"cube")
        settings.FARMOS_STORE_URL = in_use
        (folder / artifact.key).unlink()

        stored = deposit(io.BytesIO(b"cube"))

        assert (stored.store, stored.key) == (StoreKind.FILES, artifact.key)
        assert read_verified(artifact) == b"cube"
        assert objects(bucket) == []

    def test_beyond_the_limit_are_never_sent(self, bucket: str) -> None:
        with pytest.raises(Refusal) as refused:
            deposit(io.BytesIO(b"cube"), limit=3)

        assert refused.value.code == "file-too-large"
        assert objects(bucket) == []


def text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


class TestDamageInABucket:
    def test_is_seen_before_a_byte_is_given(self, bucket: str) -> None:
        artifact = make_file(b"cube")
        client().put_object(Bucket=bucket, Key=f"farm/{artifact.key}", Body=b"cubE")

        with pytest.raises(Refusal) as refused:
            read_verified(artifact)

        assert refused.value.code == "artifact-corrupt"

    def test_or_a_missing_object_is_told_apart(self, bucket: str) -> None:
        artifact = make_file(b"cube")
        client().delete_object(Bucket=bucket, Key=f"farm/{artifact.key}")

        with pytest.raises(Refusal) as refused:
            read_verified(artifact)

        assert refused.value.code == "artifact-missing"

    def test_is_repaired_by_the_same_content_sent_again(self, bucket: str) -> None:
        artifact = make_file(b"cube")
        client().put_object(Bucket=bucket, Key=f"farm/{artifact.key}", Body=b"cubE")

        make_file(b"cube")

        assert read_verified(artifact) == b"cube"


class TestDestruction:
    def purge(self, artifact: Artifact) -> None:
        commands.purge_artifact(make_context(), artifact_id=artifact.pk, expected_sha256=artifact.sha256, reason=PurgeReason.ERASURE)
        while lanes.hand_out_next("default"):
            pass

    def test_deletes_the_object(self, bucket: str) -> None:
        self.purge(make_file(b"cube"))

        assert objects(bucket) == []

    def test_deletes_every_version_in_a_versioned_bucket_and_no_neighbour(self, bucket: str) -> None:
        client().put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        artifact = make_file(b"cube")
        key = f"farm/{artifact.key}"
        for body in (b"an older version", b"a newer version"):
            client().put_object(Bucket=bucket, Key=key, Body=body)
        client().put_object(Bucket=bucket, Key=f"{key}.2", Body=b"the same content, allowed again")

        self.purge(artifact)

        left = client().list_object_versions(Bucket=bucket)
        assert [version["Key"] for version in [*left.get("Versions", []), *left.get("DeleteMarkers", [])]] == [f"{key}.2"]

    def test_collects_what_nobody_registered(self, bucket: str) -> None:
        deposit(io.BytesIO(b"orphan"))
        kept = make_file(b"cube")

        sweep(datetime.now(tz=UTC), grace=timedelta(minutes=-1))
        while lanes.hand_out_next("default"):
            pass

        assert objects(bucket) == [f"farm/{kept.key}"]


class TestAStoreThatDoesNotAnswer:
    def refused(self, settings: Settings, url: str) -> Refusal:
        settings.FARMOS_STORE_URL = url
        with pytest.raises(Refusal) as refused:
            deposit(io.BytesIO(b"cube"))
        return refused.value

    def test_is_unavailable(self, settings: Settings) -> None:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            refused = self.refused(settings, f"s3://bucket?endpoint=http://127.0.0.1:{nobody.getsockname()[1]}&region=us-east-1")

        assert (refused.code, refused.status) == ("store-unavailable", 503)
        assert "EndpointConnectionError" in refused.detail

    def test_or_has_no_such_bucket_is_unavailable(self, endpoint: str, settings: Settings) -> None:
        refused = self.refused(settings, f"s3://nobodys?endpoint={endpoint}&region=us-east-1")

        assert "NoSuchBucket" in refused.detail


class TestAnotherUploadOfTheSameFileUnderWay:
    def answer_409(self, times: int) -> list[str]:
        """Let the server answer 409 (which moto never does) the next ``times`` times."""
        from botocore.awsrequest import AWSResponse

        answered: list[str] = []

        def conflict(request: Any, **_rest: Any) -> Any:
            if len(answered) >= times:
                return None
            answered.append(request.url)
            body = io.BytesIO(b"<Error><Code>ConditionalRequestConflict</Code></Error>")
            body.stream = lambda **_kwargs: iter([body.getvalue()])  # type: ignore[attr-defined]
            return AWSResponse(request.url, 409, {}, body)

        client().meta.events.register("before-send.s3.PutObject", conflict)
        return answered

    def test_is_waited_for(self, bucket: str) -> None:
        answered = self.answer_409(1)

        deposit(io.BytesIO(b"cube"))

        assert len(answered) == 1
        assert len(objects(bucket)) == 1

    def test_but_not_for_ever(self, bucket: str) -> None:
        self.answer_409(99)

        with pytest.raises(Refusal) as refused:
            deposit(io.BytesIO(b"cube"))

        assert refused.value.code == "store-unavailable"


class TestAnAddress:
    def test_names_bucket_prefix_endpoint_and_region(self) -> None:
        found = address("s3://parts/a/b/?endpoint=https://s3.example:9000&region=eu-1")

        assert found == {"bucket": "parts", "prefix": "a/b", "endpoint": "https://s3.example:9000", "region": "eu-1"}

    @pytest.mark.parametrize("wrong", ["", "s3://", "s3:///prefix", "http://bucket", "s3://bucket?endpoit=https://x"])
    def test_that_makes_no_sense_is_refused(self, wrong: str) -> None:
        with pytest.raises(WrongAddress):
            address(wrong)
