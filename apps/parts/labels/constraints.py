"""What is said when the database refuses something about parts, uploads and checks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "sku-taken",
    status=409,
    title=_("This SKU is taken"),
    detail=_("Another part of this site has this SKU."),
    fix=_("Use that part, or another SKU."),
    constraint="one_part_per_sku",
)
declare(
    "part-unnamed",
    status=422,
    title=_("The part needs a name"),
    detail=_("A part without a name could not be told from others."),
    fix=_("Give it one; the file's name is fine."),
    constraint="parts_have_a_name",
)
declare(
    "part-revision-exists",
    status=409,
    title=_("This revision exists"),
    detail=_("The part already has a revision with this number."),
    fix=_("Use the next number."),
    constraint="one_part_revision_per_number",
)
declare(
    "part-revision-number-invalid",
    status=422,
    title=_("Revisions start at 1"),
    detail=_("A revision is a whole number from 1 on."),
    fix=_("Use 1 for the first revision."),
    constraint="part_revision_number_at_least_1",
)
declare(
    "part-revision-unsigned",
    status=422,
    title=_("Who made this revision?"),
    detail=_("A revision says who made it."),
    fix=_("Name the person or service."),
    constraint="part_revisions_say_by_whom",
)
declare(
    "revision-file-position-taken",
    status=409,
    title=_("There is a file at this position"),
    detail=_("The revision already has a file at this position."),
    fix=_("Use the next position."),
    constraint="one_revision_file_per_position",
)
declare(
    "revision-file-exists",
    status=409,
    title=_("The file is there already"),
    detail=_("The revision already holds this file in this role."),
    fix=_("Nothing to do."),
    constraint="a_revision_holds_a_file_once",
)
declare(
    "revision-file-position-invalid",
    status=422,
    title=_("That position cannot be used"),
    detail=_("Files of a revision are counted from 0."),
    fix=_("Use 0 for the first file."),
    constraint="revision_file_position_at_least_0",
)
declare(
    "revision-file-unnamed",
    status=422,
    title=_("The file needs a name"),
    detail=_("A file is shown under the name it was uploaded with."),
    fix=_("Give its name."),
    constraint="revision_files_have_a_name",
)
declare(
    "upload-unnamed",
    status=422,
    title=_("The file needs a name"),
    detail=_("An upload is shown under the name the file had."),
    fix=_("Give its name."),
    constraint="uploads_have_a_name",
)
declare(
    "upload-refused-without-reason",
    status=422,
    title=_("Why can it not be used?"),
    detail=_("An upload that cannot be used says why; one that can does not."),
    fix=_("Name the code of the reason."),
    constraint="refused_uploads_say_why",
)
declare(
    "upload-end-incomplete",
    status=409,
    title=_("When was it checked?"),
    detail=_("An upload whose check is over says when; one that is still checked does not."),
    fix=_("End the check by its commands."),
    constraint="uploads_that_ended_say_when",
)
declare(
    "upload-part-position-taken",
    status=409,
    title=_("There is a part at this position"),
    detail=_("The upload already has a part at this position."),
    fix=_("Use the next position."),
    constraint="one_upload_part_per_position",
)
declare(
    "upload-part-position-invalid",
    status=422,
    title=_("That position cannot be used"),
    detail=_("Parts of an upload are counted from 0."),
    fix=_("Use 0 for the first part."),
    constraint="upload_part_position_at_least_0",
)
declare(
    "upload-part-count-invalid",
    status=422,
    title=_("A part is there at least once"),
    detail=_("A part found in a file is placed there once or more."),
    fix=_("Count again."),
    constraint="upload_part_count_at_least_1",
)
declare(
    "preflight-unsigned",
    status=422,
    title=_("What checked this?"),
    detail=_("A preflight names the program that made it."),
    fix=_("Name program and version."),
    constraint="preflights_name_their_analyser",
)
declare(
    "finding-answered",
    status=409,
    title=_("Answered already"),
    detail=_("This finding already has such an answer."),
    fix=_("Nothing to do."),
    constraint="one_answer_per_finding",
)
declare(
    "answer-unsigned",
    status=422,
    title=_("Who answered?"),
    detail=_("An answer to a finding says who gave it."),
    fix=_("Name the person."),
    constraint="answers_say_by_whom",
)
declare(
    "review-without-reason",
    status=422,
    title=_("A reason is missing"),
    detail=_("Whoever lets a failure through says why."),
    fix=_("Say what you looked at and why it can be made."),
    constraint="reviews_say_why",
)
