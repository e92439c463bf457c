"""What the HTTP edge says when it will not pass a request on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "bad-request",
    status=400,
    title=_("The request cannot be understood"),
    detail=_("Something about this request is not as HTTP or farmos needs it, so it was not looked at further."),
    fix=_("Check the address, the headers and the form you sent. If you use a program, compare with docs/integrators/http.md."),
)
declare(
    "request-id-missing",
    status=400,
    title=_("X-Request-Id is missing"),
    detail=_("What a machine will do must be traceable to the request that asked for it, so this address needs an X-Request-Id."),
    fix=_("Send an X-Request-Id of 1 to 128 letters, digits, dots, dashes or underscores; a UUID is fine."),
)
declare(
    "json-malformed",
    status=400,
    title=_("The body is not valid JSON"),
    detail=_("The body could not be read as JSON: {problem}."),
    fix=_("Send one JSON object in UTF-8, every key once, without NaN or Infinity."),
)
declare(
    "json-too-deep",
    status=400,
    title=_("The JSON is nested too deeply"),
    detail=_("Objects and lists may be nested {limit} deep; these go deeper."),
    fix=_("Send a flatter document."),
)
declare(
    "body-unreadable",
    status=400,
    title=_("The body did not arrive"),
    detail=_("The connection broke before the whole body was here. Nothing was done."),
    fix=_("Send the request again with the same Idempotency-Key."),
)
declare(
    "unknown-field",
    status=400,
    title=_("Unknown field"),
    detail=_("{field} is not a field of this request. Nothing was done, because a misspelt field might have mattered."),
    fix=_("Correct the spelling or leave the field out."),
)
declare(
    "parameter-invalid",
    status=400,
    title=_("A query parameter cannot be used"),
    detail=_("The parameter {parameter} {problem}."),
    fix=_("Correct it or leave it out."),
)
declare(
    "cursor-invalid",
    status=400,
    title=_("The cursor cannot be used"),
    detail=_("This cursor was not made by this list, or was changed on the way."),
    fix=_("Start again without a cursor and follow the next_cursor of each page unchanged."),
)
declare(
    "not-signed-in",
    status=401,
    title=_("Please sign in"),
    detail=_("This address is only for people who are signed in."),
    fix=_("Sign in, then try again."),
)
declare(
    "permission-denied",
    status=403,
    title=_("Not allowed"),
    detail=_("Your account may not do this."),
    fix=_("Ask an administrator of this farm for the permission, or sign in with another account."),
)
declare(
    "csrf-failed",
    status=403,
    title=_("The form has expired"),
    detail=_("This request did not carry the proof that it came from a farmos page you opened yourself."),
    fix=_("Reload the page and send it again. Cookies must be allowed. A program must send the csrftoken cookie's value as X-CSRFToken."),
)
declare(
    "method-not-allowed",
    status=405,
    title=_("Not possible at this address"),
    detail=_("{method} is not possible here."),
    fix=_("Use one of: {allowed}."),
)
declare(
    "not-acceptable",
    status=406,
    title=_("No such format"),
    detail=_("This address cannot answer in the format that the Accept header asks for."),
    fix=_("Ask for one of: {available}."),
)
declare(
    "if-match-unusable",
    status=400,
    title=_("If-Match cannot be used"),
    detail=_('If-Match must hold exactly one version tag, such as "v3" with its quotation marks; not *, not several.'),
    fix=_("Send the ETag of the record as you last read it."),
)
declare(
    "if-match-weak",
    status=412,
    title=_("If-Match must be a strong tag"),
    detail=_("A weak tag (W/…) does not say exactly which version you saw. Nothing was done."),
    fix=_("Send the ETag of the record exactly as farmos gave it, without W/."),
)
declare(
    "if-match-foreign",
    status=412,
    title=_("If-Match is not a version of this record"),
    detail=_("The tag in If-Match is none that farmos gives. Nothing was done."),
    fix=_("Read the record again and send its ETag."),
)
declare(
    "body-too-large",
    status=413,
    title=_("Too large"),
    detail=_("The request is larger than this address takes ({limit} bytes)."),
    fix=_("Send less at once."),
)
declare(
    "media-type-unsupported",
    status=415,
    title=_("Not a format farmos reads here"),
    detail=_("The body must be {expected}; this one says it is {given}."),
    fix=_("Send {expected} with the matching Content-Type and without Content-Encoding."),
)
declare(
    "if-match-missing",
    status=428,
    title=_("If-Match is missing"),
    detail=_("This changes a record that others may change too, so farmos must know which version you saw."),
    fix=_("Read the record, then send its ETag as If-Match."),
)
declare(
    "too-many-requests",
    status=429,
    title=_("Too many requests"),
    detail=_("You sent more requests than farmos takes in so short a time."),
    fix=_("Wait as many seconds as Retry-After says, then go on."),
)
declare(
    "internal-error",
    status=500,
    title=_("farmos made a mistake"),
    detail=_("Something went wrong inside farmos, so there is no answer. A change is either wholly made or not made at all."),
    fix=_("Look whether it was done, or repeat it. If this happens again, tell the people who run this farm the request id {request_id}."),
)
