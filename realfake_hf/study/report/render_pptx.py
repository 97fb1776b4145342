"""Slides as a PowerPoint file, 16:9."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from realfake_hf.pages.palette import office_colour
from realfake_hf.storage.files import written_whole
from realfake_hf.study.report.document import Item, Table, number_columns
from realfake_hf.study.report.slides import Slide

WIDTH, HEIGHT = 13.333, 7.5
"""Inches."""

MARGIN = 0.7
FONT = "Arial"
INK, FAINT, ACCENT, GROUND, CARD, MARKED = map(office_colour, ("ink", "quiet", "accent", "card", "sunk", "unsure-zone"))
CHARACTER = 0.6
"""Mean width of a character as a share of the font's size, with room for bold and for a font that stands in."""

LINE = 1.22
BULLET = 0.35
"""Inches that the text of a list is moved to the right."""

POINTS_PER_INCH = 72


def write_pptx(slides: Sequence[Slide], path: Path, figures: Path, *, footer: str = "") -> None:
    """Write a presentation in one step.

    Args:
        slides: in their order.
        path: of the file.
        figures: folder with `{name}.png` of each figure.
        footer: small print on every slide but the first.
    """
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    deck.core_properties.title = slides[0].title
    deck.core_properties.author = deck.core_properties.last_modified_by = "realfake"
    for number, slide in enumerate(slides, start=1):
        page = deck.slides.add_slide(deck.slide_layouts[5])
        if slide.opening:
            _draw_opening(page, slide)
        else:
            _draw(page, slide, figures)
            _text(page, f"{number}", (WIDTH - 1.2, 7.0, 0.6, 0.3), size=11, colour=FAINT, align="right")
            if footer:
                _text(page, footer, (MARGIN, 7.0, 10.0, 0.3), size=11, colour=FAINT)
        page.notes_slide.notes_text_frame.text = slide.notes
    with written_whole(path) as partial:
        deck.save(str(partial))


def lines_needed(text: str, width: float, size: float) -> int:
    """Lines that a text takes, estimated by its characters.

    Args:
        text: paragraphs separated by line ends.
        width: of the box, inches.
        size: of the font, points.
    """
    characters = max(1, int(width * POINTS_PER_INCH / (CHARACTER * size)))
    return sum(max(1, math.ceil(len(paragraph) / characters)) for paragraph in text.split("\n"))


def fitting_size(text: str, width: float, height: float, sizes: Sequence[float]) -> float:
    """The largest of the sizes at which a text fits into a box of inches; else the smallest."""
    for size in sorted(sizes, reverse=True):
        longest = max((len(word) for word in text.split()), default=0)
        fits_across = longest * CHARACTER * size <= width * POINTS_PER_INCH
        if fits_across and lines_needed(text, width, size) * LINE * size <= height * POINTS_PER_INCH:
            return size
    return min(sizes)


def _draw_opening(page: Any, slide: Slide) -> None:
    from pptx.dml.color import RGBColor

    page.background.fill.solid()
    page.background.fill.fore_color.rgb = RGBColor.from_string(ACCENT)
    _title(page, slide.title, (1.0, 2.2, WIDTH - 2.0, 1.2), sizes=(60, 48), colour=GROUND)
    _text(page, slide.says, (1.0, 3.5, WIDTH - 2.0, 1.3), sizes=(28, 24, 20), colour=GROUND)
    if slide.points:
        _text(page, slide.points[0], (1.0, 5.6, WIDTH - 2.0, 0.8), sizes=(20, 16), colour=MARKED, bold=True)


def _draw(page: Any, slide: Slide, figures: Path) -> None:
    inner = WIDTH - 2 * MARGIN
    _title(page, slide.title, (MARGIN, 0.4, inner, 0.75), sizes=(34, 30, 26, 22, 18))
    top = 1.3
    if slide.says:
        _text(page, slide.says, (MARGIN, 1.12, inner, 0.6), sizes=(20, 18, 16, 14), colour=FAINT)
        top = 1.8
    box = (MARGIN, top, inner, 6.9 - top)
    if slide.drawing is not None:
        _picture(page, figures / f"{slide.drawing.name}.png", slide.drawing.alt, box)
    elif slide.table is not None:
        _table(page, slide.table, box)
    elif slide.cards:
        _cards(page, slide.cards, (MARGIN, 2.2, inner, 3.7))
    elif slide.points:
        _list(page, slide.points, (MARGIN, max(top, 1.7), inner, 4.8))


def _title(
    page: Any, text: str, box: tuple[float, float, float, float], *, sizes: Sequence[float], colour: str = ACCENT
) -> None:
    from pptx.util import Inches

    title = page.shapes.title
    title.left, title.top, title.width, title.height = (Inches(value) for value in box)
    _fill(title.text_frame, [text], fitting_size(text, box[2], box[3], sizes), colour, bold=True)


def _text(
    page: Any, text: str, box: tuple[float, float, float, float], *, size: float = 0, sizes: Sequence[float] = (),
    colour: str = INK, bold: bool = False, align: str = "left",
) -> None:  # fmt: skip
    from pptx.util import Inches

    frame = page.shapes.add_textbox(*(Inches(value) for value in box)).text_frame
    _fill(frame, [text], size or fitting_size(text, box[2], box[3], sizes), colour, bold=bold, align=align)


