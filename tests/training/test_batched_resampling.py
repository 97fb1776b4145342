"""Batches are scaled as Pillow scales images."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from realfake_hf.images.degradations.resample import FILTERS
from realfake_hf.models.square_crops import tile_to_size
from realfake_hf.training.batched_resampling import batched_resize, reflected


@pytest.fixture
def noise() -> np.ndarray:
    coarse = np.random.default_rng(0).integers(0, 256, size=(30, 26, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((104, 120), Image.Resampling.BICUBIC))


def scaled(pixels: np.ndarray, before: np.ndarray, after: np.ndarray, name: str) -> np.ndarray:
    batch = torch.from_numpy(np.stack([pixels] * len(before))).permute(0, 3, 1, 2).float()
    return batched_resize(batch, before, after, [name] * len(before)).permute(0, 2, 3, 1).numpy()


@pytest.mark.parametrize("name", FILTERS)
def test_every_image_is_scaled_by_its_own_factor_and_by_pillows_filter(noise: np.ndarray, name: str) -> None:
    before = np.array([[120, 104], [120, 104], [100, 77]])
    after = np.array([[84, 73], [156, 135], [71, 60]])
    found = scaled(noise, before, after, name)
    assert found.shape == (3, 156, 156, 3)
    for pixels, (height, width), (new_height, new_width) in zip(found, before, after, strict=True):
        image = Image.fromarray(noise).crop((0, 0, width, height))
        expected = np.asarray(image.resize((new_width, new_height), FILTERS[name])).astype(np.float32)
        # Where two places are equally near, the rounding of the places decides, and Pillow adds them up.
        allowed = 1.0 if name in ("nearest", "box") else 0.1
        assert np.abs(pixels[:new_height, :new_width] - expected).mean() < allowed


def test_beyond_an_image_lies_its_reflection(noise: np.ndarray) -> None:
    before, after = np.array([[120, 104]]), np.array([[60, 52]])
    found = scaled(noise, before, after, "bilinear")[0]
    np.testing.assert_array_equal(found[60:120, :52], found[59::-1, :52])
    np.testing.assert_array_equal(found[:60, 52:104], found[:60, 51::-1])


def test_reflection_is_that_of_small_crops() -> None:
    row = np.arange(5, dtype=np.uint8)[None, :, None].repeat(3, axis=2)
    tiled = np.asarray(tile_to_size(Image.fromarray(row), 17, 1))[0, :, 0]
    found = reflected(torch.arange(17) - 6, torch.tensor(5))
    np.testing.assert_array_equal(found.numpy(), tiled)
