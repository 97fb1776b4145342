"""The page in real Chromium; see `visit_with` for what every one of these tests also asserts."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect
from running_app import App, Visit

pytestmark = pytest.mark.xdist_group("space")


def test_an_upload_gets_a_verdict_a_gauge_a_heatmap_and_what_they_are_worth(
    visit: Visit, app: App, photo_paths: list[Path]
) -> None:
    photo = next(path for path in photo_paths if path.stem == "china")

    words = visit.judge(photo)

    page = visit.page
    assert words.startswith(("Likely real", "Can't tell", "Likely fake"))
    expect(page.get_by_role("img", name=re.compile("Bar from 0 to 100 %, this image at \\d{1,2}\\s%"))).to_be_visible()
    expect(page.locator(".rf-worth")).to_contain_text("Of 100 AI images from generators it never met, it catches")
    expect(page.get_by_role("img", name=re.compile("Of 100 photographs"))).to_be_visible()
    page.get_by_text("Details", exact=True).click()
    details = page.locator(".rf-verdict dl")
    expect(details).to_contain_text("640 × 427 px")  # noqa: RUF001
    expect(details).to_contain_text("china.jpg")
    heatmap = page.get_by_role("img", name=re.compile("under a heatmap"))
    expect(heatmap).to_be_visible()
    page.wait_for_function("image => image.naturalWidth >= 512", arg=heatmap.element_handle())
    shown = "image => getComputedStyle(image).clipPath"
    before = heatmap.evaluate(shown)
    page.get_by_role("slider").press("End")
    assert heatmap.evaluate(shown) != before
    uploads = {hashlib.sha256(file.read_bytes()).hexdigest() for file in app.temporary.rglob("china.jpg")}
    assert hashlib.sha256(photo.read_bytes()).hexdigest() in uploads  # the file itself was judged


def test_a_case_of_the_gallery_asks_first_and_then_tells_verdict_and_truth(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("button", name="Hedgehog").click()
    guesses = page.locator("#guesses")
    expect(guesses).to_be_visible()
    expect(page.locator(".rf-verdict")).to_have_count(0)

    guesses.get_by_role("button", name="Real").click()

    truth = page.get_by_label("The truth")
    expect(truth).to_contain_text("Fake: a generator made it.")
    expect(truth).to_contain_text("You said “Real”: that is wrong.")
    expect(page.locator(".rf-verdict dl")).to_contain_text("hedgehog.webp")
    page.get_by_role("button", name="Cup of coffee").click()
    guesses.get_by_role("button", name="Show me").click()
    expect(truth).to_contain_text("Real: no generator made it.")
    expect(truth).not_to_contain_text("You said")
    expect(page.locator(".rf-verdict dl")).to_contain_text("forged.jpg")


def test_a_place_in_the_heatmap_shows_its_patch_and_what_it_speaks_for(visit: Visit, photo_paths: list[Path]) -> None:
    visit.judge(photo_paths[2])
    page = visit.page
    patches = page.get_by_role("button", name=re.compile(r"Patch \d of \d: \d+ % fake by itself"))
    expect(patches.first).to_be_attached()

    patches.last.click()

    shown = page.locator(".rf-patch:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("at the picture's own resolution")
    assert shown.locator("img").evaluate("image => image.naturalWidth") == 192
    patches.last.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(shown).to_have_count(1)
    expect(shown).not_to_contain_text(f"Patch {patches.count()} of")


def test_the_other_model_judges_the_same_image_and_shows_its_own_figures(visit: Visit, photo_paths: list[Path]) -> None:
    page = visit.page
    visit.judge(photo_paths[1])
    expect(page.locator(".rf-verdict dl")).to_contain_text("efficientnet-lite2")

    page.get_by_role("radio", name="realfake-net").click()

    expect(page.locator(".rf-verdict dl")).to_contain_text("realfake-net")
    page.get_by_role("tab", name="Figures").click()
    expect(page.get_by_role("heading", name="Measured on “unseen”")).to_be_visible()
    # Of the first model alone: what is opened while its figures still stand there closes when the others come.
    expect(page.get_by_role("heading", name="Measured on “val-of-more”")).to_have_count(0)
    page.get_by_text("Every generator and every source").first.click()
    expect(page.get_by_role("rowheader", name="stylegan3-r")).to_have_count(1)


def test_a_batch_fills_a_workbench_that_opens_cards_and_exports(
    visit: Visit, photo_paths: list[Path], tmp_path: Path
) -> None:
    archive = tmp_path / "holiday.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(photo_paths[1], "../../rome/cat.jpg")
        packed.writestr("rome/broken.jpg", b"no image at all")
        packed.writestr("__MACOSX/rome/._cat.jpg", b"junk")
    page = visit.page
    page.get_by_role("tab", name="Many images").click()

    page.set_input_files("#files input[type=file]", [archive, *photo_paths[:2]])

    expect(page.get_by_text("Judged 4 of 4 images.")).to_be_visible()
    expect(page.get_by_role("button", name="all 4")).to_be_visible()
    expect(page.get_by_role("button", name="can't judge, or not judged 1")).to_be_visible()
    tiles = page.locator(".rf-grid .rf-tile")
    expect(tiles).to_have_count(4)
    assert tiles.locator("img").count() == 3
    tiles.last.locator(".rf-open").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("not an image in a format")
    dialog.get_by_role("button", name="Previous").click()
    expect(dialog.get_by_role("heading", name="How often it is right")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))
    assert download.value.suggested_filename == "realfake-verdicts.csv"
    assert {row["path"] for row in rows} == {"rome/cat.jpg", "rome/broken.jpg", *(p.name for p in photo_paths[:2])}
    assert sorted(bool(row["p_fake"]) for row in rows) == [False, True, True, True]


def test_another_batch_takes_the_place_of_the_last_and_every_tile_has_its_own_card(
    visit: Visit, photo_paths: list[Path]
) -> None:
    page = visit.page
    page.get_by_role("tab", name="Many images").click()
    for batch in (photo_paths[:2], photo_paths[2:6]):
        page.set_input_files("#files input[type=file]", batch)
        expect(page.get_by_text(f"Judged {len(batch)} of {len(batch)} images.")).to_be_visible()
        expect(page.locator(".rf-grid .rf-tile")).to_have_count(len(batch))
        for place in range(len(batch)):
            name = page.locator(".rf-grid .rf-tile-name").nth(place).inner_text()
            page.locator(".rf-open").nth(place).click()
            page.locator("dialog summary").click()
            expect(page.locator("dialog dl")).to_contain_text(name)
            page.keyboard.press("Escape")
        page.locator("#files").get_by_label("Clear").or_(page.locator("#files [aria-label=Remove]")).first.click()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("letter.jpg", b"Dear Sir or Madam, " * 50, "letter.jpg is not an image in a format"),
        ("half.jpg", None, "half.jpg is truncated"),
    ],
)
def test_a_file_that_is_no_image_gets_one_sentence(
    visit: Visit, photo_paths: list[Path], tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content or photo_paths[0].read_bytes()[:9000])

    words = visit.judge(file)

    assert words == "Not judged"
    expect(visit.page.locator(".rf-lead")).to_contain_text(sentence)
    expect(visit.page.locator("body")).not_to_contain_text(re.compile("Traceback|/tmp/"))


def test_sixty_megapixels_get_a_verdict(visit: Visit, photo: Image.Image, tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    photo.resize((7746, 7746)).save(large, quality=80)

    words = visit.judge(large)

    assert words != "Not judged"
    expect(visit.page.locator(".rf-verdict dl")).to_contain_text("7746 × 7746 px")  # noqa: RUF001
    expect(visit.page.get_by_role("img", name=re.compile("under a heatmap"))).to_be_visible()


def test_a_moving_gif_and_sixteen_bit_png_get_a_verdict(visit: Visit, photo: Image.Image, tmp_path: Path) -> None:
    small = photo.resize((240, 240))
    small.save(tmp_path / "moving.gif", save_all=True, append_images=[small.rotate(90)])
    small.convert("I").point(lambda value: value * 256).convert("I;16").save(tmp_path / "deep.png")
    page = visit.page

    for name in ("moving.gif", "deep.png"):
        assert visit.judge(tmp_path / name) != "Not judged"
        expect(page.locator(".rf-verdict dl")).to_contain_text(name)
        page.get_by_role("button", name="Clear").or_(page.get_by_label("Remove Image")).first.click()
        page.locator(".rf-empty").wait_for()


def test_a_phone_shows_everything_without_scrolling_sideways(phone: Visit, photo_paths: list[Path]) -> None:
    page = phone.page

    phone.judge(photo_paths[0])
    answer = page.locator(".rf-verdict h2").bounding_box()
    assert answer is not None
    assert answer["y"] + answer["height"] < 740  # seen at once
    for name in ("Choose a photo", "Take one"):
        button = page.get_by_role("button", name=name).bounding_box()
        assert button is not None
        assert button["height"] >= 44
    expect(page.locator("input[capture=environment]")).to_have_count(1)  # the phone's camera
    page.get_by_role("img", name=re.compile("under a heatmap")).wait_for()

    page.get_by_role("tab", name="Many images").click()
    page.set_input_files("#files input[type=file]", photo_paths[:2])
    page.get_by_text("Judged 2 of 2 images.").wait_for()

    for tab in ("Many images", "Figures", "One image"):
        page.get_by_role("tab", name=tab).click()
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_the_keyboard_alone_is_enough(visit: Visit, photo_paths: list[Path]) -> None:
    page = visit.page
    page.on("filechooser", lambda chooser: None)  # from now on Chromium reports choosers instead of opening them

    def press_tab_until(selector: str, key: str = "Tab") -> None:
        for _ in range(40):
            page.keyboard.press(key)
            if page.evaluate("selector => document.activeElement.closest(selector) !== null", selector):
                return
        pytest.fail(f"The focus never comes to {selector}.")

    press_tab_until("#model input[type=radio]")
    press_tab_until("[role=tab]")
    press_tab_until("#image button")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(photo_paths[0])
    page.locator(".rf-verdict h2").wait_for()
    press_tab_until(".rf-samples button")
    page.keyboard.press("Enter")
    expect(page.locator("#guesses")).to_be_visible()
    press_tab_until("#guesses button", "Shift+Tab")  # it stands above the gallery
    page.keyboard.press("Enter")

    expect(page.get_by_label("The truth")).to_contain_text("enlarged tenfold")