def _list(page: Any, texts: Sequence[str], box: tuple[float, float, float, float]) -> None:
    from pptx.oxml.xmlchemy import OxmlElement
    from pptx.util import Inches, Pt

    gap = 22
    room = box[3] - gap * len(texts) / POINTS_PER_INCH
    size = fitting_size("\n".join(texts), box[2] - BULLET, room, (34, 30, 28, 24, 20, 18))
    frame = page.shapes.add_textbox(*(Inches(value) for value in box)).text_frame
    _fill(frame, texts, size, INK)
    for paragraph in frame.paragraphs:
        paragraph.space_after = Pt(gap)
        properties = paragraph._p.get_or_add_pPr()
        properties.set("marL", str(Inches(BULLET)))
        properties.set("indent", str(-Inches(BULLET)))
        bullet = OxmlElement("a:buChar")
        bullet.set("char", "•")
        properties.append(bullet)


def _fill(
    frame: Any, texts: Sequence[str], size: float, colour: str, *, bold: bool = False, align: str = "left"
) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Pt

    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for number, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.alignment = {"left": PP_ALIGN.LEFT, "right": PP_ALIGN.RIGHT, "center": PP_ALIGN.CENTER}[align]
        run = paragraph.add_run()
        run.text = text
        run.font.name, run.font.size, run.font.bold = FONT, Pt(size), bold
        run.font.color.rgb = RGBColor.from_string(colour)


def _picture(page: Any, file: Path, alt: str, box: tuple[float, float, float, float]) -> None:
    from pptx.util import Inches

    left, top, width, height = box
    with Image.open(file) as image:
        scale = min(width / image.width, height / image.height)
        wide, high = scale * image.width, scale * image.height
    place = (left + (width - wide) / 2, top + (height - high) / 2, wide, high)
    picture = page.shapes.add_picture(str(file), *(Inches(value) for value in place))
    picture._element.nvPicPr.cNvPr.set("descr", alt)


def _cards(page: Any, cards: Sequence[Item], box: tuple[float, float, float, float]) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.util import Inches

    left, top, width, height = box
    gap, pad = 0.4, 0.35
    each = (width - gap * (len(cards) - 1)) / len(cards)
    inner = each - 2 * pad
    lead_size = min(fitting_size(card.lead, inner, 1.4, (44, 40, 36, 32, 28, 24, 20, 18, 16)) for card in cards)
    text_size = min(fitting_size(card.text, inner, 1.5, (28, 26, 24, 22, 20, 18, 16, 14)) for card in cards)
    for number, card in enumerate(cards):
        start = left + number * (each + gap)
        ground = page.shapes.add_shape(MSO_SHAPE.RECTANGLE, *(Inches(v) for v in (start, top, each, height)))
        ground.fill.solid()
        ground.fill.fore_color.rgb = RGBColor.from_string(CARD)
        ground.line.fill.background()
        ground.shadow.inherit = False
        _text(page, card.lead, (start + pad, top + 0.35, inner, 1.4), size=lead_size, colour=ACCENT, bold=True)
        _text(page, card.text, (start + pad, top + 1.9, inner, 1.5), size=text_size)


def _table(page: Any, block: Table, box: tuple[float, float, float, float]) -> None:
    from pptx.dml.color import RGBColor
    from pptx.util import Inches

    left, top, width, height = box
    rows = [list(block.head), *(list(row) for row in block.rows)]
    high = min(0.62, (height - 0.5) / len(rows))
    longest = [4 + max(len(row[place]) for row in rows) for place in range(len(block.head))]
    widths = [width * own / sum(longest) for own in longest]
    cells = [(text, widths[place] - 0.25) for row in rows for place, text in enumerate(row)]
    size = min(fitting_size(text, room, high - 0.08, (22, 20, 18, 16, 14, 12, 11)) for text, room in cells)
    shape = page.shapes.add_table(
        len(rows), len(block.head), *(Inches(v) for v in (left, top, width, high * len(rows)))
    )
    table, right = shape.table, number_columns(block)
    for place, own in enumerate(widths):
        table.columns[place].width = Inches(own)
    for y, row in enumerate(rows):
        table.rows[y].height = Inches(high)
        for x, text in enumerate(row):
            cell = table.cell(y, x)
            cell.fill.solid()
            cell.fill.fore_color.rgb = RGBColor.from_string(ACCENT if y == 0 else CARD if y % 2 == 0 else GROUND)
            colour = GROUND if y == 0 else INK
            _fill(cell.text_frame, [text], size, colour, bold=y == 0 or x == 0, align="right" if right[x] else "left")
            cell.margin_left = cell.margin_right = Inches(0.12)
            cell.margin_top = cell.margin_bottom = Inches(0.04)
    for number, note in enumerate(block.notes):
        _text(page, note, (left, top + high * len(rows) + 0.1 + 0.3 * number, width, 0.3), size=14, colour=FAINT)
