"""The page of a scan: everything in one file, nothing that a file name could break."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from realfake_hf.detection import scan_report as report
from realfake_hf.detection.scan_report import check_report, write_report
from realfake_hf.detection.verdict import Verdict
from realfake_hf.errors import RealFakeError


def verdict(number: int, label: str | None = "fake", p_fake: float | None = 0.9, **fields: object) -> dict:
    path = f"photos/{number}.jpg"
    return Verdict(path=path, label=label, p_fake=p_fake, width=64, height=48, **fields).to_record()  # type: ignore[arg-type]


def pictures(path: Path) -> tuple[Image.Image, Image.Image]:
    return Image.new("RGB", (60, 40), "red"), Image.new("RGB", (60, 40), "blue")


@pytest.fixture
def page(tmp_path: Path):
    def write(*records: dict) -> str:
        file = tmp_path / "report.html"
        write_report(file, records, model="my model", thresholds=(0.25, 0.75), pictures=pictures)
        return file.read_text(encoding="utf-8")

    return write


def test_page_says_counts_thresholds_words_and_percentages(page):
    html = page(verdict(1, p_fake=1.0, warnings=["too small"]), verdict(2, "real", 0.0), verdict(3, "unsure", 0.5))
    for text in ("3 images", "likely fake", "likely real", "unsure", "75 %", "25 %", "my model", "too small"):
        assert text in html
    assert re.findall(r'data-value="(\d+)"', html) == ["99", "50", "1"]
    assert html.count("data:image/jpeg;base64,") == 6


def test_page_needs_nothing_from_elsewhere(page):
    html = page(verdict(1))
    assert not re.search(r"(src|href)=\"(?!data:)|@import|url\(", html)


def test_names_and_errors_are_escaped(page):
    evil = {**verdict(1), "path": "<script>alert(1)</script>\udcff.jpg"}
    failed = {**verdict(2, None, None), "error": "<img src=x> is <b>broken</b>."}
    declared = verdict(3, provenance={"note": "made by <i>X</i>"})
    html = page(evil, failed, declared)
    assert "<script>alert" not in html
    assert "<b>broken" not in html
    assert "<img src=x" not in html
    assert "file says: made by &lt;i&gt;X&lt;/i&gt;" in html


def test_thousands_of_images_leave_a_small_page_that_says_so(page, monkeypatch):
    monkeypatch.setattr(report, "PICTURES", 2)
    monkeypatch.setattr(report, "ROWS", 5)
    html = page(*(verdict(i, "real", i / 100) for i in range(9)), verdict(77))
    assert html.count("<tr>") == 1 + 5
    assert html.count("<img") == 4
    assert "photos/77.jpg" in html  # the likeliest fake comes first
    assert "5 more images have no row" in html
    assert "3 judged images further down have no pictures" in html


def test_image_that_is_gone_has_a_row_all_the_same(page, tmp_path):
    def gone(path: Path) -> tuple[Image.Image, None]:
        raise RealFakeError(f"{path} does not exist: check the path.")

    write_report(tmp_path / "r.html", [verdict(1)], model="m", thresholds=(0.5, 0.5), pictures=gone)
    assert "no picture: photos/1.jpg does not exist" in (tmp_path / "r.html").read_text()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("r.pdf", "must end in .html"), ("gone/r.html", "folder"), ("there.html", "replace it with `overwrite`")],
)
def test_report_that_cannot_be_written_is_refused_at_once(tmp_path, name, sentence):
    (tmp_path / "there.html").touch()
    with pytest.raises(RealFakeError, match=sentence):
        check_report(tmp_path / name, replace=False)
