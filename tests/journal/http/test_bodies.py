"""JSON bodies: what is read, what is refused, and that nothing a stranger sends can break the reader."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Annotated, Any
from uuid import UUID

import msgspec
import pytest
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from apps.journal.http import body
from apps.journal.refusals import Invalid, Refusal
from tests.asking import post, problem_of
from tests.toy.models import Jar

pytestmark = [pytest.mark.urls("tests.journal.http.edge")]


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    """A part of a body."""

    count: int


class Outer(msgspec.Struct, forbid_unknown_fields=True):
    """A body."""

    name: Annotated[str, msgspec.Meta(max_length=5)]
    parts: list[Inner] = []
    printer: UUID | None = None
    until: datetime | None = None


def refused(content: bytes) -> Refusal:
    """Return the refusal of a body."""
    with pytest.raises(Refusal) as caught:
        body.as_shape(body.parse(content), Outer)
    return caught.value


def read_or_refused(content: bytes) -> Outer | Refusal:
    """Return what a body is, or its refusal; anything else escapes."""
    try:
        return body.as_shape(body.parse(content), Outer)
    except Refusal as answer:
        return answer


class TestABody:
    @pytest.mark.parametrize("until", ["9999-12-31T23:59:59-10:00", "0001-01-01T00:00:00+10:00"])
    def test_is_refused_when_an_instant_does_not_exist_in_utc(self, until: str) -> None:
        answer = refused(json.dumps({"name": "a", "until": until}).encode())

        assert answer.code == "invalid"
        assert answer.params["fields"] == {"until": "is not between the years 1 and 9999 in UTC"}

    def test_is_read_into_its_shape(self) -> None:
        found = body.as_shape(
            body.parse(b'{"name": "a", "parts": [{"count": 2}], "printer": "01930000-0000-7000-8000-000000000000"}'), Outer
        )

        assert found == Outer("a", [Inner(2)], UUID("01930000-0000-7000-8000-000000000000"))

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"{", "json-malformed"),
            (b"{'a': 1}", "json-malformed"),
            (b'\xef\xbb\xbf{"name": "a"}', "json-malformed"),
            (b'{"name": "\xff"}', "json-malformed"),
            ('{"name": "a"}'.encode("utf-16"), "json-malformed"),
            (b'{"name": NaN}', "json-malformed"),
            (b'{"name": -Infinity}', "json-malformed"),
            (b'{"name": 1e999}', "json-malformed"),
            (b'{"name": ' + b"9" * 5000 + b"}", "json-malformed"),
            (b'{"name": 9223372036854775808}', "json-malformed"),
            (b'{"name": "a", "name": "b"}', "json-malformed"),
            (b'{"name": "a", "parts": [{"count": 1, "count": 1}]}', "json-malformed"),
            (b'{"name": "\\u0000"}', "json-malformed"),
            (b'{"name": "\\ud800"}', "json-malformed"),
            (b'{"\\udfff": 1}', "json-malformed"),
            (b"{}{}", "json-malformed"),
            (b'{"nmae": "a"}', "unknown-field"),
            (b'{"name": "a", "version": 7}', "unknown-field"),
            (b"[]", "invalid"),
            (b"null", "invalid"),
            (b"{}", "invalid"),
            (b'{"name": 7}', "invalid"),
            (b'{"name": "abcdef"}', "invalid"),
            (b'{"name": "a", "parts": [{"count": "1"}]}', "invalid"),
            (b'{"name": "a", "parts": [{"count": true}]}', "invalid"),
            (b'{"name": "a", "parts": [{"count": 1.5}]}', "invalid"),
            (b'{"name": "a", "printer": "abc"}', "invalid"),
        ],
    )
    def test_that_cannot_be_right_is_refused(self, content: bytes, code: str) -> None:
        assert refused(content).code == code

    def test_names_the_unknown_field_with_its_path(self) -> None:
        assert refused(b'{"name": "a", "parts": [{"count": 1, "sate": 2}]}').params == {"field": "parts[0].sate"}
        assert refused(b'{"is_staff": true}').params == {"field": "is_staff"}

    def test_names_the_path_of_a_wrong_value(self) -> None:
        assert refused(b'{"name": "a", "parts": [{"count": 1}, {"count": "1"}]}') == Invalid({"parts[1].count": "Expected int, got str"})
        assert refused(b"{}") == Invalid({"body": "Object missing required field name"})

    def test_may_use_every_character_and_every_64_bit_number(self) -> None:
        assert body.parse('{"ü𝄞": [9223372036854775807, -9223372036854775807, 1.5e300]}'.encode()) == {
            "ü𝄞": [2**63 - 1, -(2**63) + 1, 1.5e300]
        }

    def test_echoes_little_of_what_was_sent(self) -> None:
        answer = refused(b'{"' + b"x" * 100_000 + b'": 1}')

        assert len(str(answer.params)) < 1000


class TestDepth:
    @pytest.mark.parametrize("opening", [b"[", b'{"a":'])
    @pytest.mark.parametrize("depth", [33, 100, 990, 10_000, 300_000])
    def test_beyond_the_limit_is_refused_without_recursion(self, opening: bytes, depth: int) -> None:
        closing = b"]" if opening == b"[" else b"}"
        value = b"" if opening == b"[" else b"1"

        assert refused(opening * depth + value + closing * depth).code == "json-too-deep"
        assert refused(opening * 10_000).code == "json-too-deep"

    def test_up_to_the_limit_is_read(self) -> None:
        assert body.parse(b"[" * 32 + b"]" * 32)

    def test_is_refused_however_little_stack_is_left(self) -> None:
        def deeper(levels: int) -> Refusal:
            return refused(b"[" * 10_000) if levels == 0 else deeper(levels - 1)

        assert deeper(sys.getrecursionlimit() - 300).code == "json-too-deep"


class TestAnything:
    @given(st.binary(max_size=300))
    def test_of_bytes_is_read_or_refused(self, content: bytes) -> None:
        assert isinstance(read_or_refused(content), Outer | Refusal)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
        )
    )
    def test_of_json_is_read_or_refused(self, value: Any) -> None:
        assert isinstance(read_or_refused(json.dumps(value).encode()), Outer | Refusal)


@pytest.mark.django_db
class TestOverHttp:
    def test_other_media_types_are_415(self, admin: Client) -> None:
        for kind in (
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/jsonp",
            "application/xml",
            "*/*",
            "",
        ):
            document = problem_of(post(admin, "/api/jars/open", {"label": "a"}, Content_Type=kind))
            assert document["code"] == "media-type-unsupported", kind

    def test_compressed_bodies_are_415(self, admin: Client) -> None:
        assert problem_of(post(admin, "/api/jars/open", b"\x1f\x8b", Content_Encoding="gzip"))["code"] == "media-type-unsupported"

    def test_json_with_its_encoding_named_is_read(self, ask: Callable[..., Any]) -> None:
        assert ask("/api/jars/open", {"label": "a"}, Content_Type="application/json; charset=utf-8").status_code == 201

    def test_more_than_the_cap_is_413_and_does_nothing(self, admin: Client) -> None:
        document = problem_of(post(admin, "/api/jars/open", {"label": "x" * body.MAX_BYTES}))

        assert (document["code"], document["params"]) == ("body-too-large", {"limit": body.MAX_BYTES})
        assert not Jar.objects.exists()

    def test_more_than_the_cap_is_413_when_the_length_lies(self) -> None:
        request = RequestFactory().generic("POST", "/", b"x" * 100, "application/json", headers={"Content-Length": "3"})
        request._stream = RequestFactory().generic("POST", "/", b"x" * 100)._stream

        with pytest.raises(Refusal) as caught:
            body.read(request, Outer, max_bytes=10)

        assert caught.value.code == "body-too-large"

    def test_ten_thousand_deep_json_is_400(self, admin: Client) -> None:
        response = post(admin, "/api/jars/open", b"[" * 10_000 + b"]" * 10_000)

        assert (problem_of(response)["code"], response.status_code) == ("json-too-deep", 400)

    def test_an_unknown_field_is_400_and_named(self, admin: Client) -> None:
        response = post(admin, "/api/jars/open", {"label": "a", "is_staff": True})

        document = problem_of(response)
        assert (document["status"], document["code"], document["params"]) == (400, "unknown-field", {"field": "is_staff"})
        assert not Jar.objects.exists()

    def test_a_wrong_type_is_422_with_its_path(self, admin: Client) -> None:
        document = problem_of(post(admin, "/api/jars/open", {"label": "a", "capacity": "many"}))

        assert (document["status"], document["params"]) == (422, {"fields": {"capacity": "Expected int, got str"}})

    def test_a_body_that_breaks_off_is_400(self, admin: Client) -> None:
        class Broken(BytesIO):
            def read(self, _size: int | None = -1, /) -> bytes:
                raise OSError("connection reset")

        line: dict[str, Any] = {"wsgi.input": Broken(), "CONTENT_LENGTH": "9", "HTTP_IDEMPOTENCY_KEY": "k"}
        response = admin.generic("POST", "/api/jars/open", b"", "application/json", **line)

        assert problem_of(response)["code"] == "body-unreadable"

    def test_a_body_where_none_belongs_is_refused(self, admin: Client) -> None:
        assert problem_of(post(admin, "/api/park", {"why": "x"}))["code"] == "unknown-field"
