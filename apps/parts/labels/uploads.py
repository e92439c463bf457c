"""What is said about files that cannot be used, and about answers to findings that cannot be given."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

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
