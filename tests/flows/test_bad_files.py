"""The list of bad files, from the upload through the pipeline: a message in the user's words, the right status, nothing half-written, an event."""

from __future__ import annotations

import io
import struct
from xml.sax.saxutils import quoteattr

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.accounts.states import Role
from apps.artifacts.store import deposit, read_verified
from apps.journal import lanes
from apps.journal.models import Delivery, Event
from apps.journal.refusals import Refusal
from apps.parts import commands as parts
from apps.parts.domain.findings import from_record
from apps.parts.labels.findings import speak
from apps.parts.models import Part, Preflight, Upload
from apps.parts.states import Unit
from apps.planning.models import Output
from tests.factories.accounts import make_user
from tests.factories.context import make_context
from tests.parts.solids import Shape, ascii_stl, binary, cube, inverted, mesh_xml, model_xml, three_mf, together
from tests.planning.workshop import make_order, release_order, set_up
from tests.planning.workshop import work as work_all_lanes

pytestmark = pytest.mark.django_db(transaction=True)


def work() -> None:
    """Do all that is owed, but slice nothing."""
    while lanes.hand_out_next("default"):
        pass


def upload(content: bytes, name: str = "part.stl", unit: Unit = Unit.MILLIMETER) -> Upload:
    """Upload a file to a shop with one kind of printer of 250 by 210 by 210 mm, and let it be checked, as the worker does."""
    floor = set_up()
    stored = deposit(io.BytesIO(content), mime="application/octet-stream")
    upload_id = parts.ingest_upload(make_context(), site_id=floor.site.id, original_name=name, stored=stored, unit=unit)
    work()
    return Upload.objects.get(pk=upload_id)


def lying(count: int) -> bytes:
    return binary(cube())[:80] + struct.pack("<I", count) + binary(cube())[84:]


def not_a_number(value: float) -> bytes:
    shape = cube()
    shape[3, 1, 2] = value
    with np.errstate(over="ignore"):
        return binary(shape)


def fan_out(steps: int = 7, each: int = 10) -> bytes:
    objects = ['<object id="1"><mesh><vertices/><triangles/></mesh></object>']
    for number in range(2, steps + 2):
        objects.append(f'<object id="{number}"><components>' + f'<component objectid="{number - 1}"/>' * each + "</components></object>")
    return three_mf(model_xml("".join(objects), f'<item objectid="{steps + 1}"/>'))


