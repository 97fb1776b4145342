"""A document as a Word file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from PIL import Image

from realfake_hf.pages.palette import office_colour
from realfake_hf.storage.files import written_whole
from realfake_hf.study.report.document import (
    Block,
    Bullets,
    Code,
    Document,
    Drawing,
    Paragraph,
    Table,
    number_columns,
    text_parts,
)

FONT = "Arial"
"""On every system, or a font of the same widths in its place."""
MONOSPACE = "Courier New"
ACCENT, QUIET, HEAD_FILL, WARNING_FILL, RULE = map(office_colour, ("accent", "quiet", "sunk", "unsure-tint", "line"))
TEXT_WIDTH = 6.5
"""Inches between the margins of a letter or A4 page."""
FIGURE_HEIGHT = 2.7
"""Inches at most: a figure that goes to the next page leaves less than a third of its page empty."""

TABLE_POINTS = 8.5
WORD_INCHES = 0.085
"""Of a bold letter in a table, with room for the wider font of a reader who lacks ours: no word may break."""


def write_docx(document: Document, path: Path, figures: Path) -> None:
    """Write a document in one step.

    Args:
        document: any.
        path: of the file.
        figures: folder with `{name}.png` of each of its figures.
    """
    from docx import Document as new_document

    word = new_document()
    _set_styles(word)
    word.core_properties.title = document.title
    word.core_properties.author = "realfake"
    word.core_properties.comments = ""
    word.add_paragraph(document.title, style="Title")
    word.add_paragraph(document.subtitle, style="Subtitle")
    for block in document.lead:
        _add(word, block, figures)
    for section in document.sections:
        word.add_heading(section.title, level=section.level)
        for block in section.blocks:
            _add(word, block, figures)
    with written_whole(path) as partial:
        word.save(str(partial))


def _set_styles(word: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm, Inches, Pt, RGBColor

    section = word.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Inches((21.0 / 2.54 - TEXT_WIDTH) / 2)
    section.top_margin = section.bottom_margin = Cm(2.2)
    sizes = {"Normal": 10.5, "Title": 24, "Subtitle": 11, "Heading 1": 16, "Heading 2": 12.5, "Caption": 9}
    for name, size in sizes.items():
        style = word.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        properties = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            properties.attrib.pop(qn(f"w:{kind}"), None)
        if name in ("Title", "Heading 1", "Heading 2"):
            style.font.color.rgb = RGBColor.from_string(ACCENT)
            style.font.bold = True
    word.styles["Normal"].paragraph_format.space_after = Pt(6)
    word.styles["Normal"].paragraph_format.line_spacing = 1.12
    word.styles["Title"].paragraph_format.space_after = Pt(2)
    subtitle = word.styles["Subtitle"]
    subtitle.font.italic, subtitle.font.color.rgb = False, RGBColor.from_string(QUIET)
    caption = word.styles["Caption"]
    caption.font.bold, caption.font.color.rgb = False, RGBColor.from_string(QUIET)
    caption.paragraph_format.space_after = Pt(10)


def _add(word: Any, block: Block, figures: Path) -> None:
    if isinstance(block, Paragraph):
        _add_paragraph(word, block)
    elif isinstance(block, Bullets):
        for item in block.items:
            paragraph = word.add_paragraph(style="List Number" if block.numbered else "List Bullet")
            if item.lead:
                paragraph.add_run(f"{item.lead} ").bold = True
            _add_text(paragraph, item.text)
            paragraph.paragraph_format.space_after = _points(3)
    elif isinstance(block, Table):
        _add_table(word, block)
    elif isinstance(block, Code):
        run = word.add_paragraph().add_run(block.text)
        run.font.name, run.font.size = MONOSPACE, _points(8.5)
    else:
        _add_drawing(word, block, figures)


def _add_paragraph(word: Any, block: Paragraph) -> None:
    paragraph = word.add_paragraph()
    sizes = {"lead": 11.5, "note": 9.0}
    for run in _add_text(paragraph, block.text):
        run.font.size = _points(sizes[block.kind]) if block.kind in sizes else None
        run.bold = block.kind == "warning" or None
    if block.kind == "warning":
        _shade(paragraph._p.get_or_add_pPr(), WARNING_FILL)


def _add_text(paragraph: Any, text: str) -> list[Any]:
    """Add a text whose commands stand out, as runs."""
    runs = []
    for piece, command in text_parts(text):
        run = paragraph.add_run(piece)
        if command:
            run.font.name = MONOSPACE
        runs.append(run)
    return runs


def _add_drawing(word: Any, block: Drawing, figures: Path) -> None:
    from docx.shared import Inches

    paragraph = word.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_after = _points(2)
    file = figures / f"{block.name}.png"
    with Image.open(file) as image:
        width = min(TEXT_WIDTH, FIGURE_HEIGHT * image.width / image.height)
    picture = paragraph.add_run().add_picture(str(file), width=Inches(width))
    properties = picture._inline.docPr
    properties.set("descr", block.alt)
    properties.set("title", block.name)
    word.add_paragraph(block.caption, style="Caption")


def _add_table(word: Any, block: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Inches

    if block.caption:
        caption = word.add_paragraph(style="Caption")
        caption.add_run(block.caption).bold = True
        caption.paragraph_format.keep_with_next = True
        caption.paragraph_format.space_after = _points(3)
    table = word.add_table(rows=0, cols=len(block.head))
    table.autofit = False
    widths = _widths(block)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Inches(width)
    right = number_columns(block)
    compact = len(block.rows) < 16 and max((len(cell) for row in block.rows for cell in row), default=0) < 60
    for number, row in enumerate([block.head, *block.rows]):
        cells = table.add_row().cells
        for place, (cell, text) in enumerate(zip(cells, row, strict=True)):
            cell.width = Inches(widths[place])
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = _points(1)
            paragraph.paragraph_format.space_before = _points(1)
            paragraph.paragraph_format.line_spacing = 1.0
            paragraph.paragraph_format.keep_with_next = number < (len(block.rows) if compact else 1)
            run = paragraph.add_run(text)
            run.font.size = _points(TABLE_POINTS)
            run.bold = number == 0 or place == 0
            if right[place]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if number == 0:
                _shade(cell._tc.get_or_add_tcPr(), HEAD_FILL)
    _draw_rules(table)
    for note in block.notes:
        _add_paragraph(word, Paragraph(note, "note"))
    word.add_paragraph().paragraph_format.space_after = _points(0)


def _widths(block: Table) -> list[float]:
    """Inches per column: room for the longest word first, the rest shared by the length of the texts."""
    columns = [[row[place] for row in [block.head, *block.rows]] for place in range(len(block.head))]
    words = [max(len(word) for cell in cells for word in re.split("[ \n]", cell)) for cells in columns]
    # A heading may take two lines, which leaves its room to the figures of the other columns.
    lines = [
        [cells[0][: len(cells[0]) // 2], *(line for cell in cells[1:] for line in cell.split("\n"))]
        for cells in columns
    ]
    texts = [min(60, max(map(len, own))) for own in lines]
    least = [WORD_INCHES * word + 0.18 for word in words]
    spare = max(0.0, TEXT_WIDTH - sum(least))
    wanted = [max(0.0, 0.068 * text + 0.18 - own) for text, own in zip(texts, least, strict=True)]
    share = min(1.0, spare / sum(wanted)) if sum(wanted) else 0.0
    widths = [own + share * more for own, more in zip(least, wanted, strict=True)]
    scale = min(1.0, TEXT_WIDTH / sum(widths))
    return [scale * width for width in widths]


def _draw_rules(table: Any) -> None:
    """Thin lines between rows, none between columns; the first row repeats on every page, no row breaks in two."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", RULE)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    # The schema has an order: borders stand before layout and look, else Word calls the file damaged.
    properties = table._tbl.tblPr
    later = [own for own in properties if own.tag in (qn("w:tblLayout"), qn("w:tblLook"))]
    properties.insert(list(properties).index(later[0]) if later else len(properties), borders)
    for number, row in enumerate(table.rows):
        row_properties = row._tr.get_or_add_trPr()
        row_properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            row_properties.append(OxmlElement("w:tblHeader"))


def _shade(properties: Any, fill: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        shading.set(qn(f"w:{name}"), value)
    properties.append(shading)


def _points(size: float) -> Any:
    from docx.shared import Pt

    return Pt(size)
