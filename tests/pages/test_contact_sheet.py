"""A contact sheet has a fair number of tiles of every source."""

from __future__ import annotations

import numpy as np
from PIL import Image

from realfake_hf.pages.contact_sheet import contact_sheet, share_out


def test_tiles_are_shared_out_evenly_and_nobody_gives_more_than_it_has() -> None:
    assert share_out({"a": 100, "b": 2, "c": 100}, 12) == {"a": 5, "b": 2, "c": 5}
    assert share_out({"a": 1, "b": 1}, 12) == {"a": 1, "b": 1}


def test_every_source_has_a_tile_even_where_there_are_more_sources_than_tiles() -> None:
    assert share_out(dict.fromkeys("abcd", 3), 2) == dict.fromkeys("abcd", 1)


def test_tiles_are_drawn_in_the_order_of_their_sources() -> None:
    red, blue = Image.new("RGB", (20, 20), "red"), Image.new("RGB", (20, 20), "blue")

    pixels = np.asarray(contact_sheet({"b": [blue], "a": [red]}))

    reds, blues = (np.flatnonzero((pixels == colour).all(axis=2).any(axis=0)) for colour in ((255, 0, 0), (0, 0, 255)))
    assert len(reds) == len(blues) == 20
    assert reds.max() < blues.min()
