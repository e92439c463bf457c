"""Slicer profiles as code: a key, and immutable versions of it."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from apps.artifacts.models import Artifact
from apps.catalog.models import Material, PrinterClass
from apps.catalog.states import MaterialFamily, Process, QualityTier
from apps.journal.constraints import between, known, sha256_hex
from apps.journal.immutable import Frozen
from apps.journal.versioned import Versioned
from apps.profiles.states import ProfileState, SlicerName

UNPROMOTED = [ProfileState.DRAFT, ProfileState.CANDIDATE, ProfileState.RETIRED]
PROMOTED = [ProfileState.IN_PRODUCTION, ProfileState.PREVIOUS, ProfileState.RETIRED, ProfileState.WITHDRAWN]


class Profile(Versioned):
    """Profile: how one kind of material is printed at one quality on one class of printer with one nozzle.

    A profile of one material (a carbon-filled PETG) goes before the one of its family.
    """

    process = models.CharField(max_length=8, choices=Process.choices, default=Process.FFF)
    material_family = models.CharField(max_length=8, choices=MaterialFamily.choices)
    material = models.ForeignKey(
        Material,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="profiles",
        help_text=_("Empty: every material of the family"),
    )
    quality_tier = models.CharField(max_length=12, choices=QualityTier.choices)
    printer_class_key = models.CharField(max_length=80, help_text=_("Key of the printer class; each version is made on one version of it"))
    nozzle_diameter_um = models.IntegerField(default=400)
    name = models.CharField(max_length=120, help_text=_("Such as PETG_0.6_Draft"))

    immutable = Frozen(fields=("process", "material_family", "material", "quality_tier", "printer_class_key", "nozzle_diameter_um"))

    class Meta(Versioned.Meta):
        verbose_name = _("profile")
        constraints = [
            models.UniqueConstraint(
                fields=["material_family", "quality_tier", "printer_class_key", "nozzle_diameter_um", "process"],
                condition=Q(material=None),
                name="one_profile_per_key",
            ),
            models.UniqueConstraint(
                fields=["material", "quality_tier", "printer_class_key", "nozzle_diameter_um", "process"],
                name="one_profile_per_material",
            ),
            models.UniqueConstraint(fields=["printer_class_key", "name"], name="one_profile_per_name"),
            known("profile", "process", Process.values),
            known("profile", "material_family", MaterialFamily.values),
            known("profile", "quality_tier", QualityTier.values),
            models.CheckConstraint(condition=~Q(name="") & ~Q(printer_class_key=""), name="profiles_have_a_name_and_a_class"),
            between("profile", "nozzle_diameter_um", 50, 5_000),
        ]

    def __str__(self) -> str:
        return self.name


def _is_no_retired_candidate(version: models.Model) -> bool:
    return not isinstance(version, ProfileVersion) or version.state != ProfileState.RETIRED or version.promoted_at is not None


class ProfileVersion(Versioned):
    """Profile version, such as ``PETG_0.6_Draft v1.8.2 on Voron_350_Enclosed v3``.

    Settings, hash and number never change once it left draft. One version per profile is in production and at most one is the previous one,
    which a roll-back brings back; when that one is no good either, a retired one. A version promoted although its golden tests failed stays
    flagged.
    """

    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="versions", db_index=False)
    printer_class = models.ForeignKey(PrinterClass, on_delete=models.PROTECT, related_name="profile_versions")
    major = models.IntegerField()
    minor = models.IntegerField()
    patch = models.IntegerField()
    slicer = models.CharField(max_length=20, choices=SlicerName.choices, default=SlicerName.PRUSASLICER)
    settings = models.ForeignKey(Artifact, on_delete=models.PROTECT, null=True, blank=True, related_name="profile_versions")
    content_sha256 = models.CharField(
        max_length=64, blank=True, help_text=_("Over settings, printer definition, material preset, post-processing")
    )
    signature = models.TextField(blank=True, help_text=_("Over the content hash"))
    notes = models.TextField(blank=True, help_text=_("What changed and why"))
    state = FSMField(max_length=16, choices=ProfileState.choices, default=ProfileState.DRAFT, protected=True)
    promoted_at = models.DateTimeField(null=True, blank=True)
    promoted_by = models.CharField(max_length=120, blank=True)
    promoted_while_failing = models.BooleanField(default=False)
    promotion_reason = models.TextField(blank=True, help_text=_("Why it was promoted although tests failed"))
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True)

    immutable = Frozen(
        fields=("profile", "printer_class", "major", "minor", "patch", "slicer", "settings", "content_sha256", "signature", "created_at"),
        when=f"OLD.state <> '{ProfileState.DRAFT}'",
    )

    class Meta(Versioned.Meta):
        verbose_name = _("profile version")
        constraints = [
            models.UniqueConstraint(fields=["profile", "major", "minor", "patch"], name="one_profile_version_per_number"),
            models.UniqueConstraint(fields=["profile"], condition=Q(state=ProfileState.IN_PRODUCTION), name="one_version_in_production"),
            models.UniqueConstraint(
                fields=["profile", "state"], condition=Q(state=ProfileState.PREVIOUS), name="one_previous_version_per_profile"
            ),
            known("profile_version", "state", ProfileState.values),
            known("profile_version", "slicer", SlicerName.values),
            models.CheckConstraint(condition=Q(major__gte=0, minor__gte=0, patch__gte=0), name="profile_version_numbers_are_not_negative"),
            sha256_hex("profile_version", "content_sha256", blank=True),
            models.CheckConstraint(
                condition=Q(state=ProfileState.DRAFT) | (Q(settings__isnull=False) & ~Q(content_sha256="")),
                name="versions_beyond_draft_have_content",
            ),
            models.CheckConstraint(
                condition=Q(promoted_at=None, promoted_by="", state__in=UNPROMOTED)
                | (Q(promoted_at__isnull=False) & ~Q(promoted_by="") & Q(state__in=PROMOTED)),
                name="promoted_versions_say_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(promoted_while_failing=False, promotion_reason="") | (Q(promoted_while_failing=True) & ~Q(promotion_reason="")),
                name="flagged_promotions_say_why",
            ),
            models.CheckConstraint(
                condition=(~Q(state=ProfileState.WITHDRAWN) & Q(withdrawn_at=None, withdrawal_reason=""))
                | (Q(state=ProfileState.WITHDRAWN, withdrawn_at__isnull=False) & ~Q(withdrawal_reason="")),
                name="withdrawn_versions_say_when_and_why",
            ),
        ]
        indexes = [models.Index(fields=["state", "id"], name="profile_version_by_state")]

    def __str__(self) -> str:
        return f"v{self.number}"

    @property
    def number(self) -> str:
        """The semantic version, such as 1.8.2."""
        return f"{self.major}.{self.minor}.{self.patch}"

    @transition(field=state, source=ProfileState.DRAFT, target=ProfileState.CANDIDATE)
    def nominate(self) -> None:
        """Freeze the content and offer it for golden tests."""

    @transition(field=state, source=ProfileState.CANDIDATE, target=ProfileState.IN_PRODUCTION)
    def promote(self, *, by: str, now: datetime, despite_failing: str = "") -> None:
        """Make it the version new plans use. ``despite_failing`` is the reason when its golden tests do not pass; the flag stays for ever."""
        self.promoted_at = now
        self.promoted_by = by
        self.promoted_while_failing = bool(despite_failing)
        self.promotion_reason = despite_failing

    @transition(field=state, source=ProfileState.IN_PRODUCTION, target=ProfileState.PREVIOUS)
    def supersede(self) -> None:
        """Make room for a newer version, which can be rolled back to this one."""

    @transition(
        field=state,
        source=[ProfileState.PREVIOUS, ProfileState.RETIRED],
        target=ProfileState.IN_PRODUCTION,
        conditions=[_is_no_retired_candidate],
    )
    def restore(self, *, by: str, now: datetime) -> None:
        """Bring it back because the version after it was withdrawn. A candidate that was retired has never been in production and stays so."""
        self.promoted_at = now
        self.promoted_by = by

    @transition(field=state, source=[ProfileState.CANDIDATE, ProfileState.PREVIOUS], target=ProfileState.RETIRED)
    def retire(self) -> None:
        """Offer it no more: a candidate that did not make it, or what was previous before the last promotion."""

    @transition(field=state, source=[ProfileState.IN_PRODUCTION, ProfileState.PREVIOUS], target=ProfileState.WITHDRAWN)
    def withdraw(self, *, reason: str, now: datetime) -> None:
        """Take it back as bad (roll-back)."""
        self.withdrawn_at = now
        self.withdrawal_reason = reason
