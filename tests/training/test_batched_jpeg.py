"""What JPEG throws away, without its files, is what libjpeg throws away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from realfake_hf.data.loading import load_data
from realfake_hf.images.degradations.jpeg import jpeg_round_trip
from realfake_hf.images.stored_image import open_stored
from realfake_hf.training.batched_jpeg import FACTORS, batched_jpeg


@pytest.fixture
def photographs(make_imagefolder: Callable[..., Path]) -> list[Image.Image]:
    rows = load_data(make_imagefolder({"train": 3}, size=100))["train"]
    return [open_stored(stored).crop((0, 0, 99, 83)) for stored in rows["image"]]


def as_batch(images: list[Image.Image]) -> torch.Tensor:
    return torch.from_numpy(np.stack([np.asarray(image) for image in images])).permute(0, 3, 1, 2).float()


@pytest.mark.parametrize("subsampling", FACTORS)
def test_every_image_comes_back_as_from_libjpeg_at_its_own_quality(
    photographs: list[Image.Image], subsampling: str
) -> None:
    quality = np.array([1, 30, 50, 75, 90, 100])
    found = batched_jpeg(as_batch(photographs), quality, subsampling).permute(0, 2, 3, 1).numpy()
    for image, pixels, own in zip(photographs, found, quality, strict=True):
        expected = np.asarray(jpeg_round_trip(image, int(own), subsampling)).astype(np.float32)
        damage = np.abs(expected - np.asarray(image)).mean()
        assert np.abs(pixels - expected).mean() < max(0.7, damage / 8)
        assert abs((pixels - expected).mean()) < 0.3
        np.testing.assert_array_equal(pixels, pixels.round().clip(0, 255))


def test_an_even_grey_is_left_as_it_is() -> None:
    grey = torch.full((2, 3, 20, 9), 77.0)
    torch.testing.assert_close(batched_jpeg(grey, np.array([90, 100]), "4:2:0"), grey, atol=1, rtol=0)
