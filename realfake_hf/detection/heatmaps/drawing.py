"""Draw a heatmap over its photograph, by PIL and numpy alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageColor, ImageDraw, ImageFont, ImageOps

from realfake_hf.inference.crop_boxes import Box
from realfake_hf.models.fitted import fit_inside
from realfake_hf.pages.palette import FAKE_COLOUR, REAL_COLOUR

REAL_RGB, FAKE_RGB = (ImageColor.getrgb(colour) for colour in (REAL_COLOUR, FAKE_COLOUR))
INK, PAPER = "#1A1A1A", "#FFFFFF"
STRONGEST = 0.72
"""Opacity of the strongest evidence: the photograph stays visible under it."""
LEAST_SCALE = 1.0
"""The colours' ends are at least this logit (odds of 2.7 to 1), so that no evidence at all is not painted as some."""
GRID_LINE = (255, 255, 255, 40)
LEGEND_HEIGHT = 66
LEAST_WIDTH = 340
"""Of a picture with a legend: what its words need."""
LEAST_CELL = 14
"""Pixels a place of the crop's grid must have for the grid's lines to be drawn."""

Floats = npt.NDArray[np.float32]


def draw_overlay(
    image: Image.Image,
    grids: Mapping[Box, tuple[int, ...]],
    on_grid: Callable[[int, int], Floats],
    *,
    longest_side: int,
    legend: bool,
) -> Image.Image:
    """See `Heatmap.overlay`.

    Args:
        image: the photograph, upright, RGB.
        grids: rows and columns of each crop's grid.
        on_grid: the evidence by width and height, float32 (height, width).
        longest_side, legend: as there.
    """
    photograph = fit_inside(image, min(longest_side, max(*image.size, longest_side // 2)))
    evidence = on_grid(*photograph.size)
    scale = colour_scale(evidence)
    picture = _blend(photograph, evidence, scale)
    _draw_crops(picture, grids, picture.width / image.width, picture.height / image.height)
    return _with_legend(picture, scale) if legend else picture


def colour_scale(evidence: Floats) -> float:
    """The logit, either side of 0, at which the colours end: nearly the strongest evidence, at least 1."""
    return max(LEAST_SCALE, float(np.nanquantile(np.abs(evidence), 0.98)))


def _blend(photograph: Image.Image, evidence: Floats, scale: float) -> Image.Image:
    grey = np.asarray(ImageOps.grayscale(photograph), dtype=np.float32)[..., None].repeat(3, axis=2)
    looked = np.isfinite(evidence)
    strength = np.clip(np.where(looked, evidence, 0) / scale, -1, 1)[..., None]
    colour = np.where(strength > 0, np.array(FAKE_RGB, np.float32), np.array(REAL_RGB, np.float32))
    opacity = STRONGEST * np.abs(strength)
    # Lightened, so that colours show on dark photographs too.
    blended = (1 - opacity) * (30 + 0.85 * grey) + opacity * colour
    rows, columns = np.indices(looked.shape)
    hatch = ((rows + columns) // 2 % 5 == 0)[..., None]
    unseen = np.where(hatch, 0.45 * grey + 70, 0.45 * grey)
    return Image.fromarray(np.where(looked[..., None], blended, unseen).clip(0, 255).astype(np.uint8))


def _draw_crops(picture: Image.Image, grids: Mapping[Box, tuple[int, ...]], to_x: float, to_y: float) -> None:
    """Frame the crops, and draw their grids where the places are large enough."""
    draw = ImageDraw.Draw(picture, "RGBA")
    for box, (rows, columns) in grids.items():
        left, right = box.left * to_x, box.right * to_x
        top, bottom = box.top * to_y, box.bottom * to_y
        if min((right - left) / columns, (bottom - top) / rows) >= LEAST_CELL:
            for x in np.linspace(left, right, columns + 1)[1:-1]:
                draw.line((x, top, x, bottom), fill=GRID_LINE)
            for y in np.linspace(top, bottom, rows + 1)[1:-1]:
                draw.line((left, y, right, y), fill=GRID_LINE)
        frame = (max(left, 0), max(top, 0), min(right, picture.width) - 1, min(bottom, picture.height) - 1)
        if frame[2] > frame[0] and frame[3] > frame[1]:
            draw.rectangle(frame, outline=(0, 0, 0, 190), width=3)
            draw.rectangle(frame, outline=(255, 255, 255, 235), width=1)


def _with_legend(picture: Image.Image, scale: float) -> Image.Image:
    width = max(picture.width, LEAST_WIDTH)
    canvas = Image.new("RGB", (width, picture.height + LEGEND_HEIGHT), PAPER)
    canvas.paste(picture, ((width - picture.width) // 2, 0))
    draw = ImageDraw.Draw(canvas)
    font, small = ImageFont.load_default(size=14), ImageFont.load_default(size=12)
    margin, top = 12, picture.height + 26
    ramp = np.linspace(-scale, scale, width - 2 * margin, dtype=np.float32)[None].repeat(14, axis=0)
    bar = _blend(Image.new("RGB", (ramp.shape[1], 14), (170, 170, 170)), ramp, scale)
    canvas.paste(bar, (margin, top))
    draw.rectangle((margin, top, width - margin - 1, top + 13), outline="#767676")
    draw.line((width / 2, top, width / 2, top + 13), fill=INK)
    baseline = picture.height + 6
    draw.text((margin, baseline), f"speaks for real ({-scale:.1f})", fill=INK, font=font)
    draw.text((width - margin, baseline), f"speaks for fake (+{scale:.1f})", fill=INK, font=font, anchor="ra")
    note = "fake minus real logit; hatched: no crop looked there"
    draw.text((width / 2, top + 18), note, fill="#595959", font=small, anchor="ma")
    return canvas
