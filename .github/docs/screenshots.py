"""Take the pictures of the web demo anew: `python .github/docs/screenshots.py`, with the extra `test` and Chromium.

They show the embedded model's verdicts: run this, after `python .github/docs/gallery.py`, whenever it changes.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from realfake_hf.detection.gallery import GALLERY_FOLDER
from realfake_hf.images.image_folders import find_images
from space_app.limits import Limits
from space_app.server import Address, build, launch

FOLDER = Path(__file__).resolve().parents[2] / "space_app" / "screenshots"
SHOWN = "Street at night"


def main() -> None:
    """Start the demo, look at it, stop it."""
    page = build(None, Limits())
    url = launch(page, Address(), Limits())
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
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
