"""Tables of pages, and how numbers stand in them."""

from __future__ import annotations

from dataclasses import dataclass, field

MISSING = "none"


@dataclass(frozen=True)
class Cell:
    """One cell: text, a smaller addition, and a hint shown under the pointer."""

    text: str
    small: str = ""
    hint: str = ""


@dataclass
class PageTable:
    """A table; the first cell of a row is its head."""

    title: str
    head: list[str]
    rows: list[list[Cell]]
    notes: list[str] = field(default_factory=list)
    folded: bool = False


def difference_cell(value: float | None, interval: tuple[float, float] | None, reason: str = "") -> Cell:
    """A difference with its sign and interval."""
    if value is None or interval is None:
        return Cell(MISSING, hint=reason)
    return Cell(f"{value:+.3f}", f"({interval[0]:+.3f} to {interval[1]:+.3f})")


def p_value_text(value: float | None) -> str:
    """A p-value with three places."""
    if value is None:
        return MISSING
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
