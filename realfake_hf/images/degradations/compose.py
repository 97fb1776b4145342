"""Steps in a row, and how a recipe spells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np
from PIL import Image

from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations.base import Degradation
from realfake_hf.images.degradations.blur import GaussianBlur
from realfake_hf.images.degradations.color_jitter import ColorJitter
from realfake_hf.images.degradations.cutout import Cutout
from realfake_hf.images.degradations.flip import Flip
from realfake_hf.images.degradations.jpeg import RecompressJpeg
from realfake_hf.images.degradations.noise import GaussianNoise
from realfake_hf.images.degradations.parameters import unknown
from realfake_hf.images.degradations.random_crop import RandomCrop
from realfake_hf.images.degradations.resample import Resample
from realfake_hf.images.degradations.webp import RecompressWebp

STEPS: dict[str, type[Degradation]] = {
    step.name: step
    for step in (
        RandomCrop,
        Flip,
        Resample,
        GaussianBlur,
        GaussianNoise,
        ColorJitter,
        RecompressJpeg,
        RecompressWebp,
        Cutout,
    )
}
"""Every step that a recipe can name."""


@dataclass(frozen=True)
class Compose(Degradation):
    """All steps in their order, each with its own probability, all from one generator.

    Attributes:
        steps: the steps; none leaves every image as it is.
        probability: how often the whole row acts, 0 to 1.
    """

    name: ClassVar[str] = "compose"

    steps: Sequence[Degradation] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("steps", tuple(self.steps))

    def apply(self, image: Image.Image, rng: np.random.Generator) -> Image.Image:
        for step in self.steps:
            image = step(image, rng)
        return image

    def twins(self, image: Image.Image, seed: int) -> tuple[Image.Image, Image.Image]:
        """The image after all steps, and the same view of it without damage: after the geometric steps alone.

        Every step draws from a generator of its own, so that leaving some out does not change the others.
        """
        degraded = clean = image
        for number, step in enumerate(self.steps):
            degraded = step(degraded, np.random.default_rng((seed, number)))
            if step.is_geometric:
                clean = step(clean, np.random.default_rng((seed, number)))
        return degraded, clean


def build_augmentation(spec: Sequence[Mapping[str, Any] | str] | None) -> Compose:
    """Make the steps of a recipe's list, in its order; a step may come several times.

    Args:
        spec: as YAML reads it: `[{"jpeg": {"probability": 0.7, "rounds": [1, 3], "quality": [30, 95]}},
            "flip"]`. A step without parameters may be a bare name. Nothing, or an empty list, is no step.

    Raises:
        RealFakeError: the list, a step, a parameter's name or its value is wrong; the message names it and
            the nearest known name.
    """
    if spec is None:
        return Compose()
    if isinstance(spec, str | Mapping) or not isinstance(spec, Sequence):
        raise RealFakeError(f"An augmentation is a list of steps such as '- flip: {{}}', not {spec!r}.")
    return Compose([_build_step(entry) for entry in spec])


def _build_step(entry: Mapping[str, Any] | str) -> Degradation:
    if isinstance(entry, str):
        entry = {entry: {}}
    if not isinstance(entry, Mapping) or len(entry) != 1:
        raise RealFakeError(
            f"Each augmentation step is one name with its parameters, such as 'jpeg: {{quality: [30, 95]}}', "
            f"not {entry!r}."
        )
    ((name, settings),) = entry.items()
    if name not in STEPS:
        raise unknown("augmentation step", name, STEPS)
    if settings is None:
        settings = {}
    if not isinstance(settings, Mapping):
        raise RealFakeError(
            f"The parameters of the step '{name}' are names with values, such as {{probability: 0.5}}, "
            f"not {settings!r}."
        )
    step = STEPS[name]
    keys = [field.name for field in fields(step)]
    for key in settings:
        if key not in keys:
            raise unknown(f"key of the step '{name}'", key, keys)
    return step(**settings)
