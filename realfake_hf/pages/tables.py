"""Tables of pages, and how numbers stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

MISSING = "none"
TOO_FEW = "too few to tell"
WIDE = 0.3
"""An interval of a share or an area that is wider says too little to show the value in front of it."""


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


def share_cell(value: float, interval: Sequence[float] | None) -> Cell:
    """A share or an area with its interval; where that is wide, the value steps back behind it."""
    if interval is None:
        return Cell(f"{value:.3f}")
    low, high = interval
    if is_too_wide(interval):
        return Cell(TOO_FEW, f"{value:.2f} ({low:.2f} to {high:.2f})")
    return Cell(f"{value:.3f}", f"({low:.3f} to {high:.3f})")


def is_too_wide(interval: Sequence[float]) -> bool:
    """Whether an interval (low, high) is too wide for its value to be worth much."""
    return interval[1] - interval[0] > WIDE


def difference_cell(value: float | None, interval: tuple[float, float] | None, reason: str = "") -> Cell:
    """A difference with its sign and interval; a wide one as in `share_cell`."""
    if value is None or interval is None:
        return Cell(MISSING, hint=reason)
    if is_too_wide(interval):
        return Cell(TOO_FEW, f"{value:+.2f} ({interval[0]:+.2f} to {interval[1]:+.2f})")
    return Cell(f"{value:+.3f}", f"({interval[0]:+.3f} to {interval[1]:+.3f})")


def p_value_text(value: float | None) -> str:
    """A p-value with three places."""
    if value is None:
        return MISSING
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
