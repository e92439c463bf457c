"""What is said about signing in, tokens and shared devices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "token-secret-known",
    status=409,
    title=_("This secret is known already"),
    detail=_("Another token has this secret."),
    fix=_("Make a new one."),
    constraint="one_token_per_secret",
)
declare(
    "token-secret-invalid",
    status=422,
    title=_("Not a digest"),
    detail=_("A token's secret is kept as its SHA-256, 64 hexadecimal characters."),
    fix=_("Nothing to do by hand: farmos makes it."),
    constraint="token_secret_sha256_is_a_sha256",
)
declare(
    "token-unnamed",
    status=422,
    title=_("The token has no name"),
    detail=_("A token says what it is for and who issued it."),
    fix=_("Give it a name."),
    constraint="tokens_say_what_for_and_by_whom",
)
declare(
    "token-revocation-incomplete",
    status=409,
    title=_("Revocation incomplete"),
    detail=_("A revoked token says when it ended and by whom."),
    fix=_("Revoke it through farmos."),
    constraint="revoked_tokens_say_when_and_by_whom",
)
declare(
    "device-name-taken",
    status=409,
    title=_("This name is taken"),
    detail=_("Another device at this site has this name."),
    fix=_("Choose another name, or revoke the other device."),
    constraint="one_active_device_per_name",
)
declare(
    "device-secret-invalid",
    status=422,
    title=_("Not a digest"),
    detail=_("A device's secret is kept as its SHA-256, 64 hexadecimal characters."),
    fix=_("Nothing to do by hand: farmos makes it."),
    constraint="device_secret_sha256_is_a_sha256",
)
declare(
    "device-unnamed",
    status=422,
    title=_("The device has no name"),
    detail=_("A device says which one it is and who registered it."),
    fix=_("Give it a name."),
    constraint="devices_say_which_and_by_whom",
)
declare(
    "device-revocation-incomplete",
    status=409,
    title=_("Revocation incomplete"),
    detail=_("A revoked device says when and by whom."),
    fix=_("Revoke it through farmos."),
    constraint="revoked_devices_say_when_and_by_whom",
)
declare(
    "sign-in-name-digest",
    status=422,
    title=_("Not a digest"),
    detail=_("Who wants to come in is kept as a digest only."),
    fix=_("Nothing to do by hand: farmos makes it."),
    constraint="sign_in_try_name_digest_is_a_sha256",
)
declare(
    "sign-in-address-digest",
    status=422,
    title=_("Not a digest"),
    detail=_("Where somebody comes from is kept as a digest only."),
    fix=_("Nothing to do by hand: farmos makes it."),
    constraint="sign_in_try_address_digest_is_a_sha256",
)
declare(
    "sign-in-link-over",
    status=422,
    title=_("The link would be over already"),
    detail=_("A sign-in link ends after it was made."),
    fix=_("Give it a later end."),
    constraint="sign_in_links_end_after_they_began",
)
declare(
    "token-revoked-already",
    status=409,
    title=_("This token was revoked before"),
    detail=_("The token ended earlier and stays as it is."),
    fix=_("Nothing to do; issue a new token if a program needs one."),
)
declare(
    "device-revoked-already",
    status=409,
    title=_("This device was revoked before"),
    detail=_("Nobody takes turns there any more."),
    fix=_("Nothing to do; register it again to use it."),
)
declare(
    "device-unknown",
    status=403,
    title=_("This is no shared device"),
    detail=_("PINs work only on screens that a lead made a shared device."),
    fix=_("Sign in with your password; a lead can make this screen a shared device."),
)
declare(
    "link-unusable",
    status=410,
    title=_("This link does not work any more"),
    detail=_("It was used before, its time is over, or it is not complete."),
    fix=_("Ask for a new one; open the newest mail."),
)
declare(
    "sign-in-locked",
    status=429,
    title=_("Too many wrong attempts"),
    detail=_("Somebody gave a wrong password or PIN too often, so farmos does not look at more for a while."),
    fix=_("Try again in {minutes} minutes. If it was not you, tell an admin of this farm."),
)
declare(
    "sign-in-links-too-many",
    status=429,
    title=_("Too many links asked for"),
    detail=_("Links to sign in were asked for too often from here, or for this e-mail address, so farmos sends none for a while."),
    fix=_("Look into your mail, also among unwanted ones. Try again in {minutes} minutes."),
)
declare(
    "sign-in-wrong",
    status=422,
    title=_("That was not right"),
    detail=_("E-mail and password, or PIN, do not belong together, or the person is switched off."),
    fix=_("Try again. Capital letters matter in passwords. An admin can send you a new invitation."),
)
declare(
    "token-unusable",
    status=401,
    title=_("This token cannot be used"),
    detail=_("It is not one of this farm's, was revoked, or its time is over."),
    fix=_("Ask an admin of this farm for a new token."),
)
declare(
    "proof-needed",
    status=403,
    title=_("Show that it is you"),
    detail=_("This needs proof, given within the last minutes, that it is really you: the screen may be shared."),
    fix=_("Open /admin/prove/, give your PIN or password, then do it again."),
)
