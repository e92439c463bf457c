"""Refusals about layouts, outputs and plates."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "layout-exists",
    status=409,
    title=_("This layout exists"),
    detail=_("The same parts at the same places with the same settings are one layout, and it exists already."),
    fix=_("Use the existing one."),
    constraint="one_layout_per_content",
)
declare(
    "layout-hash-invalid",
    status=422,
    title=_("That is not a SHA-256"),
    detail=_("A layout is known by the SHA-256 of its content: 64 hexadecimal digits."),
    fix=_("Store the hash of its places' canonical JSON."),
    constraint="layout_sha256_is_a_sha256",
)
declare(
    "layout-slot-taken",
    status=409,
    title=_("Two shapes in one place"),
    detail=_("A slot of a layout holds one shape."),
    fix=_("Use another slot number."),
    constraint="one_mesh_per_layout_slot",
)
declare(
    "layout-slot-invalid",
    status=422,
    title=_("Slots start at 1"),
    detail=_("A slot is a whole number from 1 on."),
    fix=_("Number the slots from 1."),
    constraint="layout_slot_slot_at_least_1",
)
declare(
    "output-exists",
    status=409,
    title=_("This was sliced already"),
    detail=_("The same layout for the same printers with the same slicer and profile has an output."),
    fix=_("Use the existing one, or retire it first if it is bad."),
    constraint="one_output_per_slice_key",
)
declare(
    "slice-key-invalid",
    status=422,
    title=_("That is not a SHA-256"),
    detail=_("An output is known by the SHA-256 of all that went into it: 64 hexadecimal digits."),
    fix=_("Store the hash of the slicing inputs."),
    constraint="output_slice_key_is_a_sha256",
)
declare(
    "output-estimate-negative",
    status=422,
    title=_("Less than nothing"),
    detail=_("Time, filament and layers of an output cannot be negative, and it has at least one layer."),
    fix=_("Read them from the G-code again."),
    constraint="output_estimates_are_not_negative",
)
declare(
    "output-without-slicer",
    status=422,
    title=_("Sliced by what?"),
    detail=_("An output made with a profile names the slicer that made it."),
    fix=_("Give the slicer with its version and hash."),
    constraint="sliced_outputs_name_their_slicer",
)
declare(
    "plate-number-taken",
    status=409,
    title=_("This plate number is taken"),
    detail=_("The site already has a plate with this number."),
    fix=_("Take the next number of the series."),
    constraint="one_plate_per_number",
)
declare(
    "plate-hash-invalid",
    status=422,
    title=_("That is not a SHA-256"),
    detail=_("The exact set on a plate is pinned by a SHA-256: 64 hexadecimal digits."),
    fix=_("Store the hash of the plate's items."),
    constraint="build_plate_items_sha256_is_a_sha256",
)
declare(
    "plate-unnumbered",
    status=422,
    title=_("The plate needs a number"),
    detail=_("A plate without a number cannot be found on the floor."),
    fix=_("Take the next number of the series."),
    constraint="plates_have_a_number",
)
declare(
    "plate-not-pinned",
    status=409,
    title=_("It is not pinned"),
    detail=_("An approved plate fixes its items, its layout and the printers it is for."),
    fix=_("Lay it out, choose a printer class or a printer, then approve."),
    constraint="approved_plates_are_pinned",
)
declare(
    "plate-still-draft",
    status=422,
    title=_("It is still a draft"),
    detail=_("A draft has no approval."),
    fix=_("Approve it with its command."),
    constraint="draft_plates_are_not_approved",
)
declare(
    "plate-approval-unsigned",
    status=422,
    title=_("Who approved it?"),
    detail=_("An approval of a plate names who gave it and when."),
    fix=_("Give both."),
    constraint="plate_approvals_say_who_and_when",
)
declare(
    "plate-superseded-undated",
    status=422,
    title=_("Since when is it superseded?"),
    detail=_("A superseded plate says since when; no other plate does."),
    fix=_("Supersede it with its command."),
    constraint="superseded_plates_say_when",
)
declare(
    "plate-void-undated",
    status=422,
    title=_("Since when is it void?"),
    detail=_("A void plate says since when; no other plate does."),
    fix=_("Void it with its command."),
    constraint="void_plates_say_when",
)
declare(
    "plate-void-without-reason",
    status=422,
    title=_("Why is it void?"),
    detail=_("A void plate carries a reason and who voided it."),
    fix=_("Give both."),
    constraint="void_plates_say_who_and_why",
)
declare(
    "plate-slot-taken",
    status=409,
    title=_("This place is taken"),
    detail=_("Another piece is in this slot of the plate."),
    fix=_("Choose a free slot, or take the other piece off first."),
    constraint="one_piece_per_plate_slot",
)
declare(
    "piece-on-this-plate",
    status=409,
    title=_("It is on this plate already"),
    detail=_("A piece is one physical thing, so it is on a plate at most once."),
    fix=_("Use another piece of the same component."),
    constraint="a_piece_is_on_a_plate_once",
)
declare(
    "piece-on-another-plate",
    status=409,
    title=_("It is on another plate"),
    detail=_("Another plate is already going to make this piece; two would make it twice."),
    fix=_("Take it off the other plate first, or use another piece."),
    constraint="a_piece_is_on_one_live_plate",
)
declare(
    "plate-slot-invalid",
    status=422,
    title=_("Slots start at 1"),
    detail=_("A slot is a whole number from 1 on."),
    fix=_("Number the slots from 1."),
    constraint="plate_item_slot_at_least_1",
)
declare(
    "plate-plan-revision-invalid",
    status=422,
    title=_("Revisions start at 1"),
    detail=_("A part on a plate names the revision of its plan, counted from 1."),
    fix=_("Give the plan's revision."),
    constraint="plate_item_plan_revision_at_least_1",
)
declare(
    "plate-slice-key-invalid",
    status=422,
    title=_("That is not a SHA-256"),
    detail=_("G-code is known by the SHA-256 of all that it is made from: 64 hexadecimal digits."),
    fix=_("Ask for the slice with its command, which computes it."),
    constraint="build_plate_slice_key_is_a_sha256",
)
declare(
    "plate-sliced-without-key",
    status=422,
    title=_("What was it made from?"),
    detail=_("A plate that has G-code says by which key it was asked for."),
    fix=_("Ask for the slice with its command first."),
    constraint="sliced_plates_say_by_what_key",
)
declare(
    "slice-failure-key-invalid",
    status=422,
    title=_("That is not a SHA-256"),
    detail=_("A failed slice names the SHA-256 of all that was to be sliced: 64 hexadecimal digits."),
    fix=_("Take the key of the plate."),
    constraint="slice_failure_slice_key_is_a_sha256",
)
declare(
    "slice-failure-without-code",
    status=422,
    title=_("Why did it fail?"),
    detail=_("A failed slice carries a code that says why."),
    fix=_("Give the code of what went wrong."),
    constraint="slice_failures_carry_a_code",
)
declare(
    "piece-not-open",
    status=409,
    title=_("This piece is not to be planned"),
    detail=_("It is on another plate, made, canceled, or its order is not in production (it is: {state})."),
    fix=_("Look again at what is to be made; nothing was done."),
)
declare(
    "plate-not-approved",
    status=409,
    title=_("The plate is not approved"),
    detail=_("Plate {number} is: {state}. Only approved plates, with a layout and a kind of printer, are sliced."),
    fix=_("Approve the plate first."),
)
declare(
    "plate-has-no-layout",
    status=409,
    title=_("Nothing stands on it"),
    detail=_("Plate {number} has no layout, so nothing can be made from it."),
    fix=_("Compose the plate anew."),
)
declare(
    "plate-started",
    status=409,
    title=_("A printer is making it"),
    detail=_("Plate {number} is being printed."),
    fix=_("Stop the print attempt first, or let it end."),
)
declare(
    "slicer-changed",
    status=409,
    title=_("Another slicer is installed"),
    detail=_("The plan pins {pinned}; installed is {installed}. The same plan with another slicer would be another part."),
    fix=_("Revise the plan, so that it is checked with the installed slicer; or install the pinned one."),
)
