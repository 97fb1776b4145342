"""A real app, started by `realfake demo`, and a real browser that looks at it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from running_app import App, Visit, free_port, start_app

from space_app.static.npm_package import NpmPackage

AXE = NpmPackage(
    "axe-core",
    "4.14.1",
    "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
)


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
    folder = pytestconfig.cache.mkdir(f"axe-core-{AXE.version}")  # type: ignore[union-attr]
    script = folder / "axe.min.js"
    if not script.is_file():
        with TemporaryDirectory(dir=folder) as draft:
            AXE.extract(["axe.min.js"], Path(draft))
            (Path(draft) / script.name).replace(script)
    return script.read_text(encoding="utf-8")
