"""From a card to HTML and CSS; every value is escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from realfake_hf.detection.pages.card import VerdictCard
from realfake_hf.pages.palette import palette_css
from realfake_hf.pages.templates import environment

FOLDER = Path(__file__).resolve().parent


def card_html(card: VerdictCard, *, heading: int = 2, shared_parts: bool = True) -> str:
    """A card as HTML, without its style.

    Args:
        card: what it says.
        heading: level of its title, 2 to 5.
        shared_parts: with the parts that are the same for every image of a model; a page with many cards shows them
            once, in place of the elements with `data-rf-shared`.
    """
    return (
        environment(FOLDER)
        .get_template("card.html")
        .render(card=card, h=f"h{heading}", below=f"h{heading + 1}", shared_parts=shared_parts)
    )


def shared_html(part: Literal["track_record", "next_steps"], value: Any, *, heading: int = 2) -> str:
    """One part that is the same on all cards of a model.

    Args:
        part: which.
        value: a `TrackRecord`, or `NEXT_STEPS`.
        heading: level of the card's title.
    """
    module = environment(FOLDER).get_template("parts.html").module
    return str(getattr(module, part)(value, f"h{heading + 1}"))


@cache
def card_style(*, with_palette: bool = True) -> str:
    """The style sheet of cards, with the palette's variables where the page has none of its own."""
    sheet = (FOLDER / "card.css").read_text(encoding="utf-8")
    return (palette_css() if with_palette else "") + sheet
