"""What customers read beside the names of materials and qualities, and about orders. Codes keep their one label; these are sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from apps.catalog.states import MaterialFamily, QualityTier

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

GOOD_FOR: dict[str, StrOrPromise] = {
    MaterialFamily.PLA: _("stiff, indoors"),
    MaterialFamily.PETG: _("tough, outdoors"),
    MaterialFamily.ABS: _("tough, takes heat"),
    MaterialFamily.ASA: _("tough, sun and rain"),
    MaterialFamily.NYLON: _("wears well, bends"),
    MaterialFamily.PC: _("strong, takes heat"),
    MaterialFamily.TPU: _("soft, like rubber"),
    MaterialFamily.RESIN: _("fine details"),
}
"""What a kind of material is good for, in two or three words."""

MADE_FOR: dict[str, StrOrPromise] = {
    QualityTier.DRAFT: _("quick, layers to be seen"),
    QualityTier.STANDARD: _("clean, for most things"),
    QualityTier.FINE: _("thin layers, small details"),
    QualityTier.FUNCTIONAL: _("fits and holds"),
    QualityTier.COSMETIC: _("smooth to look at"),
}
"""What a quality is for."""
