"""One photograph for every step, and a way to see what a step did to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image


@pytest.fixture(scope="session")
def street(photo_paths: list[Path]) -> Image.Image:
    """A real photograph of 640 x 427 px, RGB; no test changes it, steps must not either."""
    with Image.open(next(path for path in photo_paths if path.name == "china.jpg")) as opened:
        return opened.convert("RGB")


@pytest.fixture
def crop(street: Image.Image) -> Image.Image:
    """128 x 128 px out of the photograph at native resolution, full of detail."""
    return street.crop((200, 100, 328, 228))
