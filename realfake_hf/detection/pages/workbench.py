"""The workbench as HTML, CSS and one script."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from realfake_hf.detection.pages.card_html import card_style, shared_html
from realfake_hf.detection.pages.tile import Tile
from realfake_hf.detection.pages.track_record import TrackRecord
from realfake_hf.detection.words import CANNOT_JUDGE, NEXT_STEPS, WORDS
from realfake_hf.pages.templates import environment

FOLDER = Path(__file__).resolve().parent
PLAIN = ' type="text/plain"'
EXPORTED = "body { margin: 0 auto; padding: 24px; max-width: 88rem; background: var(--rf-ground); }"

CHIPS = (
    ("fake", WORDS["fake"]),
    ("unsure", WORDS["unsure"]),
    ("real", WORDS["real"]),
    ("none", f"{CANNOT_JUDGE}, or {WORDS[None]}"),
)
"""Kinds of cards and what their buttons are called."""


def frame_html(
    tiles: Sequence[Tile] = (), *, track_record: TrackRecord | None = None, name: str = "realfake-verdicts"
) -> str:
    """The workbench with its tiles.

    Args:
        tiles: the likeliest fakes first.
        track_record: of the model.
        name: of the files that it exports, without suffix.
    """
    counts = {kind: sum(tile.kind == kind for tile in tiles) for kind, _ in CHIPS}
    template = environment(FOLDER).get_template("workbench.html")
    return template.render(
        tiles=tiles_html(tiles), total=len(tiles), counts=counts, chips=CHIPS, shared=_shared(track_record), name=name
    )


def tiles_html(tiles: Sequence[Tile]) -> str:
    """Some tiles, as they stand in the grid."""
    return environment(FOLDER).get_template("tiles.html").render(tiles=tiles)


def feed_html(tiles: Sequence[Tile], *, run: str, track_record: TrackRecord | None) -> str:
    """Tiles on their way into a workbench on the same page, where they move as soon as they are shown.

    Args:
        tiles: new ones; one that is there already is passed over.
        run: another run than the last one empties the grid.
        track_record: of the model.
    """
    template = environment(FOLDER).get_template("feed.html")
    return template.render(tiles=tiles_html(tiles), run=run, shared=_shared(track_record))


def _shared(track_record: TrackRecord | None) -> dict[str, str]:
    parts = {"next_steps": shared_html("next_steps", NEXT_STEPS)}
    if track_record is not None:
        parts["track_record"] = shared_html("track_record", track_record)
    return parts


@cache
def export_html(*, runs: bool) -> str:
    """What a page needs in itself so that its workbench can export pages: their style and their script.

    Args:
        runs: the script is the page's own, too; else it is there as text.
    """
    exported = f"{card_style()}{style()}{EXPORTED}"
    return (
        f'<script{PLAIN} id="rf-page-style">{exported}</script>'
        f'<script{"" if runs else PLAIN} id="rf-page-script">{script()}</script>'
    )


@cache
def style() -> str:
    """The style sheet, without the palette and the cards'."""
    return (FOLDER / "workbench.css").read_text(encoding="utf-8")


@cache
def script() -> str:
    """The script, for a page's end or head."""
    return (FOLDER / "workbench.js").read_text(encoding="utf-8")
