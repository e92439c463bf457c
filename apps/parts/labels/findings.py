"""What is said about findings, in four sentences each: what is wrong, why it matters, how to fix it, what we can do."""
# ruff: noqa: RUF001 - the signs between lengths are meant

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from apps.parts.domain.findings import Finding

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Sentences:
    """What a finding says, in the reader's language."""

    wrong: str
    why: str
    fix: str
    we_can: str


@dataclass(frozen=True, slots=True)
class FindingWords:
    """The sentences of one code. They may name what was measured in ``{braces}``; lengths are said in millimetres (``{x_mm}`` for ``x_um``)."""

    wrong: StrOrPromise
    why: StrOrPromise
    fix: StrOrPromise
    we_can: StrOrPromise


FINDINGS: dict[str, FindingWords] = {}
"""Finding code → its words."""


def say(code: str, *, wrong: StrOrPromise, why: StrOrPromise, fix: StrOrPromise, we_can: StrOrPromise) -> None:
    """Give a finding its words.

    Raises:
        ValueError: it has some already.
    """
    if code in FINDINGS:
        raise ValueError(f"finding {code!r} has words already")
    FINDINGS[code] = FindingWords(wrong, why, fix, we_can)


def speak(finding: Finding) -> Sentences:
    """Return the four sentences of a finding with what was measured in them."""
    words = FINDINGS[finding.code]
    values = _Values({**_millimetres(finding.limit), **_millimetres(finding.measured)})
    wrong, why, fix, we_can = (str(text).format_map(values) for text in (words.wrong, words.why, words.fix, words.we_can))
    return Sentences(wrong, why, fix, we_can)


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def _millimetres(measured: Any) -> dict[str, Any]:
    spoken: dict[str, Any] = {}
    for name, value in measured.items():
        spoken[name] = ", ".join(map(str, value)) or now("nothing") if isinstance(value, list | tuple) else value
        if name.endswith("_um"):
            spoken[f"{name.removesuffix('_um')}_mm"] = f"{value / 1000:.1f}"
    return spoken


