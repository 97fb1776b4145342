"""A square at native resolution: crops keep the traces that resizing destroys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from PIL import Image

from realfake_hf.images.degradations import parameters
from realfake_hf.images.degradations.base import Degradation, draw_integer
from realfake_hf.models.square_crops import tile_to_size


@dataclass(frozen=True)
class RandomCrop(Degradation):
    """Cut a square of `size` x `size` px out of the image, without resampling.

    An image that is too small is reflected until it is large enough, never padded with a colour: black bars
    give the class away. The size out is `size` x `size`, whatever came in.

    Attributes:
        size: side of the square in px, 1 to 4096.
    """

    name: ClassVar[str] = "random_crop"
    is_geometric: ClassVar[bool] = True

    size: int = 128

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("size", parameters.integer(self.name, "size", self.size, 1, 4096))

    def apply(self, image: Image.Image, rng: np.random.Generator) -> Image.Image:
        if image.width < self.size or image.height < self.size:
            image = tile_to_size(image, self.size, self.size)
        left = draw_integer((0, image.width - self.size), rng)
        top = draw_integer((0, image.height - self.size), rng)
        return image.crop((left, top, left + self.size, top + self.size))
