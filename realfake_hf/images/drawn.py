"""Whether an image is a drawing or a screenshot: areas without any texture, and edges between two tones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from realfake_hf.images.central_crop import central_crop

CROP = 512
"""Pixels of the central crop's side."""
CELL, WINDOW = 4, 8
"""Pixels of a cell's and a window's side; a window is a block of JPEG."""
EDGE_ABOVE, STRONG_EDGE_ABOVE = 24, 60
"""Grey levels between the darkest and the lightest pixel of a cell, of a window, that has an edge, a strong edge."""
FLAT_UP_TO = 1
"""Grey levels within a flat cell; a JPEG's rounding makes one."""
AWAY = 2
"""Cells between an edge and the cells "between the edges": JPEG's ringing ends with the block."""
NEAR = 0.2
"""Of a window's range: so near to its darkest or its lightest value a pixel counts as one of two tones."""
MIN_CELLS, MIN_STRONG_EDGES = 20, 0.02
"""Fewer cells between edges say nothing about flatness; a smaller share of strong edges says nothing about tones."""

FLAT, TWO_TONED = 0.85, 0.84
FLATTEST, FAIRLY_TWO_TONED = 0.995, 0.65
"""An image is drawn where it is flat and two-toned (text, user interfaces), or where it is quite without texture and
fairly two-toned (coloured drawings, whose edges a JPEG softens). `tests/benchmarks/bench_warnings.py` measures it."""


@dataclass(frozen=True)
class Drawnness:
    """How much an image is like a drawing.

    Attributes:
        strong_edges: share of windows with a strong edge, 0..1.
        two_toned: in the median window with a strong edge, the share of pixels near its darkest or lightest value,
            0..1; photographs have 0.3 to 0.6, text 0.9. None without strong edges.
        flat: share of cells without texture among those away from edges, 0..1. None where there are too few.
    """

    strong_edges: float
    two_toned: float | None
    flat: float | None

    @property
    def is_drawn(self) -> bool:
        """Whether both are beyond what photographs have."""
        if self.two_toned is None or self.strong_edges < MIN_STRONG_EDGES:
            return False
        flat = 1.0 if self.flat is None else self.flat
        if self.two_toned >= TWO_TONED:
            return flat >= FLAT
        return self.flat is not None and flat >= FLATTEST and self.two_toned >= FAIRLY_TWO_TONED


def looks_drawn(image: Image.Image) -> bool:
    """Whether an image is probably a drawing, a diagram or a screenshot; objects cut out on white may pass as one.

    Args:
        image: RGB or grey, any size.
    """
    return measure_drawnness(image).is_drawn


def measure_drawnness(image: Image.Image) -> Drawnness:
    """Measure the central crop's luminance, in cells of 4 px and windows of 8 px."""
    luminance = np.asarray(central_crop(image, CROP).convert("L"))
    cells = _range(luminance, CELL)
    between = ~_grown(cells > EDGE_ABOVE)
    flat = float((cells[between] <= FLAT_UP_TO).mean()) if between.sum() >= MIN_CELLS else None
    ranges = _range(luminance, WINDOW)
    strong = ranges > STRONG_EDGE_ABOVE
    if not strong.any():
        return Drawnness(0.0, None, flat)
    pixels, limits = _blocks(luminance, WINDOW)[strong], (NEAR * ranges[strong])[:, None]
    dark = pixels - pixels.min(axis=-1, keepdims=True) < limits
    light = pixels.max(axis=-1, keepdims=True) - pixels < limits
    return Drawnness(float(strong.mean()), _median((dark | light).mean(axis=-1)), flat)


def _median(values: np.ndarray) -> float:
    """As numpy's, which imports masked arrays for it, a twentieth of a second."""
    ordered = np.sort(values)
    return float((ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2)


def _blocks(plane: np.ndarray, side: int) -> np.ndarray:
    """`(H, W)` as `(H // side, W // side, side * side)`."""
    rows, columns = (length // side for length in plane.shape)
    blocks = plane[: rows * side, : columns * side].reshape(rows, side, columns, side)
    return blocks.swapaxes(1, 2).reshape(rows, columns, side * side)


def _range(plane: np.ndarray, side: int) -> np.ndarray:
    """From the darkest to the lightest pixel of each block: `(H // side, W // side)`, uint8."""
    rows, columns = (length // side for length in plane.shape)
    if not rows or not columns:
        return np.zeros((rows, columns), np.uint8)
    bands = plane[: rows * side, : columns * side].reshape(rows, side, columns * side)
    # Whole rows first: numpy compares those at once, the few pixels across a block one by one.
    lightest, darkest = (of(bands, axis=1).reshape(rows, columns, side) for of in (np.max, np.min))
    return lightest.max(axis=2) - darkest.min(axis=2)


def _grown(mask: np.ndarray) -> np.ndarray:
    """A mask, with all that is at most `AWAY` cells from it."""
    padded = np.pad(mask, AWAY)
    rows = np.logical_or.reduce([padded[i : i + mask.shape[0]] for i in range(2 * AWAY + 1)])
    return np.logical_or.reduce([rows[:, i : i + mask.shape[1]] for i in range(2 * AWAY + 1)])
