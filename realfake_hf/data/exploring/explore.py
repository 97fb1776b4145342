"""Explore a data set: one pass over its images, then tables, figures and a page."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from realfake_hf.data.exploring.count_figures import category_figure, count_figure
from realfake_hf.data.exploring.distribution_figure import distribution_figure
from realfake_hf.data.exploring.extract import TILE, pixel_extract
from realfake_hf.data.exploring.facts import FACTS_FILE, read_facts
from realfake_hf.data.exploring.image_tasks import random_ranks
from realfake_hf.data.exploring.measure import measure_images
from realfake_hf.data.exploring.noise_figures import profile_figure, residual_figure, spectrum_figure
from realfake_hf.data.exploring.page import exploration_page
from realfake_hf.data.exploring.spectra import SIDE, NoiseMean, merged
from realfake_hf.data.exploring.tables import (
    ORIGINAL,
    ORIGINAL_QUALITY,
    QUALITY,
    STORED,
    Quantity,
    add_quantities,
    category_table,
    counts_table,
    histogram_table,
    known,
    residual_table,
    spectrum_table,
    summary_table,
)
from realfake_hf.data.layouts import refuse_among_images
from realfake_hf.data.loading import DataSource, describe_data, load_data
from realfake_hf.data.preparing.collection import printable
from realfake_hf.models.labels import ID2LABEL, LABEL_NAMES
from realfake_hf.pages.contact_sheet import SheetEntry, contact_sheet, share_out
from realfake_hf.pages.data_uri import data_uri, file_uri, jpeg_uri
from realfake_hf.pages.page import Picture, require_drawing
from realfake_hf.pages.style import figure_png, narrow_figures, short_name, write_figure
from realfake_hf.storage.files import write_text
from realfake_hf.storage.output_folder import claim_output
from realfake_hf.storage.working import working

if TYPE_CHECKING:
    import pandas as pd
    from datasets import DatasetDict
    from matplotlib.figure import Figure


PAGE = "explore.html"
SAMPLE = 200
TILES_IN_A_ROW = 8
TILES_IN_A_NARROW_ROW = 4
NARROW_DPI = 120
SEED = 30


@dataclass(frozen=True)
class Exploration:
    """What was explored.

    Attributes:
        output: the folder.
        page: the HTML file in it.
        images, real, fake: how many there are.
        sources: how many different ones.
        files: all files written, relative to `output`.
        errors: a sentence for each image that could not be read.
    """

    output: str
    page: str
    images: int
    real: int
    fake: int
    sources: int
    files: list[str]
    errors: list[str]


@working("Exploring")
def explore(
    data: DataSource,
    output: str | Path,
    *,
    split: str | None = None,
    sample: int = SAMPLE,
    seed: int = SEED,
    workers: int | None = None,
    overwrite: bool = False,
    progress: bool = True,
) -> Exploration:
    """Write tables (CSV), figures (PNG) and `explore.html` of a data set into a folder.

    Every image is read and decoded once, streaming; spectra, residuals and contact sheets come from at most `sample`
    images of each source of each class, drawn with `seed`. `image_facts.parquet` has a row per image.

    Args:
        data: as `load_data` takes it.
        output: folder, made if need be.
        split: this one alone.
        sample: images per source for spectra and residuals, at least 1.
        seed: of the sample.
        workers: processes; by default one a core.
        overwrite: replace an exploration in `output`.
        progress: show a bar, on a terminal.

    Raises:
        RealFakeError: data that cannot be loaded, an `output` in use, or no matplotlib.
    """
    require_drawing()
    refuse_among_images(output, data)
    folder = claim_output(output, PAGE, overwrite=overwrite)
    where = describe_data(data)
    dataset = load_data(data, split=split)
    means, tiles = _measure(dataset, folder, sample=sample, seed=seed, workers=workers, progress=progress)
    facts = add_quantities(read_facts(folder / FACTS_FILE))
    facts = _in_order_of_splits(facts, list(dataset))
    report = _Report(folder)
    counts, summary, titles = _draw(report, facts, means, tiles)
    reading = [
        f"Spectra, residuals and contact sheets come from at most {sample} images of each source, drawn at random "
        f"(seed {seed}); everything else counts every image.",
        f"Noise is luminance less its 3 x 3 median, in the central {SIDE} x {SIDE} px of images that are large enough, "
        "taken at native resolution on the 8 px grid. Spectra are under a Hann window.",
        "Regular dots in a spectrum, or a regular pattern in a mean residual, are traces of JPEG's blocks, of "
        "resampling or of a generator's upsampling.",
        "JPEG quality is estimated from the quantisation tables. 'None' as subsampling: no JPEG.",
    ]
    page = exploration_page(Path(where).name or where, facts, counts, summary, report.pictures, reading, titles)
    write_text(folder / PAGE, page)
    of_class = facts["class"].value_counts()
    return Exploration(
        output=str(folder),
        page=str(folder / PAGE),
        images=len(facts),
        real=int(of_class.get("real", 0)),
        fake=int(of_class.get("fake", 0)),
        sources=int(facts["source"].nunique()),
        files=sorted([FACTS_FILE, PAGE, *report.files]),
        errors=facts["error"].dropna().tolist(),
    )


Means = dict[tuple[str, str], NoiseMean]
Tiles = dict[str, dict[str, list[Image.Image]]]


def _measure(
    dataset: DatasetDict, folder: Path, *, sample: int, seed: int, workers: int | None, progress: bool
) -> tuple[Means, Tiles]:
    """One pass: facts into image_facts.parquet; running means of noise and a few tiles per class and source."""
    ranks = random_ranks(dataset, seed=seed)
    offsets = dict(zip(dataset, np.cumsum([0, *map(len, dataset.values())]).tolist(), strict=False))
    shares = _tiles_per_source(dataset)
    means: Means = defaultdict(NoiseMean)
    kept: dict[str, dict[str, dict[int, Image.Image]]] = {name: defaultdict(dict) for name in LABEL_NAMES}
    sampled = ranks < max(sample, max(max(share.values(), default=0) for share in shares.values()))
    for measured in measure_images(
        dataset, sampled, pixel_extract, folder / FACTS_FILE, workers=workers, progress=progress
    ):
        facts, extract = measured.facts, measured.extract
        if extract is None:
            continue
        name = ID2LABEL[facts.label]
        rank = int(ranks[offsets[facts.split] + facts.row])
        if extract.noise is not None and rank < sample:
            means[name, facts.source].add(extract.noise)
        if rank < shares[name][facts.source]:
            kept[name][facts.source][rank] = extract.tile
    tiles = {
        name: {source: [own[rank] for rank in sorted(own)] for source, own in sources.items()}
        for name, sources in kept.items()
    }
    return dict(sorted(means.items())), tiles


def _tiles_per_source(dataset: DatasetDict) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {name: Counter() for name in LABEL_NAMES}
    for part in dataset.values():
        for label, source in zip(part["label"][:], part["source"][:], strict=True):
            counts[ID2LABEL[label]][printable(source)] += 1
    return {name: share_out(dict(sorted(own.items()))) for name, own in counts.items()}


def _in_order_of_splits(facts: pd.DataFrame, splits: list[str]) -> pd.DataFrame:
    order = {split: number for number, split in enumerate(splits)}
    return facts.sort_values("split", key=lambda names: names.map(order).astype(int), kind="stable", ignore_index=True)


class _Report:
    """Writes tables and figures, and remembers what the page shows of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: list[str] = []
        self.pictures: list[Picture] = []

    def table(self, name: str, table: pd.DataFrame) -> pd.DataFrame:
        write_text(self.folder / f"{name}.csv", table.to_csv(index=False, float_format="%.6g"))
        self.files.append(f"{name}.csv")
        return table

    def figure(self, name: str, title: str, caption: str, draw: Callable[[], Figure]) -> None:
        path = write_figure(draw(), self.folder / f"{name}.png")
        with narrow_figures():
            narrow = figure_png(draw(), dpi=NARROW_DPI)
        # Lines are smaller as a PNG, noise is as a JPEG.
        as_jpeg = jpeg_uri(Image.open(io.BytesIO(narrow)), quality=80, subsampling="4:4:4")
        self._show(path, title, caption, min(data_uri(narrow, ".png"), as_jpeg, key=len))

    def contact_sheet(self, name: str, title: str, caption: str, entries: Sequence[SheetEntry]) -> None:
        path = self.folder / f"{name}.png"
        contact_sheet(entries, tile=TILE, columns=TILES_IN_A_ROW).save(path)
        narrow = contact_sheet(entries, tile=TILE, columns=TILES_IN_A_NARROW_ROW)
        self._show(path, title, caption, jpeg_uri(narrow, quality=90))

    def _show(self, path: Path, title: str, caption: str, narrow_uri: str) -> None:
        self.files.append(path.name)
        self.pictures.append(Picture(title, caption, file_uri(path), narrow_uri))


