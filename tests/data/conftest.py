"""A collection to prepare."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image


@pytest.fixture
def originals(photo_paths: list[Path], tmp_path: Path) -> Callable[..., Path]:
    """Write a collection with the leaks of real life: fakes are square PNGs, photographs JPEGs of 4:3."""

    def write(count: int = 24, *, first: int = 0, root: Path = tmp_path / "originals", below: str = "") -> Path:
        photos = [Image.open(path).convert("RGB") for path in photo_paths]
        for index in range(first, first + count):
            photo, step = photos[index % 6], index // 6
            left, top = 37 * step % (photo.width - 240), 23 * step % (photo.height - 180)
            for label, size, suffix in (("real", (160, 120), "jpg"), ("fake", (128, 128), "png")):
                box = (left, top, left + 240, top + 180)
                picture = photo.resize(size, box=box)
                if label == "fake":
                    picture = picture.transpose(Image.Transpose.ROTATE_90)
                folder = root / below / label / f"{label}-source-{index % 2}"
                folder.mkdir(parents=True, exist_ok=True)
                picture.save(folder / f"{index:03d}.{suffix}")
        return root

    return write
