"""Data sets with and without leaks, cut from the sample photographs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from realfake_hf.data.auditing import probes

SIDE = 96


@pytest.fixture(autouse=True)
def few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forests of a third of their size: what these tests look for is plain enough for them."""
    monkeypatch.setattr(probes, "TREES", 30)


def tiles(photo_paths: list[Path], side: int = SIDE, per_photo: int = 20) -> Iterator[Image.Image]:
    """Squares of the photographs that do not overlap; flat ones, which all hash alike, are left out."""
    for path in photo_paths:
        with Image.open(path) as opened:
            picture = opened.convert("RGB")
        boxes = [
            (left, top, left + side, top + side)
            for top in range(0, picture.height - side + 1, side)
            for left in range(0, picture.width - side + 1, side)
        ]
        crops = (picture.crop(box) for box in boxes)
        lively = [crop for crop in crops if np.asarray(crop.convert("L")).std() > 12]
        yield from lively[:per_photo]


@pytest.fixture
def make_random_classes(photo_paths: list[Path], tmp_path: Path) -> Callable[..., Path]:
    """Write tiles of the photographs as `{real,fake}/tiles/*.jpg`, the class drawn at random."""

    def make(seed: int, per_photo: int = 20) -> Path:
        root = tmp_path / f"random-{seed}"
        pictures = list(tiles(photo_paths, per_photo=per_photo))
        fake = np.random.default_rng(seed).permutation(len(pictures)) < len(pictures) // 2
        for number, (picture, is_fake) in enumerate(zip(pictures, fake, strict=True)):
            folder = root / ("fake" if is_fake else "real") / f"tiles-{number % 2}"
            folder.mkdir(parents=True, exist_ok=True)
            picture.save(folder / f"{number:03d}.jpg", quality=90)
        return root

    return make


@pytest.fixture
def png_fakes(photo_paths: list[Path], tmp_path: Path) -> Path:
    """Tiles of which every second is called fake and stored as PNG: the leak of most collections."""
    root = tmp_path / "png-fakes"
    for number, picture in enumerate(tiles(photo_paths, per_photo=8)):
        label, suffix = ("fake", "png") if number % 2 else ("real", "jpg")
        folder = root / label / f"source-{number % 3}"
        folder.mkdir(parents=True, exist_ok=True)
        picture.save(folder / f"{number:03d}.{suffix}")
    return root
