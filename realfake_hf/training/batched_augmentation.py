"""An augmentation for a whole batch at once, on the device that trains.

A GPU that trains a small network waits for processes that recompress its images one by one. Here they only decode and
cut, and the rest of the steps act on batches of tensors: the same steps, with the same parameters, drawn otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations import ColorJitter, Compose, Flip, RandomCrop, RecompressJpeg, Resample
from realfake_hf.images.degradations.base import Degradation
from realfake_hf.training.batched_jpeg import batched_jpeg
from realfake_hf.training.batched_resampling import batched_resize, reflected

TRIED = 16
"""Images on which a recipe is tried before the training."""
LUMA = (0.299, 0.587, 0.114)
"""ITU-R 601-2, as Pillow's mode L."""


@dataclass
class Batch:
    """Images of one batch, each in the upper left corner of its canvas and continued by reflection beyond.

    Attributes:
        pixels: `(B, 3, H, W)` float32, whole numbers 0 to 255.
        sizes: `(B, 2)`, height and width of each image.
    """

    pixels: torch.Tensor
    sizes: np.ndarray

    def change(self, images: np.ndarray, changed: torch.Tensor) -> None:
        """Put other pixels in place of some images', on the same canvas."""
        pixels = self.pixels.clone()
        pixels[_indices(images, pixels.device)] = changed
        self.pixels = pixels

    def chosen(self, images: np.ndarray) -> torch.Tensor:
        """The pixels of some images."""
        return self.pixels[_indices(images, self.pixels.device)]


