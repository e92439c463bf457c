"""Sites and what hangs on the building: hours and electric circuits."""

from __future__ import annotations

from datetime import tzinfo
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.states import Weekday
from apps.journal.constraints import at_least, between, currency_code, known
from apps.journal.versioned import Versioned

MINUTES_PER_DAY = 24 * 60


class Site(Versioned):
    """Site (hidden while there is one): where printers, plates, policies, stock, price lists and grants belong.

    Times are stored in UTC and judged in ``time_zone``. Exactly one site is the default; nothing that is not told a site asks for another.
    """

    code = models.SlugField(max_length=40, db_index=False)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="UTC", help_text=_("IANA name, such as Europe/Berlin"))
    currency = models.CharField(max_length=3, default="EUR", help_text=_("ISO 4217"))
    legal_entity = models.CharField(max_length=200, blank=True, help_text=_("Who signs invoices"))
    is_default = models.BooleanField(default=False)

    class Meta(Versioned.Meta):
        verbose_name = _("site")
        constraints = [
            models.UniqueConstraint(fields=["code"], name="one_site_per_code"),
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_default_site"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="sites_have_a_code_and_a_name"),
            models.CheckConstraint(condition=~Q(time_zone=""), name="sites_have_a_time_zone"),
            currency_code("site", "currency"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> tzinfo:
        """The time zone in which this site's hours and due dates are judged.

        Raises:
            ZoneInfoNotFoundError: the stored name is not in this machine's time-zone data.
        """
        return ZoneInfo(self.time_zone)


class Shift(Versioned):
    """Shift: a weekly span in which somebody is there. ``minutes`` may run past midnight."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="shifts", db_index=False)
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    starts_minute = models.PositiveSmallIntegerField(help_text=_("Minutes after midnight, site time"))
    minutes = models.PositiveSmallIntegerField(help_text=_("How long it lasts"))

    class Meta(Versioned.Meta):
        verbose_name = _("shift")
        constraints = [
            models.UniqueConstraint(fields=["site", "weekday", "starts_minute"], name="one_shift_per_start"),
            known("shift", "weekday", [str(day.value) for day in Weekday]),
            between("shift", "starts_minute", 0, MINUTES_PER_DAY - 1),
            between("shift", "minutes", 1, MINUTES_PER_DAY),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts_minute // 60:02}:{self.starts_minute % 60:02}"


class Holiday(Versioned):
    """Holiday: a day on which no shift of the site starts."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="holidays", db_index=False)
    day = models.DateField()
    name = models.CharField(max_length=120, blank=True)

    class Meta(Versioned.Meta):
        verbose_name = _("holiday")
        constraints = [models.UniqueConstraint(fields=["site", "day"], name="one_holiday_per_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}".strip()


class Circuit(Versioned):
    """Circuit: printers on one fuse. At most ``max_heating`` of them heat up at once (stagger)."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="circuits", db_index=False)
    name = models.CharField(max_length=60)
    max_heating = models.PositiveSmallIntegerField(default=1)

    class Meta(Versioned.Meta):
        verbose_name = _("circuit")
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="one_circuit_per_name"),
            models.CheckConstraint(condition=~Q(name=""), name="circuits_have_a_name"),
            at_least("circuit", "max_heating", 1),
        ]

    def __str__(self) -> str:
        return self.name
