"""The page's own files: copied, or written with Python's cards, words and colours in them."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

from realfake_hf.detection.pages.card import Bar, VerdictCard
from realfake_hf.detection.pages.card_html import card_html, card_style
from realfake_hf.detection.pages.track_record import TrackRecord
from realfake_hf.detection.pages.workbench import export_html, frame_html, script, style
from realfake_hf.detection.words import NEXT_STEPS, NOTHING_DECLARED, words_json
from realfake_hf.pages.templates import environment
from realfake_hf.storage.files import write_text

PAGE = Path(__file__).resolve().parent / "page"
MARKER = "index.html"
SERVICE_WORKER = "sw.js"
MEGABYTE = 1_000_000


def write_page_files(folder: Path, track_record: TrackRecord | None) -> None:
    """Write all but the model and what runs it, which are there already; the marker last.

    Args:
        folder: of the page.
        track_record: of the model; None leaves that part of the card out.
    """
    for file in sorted(PAGE.iterdir()):
        if file.name not in (MARKER, SERVICE_WORKER):
            shutil.copyfile(file, folder / file.name)
    write_text(folder / "card.css", card_style() + style())
    write_text(folder / "workbench.js", script())
    page = environment(PAGE).get_template(MARKER)
    html = page.render(
        megabytes=max(1, round(sum(file.stat().st_size for file in _kept(folder)) / MEGABYTE)),
        card=_card(track_record),
        bench=frame_html(track_record=track_record),
        export=export_html(runs=False),
        # What ends a script element would end the words.
        words=words_json().replace("<", "\\u003c"),
    )
    digest = hashlib.sha256(html.encode("utf-8"))
    for file in _kept(folder):
        digest.update(file.read_bytes())
    files = ["./", *sorted({path.relative_to(folder).as_posix() for path in _kept(folder)})]
    worker = environment(PAGE).get_template(SERVICE_WORKER)
    write_text(
        folder / SERVICE_WORKER,
        worker.render(version=f"realfake-{digest.hexdigest()[:16]}", files=json.dumps(files)),
    )
    write_text(folder / MARKER, html)


def _kept(folder: Path) -> list[Path]:
    """What a browser keeps for later, without the page itself."""
    written = {"card.css", "workbench.js", *(file.name for file in PAGE.iterdir())} - {MARKER, SERVICE_WORKER}
    return sorted([*(folder / name for name in written), *(folder / "model").iterdir(), *(folder / "vendor").iterdir()])


def _card(track_record: TrackRecord | None) -> str:
    """A card with every part, for the page's script to fill; the page allows no style attributes."""
    card = VerdictCard(
        kind="none",
        title="-",
        origin=NOTHING_DECLARED,
        lead="-",
        warnings=[("-", "-")],
        bar=Bar(0.5, 0.5, 0.5),
        track_record=track_record,
        share_seen=1.0,
        next_steps=NEXT_STEPS,
        details=[("-", "-")],
    )
    return re.sub(r' style="[^"]*"', "", card_html(card, heading=2))
