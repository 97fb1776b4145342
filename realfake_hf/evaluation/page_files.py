"""The page, the figures and the contact sheet of an evaluation, as files beside its results."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import datasets
import numpy as np
from PIL import Image

from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.comparison import ComparisonResult
from realfake_hf.evaluation.drawings import comparison_drawings, evaluation_drawings
from realfake_hf.evaluation.mistakes import mistakes_sheet, worst_mistakes
from realfake_hf.evaluation.page import comparison_page, evaluation_page
from realfake_hf.evaluation.summary import model_thresholds
from realfake_hf.inference.model_loading import LoadedModel
from realfake_hf.pages.data_uri import jpeg_uri
from realfake_hf.pages.drawing import Drawing
from realfake_hf.pages.page import Picture, Say, silent
from realfake_hf.records.calibration import Calibration
from realfake_hf.records.predictions import Predictions
from realfake_hf.records.results import EvaluationResult
from realfake_hf.records.robustness import SweepResult
from realfake_hf.storage.files import write_text, written_whole
from realfake_hf.storage.output_folder import FIGURES, MISTAKES, PAGE
from realfake_hf.storage.portable import below_common_folder, portable_text
from realfake_hf.storage.working import working


@working("Drawing the page")
def write_evaluation_page(
    folder: Path,
    result: EvaluationResult,
    predictions: Predictions,
    *,
    dataset: datasets.Dataset,
    loaded: LoadedModel,
    fake_label: str | None = None,
    robustness: SweepResult | None = None,
    say: Say | None = None,
) -> None:
    """Write `page.html`, `figures/*.svg` and, where there are mistakes, `mistakes.png` with heatmaps.

    Takes what `can_draw` asks for. Heatmaps that cannot be made are left out, and `say` is told so in a sentence.
    The page does not say where the model and the data lie on this machine.

    Args:
        folder: of the results.
        result, predictions: one model's.
        dataset: the images that were judged.
        loaded: the model, for its calibration and heatmaps.
        fake_label: as it was judged with.
        robustness: curves to show, too.
        say: None keeps silent.
    """
    tell = say or silent
    names = below_common_folder([result.model])
    result, robustness = _renamed(result, names), robustness and _renamed_points(robustness, names)
    tier = next(iter(result.tiers))
    drawings = evaluation_drawings(result, predictions, robustness)
    _write_drawings(drawings, folder)
    sheet, caption = _mistakes(predictions.of_tier(tier), dataset, loaded, fake_label, tier, tell)
    mistakes = None
    if sheet is not None:
        with written_whole(folder / MISTAKES) as partial:
            sheet.save(partial, "PNG")
        mistakes = Picture("The worst mistakes", caption, jpeg_uri(sheet, quality=88, subsampling="4:4:4"))
    temperature, record = _calibration(loaded)
    page = evaluation_page(result, predictions, drawings, mistakes=mistakes, temperature=temperature, record=record)
    write_text(folder / PAGE, page)


@working("Drawing the page")
def write_comparison_page(
    folder: Path,
    comparison: ComparisonResult,
    predictions: Predictions,
    *,
    robustness: SweepResult | None = None,
) -> None:
    """Write `page.html` and `figures/*.svg`; see `write_evaluation_page`."""
    names = below_common_folder(own.model for own in comparison.results)
    comparison = ComparisonResult(
        [_renamed(own, names) for own in comparison.results],
        [dataclasses.replace(pair, first=names[pair.first], second=names[pair.second]) for pair in comparison.pairs],
    )
    models = np.array([names[model] for model in predictions.model], dtype=object)
    predictions = dataclasses.replace(predictions, model=models)
    drawings = comparison_drawings(comparison, predictions, robustness and _renamed_points(robustness, names))
    _write_drawings(drawings, folder)
    write_text(folder / PAGE, comparison_page(comparison, drawings))


def _renamed(result: EvaluationResult, names: Mapping[str, str]) -> EvaluationResult:
    return dataclasses.replace(result, model=names[result.model])


def _renamed_points(robustness: SweepResult, names: Mapping[str, str]) -> SweepResult:
    points = [dataclasses.replace(point, model=names[point.model]) for point in robustness.points]
    return dataclasses.replace(robustness, points=points)


def _write_drawings(drawings: list[Drawing], folder: Path) -> None:
    for drawing in drawings:
        drawing.write(folder / FIGURES)


def _mistakes(
    rows: Predictions, dataset: datasets.Dataset, loaded: LoadedModel, fake_label: str | None, tier: str, say: Say
) -> tuple[Image.Image | None, str]:
    """The contact sheet and what to say of it; no sheet where nothing was wrong."""
    from realfake_hf.detection.heatmaps import heatmap_of

    worst = worst_mistakes(rows)
    if not worst:
        return None, ""
    caption = f"The most certain wrong answers ({tier}): what each is, and the verdict with its chance of fake."
    thresholds = model_thresholds(loaded.model)
    try:
        heatmap = heatmap_of(loaded.model, loaded.processor, fake_label=fake_label)
        sheet = mistakes_sheet(dataset, worst, heatmap=heatmap, thresholds=thresholds)
    except Exception as error:  # third-party networks need not have maps
        say(f"The heatmaps of the worst mistakes were left out: {' '.join(str(error).split())}")
        return mistakes_sheet(dataset, worst, thresholds=thresholds), caption
    return sheet, f"{caption} Beside each, what spoke for real (blue) and for fake (vermilion)."


def _calibration(loaded: LoadedModel) -> tuple[float | None, Calibration | None]:
    """The temperature of one of our models and its calibration, where it has one; others know no temperature."""
    config: Any = loaded.model.config
    if not str(config.model_type).startswith("realfake"):
        return None, None
    try:
        record = Calibration.read(loaded.folder)
        named = record and dataclasses.replace(record, dataset=portable_text(record.dataset))
        return float(config.temperature), named
    except RealFakeError:
        return float(config.temperature), None
