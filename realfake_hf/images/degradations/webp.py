"""Lossy WebP, as shops, messengers and news sites serve images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from PIL import Image

from realfake_hf.images.degradations import parameters
from realfake_hf.images.degradations.base import Degradation, draw_integer, round_trip

MAX_WEBP_SIDE = 16_383
"""WEBP_MAX_DIMENSION, in px: the format has 14 bits for a side."""


@dataclass(frozen=True)
class RecompressWebp(Degradation):
    """Encode and decode once as lossy WebP (always 4:2:0).

    Attributes:
        quality: libwebp's quality, `(lowest, highest)`, 1 to 100.
        effort: libwebp's method, 0 (fastest) to 6. libwebp's own default 4 takes twice as long as 0, in a
            loader's worker too long.
    """

    name: ClassVar[str] = "webp"

    quality: tuple[int, int] = (40, 95)
    effort: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("quality", parameters.integer_range(self.name, "quality", self.quality, 1, 100))
        self._set("effort", parameters.integer(self.name, "effort", self.effort, 0, 6))

    def apply(self, image: Image.Image, rng: np.random.Generator) -> Image.Image:
        return webp_round_trip(image, draw_integer(self.quality, rng), self.effort)


def webp_round_trip(image: Image.Image, quality: int, effort: int = 4) -> Image.Image:
    """Encode an RGB image as lossy WebP in memory and decode it again: same size, RGB.

    Args:
        image: RGB, any size up to 16,383 px a side.
        quality: libwebp's quality, 1 to 100.
        effort: libwebp's method, 0 to 6.

    Raises:
        RealFakeError: the image is larger than a WebP can be.
    """
    return round_trip(image, "WebP", MAX_WEBP_SIDE, quality=quality, method=effort)
