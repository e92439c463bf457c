"""``catalog.define_color``: how parts can look."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from apps.catalog import commands
from apps.catalog.models import Color
from apps.journal.context import Context
from apps.journal.refusals import NotFound
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


class TestDefiningAColor:
    def test_writes_it_in_lower_case(self, ctx: Context) -> None:
        color_id = commands.define_color(ctx, name="Galaxy", hex_rgb="#1E90FF", is_translucent=True)

        color = Color.objects.get(pk=color_id)
        assert (color.name, color.hex_rgb, color.is_translucent, color.is_offered) == ("Galaxy", "#1e90ff", True, True)
        assert the_event("ColorDefined")[1] == {("color", color_id)}

    def test_is_refused_where_the_name_is_taken(self, ctx_factory: Callable[..., Context]) -> None:
        commands.define_color(ctx_factory(), name="Black", hex_rgb="#000000")

        refused = refusal_of(lambda: commands.define_color(ctx_factory(), name="Black", hex_rgb="#111111"))

        assert refused.code == "shared-color-exists"

    @pytest.mark.parametrize("hex_rgb", ["", "black", "#fff", "#12345g", "1e90ff", "#1e90ff\n", "#1e90ff0"])
    def test_is_refused_for_what_is_no_color(self, ctx: Context, hex_rgb: str) -> None:
        refused = refusal_of(lambda: commands.define_color(ctx, name="Odd", hex_rgb=hex_rgb))

        assert "hex_rgb" in refused.params["fields"]

    @pytest.mark.parametrize(("name", "code"), [("", "color-unnamed"), ("x" * 61, "invalid")])
    def test_is_refused_without_a_usable_name(self, ctx: Context, name: str, code: str) -> None:
        assert refusal_of(lambda: commands.define_color(ctx, name=name, hex_rgb="#000000")).code == code

    def test_at_a_site_nobody_knows_is_not_found(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.define_color(ctx, name="Black", hex_rgb="#000000", site_id=uuid4())
