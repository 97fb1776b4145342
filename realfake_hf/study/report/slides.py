"""The model of a slide, which `render_pptx` draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from realfake_hf.study.report.document import Drawing, Item, Table


@dataclass(frozen=True)
class Slide:
    """One slide: a title, and at most one of figure, table, cards and points below a sentence.

    Attributes:
        title: a few words.
        says: what to take home, one sentence; "" for none.
        points: a short list.
        cards: boxes side by side, a large lead over a few words.
        notes: what the speaker says.
        opening: the first slide, on a dark ground.
    """

    title: str
    notes: str
    says: str = ""
    points: Sequence[str] = ()
    cards: Sequence[Item] = ()
    drawing: Drawing | None = None
    table: Table | None = None
    opening: bool = False
