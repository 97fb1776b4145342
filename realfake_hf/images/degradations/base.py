"""What every degradation is: a small frozen dataclass that turns one RGB image into another, seeded."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from PIL import Image

from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations import parameters


@dataclass(frozen=True)
class Degradation(ABC):
    """One step that acts on an image with a probability.

    A step never changes the image it is given; where it does not act it returns that very object. All its
    randomness comes from the generator, so the same seed gives the same pixels in any loader worker.

    Attributes:
        probability: how often the step acts, 0 (never) to 1 (always).
        name: the step's name in a recipe (of the class).
        is_geometric: whether it only moves pixels, and leaves what they show as it was (of the class).
    """

    name: ClassVar[str] = "degradation"
    is_geometric: ClassVar[bool] = False

    probability: float = field(default=1.0, kw_only=True)

    def __post_init__(self) -> None:
        self._set("probability", parameters.number(self.name, "probability", self.probability, 0, 1))

    def __call__(self, image: Image.Image, rng: np.random.Generator) -> Image.Image:
        """Degrade one image, or not, as the generator decides.

        Args:
            image: RGB, at least 1 x 1 px, left untouched.
            rng: the only source of randomness; its state moves on.

        Returns:
            An RGB image, of the same size unless the class says otherwise.

        Raises:
            RealFakeError: the image is not RGB.
        """
        check_rgb(image)
        # Always one draw, also at probability 0 or 1: a changed probability does not shift the later steps.
        return self.apply(image, rng) if rng.random() < self.probability else image

    @abstractmethod
    def apply(self, image: Image.Image, rng: np.random.Generator) -> Image.Image:
        """The step itself, acting for certain: RGB in, RGB out."""

    def _set(self, key: str, value: object) -> None:
        object.__setattr__(self, key, value)


def check_rgb(image: Image.Image) -> None:
    """Assert that an image has the mode RGB.

    Raises:
        RealFakeError: it has another one; which conversion is right (onto white? 16 bit?) is not decided here.
    """
    if image.mode != "RGB":
        raise RealFakeError(
            f"A degradation needs an RGB image, not {image.mode}: "
            "open it with realfake_hf.images.image_files.open_image."
        )


def draw_integer(bounds: tuple[int, int], rng: np.random.Generator) -> int:
    """A whole number of `bounds`, both included, uniformly."""
    return int(rng.integers(bounds[0], bounds[1], endpoint=True))


def draw_number(bounds: tuple[float, float], rng: np.random.Generator) -> float:
    """A number between `bounds`, uniformly."""
    return bounds[0] + (bounds[1] - bounds[0]) * rng.random()


def draw_one(names: tuple[str, ...], rng: np.random.Generator) -> str:
    """One of the names, uniformly (`Generator.choice` takes five times as long)."""
    return names[int(rng.random() * len(names))]


def round_trip(image: Image.Image, kind: str, longest_side: int, **settings: Any) -> Image.Image:
    """Encode an RGB image in memory and decode it again: same size, RGB.

    Args:
        image: RGB.
        kind: JPEG or WebP.
        longest_side: that the format can hold, px.
        settings: of Pillow's encoder.

    Raises:
        RealFakeError: the image is larger.
    """
    if max(image.size) > longest_side:
        raise RealFakeError(
            f"An image of {image.width} x {image.height} px cannot be a {kind} (at most {longest_side} px a side): "
            "reduce it first."
        )
    buffer = io.BytesIO()
    image.save(buffer, kind.upper(), **settings)
    # Converted into a plain image: the file's own object would keep its decoder and tables alive.
    return Image.open(buffer, formats=(kind.upper(),)).convert("RGB")
