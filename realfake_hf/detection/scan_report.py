"""One self-contained page of a scan: counts, a sortable table, small pictures with heatmaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL import Image
from tqdm import tqdm

from realfake_hf.detection.scan_report_template import TEMPLATE
from realfake_hf.detection.verdict import Verdict
from realfake_hf.detection.words import WORDS
from realfake_hf.errors import RealFakeError
from realfake_hf.models.fitted import fit_inside
from realfake_hf.pages.data_uri import jpeg_uri
from realfake_hf.pages.templates import render
from realfake_hf.records.scan import path_key
from realfake_hf.statistics.decision import Label
from realfake_hf.storage.files import write_text

PICTURES = 120
"""Rows with pictures, at most: a picture pair takes about 12 kB of the page."""
ROWS = 3000
THUMBNAIL = 168
"""Longest side in pixels."""

Pair = tuple[Image.Image, Image.Image | None]
"""An image and its heatmap, both small; None where there is no heatmap."""


@dataclass(frozen=True)
class _Row:
    path: str
    words: str
    label: str
    shown: int | None
    size: str
    notes: list[str]
    error: str
    pictures: list[tuple[str, str]]


def check_report(file: Path, *, replace: bool) -> None:
    """Raise RealFakeError if no report can be written there."""
    if file.suffix.lower() not in (".html", ".htm"):
        raise RealFakeError(f"`report` {file} must end in .html.")
    if not file.absolute().parent.is_dir() or file.is_dir():
        raise RealFakeError(f"`report` {file} cannot be written: name a file in a folder that exists.")
    if file.exists() and not replace:
        raise RealFakeError(f"{file} exists: replace it with `overwrite`.")
    if find_spec("jinja2") is None:
        raise RealFakeError('`report` needs jinja2: pip install "realfake-hf[report]".')


def write_report(
    file: Path,
    records: Sequence[dict[str, Any]],
    *,
    model: str,
    thresholds: tuple[float, float],
    pictures: Callable[[Path], Pair],
) -> None:
    """Write the page, whole or not at all.

    The likeliest fakes come first, then the unsure, then the likely real, then what was not judged. Only so many rows
    have pictures, and only so many images have rows; the page says what it leaves out.

    Args:
        file: to write, replaced where it exists.
        records: scan records.
        model: its name.
        thresholds: `threshold_low` and `threshold_high`.
        pictures: small pictures of the image at a path; it may raise RealFakeError.
    """
    ranked = sorted(records, key=lambda record: rank(record["label"], record["p_fake"]))
    shown = ranked[:ROWS]
    rows = []
    for number, record in enumerate(tqdm(shown, "report", disable=None, leave=False)):
        rows.append(_row(record, pictures if number < PICTURES else None))
    counts = Counter(record["label"] for record in records)
    page = render(
        TEMPLATE,
        total=len(records),
        counts=[(str(label), words, counts[label]) for label, words in WORDS.items() if counts[label]],
        rows=rows,
        left_out=len(ranked) - len(rows),
        without_pictures=sum(1 for record in shown[PICTURES:] if record["label"]),
        model=path_key(model),
        low=f"{thresholds[0]:.0%}".replace("%", " %"),
        high=f"{thresholds[1]:.0%}".replace("%", " %"),
    )
    write_text(file, page)


def rank(label: Label | None, p_fake: float | None) -> tuple[float, float]:
    """What the page is sorted by."""
    return {"fake": 0, "unsure": 1, "real": 2, None: 3}[label], -(p_fake or 0)


def _row(record: dict[str, Any], pictures: Callable[[Path], Pair] | None) -> _Row:
    verdict = Verdict(**record)
    uris: list[tuple[str, str]] = []
    notes = verdict.notes
    if pictures and verdict.label and verdict.path:
        try:
            picture, heatmap = pictures(Path(verdict.path))
            uris = [("photograph", _uri(picture))] + ([("heatmap", _uri(heatmap))] if heatmap else [])
        except RealFakeError as error:
            notes = [*notes, f"no picture: {error}"]
    shown = verdict.shown_probability
    return _Row(
        path=path_key(verdict.path),
        words=verdict.words,
        label=str(verdict.label),
        shown=None if shown is None else round(100 * shown),
        size=f"{verdict.width} x {verdict.height}" if verdict.width else "",
        notes=[path_key(note) for note in notes],
        error=path_key(verdict.error),
        pictures=uris,
    )


def thumbnail(image: Image.Image) -> Image.Image:
    """A small copy, aspect kept; small images stay as they are."""
    return fit_inside(image, THUMBNAIL) if max(image.size) > THUMBNAIL else image


def _uri(image: Image.Image) -> str:
    return jpeg_uri(image, quality=76)
