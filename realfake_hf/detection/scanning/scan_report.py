"""One self-contained page of a scan: the workbench with every judged image."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from PIL import Image
from tqdm import tqdm

from realfake_hf.detection.pages.card_html import card_style
from realfake_hf.detection.pages.tile import LARGE, MANY, SMALL, Tile
from realfake_hf.detection.pages.track_record import TrackRecord
from realfake_hf.detection.pages.workbench import frame_html, script, style
from realfake_hf.detection.verdict import Verdict
from realfake_hf.detection.words import why_not_judged
from realfake_hf.errors import RealFakeError
from realfake_hf.pages.templates import environment
from realfake_hf.records.scan import ScanRecord, path_key
from realfake_hf.statistics.decision import Label
from realfake_hf.storage.files import write_text
from realfake_hf.storage.portable import below_common_folder, portable_text

FOLDER = Path(__file__).resolve().parent

HEATMAPS = 120
"""Images with a heatmap, at most: one takes about 15 kB of the page."""
ROWS = 3000

Pair = tuple[Image.Image, Image.Image | None]
"""An image and its heatmap, both small; None where there is no heatmap."""


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
    records: Sequence[ScanRecord],
    *,
    model: str,
    pictures: Callable[[Path, int, bool], Pair],
    track_record: TrackRecord | None = None,
    thresholds: tuple[float, float] = (0.5, 0.5),
) -> None:
    """Write the page, whole or not at all.

    The likeliest fakes come first, then the unsure, then the likely real, then what was not judged. Only so many
    images are on it, and only so many have heatmaps; the page says what it leaves out. Images are named as seen from
    the folder that holds all of them: the page is passed on, and where that folder lies is nobody else's business.

    Args:
        file: to write, replaced where it exists.
        records: scan records.
        model: its name.
        pictures: small pictures of the image at a path, of at most so many pixels, and whether the heatmap is wanted;
            it may raise RealFakeError.
        track_record: of the model.
        thresholds: `threshold_low` and `threshold_high`.
    """
    ranked = sorted(records, key=lambda record: rank(record.label, record.p_fake))
    shown = ranked[:ROWS]
    names = below_common_folder(record.path for record in records if record.path)
    side = LARGE if len(shown) <= MANY else SMALL
    tiles = [
        _tile(record, names.get(record.path or ""), thresholds, pictures, side, number < HEATMAPS)
        for number, record in enumerate(tqdm(shown, "report", disable=None, leave=False))
    ]
    page = environment(FOLDER).get_template("scan_report.html")
    html = page.render(
        total=len(records),
        left_out=len(ranked) - len(tiles),
        model=portable_text(path_key(model)),
        bench=frame_html(tiles, track_record=track_record, name=path_key(file.stem)),
        style=card_style() + style(),
        script=script(),
        heatmaps=any(tile.heatmap for tile in tiles),
        without_heatmap=sum(1 for tile in tiles[HEATMAPS:] if tile.p_fake >= 0),
    )
    write_text(file, html)


def rank(label: Label | None, p_fake: float | None) -> tuple[float, float]:
    """What the page is sorted by."""
    return {"fake": 0, "unsure": 1, "real": 2, None: 3}[label], -(p_fake or 0)


def _tile(
    record: ScanRecord,
    name: str | None,
    thresholds: tuple[float, float],
    pictures: Callable[[Path, int, bool], Pair],
    side: int,
    with_heatmap: bool,
) -> Tile:
    verdict = Verdict(**vars(record), threshold_low=thresholds[0], threshold_high=thresholds[1])
    pair: Pair | tuple[None, None] = (None, None)
    if verdict.label and verdict.path:
        try:
            pair = pictures(Path(verdict.path), side, with_heatmap and not why_not_judged(verdict.warnings))
        except RealFakeError as error:
            verdict = replace(verdict, warnings=[*verdict.warnings, f"no picture: {error}"])
    return Tile.of(_named(verdict, name), *pair)


def _named(verdict: Verdict, name: str | None) -> Verdict:
    def told(text: str) -> str:
        return portable_text(text.replace(verdict.path, name) if verdict.path and name else text)

    return replace(
        verdict,
        path=name,
        warnings=[told(warning) for warning in verdict.warnings],
        error=verdict.error and told(verdict.error),
        model=verdict.model and told(verdict.model),
    )
