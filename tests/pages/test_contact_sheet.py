"""A contact sheet has a fair number of tiles of every source."""

from __future__ import annotations

import numpy as np
from PIL import Image

from realfake_hf.pages.contact_sheet import SheetEntry, contact_sheet, share_out


def test_tiles_are_shared_out_evenly_and_nobody_gives_more_than_it_has() -> None:
    assert share_out({"a": 100, "b": 2, "c": 100}, 12) == {"a": 5, "b": 2, "c": 5}
    assert share_out({"a": 1, "b": 1}, 12) == {"a": 1, "b": 1}


def test_every_source_has_a_tile_even_where_there_are_more_sources_than_tiles() -> None:
    assert share_out(dict.fromkeys("abcd", 3), 2) == dict.fromkeys("abcd", 1)


def test_entries_are_drawn_row_by_row_with_their_pictures_side_by_side() -> None:
    red, blue = Image.new("RGB", (20, 20), "red"), Image.new("RGB", (40, 20), "blue")

    sheet = contact_sheet([SheetEntry((red, blue), ("a", "b"))] * 3, tile=20, columns=2)

    assert sheet.size == (2 * 50 + 10, 2 * (20 + 34 + 10) + 10)
    for left, top in ((10, 10), (60, 10), (10, 74)):
        assert sheet.getpixel((left + 10, top + 10)) == (255, 0, 0)
        assert sheet.getpixel((left + 30, top + 10)) == (0, 0, 255)
        assert sheet.getpixel((left + 30, top + 3)) == (255, 255, 255)  # above the flat one
    assert sheet.getpixel((70, 84)) == (255, 255, 255)


def test_a_long_line_ends_where_its_pictures_do() -> None:
    sheet = contact_sheet([SheetEntry((Image.new("RGB", (40, 40)),), ("word " * 40,))], tile=40, columns=1)

    below = np.asarray(sheet)[52:, :]
    assert (below[:, :50] < 128).any()
    assert (below[:, 50:] == 255).all()
