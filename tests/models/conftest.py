"""Pixels of real photographs, as the networks take them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image

from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor


@pytest.fixture
def photo_pixels(photo_paths: list[Path]) -> Callable[..., torch.Tensor]:
    """Crops of two photographs: `(2, 3, side, side)`, or `(2, crops, 3, side, side)` with several."""

    def make(side: int, crops: int = 1) -> torch.Tensor:
        photos = [Image.open(path) for path in photo_paths[:2]]
        return RealFakeImageProcessor(size=side, num_crops=crops)(photos, return_tensors="pt")["pixel_values"]

    return make
