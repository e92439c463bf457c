"""What is said about files that cannot be used, and about answers to findings that cannot be given."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

TOO_LONG = _("is longer than %(most)d characters")

declare(
    "finding-unknown",
    status=404,
    title=_("No such finding"),
    detail=_("The check did not find {code}."),
    fix=_("Look at the newest check of this part."),
)
declare(
    "finding-asks-nothing",
    status=409,
    title=_("There is nothing to accept"),
    detail=_("{code} is only for your information; the part can be made as it is."),
    fix=_("Nothing to do."),
)
declare(
    "finding-needs-review",
    status=409,
    title=_("Somebody of the shop must look first"),
    detail=_("{code} means that the part cannot be made as it is, and nobody of the shop has let it through."),
    fix=_("Change the model, or ask for a review."),
)
declare(
    "finding-is-no-failure",
    status=409,
    title=_("There is nothing to let through"),
    detail=_("{code} does not keep the part from being made."),
    fix=_("Nothing to do; a warning is the customer's to accept."),
)
declare(
    "finding-not-reviewable",
    status=409,
    title=_("This cannot be let through"),
    detail=_("{code} would harm a machine or cannot be made at all, whoever says so."),
    fix=_("Change the file."),
)

declare(
    "upload-empty",
    status=422,
    title=_("The file is empty"),
    detail=_("The file holds nothing at all. It was probably cut off while it was saved or sent."),
    fix=_("Export the model again and send the new file."),
)
declare(
    "upload-quota-files",
    status=429,
    title=_("Enough files for today"),
    detail=_("{count} files were sent within a day, {most} are taken. This one was not stored."),
    fix=_("Come back tomorrow, or write to the shop."),
)
declare(
    "upload-quota-bytes",
    status=413,
    title=_("Enough data for today"),
    detail=_("At most {most_mb} MB are taken within a day. This file was not stored."),
    fix=_("Come back tomorrow, or write to the shop."),
)
declare(
    "upload-not-a-model",
    status=422,
    title=_("This is not a model we can read"),
    detail=_("The file is neither STL nor 3MF, whatever its name says."),
    fix=_("Export the model as STL or 3MF from your CAD program and send that."),
)
declare(
    "stl-truncated",
    status=422,
    title=_("The file is cut off"),
    detail=_("The file says that it holds {claimed} triangles, but only {present} are there. The rest of the shape is missing."),
    fix=_("Export the model again and check that saving and sending finished."),
)
declare(
    "stl-count-wrong",
    status=422,
    title=_("The file contradicts itself"),
    detail=_("The file says that it holds {claimed} triangles, but {present} are there. We would have to guess which are meant."),
    fix=_("Export the model again; if it happens again, another program or 3MF helps."),
)
declare(
    "stl-malformed",
    status=422,
    title=_("The file is not proper STL"),
    detail=_("The file begins like a text STL, but what follows is not what an STL may hold."),
    fix=_("Export the model again as STL (binary is best) or as 3MF."),
)
declare(
    "model-without-faces",
    status=422,
    title=_("There is no shape in the file"),
    detail=_("The file is readable, but it holds no surface that could be made."),
    fix=_("Check in your CAD program that the body was selected when you exported it."),
)
declare(
    "model-too-many-triangles",
    status=422,
    title=_("The model is finer than we can take"),
    detail=_("The model has {triangles} triangles; we take up to {most}. No printer could show such detail."),
    fix=_("Export it with a coarser resolution, or reduce the mesh."),
)
declare(
    "model-too-large-as-text",
    status=422,
    title=_("The file is too large as text"),
    detail=_("This is a text STL of {size} bytes; we take up to {most}."),
    fix=_("Export the model as binary STL: it is about five times smaller and exactly the same."),
)
declare(
    "model-not-finite",
    status=422,
    title=_("The model has impossible coordinates"),
    detail=_("Some corners of the model are at no place at all: their coordinates are infinite or not numbers."),
    fix=_("Repair the model in your CAD program (check the last operations, such as scaling) and export it again."),
)
declare(
    "model-absurdly-large",
    status=422,
    title=_("The model is kilometres large"),
    detail=_("The model measures about {extent_m} m; we read models up to {most_m} m. Most likely its unit or its scale is wrong."),
    fix=_("Check the unit in which you exported the model, then send it again."),
)
declare(
    "archive-broken",
    status=422,
    title=_("The file is damaged"),
    detail=_("This looks like a 3MF, but its contents cannot be unpacked. It was probably cut off while it was saved or sent."),
    fix=_("Export the model again and check that saving and sending finished."),
)
declare(
    "archive-too-many-entries",
    status=422,
    title=_("There is too much in the file"),
    detail=_("A 3MF holds a handful of files; this one holds more than {most}."),
    fix=_("Export the model again from your CAD program or slicer."),
)
declare(
    "archive-too-large",
    status=422,
    title=_("There is too much in the file"),
    detail=_("Unpacked, this file would be {unpacked_mb} MB; we take up to {most_mb} MB."),
    fix=_("Export the model with a coarser resolution, or in several files."),
)
declare(
    "archive-is-bomb",
    status=422,
    title=_("The file unpacks to far too much"),
    detail=_(
        "A part of this file would unpack to {ratio} times its size; models unpack to about ten times. Files like this are made to do harm."
    ),
    fix=_("If you made it yourself, export the model again with another program."),
)
declare(
    "archive-unsafe-name",
    status=422,
    title=_("The file is not safe to unpack"),
    detail=_("The file holds names that lead outside of it. Files like this are made to do harm."),
    fix=_("If you made it yourself, export the model again with another program."),
)
declare(
    "archive-encrypted",
    status=422,
    title=_("The file is locked"),
    detail=_("The file is protected by a password, so we cannot look into it."),
    fix=_("Save it without a password and send it again."),
)
declare(
    "xml-unsafe",
    status=422,
    title=_("The file is not safe to read"),
    detail=_("The file holds definitions (a document type or entities) that a 3MF may not have. Files like this are made to do harm."),
    fix=_("If you made it yourself, export the model again with another program."),
)
declare(
    "xml-broken",
    status=422,
    title=_("The file is damaged"),
    detail=_("This is a 3MF, but the description of the model inside it breaks off or is not written properly."),
    fix=_("Export the model again, or as STL."),
)
declare(
    "three-mf-malformed",
    status=422,
    title=_("The 3MF does not fit together"),
    detail=_("The model inside this 3MF does not fit together (at: {problem}), so we cannot tell what is meant."),
    fix=_("Export the model again, or as STL."),
)
declare(
    "three-mf-unit-unknown",
    status=422,
    title=_("The unit is not known"),
    detail=_("The file names a unit of length that 3MF does not have."),
    fix=_("Export the model again in millimetres."),
)
declare(
    "three-mf-external-parts",
    status=422,
    title=_("The 3MF is spread over several inner files"),
    detail=_(
        "This 3MF keeps its objects in further files inside it (the production extension), which we do not read yet. Nothing of it was used."
    ),
    fix=_("Export it as a plain 3MF or as STL; in slicers: export the plate or the object, not the project."),
)
declare(
    "three-mf-extension",
    status=422,
    title=_("The 3MF needs something we do not have"),
    detail=_("The file says that its shape cannot be understood without an extension of 3MF we do not read, such as lattices."),
    fix=_("Export it as a plain 3MF or as STL."),
)
declare(
    "three-mf-cycle",
    status=422,
    title=_("The 3MF contains itself"),
    detail=_("An object in this file is made of itself, which no program can build."),
    fix=_("Export the model again, or as STL."),
)
declare(
    "three-mf-too-many-objects",
    status=422,
    title=_("The 3MF places too many objects"),
    detail=_("This file would place more than {most} objects, or nests them deeper than any real model."),
    fix=_("Send one object and order the number you need."),
)
declare(
    "three-mf-too-many-parts",
    status=422,
    title=_("There are too many different parts"),
    detail=_("The file holds {parts} different parts; we take up to {most} in one file."),
    fix=_("Split it into several files."),
)
declare(
    "three-mf-transform-unusable",
    status=422,
    title=_("The 3MF flattens an object"),
    detail=_("An object in this file is placed so that nothing of it remains (it is scaled to nothing or moved to no place)."),
    fix=_("Check the scale of the objects and export the model again."),
)
declare(
    "three-mf-builds-nothing",
    status=422,
    title=_("The 3MF builds nothing"),
    detail=_("The file may hold shapes, but its list of what is to be made is empty."),
    fix=_("Put the objects onto the plate in your program, then export again."),
)
declare(
    "check-too-heavy",
    status=422,
    title=_("The model is too complex to check"),
    detail=_("Checking this file took more time or memory than any real model needs, so we stopped."),
    fix=_("Reduce the mesh in your CAD program, or split the model."),
)
declare(
    "check-failed",
    status=500,
    title=_("We could not check this file"),
    detail=_("Our check ended without a result, several times. That is our fault or the file is very unusual."),
    fix=_("Send it again as another kind of file (STL or 3MF), or ask us to look at it."),
)
