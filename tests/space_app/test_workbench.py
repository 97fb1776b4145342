"""The page of a scan in real Chromium: filter, search, order, look closer, review, export."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from test_accessibility import OPTIONS

from realfake_hf.detection.pages.track_record import TrackRecord
from realfake_hf.detection.scanning.scan_report import write_report
from realfake_hf.detection.verdict import Verdict
from realfake_hf.records.outcomes import ClassOutcomes, Outcomes
from realfake_hf.statistics.decision import decide

pytestmark = pytest.mark.xdist_group("space")

RECORD = TrackRecord(Outcomes(ClassOutcomes(30, 15, 5), ClassOutcomes(10, 30, 60)), ("unseen",))


def picture(path: Path, side: int, with_heatmap: bool) -> tuple[Image.Image, Image.Image | None]:
    return Image.new("RGB", (160, 120), "teal"), Image.new("RGB", (160, 120), "orange") if with_heatmap else None


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Of 300 images and a broken one."""
    chances = [place / 300 for place in range(300)]
    verdicts = [Verdict(f"case/{p:.4f}.jpg", decide(p, 0.2, 0.8), p, 0.2, 0.8, 64, 48, "JPEG") for p in chances]
    broken = Verdict("case/=broken.jpg", error="=broken.jpg is empty.")
    records = [verdict.record for verdict in [*verdicts, broken]]
    file = tmp_path / "case.html"
    write_report(file, records, model="m", thresholds=(0.2, 0.8), pictures=picture, track_record=RECORD)
    return file


@pytest.fixture
def page(chromium: Browser, report: Path) -> Iterator[Page]:
    """The page, on which nothing may go wrong."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(report.as_uri())
    yield page
    context.close()
    assert complaints == []


def names(page: Page) -> list[str]:
    """The first tiles that are seen."""
    return page.locator(".rf-tile:visible .rf-tile-name").all_inner_texts()


def test_three_hundred_images_are_a_short_page_on_a_phone_that_grows_when_asked(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollHeight") < 7500  # thirty rows of two tiles
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert len(names(page)) == 60
    page.get_by_role("button", name="Show 60 more of 301").click()
    assert len(names(page)) == 120


def test_chips_count_and_filter_search_finds_and_the_order_orders(page: Page) -> None:
    assert names(page)[0] == "0.9967.jpg"
    page.get_by_role("button", name="likely real 60").click()
    assert names(page)[0] == "0.1967.jpg"
    page.get_by_label("Order").select_option("real")
    assert names(page)[0] == "0.0000.jpg"
    page.get_by_role("button", name="all 301").click()
    page.get_by_role("searchbox").fill("broken")
    assert names(page) == ["=broken.jpg"]
    page.get_by_role("searchbox").fill("nowhere")
    expect(page.get_by_text("No image matches.")).to_be_visible()


def test_a_click_opens_the_whole_card_and_what_a_reviewer_leaves_is_kept_and_exported(
    page: Page, tmp_path: Path
) -> None:
    page.locator(".rf-open").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Likely fake")).to_be_visible()
    expect(dialog.get_by_role("heading", name="How often it is right")).to_be_visible()
    expect(dialog.get_by_role("img", name="under a heatmap")).to_be_visible()
    dialog.get_by_label("Reviewed").check()
    dialog.get_by_label("Note").fill("=ask the sender")
    dialog.get_by_role("button", name="Next").click()
    expect(dialog).to_contain_text("2 of 301")
    expect(dialog.get_by_label("Reviewed")).not_to_be_checked()
    page.keyboard.press("Escape")

    page.reload()
    expect(page.locator(".rf-tile").first).to_contain_text("✓ reviewed, note")
    with page.expect_download() as table:
        page.get_by_role("button", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(table.value.path()).read_text(encoding="utf-8"))))
    assert table.value.suggested_filename == "case.csv"
    assert (rows[0]["path"], rows[0]["reviewed"], rows[0]["note"]) == ("case/0.9967.jpg", "yes", "'=ask the sender")
    assert float(rows[0]["p_fake"]) == 299 / 300
    assert rows[-1]["error"] == "'=broken.jpg is empty."
    with page.expect_download() as exported:
        page.get_by_role("button", name="Page").click()
    copy = tmp_path / "copy.html"
    exported.value.save_as(copy)

    page.goto(copy.as_uri())
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(page.locator(".rf-tile").first).to_contain_text("✓ reviewed, note")
    page.locator(".rf-open").first.click()
    expect(page.get_by_role("dialog").get_by_label("Note")).to_have_value("=ask the sender")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(page: Page, axe: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.evaluate(axe)
    found = []
    for opened in (False, True):
        if opened:
            page.locator(".rf-open").first.click()
        result = page.evaluate("options => axe.run(options)", OPTIONS)
        found += [f"{each['id']}: {node['html'][:120]}" for each in result["violations"] for node in each["nodes"]]
    assert found == []
