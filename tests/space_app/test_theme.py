from __future__ import annotations

from realfake_hf.pages.palette import DARK, LIGHT
from space_app.theme import COLOURS, theme


def test_every_colour_is_the_palettes_by_day_and_by_night() -> None:
    made = theme()

    for name, colour in COLOURS.items():
        assert getattr(made, f"{name}_dark") == DARK[colour]
        if name != "input_background_fill":
            assert getattr(made, name) == LIGHT[colour]
    assert made.input_background_fill == LIGHT["card"]
