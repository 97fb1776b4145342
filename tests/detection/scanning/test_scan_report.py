"""The page of a scan: everything in one file, nothing that a file name could break."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from realfake_hf.detection.pages.track_record import TrackRecord
from realfake_hf.detection.scanning import scan_report as report
from realfake_hf.detection.scanning.scan_report import check_report, write_report
from realfake_hf.detection.verdict import Verdict
from realfake_hf.errors import RealFakeError
from realfake_hf.images.provenance import Provenance
from realfake_hf.records.outcomes import ClassOutcomes, Outcomes
from realfake_hf.records.scan import ScanRecord


def verdict(number: int, label: str | None = "fake", p_fake: float | None = 0.9, **fields: object) -> ScanRecord:
    path = f"photos/{number}.jpg"
    return Verdict(path=path, label=label, p_fake=p_fake, width=64, height=48, **fields).record  # type: ignore[arg-type]


def pictures(path: Path, side: int, with_heatmap: bool) -> tuple[Image.Image, Image.Image | None]:
    return Image.new("RGB", (60, 40), "red"), Image.new("RGB", (60, 40), "blue") if with_heatmap else None


@pytest.fixture
def page(tmp_path: Path):
    def write(*records: ScanRecord) -> str:
        file = tmp_path / os.fsdecode(b"no UTF-8 \xff.html")
        write_report(file, records, model="my model", thresholds=(0.25, 0.75), pictures=pictures)
        return file.read_text(encoding="utf-8")

    return write


def test_page_says_counts_words_percentages_and_thresholds(page):
    html = page(verdict(1, p_fake=1.0, warnings=["too small"]), verdict(2, "real", 0.0), verdict(3, "unsure", 0.5))
    for text in ("3 images", "likely fake <b>1</b>", "likely real <b>1</b>", "can&#39;t tell <b>1</b>", "my model"):
        assert text in html
    assert "Below 25\u00a0% it says likely real; from 75\u00a0% up, likely fake" in html
    assert "Too small" in html
    assert re.findall(r"</b> <span>(\d+ %)</span>", html) == ["99 %", "50 %", "1 %"]  # the likeliest fake first
    assert html.count("data:image/jpeg;base64,") == 6


def test_page_needs_nothing_from_elsewhere(page):
    html = page(verdict(1))
    assert not re.search(r"(src|href)=\"(?!data:)|@import|url\(", html)


def test_names_and_errors_are_escaped(page):
    evil = replace(verdict(1), path="<script>alert(1)</script>\udcff.jpg")
    failed = replace(verdict(2, None, None), error="<img src=x> is <b>broken</b>.")
    declared = verdict(3, provenance=Provenance("The file says: made by <i>X</i>.", "made by <i>X</i>"))
    html = page(evil, failed, declared)
    assert "<script>alert" not in html
    assert "<b>broken" not in html
    assert "<img src=x" not in html
    assert "The file says: made by &lt;i&gt;X&lt;/i&gt;" in html


def test_every_image_has_its_thumbnail_and_the_first_their_heatmaps(page, monkeypatch):
    monkeypatch.setattr(report, "HEATMAPS", 2)
    html = page(*(verdict(i, "real", i / 100) for i in range(9)))
    assert html.count('<img loading="lazy"') == 9
    assert html.count('data-rf="heatmap"') == 2
    assert "7 images further down have none here" in html


def test_what_cannot_be_judged_has_no_heatmap_that_would_speak_for_something(page):
    html = page(verdict(1, "unsure", 0.1, warnings=["nothing to judge", "too small"]))
    assert html.count('<img loading="lazy"') == 1
    assert 'data-rf="heatmap"' not in html


def test_thousands_of_images_leave_a_page_that_says_what_it_left_out(page, monkeypatch):
    monkeypatch.setattr(report, "ROWS", 5)
    html = page(*(verdict(i, "real", i / 100) for i in range(9)), verdict(77))
    assert html.count("<li class=") == 5
    assert "photos/77.jpg" in html  # the likeliest fake comes first
    assert "5 more images are not shown here" in html


def test_what_all_cards_share_is_there_once(tmp_path):
    record = TrackRecord(Outcomes(ClassOutcomes(30, 15, 5), ClassOutcomes(10, 30, 60)), ("unseen",))
    file = tmp_path / "report.html"
    write_report(file, [verdict(1), verdict(2)], model="m", pictures=pictures, track_record=record)
    html = file.read_text(encoding="utf-8")
    assert html.count("How often it is right") == html.count("What to do next") == 1
    assert html.count('<div data-rf-shared="track_record">') == 2


def test_image_that_is_gone_has_a_place_all_the_same(tmp_path):
    def gone(path: Path, side: int, with_heatmap: bool) -> tuple[Image.Image, None]:
        raise RealFakeError(f"{path} does not exist: check the path.")

    write_report(tmp_path / "r.html", [verdict(1)], model="m", thresholds=(0.5, 0.5), pictures=gone)
    assert "No picture: photos/1.jpg does not exist" in (tmp_path / "r.html").read_text()


def test_the_page_does_not_say_where_the_images_and_the_model_lie(tmp_path):
    def gone(path: Path, side: int, with_heatmap: bool) -> tuple[Image.Image, None]:
        raise RealFakeError(f"{path} does not exist: check the path.")

    folder = "/home/me/my case"
    judged = replace(verdict(1), path=f"{folder}/real/1.jpg", model="/home/me/net@abc")
    failed = replace(verdict(2, None, None), path=f"{folder}/2.jpg", error=f"{folder}/2.jpg: cannot be read.")
    write_report(tmp_path / "r.html", [judged, failed], model="/home/me/net", pictures=gone)
    html = (tmp_path / "r.html").read_text()
    for text in ("/home", "my case", "me/net"):
        assert text not in html
    for text in (
        "real/1.jpg",
        "No picture: real/1.jpg does not exist",
        "2.jpg: cannot be read",
        "the model net",
        "net@abc",
    ):
        assert text in html


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("r.pdf", "must end in .html"), ("gone/r.html", "folder"), ("there.html", "replace it with `overwrite`")],
)
def test_report_that_cannot_be_written_is_refused_at_once(tmp_path, name, sentence):
    (tmp_path / "there.html").touch()
    with pytest.raises(RealFakeError, match=sentence):
        check_report(tmp_path / name, replace=False)
