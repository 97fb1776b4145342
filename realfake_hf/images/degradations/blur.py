"""Gaussian blur: a soft lens, a beauty filter, a bad upload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from PIL import Image, ImageFilter

from realfake_hf.images.degradations import parameters
from realfake_hf.images.degradations.base import Degradation, draw_number


@dataclass(frozen=True)
class GaussianBlur(Degradation):
    """Blur with Pillow's Gaussian (three box blurs, extended at the borders).

    Attributes:
        radius: standard deviation in px, `(smallest, largest)`, 0 to 20.
    """

    name: ClassVar[str] = "blur"

    radius: tuple[float, float] = (0.2, 1.5)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("radius", parameters.number_range(self.name, "radius", self.radius, 0, 20))

    def apply(self, image: Image.Image, rng: np.random.Generator) -> Image.Image:
        radius = draw_number(self.radius, rng)
        return image.filter(ImageFilter.GaussianBlur(radius)) if radius > 0 else image
