"""Brightness, contrast and saturation, as every photo app offers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from PIL import Image, ImageEnhance

from realfake_hf.images.degradations import parameters
from realfake_hf.images.degradations.base import Degradation, draw_number


@dataclass(frozen=True)
class ColorJitter(Degradation):
    """Change brightness, then contrast, then saturation by random factors (Pillow's `ImageEnhance`).

    Attributes:
        brightness: largest change of the factor, 0 to 1: 0.2 means 0.8 to 1.2; 0 leaves it.
        contrast: the same, towards and away from the mean grey.
        saturation: the same, towards and away from the grey image.
    """

    name: ClassVar[str] = "color_jitter"

    brightness: float = 0.2
    contrast: float = 0.2
    saturation: float = 0.2

    def __post_init__(self) -> None:
        super().__post_init__()
        for key in ("brightness", "contrast", "saturation"):
            self._set(key, parameters.number(self.name, key, getattr(self, key), 0, 1))

    def apply(self, image: Image.Image, rng: np.random.Generator) -> Image.Image:
        for change, enhancer in (
            (self.brightness, ImageEnhance.Brightness),
            (self.contrast, ImageEnhance.Contrast),
            (self.saturation, ImageEnhance.Color),
        ):
            if change > 0:
                image = enhancer(image).enhance(draw_number((1 - change, 1 + change), rng))
        return image
