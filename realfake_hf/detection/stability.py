"""Does a verdict survive the journey? The image is judged again after what messengers and websites do to it.

A verdict that a mild recompression turns round was never one. The views are averaged, as augmentation at test time
does (Shanmugam et al. 2021, arXiv:2011.11156), and where they contradict each other the answer is unsure.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
from PIL import Image

from realfake_hf.images.degradations.jpeg import MAX_JPEG_SIDE, jpeg_round_trip
from realfake_hf.statistics.decision import decide

Stability = Literal["off", "auto", "always"]
"""When an image is judged again: never, where its first answer is near a threshold, always."""

STABILITIES: tuple[Stability, ...] = ("off", "auto", "always")

NEAR_LOGITS = 1.0
"""How far from a threshold, in logits, an answer is near it: from 50 % to 73 %, or from 2 % to 5 %."""

JPEG_QUALITY = 75
RESIZED_TO, CROPPED_TO = 0.75, 0.9
"""Of each side."""


def deliveries(image: Image.Image) -> Iterator[Image.Image]:
    """An upright RGB image as it may arrive: recompressed, resized, cropped."""
    if max(image.size) <= MAX_JPEG_SIDE:
        yield jpeg_round_trip(image, JPEG_QUALITY)
    width, height = (max(1, round(side * RESIZED_TO)) for side in image.size)
    yield image.resize((width, height), Image.Resampling.BICUBIC)
    left, top = (int(side * (1 - CROPPED_TO) / 2) for side in image.size)
    yield image.crop((left, top, image.width - left, image.height - top))


def wants_deliveries(stability: Stability, p_fake: float, threshold_low: float, threshold_high: float) -> bool:
    """Whether an answer is to be tried again; `p_fake` and the thresholds are 0..1."""
    if stability != "auto":
        return stability == "always"
    return any(abs(_logit(p_fake) - _logit(threshold)) < NEAR_LOGITS for threshold in (threshold_low, threshold_high))


def settled(logits: Sequence[float], threshold_low: float, threshold_high: float) -> tuple[float, bool]:
    """The mean of all views' logits, and whether they contradict each other: one is called real, another fake."""
    labels = {decide(probability(logit), threshold_low, threshold_high) for logit in logits}
    return float(np.mean(logits)), {"real", "fake"} <= labels


def probability(logit: float) -> float:
    """The logistic function, without its overflow."""
    return 0.5 * (1 + math.tanh(logit / 2))


def _logit(p: float) -> float:
    # Thresholds of 0 and 1 switch a verdict off: nothing is near them.
    return math.log(p / (1 - p)) if 0 < p < 1 else math.copysign(math.inf, p - 0.5)
