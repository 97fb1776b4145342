"""Take the pictures of the web demo anew: `python .github/docs/screenshots.py`, with the extra `test` and Chromium.

They show the embedded model's verdicts: run this, after `python .github/docs/gallery.py`, whenever it changes.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from realfake_hf.detection.detector import Detector
from realfake_hf.detection.gallery import GALLERY_FOLDER, JudgedCase, choose, judge_cases
from realfake_hf.detection.pages.card_html import card_html, card_style
from realfake_hf.images.image_folders import find_images
from realfake_hf.pages.data_uri import jpeg_uri
from space_app.limits import Limits
from space_app.server import Address, build, launch

FOLDER = Path(__file__).resolve().parents[2] / "space_app" / "screenshots"
SHOWN = "Street at night"
ANSWERS = """
body { margin: 0; padding: 20px; display: grid; grid-template-columns: repeat(4, 1fr); gap: 16px; align-items: start;
  font: 15px/1.45 "Liberation Sans", Arial, sans-serif; color: var(--rf-ink); background: var(--rf-ground); }
figure { margin: 0 0 10px; }
img { display: block; width: 100%; height: 230px; object-fit: cover; border-radius: 14px; }
figcaption { margin-top: 8px; min-height: 3em; }
.rf-verdict > :not(.rf-answer), .rf-gauge-words, .rf-warnings { display: none; }
.rf-verdict .rf-lead { min-height: 4.5em; }
"""
"""Of the answer alone; what is the same on all cards is left out."""


def main() -> None:
    """Start the demo, look at it, stop it."""
    page = build(None, Limits())
    url = launch(page, Address(), Limits())
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            answers = browser.new_context(viewport={"width": 1280, "height": 400}).new_page()
            answers.set_content(_answers(choose(judge_cases(Detector()))))
            answers.screenshot(path=FOLDER / "answers.jpg", full_page=True, quality=90)
            _judged(_opened(browser, url, 1280, 1010)).screenshot(path=FOLDER / "verdict.png")
            _judged(_opened(browser, url, 390, 844)).screenshot(path=FOLDER / "phone.png")
            many = _opened(browser, url, 1280, 1010)
            many.get_by_role("tab", name="Many images").click()
            images = find_images(GALLERY_FOLDER)
            many.set_input_files("#files input[type=file]", images)
            many.get_by_text(f"Judged {len(images)} of {len(images)} images.").wait_for(timeout=120_000)
            many.screenshot(path=FOLDER / "workbench.png")
            browser.close()
    finally:
        page.close(verbose=False)
    for file in FOLDER.glob("*.png"):
        with Image.open(file) as picture:
            small = picture.convert("RGB").quantize(160)
        small.save(file, optimize=True)


def _answers(judged: list[JudgedCase]) -> str:
    """The cases of the README's first command: the image, the truth, the answer."""
    figures = (
        f'<div><figure><img src="{_photo(one.case.path)}" alt=""><figcaption><b>{one.case.how}</b> '
        f"The answer: {one.outcome.replace('no answer', 'none')}.</figcaption></figure>"
        f"{card_html(one.verdict.card(), shared_parts=False)}</div>"
        for one in judged
    )
    return f"<!doctype html><html lang=en><style>{card_style()}{ANSWERS}</style><body>{''.join(figures)}"


def _photo(path: Path) -> str:
    with Image.open(path) as image:
        return jpeg_uri(image.convert("RGB"), quality=90)


def _opened(browser: Browser, url: str, width: int, height: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.goto(url)
    page.locator(".rf-empty").wait_for()
    return page


def _judged(page: Page) -> Page:
    page.get_by_role("button", name=SHOWN).click()
    page.locator("#guesses").get_by_role("button", name="Show me").click()
    page.locator(".rf-viewer").wait_for(timeout=120_000)
    page.evaluate("window.scrollTo(0, 0)")
    return page


if __name__ == "__main__":
    main()
