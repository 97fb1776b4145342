"""Data sets of real pixels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasets
import pytest
from PIL import Image


@pytest.fixture
def make_dataset(photo_paths: list[Path]) -> Callable[..., datasets.Dataset]:
    """Crops of the photographs; the 'fakes' are reduced and enlarged again; rows alternate real, fake."""

    def make(n: int = 12, *, labels: list[int] | None = None, size: int = 64) -> datasets.Dataset:
        rows: dict[str, list[Any]] = {"image": [], "label": labels or [i % 2 for i in range(n)], "source": []}
        for index, label in enumerate(rows["label"]):
            with Image.open(photo_paths[index % len(photo_paths)]) as opened:
                picture = opened.convert("RGB")
            crop = picture.crop((7 * index, 5 * index, 7 * index + size, 5 * index + size))
            if label:
                crop = crop.resize((size // 4, size // 4)).resize((size, size))
            rows["image"].append(crop)
            rows["source"].append(f"{'generator' if label else 'camera'}-{index % 4 // 2}")
        features = datasets.Features(
            image=datasets.Image(), label=datasets.ClassLabel(names=["real", "fake"]), source=datasets.Value("string")
        )
        return datasets.Dataset.from_dict(rows, features=features)

    return make


@pytest.fixture
def with_corrupt_row() -> Callable[[datasets.Dataset, int], datasets.Dataset]:
    """Cut the bytes of one row's image to a third."""

    def corrupt(dataset: datasets.Dataset, row: int) -> datasets.Dataset:
        encoded = dataset.cast_column("image", datasets.Image(decode=False))
        images = [record["image"] for record in encoded]
        images[row] = {"bytes": images[row]["bytes"][: len(images[row]["bytes"]) // 3], "path": "broken.png"}
        plain = {"image": images, "label": encoded["label"][:], "source": encoded["source"][:]}
        return datasets.Dataset.from_dict(plain, features=encoded.features)

    return corrupt
