"""Are a model's heatmaps to be trusted? The measurements and a sheet to look at, as files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import datasets
import numpy as np
from PIL import Image

from realfake_hf.data.layouts import refuse_among_images
from realfake_hf.data.loading import DataSource
from realfake_hf.data.measured_split import one_split
from realfake_hf.detection.heatmaps.compute import predictor_heatmap
from realfake_hf.detection.heatmaps.faithfulness import N_IMAGES, Faithfulness, measure_faithfulness
from realfake_hf.detection.heatmaps.halves import N_PAIRS, HalvesResult, half_and_half
from realfake_hf.detection.heatmaps.heatmap import Heatmap
from realfake_hf.detection.heatmaps.measured_so_far import MeasuredSoFar
from realfake_hf.detection.heatmaps.sampled_images import DrawnImages
from realfake_hf.errors import RealFakeError
from realfake_hf.inference.model_loading import DEFAULT_MODEL, model_name
from realfake_hf.inference.predictor import Predictor
from realfake_hf.models.labels import LABEL_NAMES
from realfake_hf.pages.contact_sheet import SheetEntry, contact_sheet, fitted_to_tile
from realfake_hf.records.json_record import json_values
from realfake_hf.statistics.decision import shown_probability
from realfake_hf.storage.files import write_json, written_whole
from realfake_hf.storage.output_folder import refuse_file
from realfake_hf.storage.working import counted, working

RESULT, SHEET = "faithfulness.json", "heatmaps.jpg"
N_SHOWN = 12
TILE, COLUMNS = 220, 3


@dataclass(frozen=True)
class Explanation:
    """How far a model's heatmaps can be trusted: `faithfulness.json`.

    Attributes:
        model, dataset: what was measured on what.
        faithfulness: deletion and insertion against random maps.
        half_and_half: of such images; None for `half_and_half_reason`.
    """

    model: str
    dataset: str
    faithfulness: Faithfulness
    half_and_half: HalvesResult | None
    half_and_half_reason: str | None = None

    @property
    def errors(self) -> list[str]:
        """One sentence for each row that could not be read."""
        return list(dict.fromkeys(self.faithfulness.errors + (self.half_and_half.errors if self.half_and_half else [])))


@working("Explaining")
def explain(
    data: DataSource,
    *,
    output: Path,
    model: str | Path = DEFAULT_MODEL,
    count: int = N_IMAGES,
    pairs: int = N_PAIRS,
    seed: int = 0,
    split: str | None = None,
    fake_label: str | None = None,
    overwrite: bool = False,
    trust_remote_code: bool = False,
    device: str | None = None,
) -> Explanation:
    """Measure a model's heatmaps and draw some; write `faithfulness.json` and `heatmaps.jpg`.

    What was measured before an interruption is kept in the folder: the same call goes on from there, and ends at
    the same figures.

    Args:
        data: as `load_data` takes it.
        output: the folder.
        model: embedded, a folder, a RUN folder or a Hub id.
        count: images for deletion and insertion.
        pairs: half-and-half images; 0 leaves them out.
        seed: of all that is drawn at random.
        split: by default test, else val, else the only one.
        fake_label: the label that means fake, where its name does not say so.
        overwrite: replace an earlier result, or an interrupted one of another model, data set or seed.
        trust_remote_code, device: see `Predictor.load`.

    Raises:
        RealFakeError: an output in the way, data or a model that cannot be loaded, or a model without heatmaps.
    """
    refuse_file(output)
    refuse_among_images(output, data)
    if (output / RESULT).exists() and not overwrite:
        raise RealFakeError(f"{output / RESULT} exists: name another `output`, or replace it with `overwrite`.")
    dataset, name = one_split(data, split)
    predictor = Predictor.load(
        model, name=model_name(model), fake_label=fake_label, trust_remote_code=trust_remote_code, device=device
    )
    so_far = MeasuredSoFar(output, predictor, dataset, seed, overwrite=overwrite)
    try:
        if so_far.is_new or not (output / SHEET).exists():
            sheet = heatmap_sheet(predictor, dataset, seed=seed)
            with written_whole(output / SHEET) as partial:
                sheet.save(partial, "JPEG", quality=90)
        halves, reason = None, None
        if pairs == 0:
            reason = "no pairs were asked for"
        elif len(dataset.unique("label")) < 2:
            reason = "the data have one class only"
        else:
            halves = half_and_half(predictor, dataset, n_pairs=pairs, seed=seed, so_far=so_far)
        faithfulness = measure_faithfulness(predictor, dataset, n_images=count, seed=seed, so_far=so_far)
        found = Explanation(predictor.name, name, faithfulness, halves, reason)
        write_json(output / RESULT, json_values(found))
    finally:
        so_far.close()
    so_far.remove()
    return found


def heatmap_sheet(predictor: Predictor, dataset: datasets.Dataset, *, seed: int = 0) -> Image.Image:
    """A few images of the data, drawn at random, each beside its heatmap."""
    images = DrawnImages(dataset, None, np.random.default_rng(seed))
    entries: dict[int, SheetEntry] = {}
    for row, image in counted("Drawing heatmaps", images, total=N_SHOWN):
        if row in entries or len(entries) == N_SHOWN:
            break
        entries[row] = _sheet_entry(predictor_heatmap(predictor, image), LABEL_NAMES[dataset[row]["label"]])
    if not entries:
        raise RealFakeError(f"No image can be read: {images.errors[0]}")
    return contact_sheet(list(entries.values()), tile=TILE, columns=COLUMNS)


def _sheet_entry(heatmap: Heatmap, label: str) -> SheetEntry:
    p_fake = 0.5 * (1 + np.tanh(heatmap.logit / 2))
    said = f"{label}; p_fake {shown_probability(p_fake)}; blue speaks for real, orange for fake"
    overlay = heatmap.overlay(longest_side=2 * TILE, legend=False)
    return SheetEntry((fitted_to_tile(heatmap.image, TILE), overlay), (said,))
