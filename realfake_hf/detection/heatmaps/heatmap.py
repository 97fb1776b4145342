"""Where a model looked, and what it saw there speak for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from realfake_hf.detection.heatmaps.drawing import draw_overlay
from realfake_hf.detection.stability import probability
from realfake_hf.errors import RealFakeError
from realfake_hf.inference.crop_boxes import Box
from realfake_hf.storage.files import written_whole

Floats = npt.NDArray[np.float32]
Method = Literal["patch logits", "grad-cam", "grad-cam and layer statistics"]

LONGEST_SIDE = 1024
"""Of an overlay, in pixels."""


@dataclass(frozen=True, eq=False)
class CropMap:
    """The evidence inside one crop.

    Attributes:
        box: the crop, in pixels of the upright image; it may reach beyond it.
        values: float32 (h, w), a coarse grid over the box: fake minus real logit. Above 0 a place speaks for fake,
            below 0 for real; the mean is the logit that the model gave this crop.
        share: how much the crop counts beside the image's others.
    """

    box: Box
    values: Floats
    share: float = 1.0

    @property
    def p_fake(self) -> float:
        """The probability of fake by this crop alone, 0..1."""
        return probability(float(self.values.mean()))


@dataclass(frozen=True, eq=False)
class Heatmap:
    """Signed evidence over an image: above 0 speaks for fake, below 0 for real.

    The unit is the model's own fake minus real logit, temperature included. The mean of a crop's values is the
    logit of that crop, and the mean over the crops, by their shares, is the logit of `p_fake`. Patch logits are that
    exactly, place by place. Grad-CAM is a first-order account, whose remainder (biases, norms) is spread evenly over
    the crop.

    Attributes:
        image: the photograph, upright, RGB.
        crops: one for each crop that the model judged, in its order.
        method: `patch logits`, `grad-cam` or `grad-cam and layer statistics`.
    """

    image: Image.Image
    crops: tuple[CropMap, ...]
    method: Method

    @property
    def logit(self) -> float:
        """Fake minus real logit of the image, whose sigmoid is `p_fake`."""
        shares = [crop.share for crop in self.crops]
        return float(np.average([crop.values.mean() for crop in self.crops], weights=shares))

    def on_grid(self, width: int, height: int) -> Floats:
        """The evidence on a grid over the whole image, float32 (height, width).

        Overlapping crops are averaged by their shares; NaN where no crop looked. Between the coarse grid's places it is
        linear.
        """
        total, shares = np.zeros((height, width), np.float64), np.zeros((height, width))
        to_x, to_y = width / self.image.width, height / self.image.height
        for crop in self.crops:
            left, right = _covered(crop.box.left * to_x, crop.box.right * to_x, width)
            top, bottom = _covered(crop.box.top * to_y, crop.box.bottom * to_y, height)
            rows, columns = crop.values.shape
            part = (
                *_within(left / to_x, right / to_x, crop.box.left, crop.box.right, columns),
                *_within(top / to_y, bottom / to_y, crop.box.top, crop.box.bottom, rows),
            )
            patch = Image.fromarray(crop.values.astype(np.float32)).resize(
                (right - left, bottom - top), Image.Resampling.BILINEAR, box=(part[0], part[2], part[1], part[3])
            )
            total[top:bottom, left:right] += crop.share * np.asarray(patch)
            shares[top:bottom, left:right] += crop.share
        return np.divide(total, shares, out=np.full_like(total, np.nan), where=shares > 0).astype(np.float32)

    def overlay(self, *, longest_side: int = LONGEST_SIDE, legend: bool = True) -> Image.Image:
        """The photograph in grey under the evidence in colour, RGB.

        Blue speaks for real, vermilion for fake; hatched is what no crop showed; lines frame the crops.

        Args:
            longest_side: at most, in pixels, of the picture; the legend is below it. Small images are enlarged to
                half of it.
            legend: with the colour bar.
        """
        grids = {crop.box: crop.values.shape for crop in self.crops}
        return draw_overlay(self.image, grids, self.on_grid, longest_side=longest_side, legend=legend)

    def save(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write the overlay as PNG or JPEG, by the suffix, in one step.

        Raises:
            RealFakeError: the file exists and may not be replaced, or another suffix.
        """
        path = Path(path)
        kind = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}.get(path.suffix.lower())
        if kind is None:
            raise RealFakeError(f"A heatmap is written as .png or .jpg, not as {path.name}.")
        if path.exists() and not overwrite:
            raise RealFakeError(f"{path} exists: replace it with `overwrite`.")
        with written_whole(path) as partial:
            self.overlay().save(partial, kind, quality=90)
        return path


def _covered(start: float, end: float, limit: int) -> tuple[int, int]:
    """The grid places between two edges, at least one, inside the grid."""
    first = min(max(round(start), 0), limit - 1)
    return first, max(first + 1, min(round(end), limit))


def _within(start: float, end: float, box_start: float, box_end: float, cells: int) -> tuple[float, float]:
    """Two edges in the image as places on a crop's grid, inside it."""
    scale = cells / (box_end - box_start)
    first, last = ((edge - box_start) * scale for edge in (start, end))
    first = min(max(first, 0.0), cells - 1e-3)
    return first, min(max(last, first + 1e-3), float(cells))
