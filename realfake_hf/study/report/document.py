"""One model of a document, which small renderers turn into docx, HTML and Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Paragraph:
    """Plain text; `warning` is for what a reader must not miss, `note` for small print."""

    text: str
    kind: Literal["body", "lead", "note", "warning"] = "body"


@dataclass(frozen=True)
class Item:
    """An entry of a list: a few words in bold, then text."""

    text: str
    lead: str = ""


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: Sequence[Item]
    numbered: bool = False


@dataclass(frozen=True)
class Table:
    """A table; the first cell of a row is its head. Cells that begin with a digit are set to the right.

    Attributes:
        caption: what it shows, above it.
        head, rows: texts; a line end within a cell is one.
        notes: small print below it.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Drawing:
    """A figure by its file's stem in `figures/`; `alt` says what it shows to those who cannot see it."""

    name: str
    caption: str
    alt: str


@dataclass(frozen=True)
class Code:
    """Commands, one a line."""

    text: str


Block = Paragraph | Bullets | Table | Drawing | Code


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it; `level` from 1."""

    title: str
    blocks: Sequence[Block]
    level: int = 1


@dataclass(frozen=True)
class Document:
    """A title, what stands before the first heading, and the sections."""

    title: str
    subtitle: str
    lead: Sequence[Block]
    sections: Sequence[Section] = field(default_factory=list)


def text_parts(text: str) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is a command: what stands between backticks."""
    return [(piece, bool(place % 2)) for place, piece in enumerate(text.split("`")) if piece]


def is_number(cell: str) -> bool:
    """Whether a cell is set to the right."""
    return cell.lstrip("-")[:1].isdigit()


def number_columns(table: Table) -> list[bool]:
    """By column, whether every cell that is measured holds a number."""
    columns = [[row[place] for row in table.rows] for place in range(len(table.head))]
    return [
        place > 0 and any(map(is_number, cells)) and all(is_number(cell) or " " in cell or not cell for cell in cells)
        for place, cells in enumerate(columns)
    ]
