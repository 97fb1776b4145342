"""The page as people use it: nothing leaves it, and everybody can work it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import FileChooser
from static_page import served

pytestmark = pytest.mark.xdist_group("space")

GIVE_FILE = """async ([name, kind, file]) => {
    const given = new DataTransfer();
    given.items.add(new File([bytes(file)], "given.jpg", { type: "image/jpeg" }));
    document.dispatchEvent(name === "paste"
        ? new ClipboardEvent("paste", { clipboardData: given, bubbles: true })
        : new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true }));
}"""


def test_only_files_of_the_page_itself_are_asked_for(visit, address, photo_paths):
    visit.judge(photo_paths[0])
    asked = {url.removeprefix(address) for url in visit.requests if not url.startswith("blob:")}
    assert {"model/model.onnx", "vendor/ort-wasm-simd-threaded.wasm"} < asked
    assert not [url for url in asked if "://" in url]


def test_the_page_cannot_send_anything_elsewhere_even_if_a_script_tries(chromium, address, tmp_path):
    context = chromium.new_context()
    page = context.new_page()
    reached = []
    with served(tmp_path) as elsewhere:
        page.on("requestfinished", lambda request: reached.append(request.url))
        page.goto(address)
        page.wait_for_selector("html[data-state=ready]", state="attached")
        outcomes = page.evaluate(
            """async (url) => [
                await fetch(url, { method: "POST", body: "pixels" }).then(() => "sent", () => "refused"),
                await new Promise((done) => {
                    const image = new Image();
                    image.onload = () => done("sent");
                    image.onerror = () => done("refused");
                    image.src = url + "pixels.png";
                }),
            ]""",
            elsewhere,
        )
        assert outcomes == ["refused", "refused"]
        assert not [url for url in reached if url.startswith(elsewhere)]
    context.close()


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_image_can_be_pasted_and_dropped(visit, way, photo_paths):
    chosen = visit.judge(photo_paths[2])
    visit.page.evaluate("document.getElementById('verdict').removeAttribute('data-p-fake')")
    visit.run(GIVE_FILE, [way, "image/jpeg", photo_paths[2].read_bytes()])
    given = visit.verdict()
    assert given.p_fake == pytest.approx(chosen.p_fake, abs=1e-6)
    assert "given.jpg" in given.words


def test_damaged_file_is_named_and_the_next_image_is_judged(visit, photo_paths, tmp_path):
    (tmp_path / "damaged.jpg").write_bytes(photo_paths[0].read_bytes()[:300])
    visit.page.set_input_files("#file", tmp_path / "damaged.jpg")
    visit.page.locator("#verdict[data-label=error]").wait_for()
    assert "damaged.jpg cannot be read" in visit.page.inner_text("#verdict")
    (tmp_path / "diary.txt").write_text("Dear diary")
    visit.page.set_input_files("#file", tmp_path / "diary.txt")
    visit.page.get_by_text("That is no image").wait_for()
    assert visit.judge(photo_paths[0]).label in ("real", "unsure", "fake")


def test_keyboard_alone_reaches_the_file_chooser(visit):
    choosers: list[FileChooser] = []
    # From now on the browser hands its dialogues over instead of showing them; a busy one takes its time to.
    visit.page.on("filechooser", lambda chooser: choosers.append(chooser))
    visit.page.wait_for_timeout(1000)
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.id") == "file"
    for _ in range(10):
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_timeout(1000)
        if choosers:
            break
    assert choosers


def test_several_images_fill_a_workbench_with_their_cards_and_are_exported(chromium, address, photo_paths, tmp_path):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("html[data-state=ready]", state="attached")
    page.set_input_files("#file", photo_paths[:3])
    page.get_by_text("Judged 3 of 3 images.").wait_for()
    assert page.locator(".rf-grid .rf-tile img").count() == 3
    page.locator(".rf-open").first.click()
    page.get_by_role("dialog").get_by_role("heading", name="What to do next").wait_for()
    with page.expect_download() as table:
        page.get_by_role("button", name="Close").click()
        page.get_by_role("button", name="CSV").click()
    assert Path(table.value.path()).read_text(encoding="utf-8").count("\n") == 4
    with page.expect_download() as exported:
        page.get_by_role("button", name="Page").click()
    file = tmp_path / exported.value.suggested_filename
    exported.value.save_as(file)
    page.goto(file.as_uri())
    assert page.locator(".rf-grid .rf-tile img").evaluate_all(
        "images => images.every((image) => image.naturalWidth > 100)"
    )
    page.locator(".rf-open").first.click()
    page.get_by_role("dialog").get_by_role("heading", name="What to do next").wait_for()
    context.close()


def test_image_without_a_thumbnail_stops_no_other(chromium, address, photo_paths):
    page = chromium.new_page()
    page.goto(address)
    page.wait_for_selector("html[data-state=ready]", state="attached")
    page.evaluate("() => { OffscreenCanvas.prototype.convertToBlob = () => Promise.reject(new Error('gone')); }")
    page.set_input_files("#file", photo_paths[:2])
    page.get_by_text("Judged 2 of 2 images.").wait_for()
    assert page.locator(".rf-tile .rf-thumb").all_text_contents() == ["no picture"] * 2
    page.close()


def test_the_size_of_the_download_is_said_and_the_page_works_without_a_network_afterwards(
    chromium, address, photo_paths
):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(address)
    assert re.search(r"Loading the detector, \d+ MB, once", page.content())
    page.wait_for_selector("html[data-state=ready]", state="attached")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    page.reload()
    page.wait_for_selector("html[data-state=ready]", state="attached", timeout=60_000)
    page.set_input_files("#file", photo_paths[0])
    page.locator("#verdict[data-p-fake]").wait_for()
    context.close()


@pytest.mark.parametrize("device", ["visit", "phone"])
def test_everybody_can_use_it(request, device, axe, photo_paths: list[Path]):
    visit = request.getfixturevalue(device)
    visit.judge(photo_paths[1])
    visit.page.evaluate(axe)
    found = visit.page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    assert [(violation["id"], [node["html"] for node in violation["nodes"]]) for violation in found] == []
    assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
