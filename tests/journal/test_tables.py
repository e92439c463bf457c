"""Tables of an app are made together, and Django draws its picture of the models once."""

from __future__ import annotations

import pytest
from django.db import connection, models
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ModelState, ProjectState, StateApps

from apps.journal.tables import CreateModels

ID = ("id", models.BigAutoField(primary_key=True))


def shelves_and_books() -> CreateModels:
    book = CreateModel("Book", [ID, ("shelf", models.ForeignKey("library.Shelf", models.PROTECT))])
    return CreateModels([CreateModel("Shelf", [ID]), book])


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_engines
def test_tables_are_made_and_taken_back() -> None:
    before, after, making = ProjectState(), ProjectState(), shelves_and_books()
    making.state_forwards("library", after)

    with connection.schema_editor() as editor:
        making.database_forwards("library", editor, before, after)
    made = set(connection.introspection.table_names())
    with connection.schema_editor() as editor:
        making.database_backwards("library", editor, after, before)

    assert {"library_shelf", "library_book"} <= made
    assert not {"library_shelf", "library_book"} & set(connection.introspection.table_names())


def test_models_are_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    state = ProjectState()
    _ = state.apps  # as after an earlier migration
    drawn = []
    draw = StateApps.render_multiple

    def count(apps: StateApps, found: list[ModelState]) -> None:
        drawn.append(len(found))
        draw(apps, found)

    monkeypatch.setattr(StateApps, "render_multiple", count)

    shelves_and_books().state_forwards("library", state)
    _ = state.apps

    assert drawn == [2]
