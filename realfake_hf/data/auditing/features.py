"""What the probes look at: metadata of the files, the outermost pixels, thumbnails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float32]
Features = Mapping[str, Floats]
"""By name, (N, k): one column for a number, one per value for a category. No NaN: missing is -1."""

BORDER = 8
"""Outermost pixels of each side that count as border."""

ALONG, ACROSS = 16, 4
"""Cells into which a side's strip is averaged."""

THUMBNAIL = 16
GENERATOR_STEP = 64
"""Sides that are multiples of this are rare in photographs and the rule in diffusion models."""

MISSING = -1.0
BLACK, WHITE = 8, 247


@dataclass(frozen=True, slots=True)
class AuditExtract:
    """Of one image: `border`, float32 (4 * (ALONG * ACROSS * 3 + 5),), and `thumbnail`, uint8 (16 * 16 * 3,)."""

    border: Floats
    thumbnail: npt.NDArray[np.uint8]


def audit_extract(image: Image.Image) -> AuditExtract:
    """Take both from an RGB image."""
    small = image.resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX)
    return AuditExtract(border_features(image), np.asarray(small, np.uint8).ravel())


def border_features(image: Image.Image) -> Floats:
    """The four sides, each turned so that its outermost pixels come first: colours, and how they vary.

    Per side: the colours of `ALONG` x `ACROSS` cells, then the deviation, the mean step along the side and across
    it, and the shares of black and of white pixels.
    """
    width, height = image.size
    deep_x, deep_y = min(BORDER, width), min(BORDER, height)
    transpose = Image.Transpose
    sides = (
        image.crop((0, 0, width, deep_y)),
        image.crop((0, height - deep_y, width, height)).transpose(transpose.FLIP_TOP_BOTTOM),
        image.crop((0, 0, deep_x, height)).transpose(transpose.TRANSPOSE),
        image.crop((width - deep_x, 0, width, height)).transpose(transpose.ROTATE_90),
    )
    parts = []
    for side in sides:
        cells = np.asarray(side.resize((ALONG, ACROSS), Image.Resampling.BOX), np.float32)
        grey = np.asarray(side.convert("L"), np.float32)
        along = float(np.abs(np.diff(grey, axis=1)).mean()) if grey.shape[1] > 1 else 0.0
        across = float(np.abs(np.diff(grey, axis=0)).mean()) if grey.shape[0] > 1 else 0.0
        texture = [float(grey.std()), along, across, float((grey <= BLACK).mean()), float((grey >= WHITE).mean())]
        parts.append(np.concatenate([cells.ravel(), np.array(texture, np.float32)]))
    return np.concatenate(parts)


def metadata_features(facts: pd.DataFrame) -> dict[str, Floats]:
    """What the stored files tell without their pixels; features that are the same everywhere are left out."""
    features = _size_features(facts, "")
    features |= {
        "mode": _one_hot(facts["mode"]),
        "subsampling": _one_hot(facts["subsampling"]),
        "file_size": _number(facts["bytes"]),
        "bytes_per_pixel": _number(facts["bytes"] / (facts["width"] * facts["height"])),
    }
    for name in ("progressive", "exif", "icc", "text", "black_bars", "flat_bars"):
        features[name] = _number(facts[name])
    return _varying(features)


def original_features(facts: pd.DataFrame) -> dict[str, Floats]:
    """What the data tell about the files that the images were made from; empty where they tell nothing."""
    return _varying(_size_features(facts, "original_"))


def stacked(features: Features) -> Floats:
    """All features side by side, (N, columns)."""
    return np.concatenate(list(features.values()), axis=1)


def _size_features(facts: pd.DataFrame, prefix: str) -> dict[str, Floats]:
    width, height = facts[f"{prefix}width"], facts[f"{prefix}height"]
    multiple = ((width % GENERATOR_STEP == 0) & (height % GENERATOR_STEP == 0)).astype("float64")
    return {
        f"{prefix}format": _one_hot(facts[f"{prefix}format"]),
        f"{prefix}width": _number(width),
        f"{prefix}height": _number(height),
        f"{prefix}aspect": _number(width / height),
        f"{prefix}shorter_side": _number(np.minimum(width, height)),
        f"{prefix}megapixels": _number(width * height / 1e6),
        f"{prefix}multiple_of_64": _number(multiple.where(width.notna())),
        f"{prefix}jpeg_quality": _number(facts[f"{prefix}jpeg_quality"]),
    }


def _number(values: pd.Series) -> Floats:
    return np.nan_to_num(values.to_numpy(np.float32, na_value=np.nan), nan=MISSING)[:, None]


def _one_hot(values: pd.Series) -> Floats:
    known = values.astype(object).where(values.notna(), "none").to_numpy()
    return np.stack([known == value for value in sorted(set(known))], axis=1).astype(np.float32)


def _varying(features: dict[str, Floats]) -> dict[str, Floats]:
    return {name: values for name, values in features.items() if (values != values[:1]).any()}
