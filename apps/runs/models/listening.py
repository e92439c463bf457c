"""What connectors keep: who follows which printers, and what printers measured. Mechanism, like heartbeats: no command writes it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .runs import Run


class Shard(models.Model):
    """A portion of the farm's printers, and the connector that follows them."""

    number = models.SmallIntegerField(primary_key=True)
    holder = models.CharField(max_length=160, blank=True)
    until = models.DateTimeField(help_text=_("The lease's end, by the database's clock"))
    fence = models.IntegerField(help_text=_("How often it changed hands"))

    class Meta:
        verbose_name = _("shard")

    def __str__(self) -> str:
        return str(self.number)


class Telemetry(models.Model):
    """What a printer measured in one hour of one attempt, packed (``fleet/domain/telemetry.py``). It grows while the attempt prints."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="telemetry", db_index=False)
    hour = models.IntegerField(help_text=_("Hours since 1970"))
    samples = models.TextField()

    class Meta:
        verbose_name = _("telemetry")
        verbose_name_plural = _("telemetry")
        constraints = [models.UniqueConstraint(fields=["run", "hour"], name="one_telemetry_per_hour")]
        indexes = [models.Index(fields=["hour"], name="telemetry_by_hour")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.hour}"


class Listener(models.Model):
    """A connector that lives."""

    holder = models.CharField(max_length=160, primary_key=True)
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("listener")

    def __str__(self) -> str:
        return self.holder
