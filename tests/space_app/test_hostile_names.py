"""A file named with a script tag is shown by that name in real Chromium, and nothing of it runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from realfake_hf.detection.scanning.scan_report import write_report
from realfake_hf.detection.verdict import Verdict
from realfake_hf.images.provenance import Provenance
from realfake_hf.images.provenance.generator_claim import GeneratorClaim

pytestmark = pytest.mark.xdist_group("space")

RUNS = "<script>window.ran=1</script>"
IMAGE = '"><img src=x onerror=window.ran=2>'
CODE = "';window.ran=3;//</script><script>window.ran=4</script>"


def picture(path: Path, side: int, with_heatmap: bool) -> tuple[Image.Image, Image.Image | None]:
    return Image.new("RGB", (16, 12), "teal"), None


def test_names_metadata_errors_and_warnings_are_text(chromium: Browser, tmp_path: Path) -> None:
    provenance = Provenance.of((GeneratorClaim(f"{RUNS}{IMAGE}", IMAGE, "made", excerpt=CODE),))
    records = [
        Verdict(f"a/{name}.jpg", "fake", 0.9, 0.2, 0.8, 64, 48, "JPEG", provenance=provenance).record
        for name in (RUNS, IMAGE, CODE)
    ]
    records.append(Verdict(f"{RUNS}.png", error=f"{RUNS}{IMAGE}{CODE} is damaged.").record)
    file = tmp_path / "report.html"
    write_report(file, records, model=RUNS, thresholds=(0.2, 0.8), pictures=picture)
    context = chromium.new_context(viewport={"width": 1000, "height": 800})
    page = context.new_page()
    page.goto(file.as_uri())
    for tile in page.locator(".rf-tile:visible").all():
        tile.click()
        page.keyboard.press("Escape")
    assert page.evaluate("window.ran") is None
    assert page.locator("img[src=x]").count() == 0
    shown = page.evaluate("document.body.innerText")
    for text in (RUNS, IMAGE):
        assert text in shown
    context.close()
