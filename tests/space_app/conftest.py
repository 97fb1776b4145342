"""A real app, started by `realfake demo`, and a real browser that looks at it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from running_app import App, Visit, free_port, start_app

AXE = "axe-core@4.14.1"


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """`realfake demo` with the embedded models, once for all tests."""
    folder, port = tmp_path_factory.mktemp("demo"), free_port()
    command = [sys.executable, "-m", "realfake_hf.cli.main", "demo", "--port", str(port)]
    running = start_app(command, folder, folder / "tmp", port)
    yield running
    running.process.terminate()
    running.process.wait(90)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Headless Chromium, the system's own."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.fail("These tests need Chromium: apt-get install chromium.")
    expect.set_options(timeout=20_000)  # on a busy machine
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def visit_with(browser: Browser, app: App, **options: object) -> Iterator[Visit]:
    """A page in a fresh context; afterwards nothing may have gone wrong on it."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    visit = Visit(context.new_page())
    visit.open(app)
    yield visit
    context.close()
    assert visit.complaints == []
    assert visit.elsewhere == []


@pytest.fixture
def visit(chromium: Browser, app: App) -> Iterator[Visit]:
    """The app on a desk."""
    yield from visit_with(chromium, app, viewport={"width": 1280, "height": 900})


@pytest.fixture
def phone(chromium: Browser, app: App) -> Iterator[Visit]:
    """The app on a phone, in the dark."""
    yield from visit_with(chromium, app, viewport={"width": 360, "height": 740}, color_scheme="dark", has_touch=True)


@pytest.fixture(scope="session")
def axe(pytestconfig: pytest.Config) -> str:
    """The script of axe-core, from npm, kept in pytest's cache folder."""
    folder = pytestconfig.cache.mkdir("axe-core")  # type: ignore[union-attr]
    script = folder / f"{AXE}.js"
    if not script.is_file():
        npm = shutil.which("npm")
        if npm is None:
            pytest.fail(f"The accessibility tests need npm, to fetch {AXE}: apt-get install npm.")
        packed = subprocess.run(
            [npm, "pack", AXE, "--silent", "--pack-destination", str(folder)], capture_output=True, text=True
        )
        assert packed.returncode == 0, packed.stderr
        with tarfile.open(folder / packed.stdout.split()[-1]) as archive:
            member = archive.extractfile("package/axe.min.js")
            assert member is not None
            script.write_bytes(member.read())
    return script.read_text(encoding="utf-8")
