"""When a plate, or what came out for it, is no good."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "slice-plate-empty",
    status=422,
    title=_("The plate is empty"),
    detail=_("There is nothing on it to slice."),
    fix=_("Put a part on it."),
)
declare(
    "slice-plate-names-unfit",
    status=422,
    title=_("Objects cannot be told apart"),
    detail=_("These names are used twice or hold signs a printer cannot read: {objects}."),
    fix=_("Give every object its own name of letters, digits, - and _."),
)
declare(
    "slice-plate-footprints-unfit",
    status=422,
    title=_("A footprint does not match its place"),
    detail=_("The outline of {objects} is no area, or lies elsewhere than the object stands."),
    fix=_("Compose the plate again."),
)
declare(
    "slice-plate-mesh-unreadable",
    status=422,
    title=_("A mesh cannot be read"),
    detail=_("The mesh of {object} is no binary STL with proper numbers."),
    fix=_("Check the part again; its file may be damaged."),
)
declare(
    "slice-plate-off-bed",
    status=422,
    title=_("A part stands over the edge of the bed"),
    detail=_("{objects} would be printed partly beside the bed. The slicer would not have said so."),
    fix=_("Move it inside, or use a bigger printer class."),
)
declare(
    "slice-plate-overlap",
    status=422,
    title=_("Parts stand in each other"),
    detail=_("These would be printed into one another: {objects}. The slicer would not have said so."),
    fix=_("Move them apart."),
)
declare(
    "slice-output-missing",
    status=502,
    title=_("The slicer made no file"),
    detail=_("It said that all is well, but there is no G-code."),
    fix=_("Slice again; if it stays so, look at the slicer's log."),
)
declare(
    "slice-output-incomplete",
    status=502,
    title=_("The G-code is cut off"),
    detail=_("The end of the file is missing, or it does not say how long it prints."),
    fix=_("Slice again; if it stays so, look at the free space of the data directory and the slicer's log."),
)
declare(
    "slice-output-too-large",
    status=422,
    title=_("The G-code would be too large"),
    detail=_("The slicer wrote more than one file may hold."),
    fix=_("Put fewer parts on the plate, or use a coarser profile."),
)
declare(
    "slice-object-unknown",
    status=422,
    title=_("The slicer labels something that is not on the plate"),
    detail=_("Its G-code names {label}, so failed parts could not be left out."),
    fix=_("Compose the plate again."),
)
declare(
    "slice-object-missing",
    status=422,
    title=_("Parts are missing in the G-code"),
    detail=_("Nothing is printed for {objects}."),
    fix=_("Check these models: with this profile nothing of them may be printable."),
)
declare(
    "slice-object-misplaced",
    status=422,
    title=_("A part is printed elsewhere than planned"),
    detail=_("{objects} left the place the layout gives, by more than supports and brim explain."),
    fix=_("Compose the plate again."),
)
