"""What is said when a file cannot be taken, given or destroyed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "file-too-large",
    status=413,
    title=_("The file is too large"),
    detail=_("Files may have at most {limit} bytes; this one has more. Nothing of it was kept."),
    fix=_("Send a smaller file, or ask the people who run this farm to raise the limit."),
)
declare(
    "photo-unreadable",
    status=422,
    title=_("This is no photo we can show"),
    detail=_("Photos are taken as JPEG, PNG or WebP. This file is something else, or damaged. Nothing of it was kept."),
    fix=_("Take the photo again. On an iPhone: Settings, Camera, Formats, Most compatible."),
)
declare(
    "photo-too-large",
    status=413,
    title=_("The photo is too large"),
    detail=_("Photos may have up to {megabytes} MB and 60 million dots. Nothing of this one was kept."),
    fix=_("Take it with a lower resolution, or send a part of it."),
)
declare(
    "store-unavailable",
    status=503,
    title=_("The file store does not answer"),
    detail=_("Files can be neither read nor stored just now ({problem}). Nothing was done."),
    fix=_("Try again shortly. For operators: ./farm doctor says what is wrong with the store."),
)
declare(
    "artifact-missing",
    status=503,
    title=_("The file is missing from the store"),
    detail=_("This file should be in the store but is not there, so nothing that needs it was started."),
    fix=_("Upload the same file again, or restore it from a backup; it is recognised by its contents. Then repeat what you wanted."),
)
declare(
    "artifact-corrupt",
    status=503,
    title=_("The file is damaged"),
    detail=_("The stored file is not what it was when it came in (its checksum differs), so it is not used for anything."),
    fix=_("Upload the same file again, or restore it from a backup; it is recognised by its contents. Then repeat what you wanted."),
)
declare(
    "artifact-purged",
    status=410,
    title=_("The file was destroyed"),
    detail=_("This file's contents were destroyed on purpose and cannot be brought back. Its checksum and history remain."),
    fix=_("Use another file, or upload it again if it may be kept again."),
)
declare(
    "artifact-collected",
    status=409,
    title=_("The file was cleaned up meanwhile"),
    detail=_("Between receiving this file and using it, its contents were destroyed. Nothing was done."),
    fix=_("Send the file again."),
    constraint="one_artifact_per_place",
)
declare(
    "artifact-not-the-expected",
    status=412,
    title=_("Not the file you named"),
    detail=_("The checksum you gave is not this file's. Nothing was destroyed."),
    fix=_("Look at the file again and give the checksum shown there."),
)
declare(
    "artifact-pinned",
    status=409,
    title=_("The file is in use"),
    detail=_("This file is used by: {by}. Unused files only can be cleaned up."),
    fix=_("To destroy it all the same, give retention or erasure as the reason."),
)
declare(
    "artifact-size-negative",
    status=422,
    title=_("Not a file size"),
    detail=_("A file has zero bytes or more."),
    fix=_("Let farmos count the bytes: deposit the file first."),
    constraint="artifact_size_at_least_0",
)
declare(
    "artifact-hash-invalid",
    status=422,
    title=_("Not a SHA-256"),
    detail=_("A SHA-256 has 64 hexadecimal digits."),
    fix=_("Let farmos compute it: deposit the file first."),
    constraint="artifact_sha256_is_a_sha256",
)
declare(
    "purge-incomplete",
    status=422,
    title=_("A reason is missing"),
    detail=_("A destroyed file says when and why; a kept one says neither."),
    fix=_("Give the reason: retention, erasure, or never used."),
    constraint="purged_artifacts_say_why",
)
declare(
    "artifact-exists",
    status=409,
    title=_("The file is known already"),
    detail=_("A file with exactly these contents is in the store already."),
    fix=_("Use the existing file."),
    constraint="one_living_artifact_per_content",
)
declare(
    "artifact-content-exists",
    status=409,
    title=_("Its contents are stored already"),
    detail=_("This file's contents are in the database already."),
    fix=_("Nothing to do: contents never change."),
    constraint="one_content_per_artifact",
)
declare(
    "artifact-link-exists",
    status=409,
    title=_("The origin is recorded already"),
    detail=_("This file is already recorded as made from that one in that role."),
    fix=_("Nothing to do."),
    constraint="one_artifact_link_per_role",
)
declare(
    "artifact-own-parent",
    status=422,
    title=_("A file cannot be made from itself"),
    detail=_("The origin named is the file itself."),
    fix=_("Name the file it was made from; a tool that changed nothing needs no origin."),
    constraint="no_artifact_is_its_own_parent",
)
declare(
    "artifact-tool-missing",
    status=422,
    title=_("The tool is missing"),
    detail=_("What was made from a file says by which program and version."),
    fix=_("Name the program and its version."),
    constraint="artifact_links_name_their_tool",
)
declare(
    "damage-reported-already",
    status=409,
    title=_("The damage is known already"),
    detail=_("This file is already reported as damaged."),
    fix=_("Restore it from a backup or upload it again."),
    constraint="one_open_damage_per_artifact",
)
declare(
    "unhappy-stage-without-reason",
    status=422,
    title=_("A reason is missing"),
    detail=_("A stage that is blocked or failed says why."),
    fix=_("Give the reason."),
    constraint="unhappy_stages_carry_a_reason",
)
declare(
    "stage-request-missing",
    status=400,
    title=_("The request id is missing"),
    detail=_("What a machine may carry out is traceable to the request that asked for it."),
    fix=_("Send the request with an X-Request-Id."),
    constraint="stages_name_their_request",
)
declare(
    "stage-link-exists",
    status=409,
    title=_("The basis is recorded already"),
    detail=_("This stage already rests on that one."),
    fix=_("Nothing to do."),
    constraint="one_link_per_stage_parent",
)
declare(
    "stage-own-parent",
    status=422,
    title=_("A stage cannot rest on itself"),
    detail=_("The basis named is the stage itself."),
    fix=_("Name the stage before it."),
    constraint="no_stage_is_its_own_parent",
)
