"""The printer: its identity and four independent facts about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from apps.accounts.models import Circuit, Site
from apps.catalog.models import PrinterClass
from apps.catalog.states import Reason
from apps.fleet.domain.identity import MachineIdentity, completed, is_another
from apps.fleet.states import (
    Bed,
    ConfidenceSource,
    Connection,
    ConnectorKind,
    Health,
    NozzleMaterial,
    Occupancy,
    PrinterState,
    printer_state,
)
from apps.journal.constraints import at_least, between, known, signed
from apps.journal.versioned import Versioned

Evidence = dict[str, Any]
"""What was seen or said when a fact changed; shown as it is under "why is this not printing"."""


OTHER_MACHINE = "other-machine"
"""Why a printer is MISCONFIGURED when another machine answers at its address."""


class Printer(Versioned):
    """Printer: one machine of the farm.

    Health, connection, bed and occupancy are independent: none is inferred from another, each says since when and from what evidence. Methods
    here say which moves are legal and set the fields a move implies; commands save them.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="printers", db_index=False)
    code = models.CharField(max_length=20, help_text=_("Short name on the machine; typed to confirm risky things"))
    name = models.CharField(max_length=120)
    group = models.CharField(max_length=60, blank=True, help_text=_("Room, rack or floor; holds can name it"))
    printer_class = models.ForeignKey(PrinterClass, on_delete=models.PROTECT, related_name="printers")
    circuit = models.ForeignKey(Circuit, on_delete=models.PROTECT, null=True, blank=True, related_name="printers")
    connector = models.CharField(max_length=16, choices=ConnectorKind.choices, default=ConnectorKind.MOONRAKER)
    address = models.CharField(max_length=300, blank=True, help_text=_("URL, such as http://192.168.1.20:7125"))
    access_key_sealed = models.TextField(blank=True, help_text=_("The key it asks for, encrypted with the farm's secret key"))
    notes = models.TextField(blank=True, help_text=_("Operators' notes"))
    retired_at = models.DateTimeField(null=True, blank=True, help_text=_("Left the farm; its history stays"))

    health = FSMField(max_length=12, choices=Health.choices, default=Health.OK, protected=True)
    health_since = models.DateTimeField()
    health_reason = models.CharField(max_length=40, choices=Reason.choices, blank=True)
    health_evidence = models.JSONField(default=dict, blank=True)

    connection = FSMField(max_length=16, choices=Connection.choices, default=Connection.UNKNOWN, protected=True)
    connection_since = models.DateTimeField()
    connection_evidence = models.JSONField(default=dict, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    bed = FSMField(max_length=12, choices=Bed.choices, default=Bed.UNKNOWN, protected=True)
    bed_since = models.DateTimeField()
    bed_evidence = models.JSONField(default=dict, blank=True)
    bed_note_at = models.DateTimeField(null=True, blank=True, help_text=_("'Bed is clear' was tapped while an attempt was still open"))
    bed_note_by = models.CharField(max_length=120, blank=True)

    occupancy = FSMField(max_length=12, choices=Occupancy.choices, default=Occupancy.FREE, protected=True)
    occupancy_since = models.DateTimeField()
    occupancy_evidence = models.JSONField(default=dict, blank=True)
    current_run_id = models.UUIDField(
        null=True, blank=True, help_text=_("The open attempt, also while something else is printing in its place")
    )

    last_print = models.CharField(
        max_length=200, blank=True, help_text=_("What tells the print that ended last from others; one that nobody watched differs")
    )

    machine = models.JSONField(default=dict, blank=True, help_text=_("What tells this machine from others; empty: nothing is known yet"))
    machine_noted_at = models.DateTimeField(null=True, blank=True)
    machine_noted_by = models.CharField(max_length=120, blank=True)
    machine_note = models.CharField(max_length=300, blank=True, help_text=_("Why a person says that it is this machine"))

    nozzle_diameter_um = models.IntegerField(null=True, blank=True, help_text=_("NULL: not known"))
    nozzle_material = models.CharField(max_length=12, choices=NozzleMaterial.choices, default=NozzleMaterial.UNKNOWN)
    nozzle_fitted_at = models.DateTimeField(null=True, blank=True)
    build_sheet = models.CharField(max_length=60, blank=True, help_text=_("Such as smooth PEI; empty: not known"))

    confidence = models.FloatField(null=True, blank=True, help_text=_("0 to 1; NULL: not known yet"))
    confidence_source = models.CharField(max_length=12, choices=ConfidenceSource.choices, default=ConfidenceSource.NONE)
    confidence_receipts = models.JSONField(default=list, blank=True, help_text=_("The outcomes it was computed from"))
    confidence_reason = models.CharField(max_length=300, blank=True, help_text=_("Why a person set it"))

    printed_s = models.BigIntegerField(default=0, help_text=_("Seconds printed, over all sessions"))
    nozzle_s = models.BigIntegerField(default=0, help_text=_("Seconds printed since the nozzle was fitted"))
    filament_mm = models.BigIntegerField(default=0, help_text=_("Filament pushed, over all sessions"))

    service_every_s = models.BigIntegerField(
        null=True, blank=True, help_text=_("Seconds of printing between two services; NULL: not counted")
    )
    service_due_at = models.DateTimeField(null=True, blank=True, help_text=_("Since when a service is due; NULL: it is not"))
    serviced_at = models.DateTimeField(null=True, blank=True)
    serviced_by = models.CharField(max_length=120, blank=True)
    serviced_note = models.CharField(max_length=300, blank=True, help_text=_("What was done last"))
    serviced_s = models.BigIntegerField(default=0, help_text=_("What printed_s was at the last service"))

    _last_compared: tuple[MachineIdentity, Evidence, tuple[bool, bool]] | None = None

    class Meta(Versioned.Meta):
        verbose_name = _("printer")
        constraints = [
            models.UniqueConstraint(fields=["site", "code"], name="one_printer_per_code"),
            models.UniqueConstraint(
                fields=["site", "address"], condition=Q(retired_at=None) & ~Q(address=""), name="one_printer_per_address"
            ),
            models.UniqueConstraint(fields=["current_run_id"], condition=Q(current_run_id__isnull=False), name="one_printer_per_open_run"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="printers_have_a_code_and_a_name"),
            known("printer", "connector", ConnectorKind.values),
            known("printer", "health", Health.values),
            known("printer", "health_reason", Reason.values, blank=True),
            known("printer", "connection", Connection.values),
            known("printer", "bed", Bed.values),
            known("printer", "occupancy", Occupancy.values),
            known("printer", "nozzle_material", NozzleMaterial.values),
            known("printer", "confidence_source", ConfidenceSource.values),
            models.CheckConstraint(
                condition=(~Q(health=Health.OK) | Q(health_reason="")) & (~Q(health=Health.DEGRADED) | ~Q(health_reason="")),
                name="degraded_printers_say_why",
            ),
            models.CheckConstraint(
                condition=(~Q(occupancy=Occupancy.FREE) | Q(current_run_id=None))
                & (~Q(occupancy=Occupancy.OURS) | Q(current_run_id__isnull=False)),
                name="our_printers_name_their_run",
            ),
            models.CheckConstraint(condition=Q(retired_at=None) | Q(occupancy=Occupancy.FREE), name="retired_printers_are_free"),
            signed("bed_notes_say_when_and_by_whom", "bed_note_at", "bed_note_by"),
            models.CheckConstraint(
                condition=~Q(connection=Connection.ONLINE) | Q(last_seen_at__isnull=False), name="online_printers_were_seen"
            ),
            signed("machines_say_when_and_by_whom", "machine_noted_at", "machine_noted_by"),
            between("printer", "nozzle_diameter_um", 50, 5_000),
            between("printer", "confidence", 0, 1),
            models.CheckConstraint(
                condition=Q(confidence_source=ConfidenceSource.NONE, confidence=None)
                | (~Q(confidence_source=ConfidenceSource.NONE) & Q(confidence__isnull=False)),
                name="confidence_says_where_from",
            ),
            models.CheckConstraint(
                condition=~Q(confidence_source=ConfidenceSource.MANUAL) | ~Q(confidence_reason=""), name="manual_confidence_says_why"
            ),
            at_least("printer", "printed_s", 0),
            at_least("printer", "nozzle_s", 0),
            at_least("printer", "filament_mm", 0),
            at_least("printer", "service_every_s", 1),
            at_least("printer", "serviced_s", 0),
            signed("services_say_when_and_by_whom", "serviced_at", "serviced_by"),
        ]
        indexes = [
            models.Index(fields=["site", "printer_class", "id"], condition=Q(retired_at=None), name="printer_in_service"),
            models.Index(
                fields=["site", "id"],
                condition=Q(retired_at=None) & (~Q(health=Health.OK) | ~Q(connection=Connection.ONLINE) | ~Q(bed=Bed.CLEAR)),
                name="printer_needing_a_person",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> PrinterState:
        """The worst of health and connection: what policies judge."""
        return printer_state(self.health, self.connection)

    @property
    def identity(self) -> MachineIdentity:
        """What tells this machine from others, as far as it is known."""
        return MachineIdentity.kept(self.machine)

    def is_another(self, seen: MachineIdentity) -> bool:
        """Is it another machine that says this of itself?"""
        return self._compared(seen)[0]

    def is_all_known(self, seen: MachineIdentity) -> bool:
        """Is everything it says of itself on record?"""
        return self._compared(seen)[1]

    def _compared(self, seen: MachineIdentity) -> tuple[bool, bool]:
        """Compare once what is asked at every observation: neither side changes, each is replaced as a whole."""
        told = self._last_compared
        if told is None or told[0] is not seen or told[1] is not self.machine:
            known = self.identity
            told = self._last_compared = (seen, self.machine, (is_another(known, seen), completed(known, seen) == known))
        return told[2]

    @property
    def other_machine(self) -> MachineIdentity | None:
        """The machine that answers at its address in its place; None: none does, as far as we know."""
        evidence = self.connection_evidence
        return MachineIdentity.kept(evidence.get("machine") or {}) if evidence.get("code") == OTHER_MACHINE else None

    @property
    def since_service_s(self) -> int:
        """Seconds printed since the last service, or ever."""
        return self.printed_s - self.serviced_s

    @property
    def service_every_h(self) -> int | None:
        """Hours of printing between two services; None: not counted."""
        return None if self.service_every_s is None else self.service_every_s // 3600

    # -- health -------------------------------------------------------------------------------------------------------------------------

    @transition(field=health, source=list(Health), target=Health.DEGRADED)
    def degrade(self, *, reason: Reason, evidence: Evidence, now: datetime) -> None:
        """Take it out of automatic work because of ``reason``."""
        self._health(now, reason, evidence)

    @transition(field=health, source=[Health.OK, Health.DEGRADED], target=Health.MAINTENANCE)
    def begin_maintenance(self, *, evidence: Evidence, now: datetime) -> None:
        """Hand it to a person with tools. Why it was degraded is kept."""
        self.health_since = now
        self.health_evidence = evidence

    @transition(field=health, source=[Health.DEGRADED, Health.MAINTENANCE], target=Health.OK)
    def acknowledge(self, *, evidence: Evidence, now: datetime) -> None:
        """Declare it fit again, after the checklist named in ``evidence``."""
        self._health(now, "", evidence)

    def _health(self, now: datetime, reason: str, evidence: Evidence) -> None:
        self.health_since = now
        self.health_reason = reason
        self.health_evidence = evidence

    # -- connection ---------------------------------------------------------------------------------------------------------------------

    @transition(field=connection, source=list(Connection), target=Connection.ONLINE)
    def come_online(self, *, evidence: Evidence, now: datetime) -> None:
        """We hear from it."""
        self.last_seen_at = now
        self._connection(now, evidence)

    @transition(field=connection, source=[Connection.ONLINE, Connection.MISCONFIGURED, Connection.UNKNOWN], target=Connection.OFFLINE)
    def go_offline(self, *, evidence: Evidence, now: datetime) -> None:
        """It has been silent for too long."""
        self._connection(now, evidence)

    @transition(field=connection, source=[Connection.ONLINE, Connection.OFFLINE, Connection.UNKNOWN], target=Connection.MISCONFIGURED)
    def reject_access(self, *, evidence: Evidence, now: datetime) -> None:
        """It answers but does not let us in, or is not what its record says."""
        self._connection(now, evidence)

    @transition(field=connection, source=[Connection.ONLINE, Connection.OFFLINE, Connection.MISCONFIGURED], target=Connection.UNKNOWN)
    def lose_sight(self, *, evidence: Evidence, now: datetime) -> None:
        """We cannot tell: its firmware is starting, its address changed, or farmos itself was away."""
        self._connection(now, evidence)

    def _connection(self, now: datetime, evidence: Evidence) -> None:
        self.connection_since = now
        self.connection_evidence = evidence

    # -- bed ----------------------------------------------------------------------------------------------------------------------------

    @transition(field=bed, source=[Bed.NOT_CLEAR, Bed.UNKNOWN], target=Bed.CLEAR)
    def clear_bed(self, *, evidence: Evidence, now: datetime) -> None:
        """A person, or a configured auto-eject, says that nothing is on the bed."""
        self._bed(now, evidence)

    @transition(field=bed, source=[Bed.CLEAR, Bed.UNKNOWN], target=Bed.NOT_CLEAR)
    def dirty_bed(self, *, evidence: Evidence, now: datetime) -> None:
        """Something was printed, or may have been."""
        self._bed(now, evidence)

    @transition(field=bed, source=[Bed.CLEAR, Bed.NOT_CLEAR], target=Bed.UNKNOWN)
    def doubt_bed(self, *, evidence: Evidence, now: datetime) -> None:
        """An incident: nobody can say what is on it."""
        self._bed(now, evidence)

    def _bed(self, now: datetime, evidence: Evidence) -> None:
        self.bed_since = now
        self.bed_evidence = evidence
        self.bed_note_at = None
        self.bed_note_by = ""

    def note_bed_clear(self, *, by: str, now: datetime) -> None:
        """Keep a tap on "bed is clear" that came while an attempt is still open; the gate opens when the attempt has ended."""
        self.bed_note_at = now
        self.bed_note_by = by

    # -- occupancy ----------------------------------------------------------------------------------------------------------------------

    @transition(field=occupancy, source=[Occupancy.FREE, Occupancy.FOREIGN], target=Occupancy.OURS)
    def occupy(self, *, run_id: UUID, evidence: Evidence, now: datetime) -> None:
        """Give it to one of our attempts (or recognise that what it prints is ours)."""
        self.current_run_id = run_id
        self._occupancy(now, evidence)

    @transition(field=occupancy, source=[Occupancy.OURS, Occupancy.FOREIGN], target=Occupancy.FREE)
    def release(self, *, evidence: Evidence, now: datetime) -> None:
        """Nothing of anybody's runs on it any more."""
        self.current_run_id = None
        self._occupancy(now, evidence)

    @transition(field=occupancy, source=[Occupancy.FREE, Occupancy.OURS], target=Occupancy.FOREIGN)
    def see_foreign(self, *, evidence: Evidence, now: datetime) -> None:
        """It prints something that is not ours. An open attempt stays named."""
        self._occupancy(now, evidence)

    def _occupancy(self, now: datetime, evidence: Evidence) -> None:
        self.occupancy_since = now
        self.occupancy_evidence = evidence
