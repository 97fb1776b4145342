"""A tiny classifier of Transformers with a tiny image processor, and data sets of real pixels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasets
import pytest
import torch
from PIL import Image
from transformers import ConvNextImageProcessorPil, ResNetConfig, ResNetForImageClassification


@pytest.fixture
def tiny_model() -> Callable[..., ResNetForImageClassification]:
    """Build a two-class ResNet of a few thousand parameters; `seed` decides its weights."""

    def build(names: tuple[str, ...] = ("real", "fake"), seed: int = 0) -> ResNetForImageClassification:
        torch.manual_seed(seed)
        id2label = dict(enumerate(names))
        config = ResNetConfig(
            embedding_size=8,
            hidden_sizes=[8, 8],
            depths=[1, 1],
            layer_type="basic",
            id2label=id2label,
            label2id={name: index for index, name in id2label.items()},
        )
        model = ResNetForImageClassification(config)
        torch.nn.init.normal_(model.classifier[1].weight, std=3.0)
        return model.eval()

    return build


@pytest.fixture
def tiny_processor() -> Any:
    """Resizes to 32 x 32 by Pillow."""
    return ConvNextImageProcessorPil(size={"shortest_edge": 32}, crop_pct=1.0)


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
