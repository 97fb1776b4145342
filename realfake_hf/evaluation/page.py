"""One self-contained HTML page per evaluation or comparison: no network, no script, figures inside."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from realfake_hf.evaluation.compare import ComparisonResult
from realfake_hf.evaluation.figures.curves import Scores, precision_recall_figure, roc_figure
from realfake_hf.evaluation.figures.histograms import score_histogram_figure
from realfake_hf.evaluation.figures.reliability import reliability_figure
from realfake_hf.evaluation.figures.robustness import robustness_figure
from realfake_hf.evaluation.figures.sources import source_figure
from realfake_hf.evaluation.figures.style import figure_svg
from realfake_hf.evaluation.figures.tiers import tier_figure
from realfake_hf.evaluation.page_tables import model_table, pair_table, source_table, tier_table
from realfake_hf.evaluation.page_template import TEMPLATE
from realfake_hf.evaluation.predictions import Predictions
from realfake_hf.evaluation.results import EvaluationResult
from realfake_hf.evaluation.sweep import SweepResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure

READING = (
    "Tiers: 'clean' is the file as it is; 'web' has its longest side at most 768 px and a JPEG of quality 60; "
    "'hard' 512 px and JPEG 40.",
    "Accuracies are taken at p_fake 0.5; chance has a balanced accuracy of 0.5.",
    "Small figures in brackets are 95 % intervals of a stratified bootstrap over these images. They say how much "
    "another draw from the same sources would change, not what another generator or camera would.",
    "FPR is the false-positive rate, the share of reals called fake, at the best threshold that keeps it.",
    "Calibration error and Brier score are the better the smaller.",
)


@dataclass(frozen=True)
class Picture:
    """A figure inside the page; `uri` holds its bytes."""

    title: str
    caption: str
    uri: str


def evaluation_page(
    result: EvaluationResult,
    predictions: Predictions,
    *,
    robustness: SweepResult | None = None,
    mistakes: Image.Image | None = None,
) -> str:
    """The page of one model on one data set.

    Args:
        result, predictions: of `evaluate_model`.
        robustness: of `sweep_models`, for the curves.
        mistakes: a `contact_sheet`.
    """
    judged = predictions.judged()
    curves = {tier: _scores(judged.of_tier(tier)) for tier in result.tiers}
    thresholds = (result.threshold_low, result.threshold_high)
    first = next(iter(result.tiers))
    pictures = [
        *_curve_pictures(curves),
        _picture(
            "Is p_fake honest?",
            "Share of fakes among the images of each p_fake; on the dotted line the number means what it says.",
            reliability_figure(curves),
        ),
        _picture(
            "Per source",
            "A generator or camera set that lies far below the others is what the model has not learnt.",
            source_figure(result.sources),
        ),
        _picture(
            f"Scores per source ({first})",
            "Where the images of each source lie; grey is where the verdict is 'unsure'.",
            score_histogram_figure(judged.of_tier(first), thresholds=thresholds),
        ),
    ]
    if robustness is not None:
        pictures.append(_robustness_picture(robustness))
    if mistakes is not None:
        pictures.append(
            Picture("The worst mistakes", f"The most certain wrong answers ({first}).", _image_uri(mistakes))
        )
    return _render(
        title=f"{result.model} on {result.dataset or 'a data set'}",
        lead=[_counts_sentence(result), *_headline_sentences(result)],
        tables=[tier_table(result), source_table(result)],
        pictures=pictures,
        errors=[error.error for error in result.errors],
        reading=[*READING, _threshold_sentence(result)],
    )


def comparison_page(
    comparison: ComparisonResult, predictions: Predictions, *, robustness: SweepResult | None = None
) -> str:
    """The page of several models on the same images.

    Args:
        comparison, predictions: of `compare_models`.
        robustness: of `sweep_models` with the same models, for the curves.
    """
    results = comparison.results
    judged = predictions.judged()
    pictures = [
        _picture("Tier by tier", "Points with 95 % intervals; dotted is chance.", tier_figure(results)),
    ]
    for tier in results[0].tiers:
        curves = {own.model: _scores(judged.of_model(own.model).of_tier(tier)) for own in results}
        pictures.extend(_curve_pictures(curves, f" ({tier})"))
    if robustness is not None:
        pictures.append(_robustness_picture(robustness))
    errors = dict.fromkeys(error.error for own in results for error in own.errors)
    return _render(
        title=f"{len(results)} models on {results[0].dataset or 'a data set'}",
        lead=[_counts_sentence(results[0]) + " All models were judged on the same images."],
        tables=[*(model_table(results, tier) for tier in results[0].tiers), pair_table(comparison.pairs)],
        pictures=pictures,
        errors=list(errors),
        reading=[
            *READING,
            "McNemar's test asks whether two models are equally often right, DeLong's whether their ROC areas "
            "are equal; p-values are adjusted after Holm for the number of tests on this page.",
        ],
    )


def _render(**content: object) -> str:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(TEMPLATE).render(**content)


def _counts_sentence(result: EvaluationResult) -> str:
    failed = f" {len(result.errors)} more could not be judged." if result.errors else ""
    return f"{result.n_real} real and {result.n_fake} fake images.{failed}"


def _headline_sentences(result: EvaluationResult) -> list[str]:
    shares = [
        f"{tier}, {100 * found.real_accuracy:.0f} % of the reals called real, "
        f"{100 * found.fake_accuracy:.0f} % of the fakes found"
        for tier, found in result.tiers.items()
        if found.real_accuracy is not None and found.fake_accuracy is not None
    ]
    return [f"Accuracy at p_fake 0.5: {'; '.join(shares)}."] if shares else []


def _threshold_sentence(result: EvaluationResult) -> str:
    low, high = result.threshold_low, result.threshold_high
    return f"The verdict is 'real' below p_fake {low:.3f}, 'fake' from {high:.3f} on, and 'unsure' between."


def _curve_pictures(curves: Mapping[str, Scores], suffix: str = "") -> list[Picture]:
    if not any(len(set(labels.tolist())) == 2 for labels, _ in curves.values()):
        return []
    return [
        _picture(
            f"Fakes found against false alarms{suffix}",
            "Left the whole curve, right the few false alarms that use allows.",
            roc_figure(curves),
        ),
        _picture(
            f"Precision and recall{suffix}",
            "Precision depends on the share of fakes (dotted), which is higher here than in most people's folders.",
            precision_recall_figure(curves),
        ),
    ]


def _robustness_picture(robustness: SweepResult) -> Picture:
    caption = "Balanced accuracy along one degradation at a time, from mild (left) to strong; dotted is chance."
    return _picture("Robustness", caption, robustness_figure(robustness))


def _scores(rows: Predictions) -> Scores:
    return rows.label, rows.p_fake


def _picture(title: str, caption: str, figure: Figure) -> Picture:
    uri = "data:image/svg+xml;base64," + base64.b64encode(figure_svg(figure)).decode("ascii")
    return Picture(title, caption, uri)


def _image_uri(image: Image.Image) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88, subsampling="4:4:4")
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