@working("Drawing the figures")
def _draw(
    report: _Report, facts: pd.DataFrame, means: Means, tiles: Tiles
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, str]]:
    counts = report.table("counts", counts_table(facts))
    report.figure("counts", "Images per source", "Reals above, fakes below.", lambda: count_figure(counts))
    stored, original = known(facts, STORED), known(facts, ORIGINAL)
    quality, original_quality = known(facts, [QUALITY]), known(facts, [ORIGINAL_QUALITY])
    quantities = [*stored, *quality, *original, *original_quality]
    summary = report.table("summary", summary_table(facts, quantities))
    for name, title, chosen in (
        ("sizes", "Sizes", stored),
        ("jpeg_quality", "JPEG quality", quality),
        ("original_sizes", "Sizes of the originals", original),
        ("original_jpeg_quality", "JPEG quality of the originals", original_quality),
    ):
        if chosen:
            caption = "Share of each class per bin; where the outlines differ, the class can be told without looking."
            _histograms(report, facts, chosen, name, title, caption)
    columns = ["format", "subsampling", "mode"] + ["original_format"] * bool(facts["original_format"].notna().any())
    categories = report.table("formats", category_table(facts, columns))
    if len(categories):
        caption = "Share of each class; 'none' is no JPEG."
        report.figure("formats", "Formats", caption, lambda: category_figure(categories))
    for name in LABEL_NAMES:
        if any(tiles[name].values()):
            caption = "Drawn at random, evenly from the sources."
            report.contact_sheet(f"contact_sheet_{name}", f"Some {name} images", caption, _entries(tiles[name]))
    if means:
        _noise(report, means)
    titles = {quantity.column: quantity.title for quantity in (*stored, *quality)}
    titles |= {quantity.column: f"{quantity.title}, original" for quantity in (*original, *original_quality)}
    return counts, summary, titles


