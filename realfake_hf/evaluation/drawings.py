"""The figures of an evaluation or comparison, with their words, for the page and for `figures/`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from realfake_hf.evaluation.comparison import ComparisonResult
from realfake_hf.evaluation.figures.curves import Scores, precision_recall_figure, roc_figure
from realfake_hf.evaluation.figures.histograms import score_histogram_figure
from realfake_hf.evaluation.figures.reliability import reliability_figure
from realfake_hf.evaluation.figures.robustness import robustness_figure
from realfake_hf.evaluation.figures.sources import source_figure
from realfake_hf.evaluation.figures.tiers import tier_figure
from realfake_hf.pages.drawing import Drawing
from realfake_hf.records.predictions import Predictions
from realfake_hf.records.results import EvaluationResult
from realfake_hf.records.robustness import SweepResult


def evaluation_drawings(
    result: EvaluationResult, predictions: Predictions, robustness: SweepResult | None = None
) -> list[Drawing]:
    """The figures of one model on one data set.

    Args:
        result, predictions: of `summarise`, and what it was made from.
        robustness: its curves.

    Raises:
        RealFakeError: matplotlib is not installed.
    """
    judged = predictions.judged()
    curves = {tier: _scores(judged.of_tier(tier)) for tier in result.tiers}
    first = next(iter(result.tiers))
    drawn = [
        *_curve_drawings(curves),
        Drawing.twice(
            "reliability",
            "Is p_fake honest?",
            "Share of fakes among the images of each p_fake; on the dotted line the number means what it says. Below, "
            "how many images fall there.",
            partial(reliability_figure, curves),
        ),
        Drawing.twice(
            "sources",
            "Per source",
            "A generator or camera set that lies far below the others is what the model has not learnt.",
            partial(source_figure, result.sources),
        ),
        Drawing.twice(
            "scores",
            f"Scores per source ({first})",
            "Where the images of each source lie; grey is where the verdict is 'unsure'.",
            partial(
                score_histogram_figure,
                judged.of_tier(first),
                thresholds=(result.threshold_low, result.threshold_high),
            ),
        ),
    ]
    return drawn + _robustness_drawings(robustness)


def comparison_drawings(
    comparison: ComparisonResult, predictions: Predictions, robustness: SweepResult | None = None
) -> list[Drawing]:
    """The figures of several models on the same images.

    Args:
        comparison, predictions: of `compare_predictions`, and what it was made from.
        robustness: of the same models, for the curves.

    Raises:
        RealFakeError: matplotlib is not installed.
    """
    results = comparison.results
    judged = predictions.judged()
    drawn = [
        Drawing.twice(
            "tiers", "Tier by tier", "Points with 95 % intervals; dotted is chance.", partial(tier_figure, results)
        )
    ]
    for tier in results[0].tiers:
        curves = {own.model: _scores(judged.of_model(own.model).of_tier(tier)) for own in results}
        drawn.extend(_curve_drawings(curves, tier))
    return drawn + _robustness_drawings(robustness)


def _curve_drawings(curves: Mapping[str, Scores], tier: str = "") -> list[Drawing]:
    if not any(len(set(labels.tolist())) == 2 for labels, _ in curves.values()):
        return []
    of_file, of_title = (f"-{tier}", f" ({tier})") if tier else ("", "")
    return [
        Drawing.twice(
            f"roc{of_file}",
            f"Fakes found against false alarms{of_title}",
            "The whole curve, and beside it or below the few false alarms that use allows.",
            partial(roc_figure, curves),
        ),
        Drawing.twice(
            f"precision-recall{of_file}",
            f"Precision and recall{of_title}",
            "Precision depends on the share of fakes (dotted), which is higher here than in most people's folders.",
            partial(precision_recall_figure, curves),
        ),
    ]


def _robustness_drawings(robustness: SweepResult | None) -> list[Drawing]:
    if robustness is None:
        return []
    caption = "Balanced accuracy along one degradation at a time, from mild (left) to strong; dotted is chance."
    return [Drawing.twice("robustness", "Robustness", caption, partial(robustness_figure, robustness))]


def _scores(rows: Predictions) -> Scores:
    return rows.label, rows.p_fake
