"""Pictures for the first rows of a page, whatever order the verdicts come in."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image

from realfake_hf.detection.scanning.report_pictures import ReportPictures
from realfake_hf.detection.verdict import Verdict
from realfake_hf.statistics.decision import decide

PICTURE = (Image.new("RGB", (1, 1)), None)


def test_those_that_the_page_shows_first_are_kept_and_no_others():
    chances = [place / 40 for place in range(40)]
    random.Random(0).shuffle(chances)
    pictures = ReportPictures(limit=5)
    for chance in chances:
        verdict = Verdict(path=f"{chance}.jpg", label=decide(chance, 0.3, 0.7), p_fake=chance)
        if pictures.wants(verdict):
            pictures.keep(verdict, PICTURE)
    kept = {chance for chance in chances if pictures.of(Path(f"{chance}.jpg"))}
    assert kept == {35 / 40, 36 / 40, 37 / 40, 38 / 40, 39 / 40}


def test_what_was_not_judged_has_none():
    assert not ReportPictures().wants(Verdict(path="broken.jpg", error="broken.jpg is truncated."))
