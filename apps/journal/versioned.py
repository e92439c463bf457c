"""The base of every mutable record: an id, a version, and writes that only a command can make."""

from __future__ import annotations

from typing import Any, Self, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import F

from . import fitting, frame
from .identity import new_id
from .refusals import NotFound, StaleVersion

M = TypeVar("M", bound=models.Model)


class CommandWrites(models.QuerySet[M]):
    """A query set whose writes work only while a command runs."""

    def update(self, **values: Any) -> int:
        """Change the matching rows (inside a command only)."""
        frame.note_write(self.model)
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the matching rows (inside a command only)."""
        frame.note_write(self.model)
        return super().delete()

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[M]:
        """Insert many rows at once (inside a command only)."""
        frame.note_write(self.model)
        return super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        """Refuse: it would overwrite rows without comparing versions."""
        raise frame.OutsideCommand("bulk_update compares no versions; use save_changes on each row")


class Record(models.Model):
    """A row that is written by commands only. Facts (append-only rows) derive from it directly, mutable rows from ``Versioned``."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(editable=False)

    objects = CommandWrites.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def add(self) -> Self:
        """Insert this new row (inside a command only) and return it.

        Raises:
            OutsideCommand: no command is running.
            Invalid: a value does not fit its column.
            IntegrityError: a constraint is violated; the command wrapper turns it into its named refusal.
        """
        fitting.require(self, [field.name for field in self._meta.concrete_fields])
        self.save(force_insert=True)
        return self

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert a new row, for ``add``; refuse to overwrite an existing one.

        Raises:
            OutsideCommand: no command is running, or the row exists: ``save_changes`` compares versions, this would not.
        """
        frame.note_write(type(self))
        if not self._state.adding:
            raise frame.OutsideCommand(f"saving a whole {type(self).__name__} compares no versions; use save_changes")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete this row (inside a command only)."""
        frame.note_write(type(self))
        return super().delete(*args, **kwargs)


class Versioned(Record):
    """A mutable record under optimistic concurrency: whoever changes it says which version they saw."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta(Record.Meta):
        abstract = True

    @classmethod
    def at_version(cls, record_id: UUID, expected_version: int) -> Self:
        """Return the row if it is still at the version the asker saw.

        Raises:
            NotFound: no such row.
            StaleVersion: the row has changed since.
        """
        kind = str(cls._meta.verbose_name)
        try:
            row: Self = cls._default_manager.get(pk=record_id)  # type: ignore[assignment]
        except cls.DoesNotExist:
            raise NotFound(kind, id=str(record_id)) from None
        if row.version != expected_version:
            raise StaleVersion(kind, str(record_id), expected=expected_version, current=row.version)
        return row

    def save_changes(self, *fields: str) -> None:
        """Write ``fields`` only if nobody else has written since this row was read.

        Raises:
            Invalid: a value does not fit its column.
            StaleVersion: another writer got there first; nothing was written.
        """
        fitting.require(self, fields)
        values = {name: getattr(self, name) for name in fields}
        rows = type(self)._default_manager.filter(pk=self.pk, version=self.version)
        if rows.update(version=F("version") + 1, **values) != 1:
            raise StaleVersion(str(self._meta.verbose_name), str(self.pk), expected=self.version, current=None)
        self.version += 1
