"""What one customer may send within a day, by the shop's pages and by the API together."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Sum

from apps.journal.refusals import Refusal
from apps.parts.models import Upload

FILES_A_DAY = 200
BYTES_A_DAY = 2 * 1024**3


def require_room(account_id: UUID, *, coming: int, now: datetime) -> None:
    """Refuse a file beyond what one customer may send within a day. Files that are sent at the same moment may together exceed it a little.

    Raises:
        Refusal: ``upload-quota-files``, ``upload-quota-bytes``.
    """
    today = Upload.objects.filter(account_id=account_id, created_at__gt=now - timedelta(days=1))
    count = today.count()
    if count >= FILES_A_DAY:
        raise Refusal("upload-quota-files", count=count, most=FILES_A_DAY)
    sent = today.aggregate(total=Sum("artifact__size"))["total"] or 0
    if sent + coming > BYTES_A_DAY:
        raise Refusal("upload-quota-bytes", most_mb=BYTES_A_DAY // 1024**2)
