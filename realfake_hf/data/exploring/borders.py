"""Bars around a picture: the black ones that padding leaves, and those of any other single colour."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

FLAT_SPREAD = 12
"""Grey levels by which a row of one colour may vary: JPEG rings a little where a bar meets the picture."""

BLACK_LEVEL = 24
"""Rows whose mean is at most so bright (of 255) are black."""

MAX_SHARE = 0.45
"""Of a side that can be a bar: beyond it the picture itself is flat."""


def bar_shares(image: Image.Image) -> tuple[float, float]:
    """The share of an RGB image's area, 0 to 1, that black bars take, and bars of any one colour (black among them).

    A bar is a run of whole rows, or whole columns, at an edge, each of one grey level.
    """
    grey = np.asarray(image.convert("L"), dtype=np.int16)
    black = flat = 1.0
    for lines in (grey, grey.T):
        low, high = _run(lines), _run(lines[::-1])
        length = len(lines)
        flat *= 1 - (low + high) / length
        black *= 1 - (_black(lines[:low]) + _black(lines[::-1][:high])) / length
    return 1 - black, 1 - flat


def _run(lines: npt.NDArray[np.int16]) -> int:
    """How many lines from the first on are flat."""
    reach = int(len(lines) * MAX_SHARE)
    # The ends are compared first: a bar is one colour from its first line to its last.
    for position in range(reach):
        line = lines[position]
        if int(line.max()) - int(line.min()) > FLAT_SPREAD or abs(float(line.mean()) - lines[0].mean()) > FLAT_SPREAD:
            return position
    return 0


def _black(bar: npt.NDArray[np.int16]) -> int:
    return len(bar) if bar.size and bar.mean() <= BLACK_LEVEL else 0
