"""A slicer that crashes, hangs, lies or is missing, and G-code that must not be printed: what an order sees of it."""

from __future__ import annotations

from functools import partial

import pytest
from pytest_django.fixtures import Settings

from apps.artifacts.models import Artifact
from apps.journal import clock
from apps.journal.models import Delivery, Event
from apps.orders.models import Piece
from apps.planning import queries
from apps.planning.models import BuildPlate, Output, Plan
from apps.planning.queries.waiting import Blocker
from apps.planning.subscribers import slicing
from apps.slicing.domain.job import SliceJob
from tests.planning.workshop import make_order, release_order, set_up, work
from tests.slicing.conftest import Pretend, pretend, slicer

__all__ = ["pretend", "slicer"]
pytestmark = pytest.mark.django_db(transaction=True)

TRIES = 4
OURS = False
PLAN = True


def settle() -> None:
    """Do all that is owed, as if the pauses between tries were over."""
    for _try in range(TRIES):
        work()
        Delivery.objects.filter(state="pending").update(available_at=clock.now())


def blocker() -> Blocker:
    """Return what keeps the one piece from being printed."""
    (found,) = queries.why_waiting(Piece.objects.all(), now=clock.now()).values()
    return found


@pytest.mark.parametrize(
    ("script", "code", "says", "blames"),
    [
        ("kill -SEGV $$", "slicer-crashed", "SIGSEGV", OURS),
        ("sleep 100", "slicer-timed-out", "after 1 seconds", OURS),
        ("exit 0", "slice-output-missing", "there is no G-code", OURS),
        ("exit 1", "slice-refused", "nothing (exit status 1)", PLAN),
        ("echo No space left on device; exit 1", "slicer-disk-full", "no room", OURS),
        ('$SLICER "$@" && sed -i "s/^G1 X/G1 X9/" raw.gcode', "GCODE_OFF_BED", "the bed is 0…250, 0…210 mm", PLAN),
        ('$SLICER "$@" && sed -i "s/^M104 S[0-9]*/M104 S999/" raw.gcode', "GCODE_TOO_HOT", "999 °C", PLAN),
        ('$SLICER "$@" && sed -i "/^M10[49]/d" raw.gcode', "GCODE_NO_TEMPERATURE", "how hot", PLAN),
    ],
)
def test_no_gcode_is_kept_and_the_order_says_why(
    pretend: Pretend, monkeypatch: pytest.MonkeyPatch, script: str, code: str, says: str, blames: bool
) -> None:
    monkeypatch.setattr(slicing, "SliceJob", partial(SliceJob, timeout_s=1 if script == "sleep 100" else 120))
    floor = set_up()
    pretend(script)
    release_order(make_order(floor, is_released=False))

    settle()

    found = blocker()
    assert (found.code, found.params["code"]) == ("SLICE_FAILED", code)
    assert says in found.words
    assert "?" not in found.words, "the sentence misses a value"
    plate = BuildPlate.objects.get()
    assert Event.objects.filter(type="SliceFailed", subject_rows__subject_id=plate.pk).count() == 1
    assert (plate.output_id, Output.objects.count(), Artifact.objects.filter(mime="text/x-gcode").count()) == (None, 0, 0)
    assert Plan.objects.get().reviews.exists() == blames
    assert not Delivery.objects.exclude(state="done").exists()


class TestASlicerThatIsMissing:
    def test_is_waited_for_however_long_it_takes(self, settings: Settings, slicer: object) -> None:
        floor = set_up()
        installed = settings.FARMOS_PRUSA_SLICER
        settings.FARMOS_PRUSA_SLICER = "/nowhere/prusa-slicer"
        release_order(make_order(floor, is_released=False))
        for _ in range(3):
            settle()

        assert (blocker().code, Delivery.objects.filter(state="dead").count()) == ("NO_SLICER", 0)
        assert "Install it" in blocker().next_action

        settings.FARMOS_PRUSA_SLICER = installed
        settle()
        assert Output.objects.count() == 1

    def test_something_else_in_its_place_is_named_where_it_was_given_up(self, settings: Settings) -> None:
        floor = set_up()
        settings.FARMOS_PRUSA_SLICER = "/bin/true"
        release_order(make_order(floor, is_released=False))

        for _ in range(3):
            settle()

        given_up = Delivery.objects.get(state="dead")
        assert given_up.last_error.startswith("slicer-unknown: /")
        assert "does not say that it is PrusaSlicer" in given_up.last_error
