"""Tiles of photographs at their native size, on the photograph's own JPEG grid."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from PIL import Image

Box: TypeAlias = tuple[int, int, int, int]
"""Left, upper, right, lower, px."""

MULTIPLE = 8
"""Sides of tiles are multiples of it: JPEG's blocks and the autoencoders' latents both are 8 px."""

GRID = 16
"""Tiles begin on multiples of it: the size of a JPEG block of 4:2:0 chroma. There the photograph's own compression,
repeated with its own tables, changes almost nothing, so the real side keeps one compression, as the fake side does;
anywhere else the real side alone would carry two grids."""

MIN_SIDE = 32
"""Photographs with a shorter side have no tile."""

CONTEXT = 8
"""Pixels around a tile that the autoencoder sees, too, and that are cut off again: at the border of its input it is
two to three times as wrong as inside (measured with TAEF2), which the border of a fake would tell."""

FLIPPED_X, FLIPPED_Y = frozenset({2, 3, 6, 7}), frozenset({3, 4, 7, 8})
"""EXIF orientations whose upright image runs against the stored one."""


def grid_origin(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Where the first whole block of an upright photograph's JPEG grid begins, `(x, y)` px.

    Args:
        size: width and height of the upright photograph.
        orientation: the EXIF orientation it was stored with, 1 to 8.
    """
    width, height = size
    return (
        width % GRID if orientation in FLIPPED_X else 0,
        height % GRID if orientation in FLIPPED_Y else 0,
    )


def choose_tiles(size: tuple[int, int], origin: tuple[int, int], tile: int, count: int, seed: int) -> list[Box]:
    """Choose tiles that do not overlap, from top to bottom.

    Args:
        size: width and height of the photograph.
        origin: of its JPEG grid.
        tile: longest side of a tile, a multiple of `MULTIPLE`; photographs with shorter sides give one tile of
            the whole side, rounded down.
        count: tiles wanted; fewer where no more fit.
        seed: of the positions.

    Returns:
        Boxes, empty where a side is shorter than `MIN_SIDE`.
    """
    rng = np.random.default_rng(seed)
    starts = []
    sides = []
    for length, first in zip(size, origin, strict=True):
        room = length - first
        side = min(tile, room // MULTIPLE * MULTIPLE)
        if side < MIN_SIDE:
            return []
        pitch = -(-side // GRID) * GRID
        places = 1 + (room - side) // pitch
        slack = room - side - (places - 1) * pitch
        shift = first + GRID * int(rng.integers(0, slack // GRID + 1))
        starts.append([shift + pitch * place for place in range(places)])
        sides.append(side)
    columns, rows = starts
    chosen = rng.choice(len(columns) * len(rows), size=min(count, len(columns) * len(rows)), replace=False)
    corners = [(columns[cell % len(columns)], rows[cell // len(columns)]) for cell in sorted(chosen.tolist())]
    return [(left, top, left + sides[0], top + sides[1]) for left, top in corners]


def cut_with_context(photo: Image.Image, box: Box) -> np.ndarray:
    """A tile with `CONTEXT` pixels around it, mirrored where the photograph ends.

    Returns:
        (height + 2 CONTEXT, width + 2 CONTEXT, 3) uint8.
    """
    left, top, right, bottom = box
    wanted = (left - CONTEXT, top - CONTEXT, right + CONTEXT, bottom + CONTEXT)
    there = (max(0, wanted[0]), max(0, wanted[1]), min(photo.width, wanted[2]), min(photo.height, wanted[3]))
    missing = (
        (there[1] - wanted[1], wanted[3] - there[3]),
        (there[0] - wanted[0], wanted[2] - there[2]),
        (0, 0),
    )
    return np.pad(np.asarray(photo.crop(there)), missing, mode="reflect")


def without_context(pixels: np.ndarray) -> Image.Image:
    """The tile inside what `cut_with_context` made, or inside its reconstruction."""
    return Image.fromarray(np.ascontiguousarray(pixels[CONTEXT:-CONTEXT, CONTEXT:-CONTEXT]))