class BatchedAugmentation:
    """The steps of a recipe after its first, which is a `random_crop` that the loader's processes make.

    Args:
        augmentation: of the recipe.

    Attributes:
        window: the first step; whatever comes out of it has one size.

    Raises:
        RealFakeError: the first step is another, or one of the others has no batched form.
    """

    def __init__(self, augmentation: Compose) -> None:
        first, *steps = augmentation.steps or [augmentation]
        if not isinstance(first, RandomCrop) or first.probability < 1:
            raise RealFakeError(
                "augmentation_on_device needs a random_crop as the first step of the augmentation: a batch has images "
                "of one size."
            )
        for step in steps:
            if type(step) not in STEPS:
                known = ", ".join(kind.name for kind in STEPS)
                raise RealFakeError(
                    f"The augmentation step {step.name} has no form for batches (those that have: {known}): leave it "
                    "out, or set augmentation_on_device=false."
                )
        self.window = first
        self.steps = steps

    def check(self, size: int) -> None:
        """Try the steps on black images.

        Raises:
            RealFakeError: they do not end with squares of this size in px.
        """
        black = torch.zeros((TRIED, self.window.size, self.window.size, 3), dtype=torch.uint8)
        found = self(black, seed=0)[0].shape[1]
        if found != size:
            raise RealFakeError(
                f"The augmentation ends with squares of {found} px, and the training crops have {size} px: end it with "
                "a random_crop of that size."
            )

    def __call__(
        self, windows: torch.Tensor, seed: int, *, with_twins: bool = False
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Degrade a batch.

        Args:
            windows: `(B, H, W, 3)` uint8 on any device.
            seed: of all that is drawn; the same one gives the same pixels.
            with_twins: also the same views without damage, as `Compose.twins`.

        Returns:
            Degraded images `(B, h, w, 3)` uint8 on the same device, and their twins.

        Raises:
            RealFakeError: the images have several sizes at the end.
        """
        pixels = windows.permute(0, 3, 1, 2).float()
        sizes = np.tile([[windows.shape[1], windows.shape[2]]], (len(windows), 1))
        degraded, clean = Batch(pixels, sizes), Batch(pixels, sizes)
        # Autocast would make transforms of bf16, which has no 256 levels.
        with torch.no_grad(), torch.autocast(pixels.device.type, enabled=False):
            for number, step in enumerate(self.steps):
                for batch in (degraded, clean) if with_twins and step.is_geometric else (degraded,):
                    rng = np.random.default_rng((seed, number))
                    acting = np.flatnonzero(rng.random(len(windows)) < step.probability)
                    if len(acting):
                        STEPS[type(step)](step, batch, acting, rng)
        return _finished(degraded), _finished(clean) if with_twins else None


def _finished(batch: Batch) -> torch.Tensor:
    if len(np.unique(batch.sizes, axis=0)) > 1:
        raise RealFakeError("The augmentation ends with images of several sizes: add a random_crop at its end.")
    height, width = batch.sizes[0]
    return batch.pixels[..., :height, :width].permute(0, 2, 3, 1).to(torch.uint8).contiguous()


def _resample(step: Resample, batch: Batch, acting: np.ndarray, rng: np.random.Generator) -> None:
    factors = rng.uniform(*step.scale, size=len(acting))
    there, back = (rng.choice(step.filters, size=len(acting)).tolist() for _ in range(2))
    before = batch.sizes[acting]
    after = np.maximum(1, np.rint(before * factors[:, None])).astype(np.int64)
    scaled = batched_resize(batch.chosen(acting), before, after, there)
    if step.restore_size:
        scaled, after = batched_resize(scaled, after, before, back, canvas=batch.pixels.shape[-1]), before
    side = scaled.shape[-1]
    if side > batch.pixels.shape[-1]:
        batch.pixels = _taken(batch.pixels, batch.sizes, np.zeros_like(batch.sizes), side)
    batch.change(acting, scaled)
    batch.sizes = batch.sizes.copy()
    batch.sizes[acting] = after


def _jpeg(step: RecompressJpeg, batch: Batch, acting: np.ndarray, rng: np.random.Generator) -> None:
    rounds = rng.integers(*step.rounds, size=len(acting), endpoint=True)
    for number in range(rounds.max()):
        left = acting[rounds > number]
        quality = rng.integers(*step.quality, size=len(left), endpoint=True)
        subsampling = rng.choice(step.subsampling, size=len(left))
        pixels = batch.pixels.clone()
        for name in np.unique(subsampling):
            alike = subsampling == name
            images = _indices(left[alike], pixels.device)
            pixels[images] = batched_jpeg(pixels[images], quality[alike], str(name))
        batch.pixels = pixels


def _random_crop(step: RandomCrop, batch: Batch, acting: np.ndarray, rng: np.random.Generator) -> None:
    if len(acting) < len(batch.sizes):
        raise RealFakeError("With augmentation_on_device a random_crop has the probability 1.")
    room = np.maximum(batch.sizes - step.size, 0)
    corners = rng.integers(0, room, endpoint=True)
    # What is too small is continued on both sides alike.
    corners -= np.maximum(step.size - batch.sizes, 0) // 2
    batch.pixels = _taken(batch.pixels, batch.sizes, corners, step.size)
    batch.sizes = np.full_like(batch.sizes, step.size)


def _flip(step: Flip, batch: Batch, acting: np.ndarray, rng: np.random.Generator) -> None:
    drawn = rng.integers(7 if step.rot90 else 3 if step.vertical else 1, size=len(acting))
    if (step.rot90 or step.vertical) and (batch.sizes != batch.pixels.shape[-1]).any():
        raise RealFakeError("With augmentation_on_device the step flip turns squares of one size: crop before it.")
    for number in np.unique(drawn):
        images = acting[drawn == number]
        batch.change(images, SYMMETRIES[number](batch, images))


def _mirrored(batch: Batch, images: np.ndarray) -> torch.Tensor:
    """Left and right exchanged, of images of any width."""
    pixels = batch.chosen(images)
    width = torch.from_numpy(batch.sizes[images, 1]).to(pixels.device)[:, None]
    columns = width - 1 - reflected(torch.arange(pixels.shape[-1], device=pixels.device)[None], width)
    return pixels.gather(3, columns[:, None, None].expand_as(pixels))


SYMMETRIES: tuple[Callable[[Batch, np.ndarray], torch.Tensor], ...] = (
    _mirrored,
    lambda batch, images: batch.chosen(images).flip(2),
    lambda batch, images: batch.chosen(images).flip(2, 3),
    lambda batch, images: batch.chosen(images).transpose(2, 3).flip(2),
    lambda batch, images: batch.chosen(images).transpose(2, 3).flip(3),
    lambda batch, images: batch.chosen(images).transpose(2, 3),
    lambda batch, images: batch.chosen(images).transpose(2, 3).flip(2, 3),
)
"""As `flip.SQUARE`, in its order."""


def _color_jitter(step: ColorJitter, batch: Batch, acting: np.ndarray, rng: np.random.Generator) -> None:
    pixels = batch.chosen(acting)
    device = pixels.device
    luma = torch.tensor(LUMA, device=device)[:, None, None]
    for change, grey_of in (
        (step.brightness, lambda grey: torch.zeros_like(grey)),
        (step.contrast, lambda grey: (_mean(grey, batch.sizes[acting]) + 0.5).floor()),
        (step.saturation, lambda grey: grey),
    ):
        if change > 0:
            factors = rng.uniform(1 - change, 1 + change, size=len(acting)).astype(np.float32)
            factor = torch.from_numpy(factors).to(device)[:, None, None, None]
            grey = grey_of((pixels * luma).sum(dim=1, keepdim=True).round())
            pixels = torch.lerp(grey, pixels, factor).clamp(0, 255).floor()  # as Pillow, which cuts off
    batch.change(acting, pixels)


def _mean(grey: torch.Tensor, sizes: np.ndarray) -> torch.Tensor:
    """`(B, 1, 1, 1)`: of each image, without what continues it."""
    height, width = (torch.from_numpy(side).to(grey.device) for side in sizes.T)
    rows = torch.arange(grey.shape[-2], device=grey.device) < height[:, None]
    columns = torch.arange(grey.shape[-1], device=grey.device) < width[:, None]
    inside = rows[:, None, :, None] & columns[:, None, None, :]
    return (grey * inside).sum(dim=(-3, -2, -1), keepdim=True) / inside.sum(dim=(-3, -2, -1), keepdim=True)


def _taken(pixels: torch.Tensor, sizes: np.ndarray, corners: np.ndarray, side: int) -> torch.Tensor:
    """Squares `(B, 3, side, side)` from their upper left corners on; beyond an image its reflection."""
    device = pixels.device
    rows, columns = (
        reflected(
            torch.arange(side, device=device) + torch.from_numpy(corners[:, axis].copy()).to(device)[:, None],
            torch.from_numpy(sizes[:, axis].copy()).to(device)[:, None],
        )
        for axis in (0, 1)
    )
    images = torch.arange(len(pixels), device=device)[:, None, None]
    return pixels.permute(0, 2, 3, 1)[images, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def _indices(images: np.ndarray, device: torch.device) -> torch.Tensor:
    return torch.from_numpy(images).to(device)


STEPS: dict[type[Degradation], Callable[[Any, Batch, np.ndarray, np.random.Generator], None]] = {
    RandomCrop: _random_crop,
    Resample: _resample,
    RecompressJpeg: _jpeg,
    Flip: _flip,
    ColorJitter: _color_jitter,
}
"""What has a form for batches."""
