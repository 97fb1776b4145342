"""Which part of an image each crop shows that a processor cuts out of it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from realfake_hf.models.fitted import fitted_size
from realfake_hf.models.square_crops import MAX_ASPECT, SquareCrops, crop_boxes, share_of_image


class Box(NamedTuple):
    """A rectangle in pixels of the upright image; what lies outside the image is border or reflection."""

    left: float
    top: float
    right: float
    bottom: float


def processor_boxes(processor: Any, width: int, height: int, count: int) -> list[Box]:
    """The boxes of an image's `count` crops, in the order in which the processor gives them.

    Exact for ours. Of any other processor, which gives one crop, it is found by sending an image of that size through
    it whose colours say where they are: to about a pixel of the crop.

    Args:
        processor: of Transformers.
        width, height: of the upright image.
        count: crops per image, at most.

    Raises:
        ValueError: another processor that gives several crops, or one whose crop is no upright rectangle.
    """
    if not isinstance(processor, SquareCrops):
        if count != 1:
            raise ValueError("only our own image processors say where several crops lie")
        return [_probed_box(processor, width, height)]
    size = processor.size
    if processor.mode == "pad":
        fitted = fitted_size(width, height, size)
        to_x, to_y = width / fitted[0], height / fitted[1]
        left, top = (round((size - side) / 2) for side in fitted)  # as ImageOps.pad centres what fits already
        return [Box(-left * to_x, -top * to_y, (size - left) * to_x, (size - top) * to_y)]
    if processor.mode == "resize-crop":
        return [_resized_box(width, height, size, processor.resize_size or size)]
    return [Box(*box) for box in processor.boxes(width, height, count)]


def share_seen(processor: Any, width: int, height: int) -> float | None:
    """Which share of an image of this size its crops cover together, 0..1; None for a third-party processor."""
    if not isinstance(processor, SquareCrops):
        return None
    return share_of_image(processor_boxes(processor, width, height, processor.num_crops), width, height)


def _resized_box(width: int, height: int, size: int, shortest: int) -> Box:
    limit = MAX_ASPECT * min(width, height)
    cut_x, cut_y = (max(side - limit, 0) // 2 for side in (width, height))
    width, height = width - 2 * cut_x, height - 2 * cut_y
    scale = shortest / min(width, height)
    new_width, new_height = (max(shortest, round(side * scale)) for side in (width, height))
    left, top, right, bottom = crop_boxes(new_width, new_height, size, 1)[0]
    to_x, to_y = width / new_width, height / new_height
    return Box(left * to_x + cut_x, top * to_y + cut_y, right * to_x + cut_x, bottom * to_y + cut_y)


def _probed_box(processor: Any, width: int, height: int) -> Box:
    """Send ramps through a processor: red tells the column, green the row; black and white tell its normalisation."""
    ramp_x = np.broadcast_to(np.linspace(0, 255, width), (height, width))
    ramp_y = np.broadcast_to(np.linspace(0, 255, height)[:, None], (height, width))
    ramps = np.stack([ramp_x, ramp_y, np.zeros_like(ramp_x)], axis=-1).round().astype(np.uint8)
    black, white = (_pixels(processor, Image.new("RGB", (64, 64), colour)) for colour in ("black", "white"))
    low, high = black[:2].mean(axis=(1, 2), keepdims=True), white[:2].mean(axis=(1, 2), keepdims=True)
    red, green = (_pixels(processor, Image.fromarray(ramps))[:2] - low) / (high - low)
    left, right = _ends(np.median(red, axis=0), width)
    top, bottom = _ends(np.median(green, axis=1), height)
    return Box(left, top, right, bottom)


def _pixels(processor: Any, image: Image.Image) -> np.ndarray:
    batch: np.ndarray = np.asarray(processor(images=image, return_tensors="np")["pixel_values"], dtype=np.float64)
    first: np.ndarray = batch[0]
    return first


def _ends(profile: np.ndarray, side: int) -> tuple[float, float]:
    """Where in the image a crop's first and last edge lie, by a line through the positions that its pixels show."""
    centres = np.arange(len(profile)) + 0.5
    # Padding is black, and resampling bends the ramp's own ends.
    inside = (profile > 0.02) & (profile < 0.98)
    if inside.sum() < 2:
        return 0.0, float(side)
    slope, start = np.polyfit(centres[inside], profile[inside] * (side - 1) + 0.5, 1)
    if slope <= 0:
        raise ValueError("the processor's crop is no upright rectangle of the image")
    return float(start), float(start + slope * len(profile))
