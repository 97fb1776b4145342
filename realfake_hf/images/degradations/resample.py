"""Resampling: what thumbnails, messengers and screens do to an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from PIL import Image

from realfake_hf.images.degradations import parameters
from realfake_hf.images.degradations.base import Degradation, draw_number, draw_one

FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "box": Image.Resampling.BOX,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


@dataclass(frozen=True)
class Resample(Degradation):
    """Scale the image by a random factor with a random filter, and by default back to its size.

    Attributes:
        scale: factor on both sides, `(smallest, largest)`, 0.05 to 4; below 1 reduces.
        filters: the filters to choose from: nearest, box, bilinear, bicubic, lanczos. The way back draws
            its own.
        restore_size: scale back to the first size. False leaves the scaled one (rounded, at least 1 px a
            side): then a `random_crop` must follow where batches are made.
    """

    name: ClassVar[str] = "resample"
    is_geometric: ClassVar[bool] = True

    scale: tuple[float, float] = (0.5, 1.0)
    filters: tuple[str, ...] = tuple(FILTERS)
    restore_size: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("scale", parameters.number_range(self.name, "scale", self.scale, 0.05, 4))
        self._set("filters", parameters.choices(self.name, "filters", self.filters, FILTERS))
        self._set("restore_size", parameters.boolean(self.name, "restore_size", self.restore_size))

    def apply(self, image: Image.Image, rng: np.random.Generator) -> Image.Image:
        scaled = resize_by(image, draw_number(self.scale, rng), draw_one(self.filters, rng))
        if self.restore_size and scaled.size != image.size:
            return scaled.resize(image.size, FILTERS[draw_one(self.filters, rng)])
        return scaled


def resize_by(image: Image.Image, factor: float, filter_name: str) -> Image.Image:
    """Scale both sides by a factor, rounded and at least 1 px; the image itself where that changes nothing."""
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image if size == image.size else image.resize(size, FILTERS[filter_name])


def shrink_to(image: Image.Image, longest_side: int) -> Image.Image:
    """Reduce to a longest side in px with Lanczos, shape kept; the image itself where it is small enough.

    Plain `Image.resize`, not `Image.thumbnail`: that one takes shortcuts (`reducing_gap`, JPEG's draft mode)
    which change pixels with the file's format.
    """
    longest = max(image.size)
    if longest <= longest_side:
        return image
    width = max(1, round(image.width * longest_side / longest))
    height = max(1, round(image.height * longest_side / longest))
    return image.resize((width, height), Image.Resampling.LANCZOS)