say(
    "OPEN",
    wrong=_("The surface has holes: something is missing at {edges} edges."),
    why=_("Where the surface is open nobody can tell inside from outside, so the print may come out hollow, filled up or with gaps."),
    fix=_("Close the model in your CAD program (look for missing or doubled faces) and send it again."),
    we_can=_("We can look at it: small holes often close by themselves when the model is sliced."),
)
say(
    "NO_INSIDE",
    wrong=_("The faces of the model contradict each other about which side is outside."),
    why=_("Without an inside there is nothing to fill with material."),
    fix=_("Repair the model in your CAD program (recalculate the normals, remove faces inside) and send it again."),
    we_can=_("We can look at it and tell you what a print of it would be like."),
)
say(
    "NO_VOLUME",
    wrong=_("The model is closed, but flat: it encloses no volume."),
    why=_("A printer lays down lines with a thickness; something without thickness cannot be made."),
    fix=_("Give the surface a thickness in your CAD program and send it again."),
    we_can=_("We can make it as soon as it has a thickness."),
)
say(
    "INSIDE_OUT",
    wrong=_("{faces} faces of the model were turned inside out."),
    why=_("Some programs would take the inside for the outside."),
    fix=_("Nothing to do; turning the normals outwards in your CAD program avoids this message."),
    we_can=_("We turned them the right way round in the copy we print from. The shape is the same."),
)
say(
    "TINY",
    wrong=_("The part is only {x_mm} × {y_mm} × {z_mm} mm."),
    why=_("That is smaller than what can be printed well, and usually means that the model was drawn in another unit."),
    fix=_(
        "Say in which unit it was drawn. In inches it would be {x_if_inch_mm} × {y_if_inch_mm} × {z_if_inch_mm} mm, in centimetres "
        "{x_if_centimeter_mm} × {y_if_centimeter_mm} × {z_if_centimeter_mm} mm, in metres {x_if_meter_mm} × {y_if_meter_mm} × {z_if_meter_mm} mm."
    ),
    we_can=_("We can read the same file again in the unit you name."),
)
say(
    "TOO_THIN",
    wrong=_("The part is thinner than a printed line: {x_mm} × {y_mm} × {z_mm} mm."),
    why=_("The thinnest line is {width_mm} mm wide and {height_mm} mm high; anything thinner is left out, and nothing would be printed."),
    fix=_("Make it thicker in your CAD program, or check its unit and scale."),
    we_can=_("We can read the same file again in another unit or size."),
)
say(
    "ANOTHER_WAY_UP",
    wrong=_(
        "As it stands in the file, {x_mm} × {y_mm} × {z_mm} mm, the part fits into none of our printers; lying on another side it does."
    ),
    why=_("It would be printed the way it stands, and then the printer ends before the part does."),
    fix=_("Turn the model in your CAD program and send it again."),
    we_can=_("We can turn it for you after looking at it; layers then run in another direction."),
)
say(
    "TOO_LARGE",
    wrong=_("The part, {x_mm} × {y_mm} × {z_mm} mm, is larger than our largest printer, {most_x_mm} × {most_y_mm} × {most_z_mm} mm."),
    why=_("What does not fit into a printer cannot be printed in one piece."),
    fix=_("Make it smaller, or split it into parts that are joined afterwards."),
    we_can=_("We can make it in a smaller size, or in the parts you send."),
)
say(
    "HUGE",
    wrong=_("The part would be {x_mm} × {y_mm} × {z_mm} mm, many times larger than our largest printer."),
    why=_("That usually means that the unit of the file was mistaken."),
    fix=_("Check in which unit the model was drawn and exported."),
    we_can=_("We can read the same file again in the unit you name."),
)
say(
    "THIN_WALLS",
    wrong=_("The part is very thin on the whole: about {wall_mm} mm, and two printed lines are {least_wall_mm} mm."),
    why=_("Walls of less than two lines come out weak, with gaps, or not at all."),
    fix=_("Make the walls at least {least_wall_mm} mm thick where they carry something."),
    we_can=_("We can print it as it is if you accept that thin places may be missing."),
)
say(
    "OVERHANGS",
    wrong=_("About {area_mm2} mm² of the part lean out further than 45° with nothing below."),
    why=_("Material cannot be laid into the air; such places need supports, which cost time and leave marks."),
    fix=_("If the marks matter, turn the part or add slopes in your CAD program."),
    we_can=_("We print supports where they are needed and take them off."),
)
say(
    "SMALL_BASE",
    wrong=_("The part stands on only {area_mm2} mm²."),
    why=_("With little to hold on to, a part may come loose while it is printed."),
    fix=_("Turn it so that a flat side is below, or give it a flat foot."),
    we_can=_("We add a brim or supports where it needs a better hold."),
)
say(
    "LOOSE_PIECES",
    wrong=_("The file holds {pieces} pieces that do not touch each other."),
    why=_("Everything in one STL is made, counted and paid as one part, also when it is in pieces."),
    fix=_("Send each piece in a file of its own, or all of them as a 3MF with several objects, to order them one by one."),
    we_can=_("We can make them together as they are."),
)
say(
    "HOLLOW",
    wrong=_("There are {hollows} closed hollows inside the part."),
    why=_("What is inside a closed hollow, also supports, stays there for ever."),
    fix=_("If the hollow should be empty or reachable, add an opening."),
    we_can=_("We print it as it is."),
)
say(
    "ASSEMBLY",
    wrong=_("In the file this part belongs to an assembly of several bodies."),
    why=_("We make each body as a part of its own: bodies that should be one piece would come apart."),
    fix=_("If they belong together, join them into one body in your CAD program and send the file again."),
    we_can=_("We can make them one by one as they are."),
)
