"""The page, built once from the tiny model, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from static_page import Visit, served

from space_app.static.build import build_page


@pytest.fixture(scope="session")
def static_page(tiny_onnx: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built page; needs npm, the first time."""
    return build_page(tmp_path_factory.mktemp("static") / "page", tiny_onnx / "onnx")


@pytest.fixture(scope="session")
def address(static_page: Path) -> Iterator[str]:
    """Where it is served."""
    with served(static_page) as found:
        yield found


def visit_with(browser: Browser, address: str, **options: object) -> Iterator[Visit]:
    """A fresh visit; afterwards nothing may have gone wrong, and nothing may have been asked for elsewhere."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    visit = Visit(context.new_page(), address)
    visit.open()
    yield visit
    context.close()
    assert visit.complaints == []
    assert [url for url in visit.requests if not url.startswith((address, "blob:"))] == []


@pytest.fixture(scope="module")
def visit(chromium: Browser, address: str) -> Iterator[Visit]:
    """The page on a desk, one visit for a file of tests."""
    yield from visit_with(chromium, address, viewport={"width": 1200, "height": 800})


@pytest.fixture
def phone(chromium: Browser, address: str) -> Iterator[Visit]:
    """The page on a phone, in the dark."""
    yield from visit_with(
        chromium, address, viewport={"width": 360, "height": 740}, color_scheme="dark", has_touch=True
    )
