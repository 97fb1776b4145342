"""Contact sheets: small pictures in a grid, each with words below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from realfake_hf.models.fitted import fit_inside

INK, PAPER, FRAME = "#1A1A1A", "#FFFFFF", "#BBBBBB"
GAP, LINE, LETTERS = 10, 14, 11
"""Between tiles; height of a line and of its letters, px."""

TILES = 48
"""Images of a class on a sheet, at most: where there are more sources, one of each."""


@dataclass(frozen=True)
class SheetEntry:
    """One place of a sheet: pictures side by side, RGB, and the lines below them."""

    pictures: Sequence[Image.Image]
    lines: Sequence[str]


def share_out(counts: Mapping[str, int], total: int = TILES) -> dict[str, int]:
    """How many tiles each source gets: evenly, at least one, no more than it has."""
    given = {source: min(1, count) for source, count in counts.items()}
    left = total - sum(given.values())
    while left > 0:
        hungry = [source for source, count in counts.items() if given[source] < count]
        if not hungry:
            break
        for source in hungry[:left]:
            given[source] += 1
        left -= len(hungry[:left])
    return given


def contact_sheet(entries: Sequence[SheetEntry], *, tile: int, columns: int) -> Image.Image:
    """Draw entries row by row.

    Args:
        entries: at least one; each with as many pictures and lines as the first.
        tile: side in px into which each picture is fitted, its aspect kept.
        columns: entries in a row.
    """
    columns = min(columns, len(entries))
    panels = len(entries[0].pictures)
    width, height = panels * tile + GAP, tile + LINE * len(entries[0].lines) + 6 + GAP
    sheet = Image.new("RGB", (columns * width + GAP, -(-len(entries) // columns) * height + GAP), PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=LETTERS)
    for number, entry in enumerate(entries):
        left, top = GAP + number % columns * width, GAP + number // columns * height
        for panel, picture in enumerate(entry.pictures):
            fitted = fitted_to_tile(picture, tile)
            x, y = left + panel * tile + (tile - fitted.width) // 2, top + (tile - fitted.height) // 2
            sheet.paste(fitted, (x, y))
        draw.rectangle((left, top, left + panels * tile - 1, top + tile - 1), outline=FRAME)
        for line, text in enumerate(entry.lines):
            shown = _fitting(text, font, panels * tile)
            draw.text((left, top + tile + 3 + line * LINE), shown, fill=INK, font=font)
    return sheet


def fitted_to_tile(picture: Image.Image, tile: int) -> Image.Image:
    """A picture as a sheet shows it: whoever gathers entries need not hold photographs at their whole size."""
    return fit_inside(picture, tile, Image.Resampling.BICUBIC)


def _fitting(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> str:
    while font.getlength(text) > width and len(text) > 1:
        text = text[:-2] + "…"
    return text
