"""One self-contained HTML page: no network, no script, figures inside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from realfake_hf.errors import RealFakeError
from realfake_hf.pages.data_uri import data_uri
from realfake_hf.pages.drawing import Drawing
from realfake_hf.pages.page_template import PALETTE_STYLE, TEMPLATE
from realfake_hf.pages.summary_card import SummaryCard
from realfake_hf.pages.tables import PageTable
from realfake_hf.pages.templates import render
from realfake_hf.storage.portable import portable_text

Say = Callable[[str], None]

NEEDED = ("matplotlib", "jinja2")


@dataclass(frozen=True)
class Picture:
    """A figure inside the page; `uri` holds its bytes, `narrow_uri` those that a telephone shows in their place."""

    title: str
    caption: str
    uri: str
    narrow_uri: str | None = None


def render_page(
    *,
    title: str,
    card: SummaryCard,
    lead: Sequence[str] = (),
    tables: Sequence[PageTable],
    pictures: Sequence[Picture] = (),
    errors: Sequence[str] = (),
    reading: Sequence[str],
) -> str:
    """HTML with everything inside, the summary first and then a list of contents; all texts are escaped.

    Errors name files by their last name: a page is passed on, and where they lay is nobody else's business.
    """
    return render(
        TEMPLATE,
        title=title,
        card=card,
        lead=lead,
        tables=tables,
        pictures=pictures,
        errors=[portable_text(error) for error in errors],
        reading=reading,
        style=PALETTE_STYLE,
    )


def picture_of(drawing: Drawing) -> Picture:
    """A drawing as a picture inside a page."""
    narrow = None if drawing.narrow_svg is None else data_uri(drawing.narrow_svg, ".svg")
    return Picture(drawing.title, drawing.caption, data_uri(drawing.svg, ".svg"), narrow)


def silent(sentence: str) -> None:
    """Say nothing."""


def can_draw(say: Say) -> bool:
    """Whether what pages take is installed; if not, `say` is told. To be asked before the work, not after it."""
    if missing := _missing():
        say(f"The page and its figures are left out, because {missing}.")
    return not missing


def require_drawing() -> None:
    """Raise RealFakeError where what pages take is not installed."""
    if missing := _missing():
        raise RealFakeError(f"There can be no page and no figures, because {missing}.")


def _missing() -> str:
    missing = [name for name in NEEDED if find_spec(name) is None]
    verb = "are" if len(missing) > 1 else "is"
    return f"{' and '.join(missing)} {verb} not installed: pip install 'realfake-hf[report]'" if missing else ""
