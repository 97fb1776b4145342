"""One image of a workbench."""

from __future__ import annotations

import json
from dataclasses import replace

from PIL import Image

from realfake_hf.detection.pages.tile import Tile, thumbnail
from realfake_hf.detection.verdict import Verdict

JUDGED = Verdict("case/a.jpg", "fake", 0.954, 0.2, 0.8, 640, 480, "JPEG", ["too small"])


def test_a_tile_has_name_answer_and_record() -> None:
    tile = Tile.of(JUDGED, Image.new("RGB", (64, 48)))

    assert (tile.name, tile.words, tile.shown, tile.kind) == ("a.jpg", "likely fake", "95 %", "fake")
    assert json.loads(tile.record) == JUDGED.to_record()
    assert tile.picture.startswith("data:image/jpeg")
    assert tile.heatmap == ""


def test_a_note_is_kept_for_the_same_verdict_on_the_same_file_and_no_other() -> None:
    again = replace(JUDGED, threshold_low=0.3)
    other = replace(JUDGED, p_fake=0.5)

    assert Tile.of(again).key == Tile.of(JUDGED).key != Tile.of(other).key


def test_what_is_not_to_be_judged_shows_no_probability_and_comes_last() -> None:
    for verdict in (
        Verdict("a.png", "unsure", 0.9, width=9, height=9, warnings=["nothing to judge"]),
        Verdict("a.png", error="a.png is empty."),
    ):
        tile = Tile.of(verdict)
        assert (tile.kind, tile.shown, tile.p_fake) == ("none", "", -1)


def test_a_thumbnail_keeps_its_aspect_and_is_never_enlarged() -> None:
    assert thumbnail(Image.new("RGB", (640, 320)), 320).size == (320, 160)
    assert thumbnail(Image.new("RGB", (64, 32)), 320).size == (64, 32)
