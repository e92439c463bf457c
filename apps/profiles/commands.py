"""What can be done with profiles: define them, write and import versions, release them, take them back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings as configured

from apps.artifacts import changes as files
from apps.catalog.models import Material, PrinterClass
from apps.catalog.states import ClassState, MaterialFamily, QualityTier
from apps.journal import canonical
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, NotFound, Refusal

from . import events, queries
from .domain import checks, ini, semver, signing
from .domain.diff import differences
from .models import Profile, ProfileVersion
from .states import Demand, ProfileState

MOVED = ("state", "promoted_at", "promoted_by", "promoted_while_failing", "promotion_reason", "withdrawn_at", "withdrawal_reason")


@command("profiles.define_profile")
def define_profile(
    ctx: Context,
    *,
    material_family: MaterialFamily,
    quality_tier: QualityTier,
    printer_class_key: str,
    nozzle_diameter_um: int,
    name: str,
    material_id: UUID | None = None,
) -> UUID:
    """Let there be a profile for a material, quality, printer class and nozzle, and return its id. It prints nothing before a version is promoted.

    ``material_id`` makes it a profile for this one material of the family; None: for the whole family. ``name`` is such as PETG_0.4_Draft and
    unique in the printer class, of which a version is released. A nozzle of 0.4 mm is 400.

    Raises:
        NotFound: no such material; no released printer class of this key.
        Refusal: ``profile-material-contradiction``; ``profile-exists``, ``profile-of-material-exists``, ``profile-name-taken``,
            ``profile-unnamed``, ``profile-nozzle-invalid``, ``unknown-code``.
    """
    if not PrinterClass.objects.filter(key=printer_class_key, state=ClassState.RELEASED).exists():
        raise NotFound(str(PrinterClass._meta.verbose_name), id=printer_class_key)
    if material_id is not None:
        material = Material.objects.filter(pk=material_id).first()
        if material is None:
            raise NotFound(str(Material._meta.verbose_name), id=str(material_id))
        if material.family != material_family:
            raise Refusal("profile-material-contradiction", material=material.name, family=material.family)
    profile = Profile(
        material_family=material_family,
        material_id=material_id,
        quality_tier=quality_tier,
        printer_class_key=printer_class_key,
        nozzle_diameter_um=nozzle_diameter_um,
        name=name.strip(),
        created_at=ctx.now,
    ).add()
    defined = events.ProfileDefined(
        profile_id=profile.pk,
        material_family=profile.material_family,
        quality_tier=profile.quality_tier,
        printer_class_key=printer_class_key,
        nozzle_diameter_um=nozzle_diameter_um,
        material_id=material_id,
    )
    record(ctx, event=defined, subjects=[Subject("profile", profile.pk)])
    return profile.pk


@command("profiles.create_version")
def create_version(
    ctx: Context, *, profile_id: UUID, printer_class_id: UUID, settings: dict[str, str], number: str = "", notes: str = ""
) -> UUID:
    """Write a version of a profile and return its id. It is a draft: nothing uses it, its content is hashed and signed.

    Args:
        ctx: Who asks, when.
        profile_id: Of which profile.
        printer_class_id: Made on this released version of the profile's printer class.
        settings: PrusaSlicer's flat configuration; what it must say is in ``domain/keys.py`` and ``domain/checks.py``.
        number: Such as 1.8.2; empty: the next one, as large a step as what changed since the latest.
        notes: What changed and why.

    Raises:
        NotFound: no such profile or printer class.
        Invalid: the number is none.
        Refusal: ``printer-class-unfit``, ``profile-keys-unknown``, ``profile-keys-missing``, ``profile-settings-unfit``,
            ``profile-version-exists``, ``profile-version-unchanged``.
    """
    return _write(ctx, profile_id, printer_class_id, _checked(lambda: ini.normal(settings)), number, notes)


@command("profiles.import_ini")
def import_ini(ctx: Context, *, profile_id: UUID, printer_class_id: UUID, text: str, number: str = "", notes: str = "") -> UUID:
    """Write a version from a flat PrusaSlicer .ini file and return its id. Presets' names, notes and passwords in the file are left out.

    Raises what ``create_version`` raises, and:
        Refusal: ``profile-file-unreadable``, ``profile-file-is-bundle`` (a vendor's file with sections, of which PrusaSlicer would use nothing).
    """
    return _write(ctx, profile_id, printer_class_id, _checked(lambda: ini.read_ini(text)), number, notes)


def _checked(read: Any) -> Mapping[str, str]:
    try:
        found: ini.Imported = read()
    except ini.UnusableSettings as problem:
        raise Refusal(problem.code, **problem.params) from None
    return found.settings


def _write(ctx: Context, profile_id: UUID, printer_class_id: UUID, settings: Mapping[str, str], number: str, notes: str) -> UUID:
    profile = Profile.objects.select_for_update(of=("self",)).filter(pk=profile_id).first()
    if profile is None:
        raise NotFound(str(Profile._meta.verbose_name), id=str(profile_id))
    printer_class = _class_for(profile, printer_class_id)
    _refuse_unfit(settings, profile, printer_class)
    artifact = files.register_document(ctx, dict(settings))
    content = _content(profile, printer_class, artifact.sha256)
    if ProfileVersion.objects.filter(profile=profile, content_sha256=content).exists():
        raise Refusal("profile-version-unchanged", profile=profile.name)
    at = _number(profile, number, settings)
    version = ProfileVersion(
        profile=profile,
        printer_class=printer_class,
        major=at.major,
        minor=at.minor,
        patch=at.patch,
        settings=artifact,
        content_sha256=content,
        signature=signing.sign(content, secret=configured.SECRET_KEY),
        notes=notes,
        created_at=ctx.now,
    ).add()
    created = events.ProfileVersionCreated(profile_id=profile.pk, version_id=version.pk, number=version.number, content_sha256=content)
    record(ctx, event=created, subjects=_about(version))
    return version.pk


def _class_for(profile: Profile, printer_class_id: UUID) -> PrinterClass:
    found = PrinterClass.objects.filter(pk=printer_class_id).first()
    if found is None:
        raise NotFound(str(PrinterClass._meta.verbose_name), id=str(printer_class_id))
    if found.key != profile.printer_class_key or found.state != ClassState.RELEASED:
        raise Refusal("printer-class-unfit", printer_class=str(found), state=found.state, key=profile.printer_class_key)
    return found


def _refuse_unfit(settings: Mapping[str, str], profile: Profile, printer_class: PrinterClass) -> None:
    if absent := checks.missing(settings):
        raise Refusal("profile-keys-missing", keys=absent)
    material = profile.material
    frame = checks.Frame(
        nozzle_um=profile.nozzle_diameter_um,
        volume_um=(printer_class.volume_x_um, printer_class.volume_y_um, printer_class.volume_z_um),
        max_nozzle_c=printer_class.max_nozzle_c,
        max_bed_c=printer_class.max_bed_c,
        nozzle_c=(material.nozzle_min_c, material.nozzle_max_c) if material else None,
    )
    if wrong := checks.unfit(settings, frame):
        said = [{"key": one.key, "value": one.value[:100], "must": one.must, "limit": one.limit} for one in wrong]
        spoken = {one.key: f"{one.value[:100] or '-'} ({Demand(one.must).label} {one.limit})".replace(" )", ")") for one in wrong}
        raise Refusal("profile-settings-unfit", settings=spoken, found=said)


def _content(profile: Profile, printer_class: PrinterClass, settings_sha256: str) -> str:
    """Return the hash over everything a version is: settings (post-processing among them), printer definition, material."""
    return hashlib.sha256(
        canonical.encode(
            {
                "settings": settings_sha256,
                "printer_class": str(printer_class),
                "nozzle_um": profile.nozzle_diameter_um,
                "material": str(profile.material_id or profile.material_family),
                "quality": profile.quality_tier,
            }
        )
    ).hexdigest()


def _number(profile: Profile, wanted: str, settings: Mapping[str, str]) -> semver.Version:
    newest = ProfileVersion.objects.filter(profile=profile).order_by("-major", "-minor", "-patch").select_related("settings").first()
    latest = semver.Version(newest.major, newest.minor, newest.patch) if newest else None
    try:
        if wanted:
            return semver.parse(wanted)
        return semver.following(latest, differences(queries.settings_of(newest), settings) if newest else [])
    except ValueError as problem:
        raise Invalid({"number": str(problem)}) from None


@command("profiles.nominate_version")
def nominate_version(ctx: Context, *, version_id: UUID, expected_version: int) -> None:
    """Fix a draft for ever and offer it for tests.

    Raises:
        NotFound, StaleVersion: no such version, changed meanwhile.
        Refusal: ``illegal-transition`` when it is no draft; ``profile-version-empty``.
    """
    version = ProfileVersion.at_version(version_id, expected_version)
    version.nominate()
    version.save_changes("state")
    _record(ctx, events.ProfileVersionNominated, version)


@command("profiles.promote_version")
def promote_version(ctx: Context, *, version_id: UUID, expected_version: int, despite_failing: str = "") -> None:
    """Make a candidate the version new plans use. The one before can be rolled back to; the one before that is retired.

    Args:
        ctx: Who asks, when.
        version_id: Which.
        expected_version: The version of the record that was seen.
        despite_failing: Why, when its tests do not pass; the flag stays for ever.

    Raises:
        NotFound, StaleVersion: no such version, changed meanwhile.
        Refusal: ``illegal-transition`` when it is no candidate; ``profile-signature-invalid`` when its content is not what was signed.
    """
    version = _locked(version_id, expected_version)
    if not signing.is_signed(version.content_sha256, version.signature, secret=configured.SECRET_KEY):
        raise Refusal("profile-signature-invalid", number=version.number)
    if version.state == ProfileState.CANDIDATE:
        _make_room(ctx, version.profile)
    version.promote(by=ctx.actor.who, now=ctx.now, despite_failing=despite_failing.strip())
    version.save_changes(*MOVED)
    promoted = events.ProfilePromoted(
        profile_id=version.profile_id, version_id=version.pk, number=version.number, while_failing=version.promoted_while_failing
    )
    record(ctx, event=promoted, subjects=_about(version))


def _make_room(ctx: Context, profile: Profile) -> None:
    """Retire the previous version and make the one in production the previous one."""
    previous = ProfileVersion.objects.filter(profile=profile, state=ProfileState.PREVIOUS).first()
    if previous is not None:
        previous.retire()
        previous.save_changes("state")
        _record(ctx, events.ProfileVersionRetired, previous)
    current = ProfileVersion.objects.filter(profile=profile, state=ProfileState.IN_PRODUCTION).first()
    if current is not None:
        current.supersede()
        current.save_changes("state")


@command("profiles.retire_version")
def retire_version(ctx: Context, *, version_id: UUID, expected_version: int) -> None:
    """Offer a candidate, or the previous version, no more.

    Raises:
        NotFound, StaleVersion: no such version, changed meanwhile.
        Refusal: ``illegal-transition`` when it is neither.
    """
    version = _locked(version_id, expected_version)
    version.retire()
    version.save_changes("state")
    _record(ctx, events.ProfileVersionRetired, version)


@command("profiles.withdraw_version")
def withdraw_version(ctx: Context, *, version_id: UUID, expected_version: int, reason: str) -> UUID | None:
    """Take a version back as bad. When it was in production, the previous one is used again at once; its id is returned (None: there is none).

    Raises:
        NotFound, StaleVersion: no such version, changed meanwhile.
        Refusal: ``profile-withdrawal-incomplete`` without a reason; ``illegal-transition`` when it is neither in production nor the previous one.
    """
    if not reason.strip():
        raise Refusal("profile-withdrawal-incomplete")
    version = _locked(version_id, expected_version)
    was_used = version.state == ProfileState.IN_PRODUCTION
    version.withdraw(reason=reason.strip(), now=ctx.now)
    version.save_changes(*MOVED)
    restored = _restore_previous(ctx, version.profile) if was_used else None
    rolled_back = events.ProfileRolledBack(
        profile_id=version.profile_id, version_id=version.pk, number=version.number, restored_id=restored.pk if restored else None
    )
    record(ctx, event=rolled_back, subjects=[*_about(version), *([Subject("profile_version", restored.pk)] if restored else [])])
    return restored.pk if restored else None


def _restore_previous(ctx: Context, profile: Profile) -> ProfileVersion | None:
    previous = ProfileVersion.objects.filter(profile=profile, state=ProfileState.PREVIOUS).first()
    if previous is not None:
        previous.restore(by=ctx.actor.who, now=ctx.now)
        previous.save_changes(*MOVED)
        _record(ctx, events.ProfileVersionRestored, previous)
    return previous


@command("profiles.restore_version")
def restore_version(ctx: Context, *, version_id: UUID, expected_version: int) -> None:
    """Use an earlier version again, when the one after it was withdrawn and none is in production.

    Raises:
        NotFound, StaleVersion: no such version, changed meanwhile.
        Refusal: ``profile-in-production-already``; ``illegal-transition`` when it is neither the previous one nor retired after production.
    """
    version = _locked(version_id, expected_version)
    if ProfileVersion.objects.filter(profile_id=version.profile_id, state=ProfileState.IN_PRODUCTION).exists():
        raise Refusal("profile-in-production-already")
    version.restore(by=ctx.actor.who, now=ctx.now)
    version.save_changes(*MOVED)
    _record(ctx, events.ProfileVersionRestored, version)


def _locked(version_id: UUID, expected_version: int) -> ProfileVersion:
    """Return the version with its profile locked: which of its versions is used is decided by one command at a time."""
    version = ProfileVersion.at_version(version_id, expected_version)
    version.profile = Profile.objects.select_for_update(of=("self",)).get(pk=version.profile_id)
    return version


def _record(ctx: Context, kind: type[Any], version: ProfileVersion) -> None:
    happened = kind(profile_id=version.profile_id, version_id=version.pk, number=version.number)
    record(ctx, event=happened, subjects=_about(version))


def _about(version: ProfileVersion) -> list[Subject]:
    return [Subject("profile_version", version.pk), Subject("profile", version.profile_id)]