def _entries(tiles: Mapping[str, Sequence[Image.Image]]) -> list[SheetEntry]:
    """The tiles of one class, source by source."""
    return [
        SheetEntry((tile,), (short_name(source or "unknown source", 16),))
        for source in sorted(tiles)
        for tile in tiles[source]
    ]


def _histograms(
    report: _Report, facts: pd.DataFrame, quantities: list[Quantity], name: str, title: str, caption: str
) -> None:
    table = report.table(name, histogram_table(facts, quantities))
    report.figure(name, title, caption, lambda: distribution_figure(table, quantities))


def _noise(report: _Report, means: Means) -> None:
    classes = {(name, ""): merged(mean for key, mean in means.items() if key[0] == name) for name in LABEL_NAMES}
    # A source without a name is no line of its own beside its class.
    both = {**classes, **{key: mean for key, mean in means.items() if key[1]}}
    profiles = report.table("spectrum", spectrum_table(both))
    report.table("residual", residual_table(both))
    report.figure(
        "spectrum_profile", "Noise over frequency",
        "Thick: the classes; thin: their sources. Dotted: where a pattern that repeats every 8, 4 or 2 px lies.",
        lambda: profile_figure(profiles),
    )  # fmt: skip
    report.figure(
        "spectrum", "Mean spectra of the noise",
        "Zero frequency in the middle, all on one scale. Dots off the centre are periodic traces.",
        lambda: spectrum_figure(means),
    )  # fmt: skip
    report.figure(
        "residual", "Mean noise residuals",
        "What all images of a source have at the same pixels; grids of 8 px are JPEG's.",
        lambda: residual_figure(means),
    )  # fmt: skip
