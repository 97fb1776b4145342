"""A contact sheet of one class: a few images of every source, drawn at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PIL import Image, ImageDraw, ImageFont

from realfake_hf.pages.style import short_name

INK, PAPER, FRAME = "#1A1A1A", "#FFFFFF", "#BBBBBB"
GAP = 10

TILE = 96
"""Side in px into which an image is fitted."""

COLUMNS = 8
TILES = 48
"""Images on a sheet, at most: where there are more sources, one of each."""

CAPTION = 16


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


def contact_sheet(tiles: Mapping[str, Sequence[Image.Image]]) -> Image.Image:
    """Draw tiles in rows of `COLUMNS`, each with the name of its source, sources by name.

    Args:
        tiles: of each source; at least one tile.
    """
    pictures = [(source, tile) for source in sorted(tiles) for tile in tiles[source]]
    columns = min(COLUMNS, len(pictures))
    width, height = TILE + GAP, TILE + CAPTION + GAP
    sheet = Image.new("RGB", (columns * width + GAP, -(-len(pictures) // columns) * height + GAP), PAPER)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=11)
    for number, (source, tile) in enumerate(pictures):
        left, top = GAP + number % columns * width, GAP + number // columns * height
        sheet.paste(tile, (left + (TILE - tile.width) // 2, top + (TILE - tile.height) // 2))
        draw.rectangle((left, top, left + TILE - 1, top + TILE - 1), outline=FRAME)
        draw.text((left, top + TILE + 1), short_name(source or "unknown source", 16), fill=INK, font=font)
    return sheet
