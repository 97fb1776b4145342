"""Training images: decoded, augmented by the draw's seed, normalised as the processor does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from realfake_hf.data.loading import load_data
from realfake_hf.images.degradations import build_augmentation
from realfake_hf.images.stored_image import open_stored
from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.training import images as images_module
from realfake_hf.training.images import CropCollator, Draw, LabelledImages

AUGMENTATION = [{"random_crop": {"size": 48}}, {"jpeg": {"quality": [30, 90]}}]


def test_pixels_follow_from_the_seed_of_the_draw(make_imagefolder: Callable[..., Path]) -> None:
    dataset = load_data(make_imagefolder())["train"]
    images = LabelledImages(dataset, RealFakeImageProcessor(size=48), build_augmentation(AUGMENTATION))
    first, again, other = images[Draw(0, 5)], images[Draw(0, 5)], images[Draw(0, 6)]
    assert np.array_equal(first["pixels"], again["pixels"])
    assert not np.array_equal(first["pixels"], other["pixels"])


def test_row_number_gives_the_image_without_augmentation(make_imagefolder: Callable[..., Path]) -> None:
    dataset = load_data(make_imagefolder(size=48))["train"]
    images = LabelledImages(dataset, RealFakeImageProcessor(size=48), build_augmentation(AUGMENTATION))
    with Image.open(dataset[3]["image"]["path"]) as stored:
        assert np.array_equal(images[3]["pixels"], np.asarray(stored.convert("RGB")))
    assert images[3]["labels"] == dataset[3]["label"]


def test_collated_pixels_equal_the_processors(make_imagefolder: Callable[..., Path]) -> None:
    dataset = load_data(make_imagefolder(size=48))["val"]
    processor = RealFakeImageProcessor(size=48)
    images = LabelledImages(dataset, processor)
    batch = CropCollator(processor, channels_last=True)([images[row] for row in range(4)])
    stored = [Image.open(dataset[row]["image"]["path"]) for row in range(4)]
    assert torch.equal(batch["pixel_values"], processor(stored, return_tensors="pt")["pixel_values"])
    assert batch["pixel_values"].is_contiguous(memory_format=torch.channels_last)
    assert batch["labels"].tolist() == dataset["label"][:4]


def test_kept_images_give_the_same_pixels_and_are_read_once(
    make_imagefolder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = load_data(make_imagefolder())["train"]
    opened = []
    monkeypatch.setattr(images_module, "open_stored", lambda *a, **k: opened.append(1) or open_stored(*a, **k))
    plain, keeping = (
        LabelledImages(dataset, RealFakeImageProcessor(size=48), build_augmentation(AUGMENTATION), kept_bytes=kept)
        for kept in (0, 10**9)
    )
    draws = [Draw(row, row + 5) for row in (0, 1, 0, 2, 1)]
    expected = [plain[draw]["pixels"] for draw in draws]
    assert len(opened) == 5
    np.testing.assert_array_equal(expected, [keeping[draw]["pixels"] for draw in draws])
    assert len(opened) == 5 + 3


def test_an_image_stands_in_for_one_that_cannot_be_read_kept_or_not(make_imagefolder: Callable[..., Path]) -> None:
    dataset = load_data(make_imagefolder(size=48))["train"]
    Path(dataset[1]["image"]["path"]).write_bytes(b"no JPEG")
    images = LabelledImages(dataset, RealFakeImageProcessor(size=48), kept_bytes=10**9)
    for _ in range(2):
        np.testing.assert_array_equal(images[1]["pixels"], images[2]["pixels"])
