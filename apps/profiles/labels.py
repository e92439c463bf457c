"""What the profiles app says when the database refuses something."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "profile-exists",
    status=409,
    title=_("There is such a profile"),
    detail=_("A profile for this material, quality, printer class and nozzle exists."),
    fix=_("Add a version to that profile."),
    constraint="one_profile_per_key",
)
declare(
    "profile-of-material-exists",
    status=409,
    title=_("There is such a profile"),
    detail=_("A profile for exactly this material, quality, printer class and nozzle exists."),
    fix=_("Add a version to that profile."),
    constraint="one_profile_per_material",
)
declare(
    "profile-name-taken",
    status=409,
    title=_("This profile name is taken"),
    detail=_("Another profile of this printer class has this name."),
    fix=_("Choose another name."),
    constraint="one_profile_per_name",
)
declare(
    "profile-unnamed",
    status=422,
    title=_("The profile needs a name and a printer class"),
    detail=_("A profile is known by its name on a printer class."),
    fix=_("Give both."),
    constraint="profiles_have_a_name_and_a_class",
)
declare(
    "profile-nozzle-invalid",
    status=422,
    title=_("That nozzle cannot be right"),
    detail=_("A nozzle's diameter is micrometres, between 50 and 5000."),
    fix=_("Check the unit: 0.4 mm is 400."),
    constraint="profile_nozzle_diameter_um_in_range",
)
declare(
    "profile-version-exists",
    status=409,
    title=_("This version exists"),
    detail=_("The profile already has a version with this number."),
    fix=_("Use the next number."),
    constraint="one_profile_version_per_number",
)
declare(
    "profile-in-production-already",
    status=409,
    title=_("Another version is in production"),
    detail=_("One version of a profile is in production at a time, and another one is."),
    fix=_("Promote this one, which makes the other the previous one."),
    constraint="one_version_in_production",
)
declare(
    "profile-previous-already",
    status=409,
    title=_("There is a previous version already"),
    detail=_("A profile has one previous version to roll back to, and another one is."),
    fix=_("Retire that one first."),
    constraint="one_previous_version_per_profile",
)
declare(
    "profile-version-number-invalid",
    status=422,
    title=_("Not a version number"),
    detail=_("A version is three whole numbers of 0 or more, such as 1.8.2."),
    fix=_("Use such a number."),
    constraint="profile_version_numbers_are_not_negative",
)
declare(
    "profile-version-hash-invalid",
    status=422,
    title=_("Not a content hash"),
    detail=_("A content hash is 64 hex digits."),
    fix=_("Compute it with SHA-256 over the content."),
    constraint="profile_version_content_sha256_is_a_sha256",
)
declare(
    "profile-version-empty",
    status=422,
    title=_("This version has no settings"),
    detail=_("Only a draft may be without settings and their hash."),
    fix=_("Upload the settings first."),
    constraint="versions_beyond_draft_have_content",
)
declare(
    "profile-promotion-unsigned",
    status=422,
    title=_("Who promoted it, and when?"),
    detail=_("A version that is or was in production says when and by whom it was promoted; others do not."),
    fix=_("Promote it with the promote command."),
    constraint="promoted_versions_say_when_and_by_whom",
)
declare(
    "profile-promotion-without-reason",
    status=422,
    title=_("Why in spite of failing tests?"),
    detail=_("A version promoted although its tests fail carries the reason; others carry none."),
    fix=_("Give the reason."),
    constraint="flagged_promotions_say_why",
)
declare(
    "profile-withdrawal-incomplete",
    status=422,
    title=_("Why was it withdrawn?"),
    detail=_("A withdrawn version says when and why; others say neither."),
    fix=_("Give the reason."),
    constraint="withdrawn_versions_say_when_and_why",
)
declare(
    "profile-material-contradiction",
    status=422,
    title=_("The material is of another family"),
    detail=_("{material} is {family}, and the profile is for another family."),
    fix=_("Choose the material's family, or another material."),
)
declare(
    "printer-class-unfit",
    status=409,
    title=_("Not a released version of the profile's printer class"),
    detail=_("{printer_class} is {state}; this profile is for released versions of {key}."),
    fix=_("Choose a released version of {key}."),
)
declare(
    "profile-file-unreadable",
    status=422,
    title=_("This is not a settings file"),
    detail=_("Line {line} cannot be read as a setting ({reason})."),
    fix=_("Export the configuration from PrusaSlicer again: File, Export, Export Config."),
)
declare(
    "profile-file-is-bundle",
    status=422,
    title=_("This is a bundle of presets"),
    detail=_("The file has sections ({section}, line {line}). PrusaSlicer would use none of it and print with its defaults."),
    fix=_("Choose the presets in PrusaSlicer and use Export Config, not Export Config Bundle."),
)
declare(
    "profile-keys-unknown",
    status=422,
    title=_("Unknown settings"),
    detail=_("PrusaSlicer 2.5.0 does not know {keys}, and would pass over them without a word."),
    fix=_("Correct their names, or take them out."),
)
declare(
    "profile-keys-missing",
    status=422,
    title=_("Settings are missing"),
    detail=_("{keys}: not said, and PrusaSlicer's defaults for them are wrong for your printers."),
    fix=_("Give each of them."),
)
declare(
    "profile-settings-unfit",
    status=422,
    title=_("Settings that cannot be"),
    detail=_("With these settings prints would be wrong or not repeatable: {settings}."),
    fix=_("Correct them and send again."),
)
declare(
    "profile-version-unchanged",
    status=409,
    title=_("Nothing changed"),
    detail=_("{profile} has a version with exactly these settings."),
    fix=_("Use that version, or change a setting."),
)
declare(
    "profile-signature-invalid",
    status=409,
    title=_("This version is not what was signed"),
    detail=_("The content hash of version {number} does not fit its signature: the record was edited, or the farm's secret key changed."),
    fix=_("Write the version anew from its settings."),
)
