"""One self-contained HTML page per evaluation or comparison: no network, no script, figures inside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from realfake_hf.evaluation.comparison import ComparisonResult
from realfake_hf.evaluation.page_summary import comparison_card, evaluation_card
from realfake_hf.evaluation.page_tables import (
    calibration_table,
    content_table,
    model_table,
    outcome_table,
    pair_table,
    source_table,
    tier_table,
)
from realfake_hf.models.labels import FAKE, REAL
from realfake_hf.pages.drawing import Drawing
from realfake_hf.pages.page import Picture, picture_of, render_page
from realfake_hf.records.calibration import Calibration
from realfake_hf.records.predictions import Predictions
from realfake_hf.records.results import EvaluationResult
from realfake_hf.storage.portable import portable_text

NAMELESS = "a data set"
READING = (
    "Tiers: 'clean' is the file as it is; 'web' has its longest side at most 768 px and a JPEG of quality 60; "
    "'hard' 512 px and JPEG 40.",
    "Accuracies are taken at p_fake 0.5; chance has a balanced accuracy of 0.5.",
    "Small figures in brackets are 95 % intervals of a stratified bootstrap over these images. They say how much "
    "another draw from the same sources would change, not what another generator or camera would.",
    "FPR is the false-positive rate, the share of reals called fake, at the best threshold that keeps it.",
    "Calibration error and Brier score are the better the smaller.",
    "Where an interval is wider than 0.3 a cell says 'too few to tell', and the value stands behind it.",
)


def evaluation_page(
    result: EvaluationResult,
    predictions: Predictions,
    drawings: Sequence[Drawing],
    *,
    mistakes: Picture | None = None,
    temperature: float | None = None,
    record: Calibration | None = None,
) -> str:
    """The page of one model on one data set.

    Args:
        result, predictions: of `summarise`, and what it was made from.
        drawings: `evaluation_drawings` of the same.
        mistakes: a `mistakes_sheet`.
        temperature: of the model's config, for the calibration error before and after; None where it knows none.
        record: `calibration.json` beside the model; None where it was never calibrated.
    """
    tables = [tier_table(result)]
    if verdicts := outcome_table(result):
        tables.insert(0, verdicts)
    if temperature is not None:
        tables.append(calibration_table(predictions, temperature, record))
    if result.contents:
        tables.append(content_table(result))
    return render_page(
        title=f"{result.model} on {portable_text(result.dataset) or NAMELESS}",
        card=evaluation_card(result, record),
        lead=[*_headline_sentences(result), _verdict_sentence(result, predictions)],
        tables=[*tables, source_table(result)],
        pictures=[*map(picture_of, drawings), *([mistakes] if mistakes else [])],
        errors=[error.error for error in result.errors],
        reading=READING,
    )


def comparison_page(comparison: ComparisonResult, drawings: Sequence[Drawing]) -> str:
    """The page of several models on the same images.

    Args:
        comparison: of `compare_predictions`.
        drawings: `comparison_drawings` of the same.
    """
    results = comparison.results
    errors = dict.fromkeys(error.error for own in results for error in own.errors)
    return render_page(
        title=f"{len(results)} models on {portable_text(results[0].dataset) or NAMELESS}",
        card=comparison_card(results, comparison.pairs),
        lead=[_counts_sentence(results[0]) + " All models were judged on the same images."],
        tables=[*(model_table(results, tier) for tier in results[0].tiers), pair_table(comparison.pairs)],
        pictures=[picture_of(drawing) for drawing in drawings],
        errors=list(errors),
        reading=[
            *READING,
            "McNemar's test asks whether two models are equally often right, DeLong's whether their ROC areas "
            "are equal; p-values are adjusted after Holm for the number of tests on this page.",
        ],
    )


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


def _verdict_sentence(result: EvaluationResult, predictions: Predictions) -> str:
    """The thresholds in words, and what they make of these images."""
    low, high = result.threshold_low, result.threshold_high
    if low == high:
        return (
            f"The verdict is 'fake' from p_fake {high:.3g} on and 'real' below; the model has no range in which it "
            "says 'unsure'."
        )
    tier = next(iter(result.tiers))
    rows = predictions.judged().of_tier(tier)
    called = {
        name: (rows.label == label, wrong)
        for name, label, wrong in (
            ("reals are called fake", REAL, rows.p_fake >= high),
            ("fakes are called real", FAKE, rows.p_fake < low),
        )
    }
    shares = [
        f"{100 * np.mean(wrong[of_class]):.1f} % of the {name}"
        for name, (of_class, wrong) in called.items()
        if of_class.any()
    ]
    unsure = float(np.mean((rows.p_fake >= low) & (rows.p_fake < high)))
    return (
        f"The verdict is 'real' below p_fake {low:.3f}, 'fake' from {high:.3f} on, and 'unsure' between: with that, "
        f"{', '.join(shares)}, and {100 * unsure:.0f} % of all get 'unsure' ({tier})."
    )