ENTITY = '<!DOCTYPE model [<!ENTITY a "aaaaaaaaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
UNUSABLE = {
    "empty": (b"", "part.stl", "upload-empty"),
    "only a head": (binary(cube())[:84], "part.stl", "stl-truncated"),
    "cut off": (binary(cube())[:300], "part.stl", "stl-truncated"),
    "lies: 2**32-1 triangles": (lying(2**32 - 1), "part.stl", "stl-truncated"),
    "lies: one more": (lying(13), "part.stl", "stl-truncated"),
    "text, not a model": (b"this is my favourite vase\n" * 20, "vase.stl", "upload-not-a-model"),
    "text STL, cut off": (ascii_stl(cube())[:700], "part.stl", "stl-malformed"),
    "NaN": (not_a_number(float("nan")), "part.stl", "model-not-finite"),
    "infinite": (not_a_number(float("inf")), "part.stl", "model-not-finite"),
    "1e308 in text": (ascii_stl(cube()).replace(b"20.0", b"1e308"), "part.stl", "model-absurdly-large"),
    "zip bomb": (three_mf(model_xml("", "") + " " * 200_000_000), "part.3mf", "archive-is-bomb"),
    "entities": (three_mf(model_xml("&a;&b;", "", head=ENTITY)), "part.3mf", "xml-unsafe"),
    "ten million objects": (fan_out(), "part.3mf", "three-mf-too-many-objects"),
    "a zip of photos": (three_mf("", relations=None).replace(b"3dmodel.model", b"holiday01.jpg"), "part.3mf", "upload-not-a-model"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_is_no_model_is_refused_in_words_with_an_event_and_leaves_nothing(name: str, settings: Settings) -> None:
    content, called, code = UNUSABLE[name]

    found = upload(content, called)

    assert (found.state, found.code) == ("refused", code)
    said = Refusal(found.code, **found.params)
    assert said.detail
    assert said.fix
    assert "?" not in said.detail, "the sentence misses a value"
    assert Event.objects.filter(type="UploadRefused", subject_rows__subject_id=found.pk).count() == 1
    assert not Part.objects.exists()
    assert not Preflight.objects.exists()
    assert not Delivery.objects.exclude(state="done").exists()
    assert not list((settings.DATA_DIR / "checks").iterdir())


STAR = together(cube(20), cube(20, at=(20, 20, 0)))
"""Two cubes that share an edge: four faces meet there. Odd, and printable."""


@pytest.mark.parametrize(
    ("shape", "status", "codes"),
    [
        pytest.param(cube(0.02), "FAIL", ["TINY"], id="metres"),
        pytest.param(cube(0.8), "FAIL", ["TINY"], id="inches"),
        pytest.param(cube(300), "FAIL", ["TOO_LARGE"], id="larger than every printer"),
        pytest.param(cube()[:-1], "FAIL", ["OPEN"], id="open"),
        pytest.param(inverted(cube()), "PASS", ["INSIDE_OUT"], id="inside out"),
        pytest.param(STAR, "PASS", [], id="an edge of four faces"),
    ],
)
def test_what_is_an_odd_model_is_judged_in_four_sentences(shape: Shape, status: str, codes: list[str]) -> None:
    upload(binary(shape))

    found = Preflight.objects.get()
    assert (found.status, [one["code"] for one in found.findings]) == (status, codes)
    kind = {"PASS": "PreflightPassed", "FAIL": "PreflightFailed"}[status]
    assert Event.objects.filter(type=kind, subject_rows__subject_id=found.revision_id).count() == 1
    for one in found.findings:
        said = speak(from_record(one))
        assert all(sentence and "?" not in sentence for sentence in (said.wrong, said.why, said.fix, said.we_can))


HOSTILE = (
    "../../etc/passwd.stl",
    "..\\..\\windows\\system32.stl",
    "/etc/cron.d/job.stl",
    "x" * 300 + ".stl",
    "invoice\u202elts.exe.stl",
    "part\nM112\nG28.stl",
    "a\x00b\x1b[31m.stl",
    "<img src=x onerror=alert(1)>.stl",
    "{{7*7}}%s%n.stl",
    "..",
    "\u202e",
)
EVIL = '"/><svg onload=alert(1)>&#10;M112 ; NAME=a&#10;../../x'


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_as_one_harmless_line_and_is_nowhere_a_path(name: str, settings: Settings) -> None:
    found = upload(binary(cube()), name)

    shown = found.original_name
    assert 1 <= len(shown) <= 255
    assert shown.isprintable()
    assert "/" not in shown
    assert "\\" not in shown
    assert (found.state, Part.objects.count()) == ("checked", 1)
    events = "".join(Event.objects.values_list("data", flat=True))
    assert shown not in events
    assert not [path for path in settings.DATA_DIR.rglob("*") if "passwd" in path.name or "onerror" in path.name]
    client = Client()
    client.force_login(make_user(Role.ADMIN))
    page = client.get(reverse("admin:parts_upload_changelist")).content.decode()
    assert "<img src=x" not in page


@pytest.mark.slow
def test_four_faces_at_an_edge_and_a_hostile_object_name_are_printable_to_the_end(settings: Settings) -> None:
    floor = set_up()
    name = quoteattr(EVIL.replace("&#10;", "\n")).replace("\n", "&#10;")
    file = three_mf(model_xml(f'<object id="1" name={name}>{mesh_xml(STAR)}</object>', '<item objectid="1"/>'))
    stored = deposit(io.BytesIO(file), mime="model/3mf")
    parts.ingest_upload(make_context(), site_id=floor.site.id, original_name="star.3mf", stored=stored)
    work()
    revision = Preflight.objects.get().revision
    assert Part.objects.get().name.isprintable()
    release_order(make_order(floor, revision, is_released=False))

    work_all_lanes()

    (output,) = Output.objects.all()
    assert output.preview is not None
    for artifact in (output.artifact, output.preview, output.layout.artifact):
        content = read_verified(artifact)
        assert b"onload" not in content
        assert b"M112" not in content
        assert b"passwd" not in content
    assert b"EXCLUDE_OBJECT_START NAME=slot-1" in read_verified(output.artifact)
    assert "onload" not in "".join(Event.objects.values_list("data", flat=True))
