"""The tables of an evaluation's page."""

from __future__ import annotations

from collections.abc import Sequence

from realfake_hf.evaluation.comparison import PairResult
from realfake_hf.evaluation.metrics.calibration_error import expected_calibration_error
from realfake_hf.pages.tables import MISSING, Cell, PageTable, difference_cell, p_value_text, share_cell
from realfake_hf.records.calibration import Calibration
from realfake_hf.records.predictions import Predictions
from realfake_hf.records.results import METRIC_NAMES, ContentResult, EvaluationResult, SourceResult, TierResult
from realfake_hf.statistics.calibration import sigmoid

METRIC_TITLES = {
    "balanced_accuracy": "Balanced accuracy",
    "real_accuracy": "Reals called real",
    "fake_accuracy": "Fakes called fake",
    "roc_auc": "ROC AUC",
    "average_precision": "Average precision",
    "tpr_at_fpr_1": "Fakes found at 1 % FPR",
    "tpr_at_fpr_5": "Fakes found at 5 % FPR",
    "ece": "Calibration error (ECE)",
    "brier": "Brier score",
    "unsure_rate": "Share 'unsure'",
}


def tier_table(result: EvaluationResult) -> PageTable:
    """Every metric of one model, a column per tier."""
    rows = [
        [Cell(METRIC_TITLES[name]), *(_metric_cell(tier, name) for tier in result.tiers.values())]
        for name in METRIC_NAMES
    ]
    reasons = {
        f"'{MISSING}' in {tier}: {why}." for tier, found in result.tiers.items() for why in found.reasons.values()
    }
    return PageTable("Metrics", ["", *result.tiers], rows, sorted(reasons))


def calibration_table(predictions: Predictions, temperature: float, record: Calibration | None = None) -> PageTable:
    """The calibration error without the model's temperature and with it, per tier.

    Args:
        predictions: of one model, whose logits have been divided by `temperature`.
        temperature: of the model's config.
        record: its `calibration.json`, for the error on the images it was calibrated on.
    """
    judged = predictions.judged()
    rows = []
    for tier in dict.fromkeys(judged.tier.tolist()):
        own = judged.of_tier(tier)
        before = expected_calibration_error(own.label, sigmoid(own.logit * temperature))
        after = expected_calibration_error(own.label, own.p_fake)
        rows.append([Cell(f"These images, {tier}"), Cell(f"{before:.3f}"), Cell(f"{after:.3f}")])
    if record is None:
        notes = ["The model has not been calibrated: `realfake calibrate` fits a temperature and thresholds."]
    else:
        of_set = [Cell(f"{value:.3f}") for value in (record.ece_before, record.ece_after)]
        rows.append([Cell("The images it was calibrated on"), *of_set])
        notes = [f"Calibrated on {record.dataset}: {record.n_real:,} real and {record.n_fake:,} fake images."]
        if record.fpr_guarantee is not None:
            scope = (
                "of reals from new sources are called fake, on average over sources; the images were of "
                f"{record.n_real_sources}, none of them known to the model that scored it."
                if record.is_for_new_sources
                else "of new reals from the same sources are called fake; other sources are promised nothing."
            )
            notes.append(f"The upper threshold promises that at most {100 * record.fpr_guarantee:.3g} % {scope}")
    return PageTable("Calibration error (ECE)", ["", "temperature 1", f"temperature {temperature:.3f}"], rows, notes)


def model_table(results: Sequence[EvaluationResult], tier: str) -> PageTable:
    """The main metrics of several models in one tier."""
    names = ("balanced_accuracy", "real_accuracy", "fake_accuracy", "roc_auc", "tpr_at_fpr_5", "ece")
    rows = [[Cell(own.model), *(_metric_cell(own.tiers[tier], name) for name in names)] for own in results]
    return PageTable(f"Metrics, {tier}", ["", *(METRIC_TITLES[name] for name in names)], rows)


def source_table(result: EvaluationResult) -> PageTable:
    """Accuracy and mean p_fake per source, a column per tier; folded when long."""
    tiers = list(result.tiers)
    by_key = {(row.label, row.source, row.tier): row for row in result.sources}
    rows = []
    for label, source in dict.fromkeys((row.label, row.source) for row in result.sources):
        found = [by_key[label, source, tier] for tier in tiers]
        cells = [_source_cell(row) for row in found]
        rows.append([Cell(source or "unknown source"), Cell(label), Cell(str(found[0].n)), *cells])
    notes = ["Share judged right at p_fake 0.5, its 95 % interval (Clopper and Pearson), and mean p_fake."]
    return PageTable("Sources", ["", "class", "images", *tiers], rows, notes, folded=len(rows) > 12)


def content_table(result: EvaluationResult) -> PageTable:
    """How well each kind of picture is judged, a column per tier."""
    tiers = list(result.tiers)
    by_key = {(row.content, row.tier): row for row in result.contents}
    rows = []
    for content in dict.fromkeys(row.content for row in result.contents):
        found = [by_key[content, tier] for tier in tiers]
        cells = [_content_cell(row) for row in found]
        rows.append([Cell(content), Cell(str(found[0].n_real)), Cell(str(found[0].n_fake)), *cells])
    notes = ["Balanced accuracy at 0.5 with its 95 % interval."]
    return PageTable("Kinds of picture", ["", "real", "fake", *tiers], rows, notes)


def pair_table(pairs: Sequence[PairResult]) -> PageTable:
    """Every pair of models in every tier."""
    rows = []
    for pair in pairs:
        rows.append(
            [
                Cell(f"{pair.first} against {pair.second}"),
                Cell(pair.tier),
                Cell(f"{pair.only_first_right} : {pair.only_second_right}"),
                Cell(p_value_text(pair.mcnemar_p_holm)),
                difference_cell(pair.balanced_accuracy_difference, pair.balanced_accuracy_ci95, pair.reason),
                difference_cell(pair.roc_auc_difference, pair.roc_auc_ci95, pair.reason),
                Cell(p_value_text(pair.delong_p_holm), hint=pair.reason),
            ]
        )
    head = ["", "tier", "alone right", "McNemar p", "balanced accuracy, difference", "AUC, difference", "DeLong p"]
    return PageTable("Pair by pair", head, rows, ["Differences are the first model less the second."])


def outcome_table(result: EvaluationResult) -> PageTable | None:
    """How many images of each class got which verdict, a row per tier and class; None in results of before."""
    rows = []
    for tier, found in result.tiers.items():
        if found.outcomes is None:
            continue
        for title, own in (("photographs", found.outcomes.photographs), ("fakes", found.outcomes.fakes)):
            if own.total:
                cells = [Cell(f"{n:,}", f"{100 * n / own.total:.0f} %") for n in (own.real, own.unsure, own.fake)]
                rows.append([Cell(f"{title}, {tier}"), Cell(f"{own.total:,}"), *cells])
    notes = ["Images by the verdict that they got at the model's thresholds."]
    return PageTable("Verdicts", ["", "images", "real", "unsure", "fake"], rows, notes) if rows else None


def _source_cell(row: SourceResult) -> Cell:
    cell = share_cell(row.accuracy, row.interval)
    return Cell(cell.text, f"{cell.small}, p_fake {row.mean_p_fake:.2f}")


def _content_cell(row: ContentResult) -> Cell:
    if row.balanced_accuracy is None:
        return Cell(MISSING, hint="one class only")
    return share_cell(row.balanced_accuracy, row.ci95)


def _metric_cell(tier: TierResult, name: str) -> Cell:
    value = tier.value(name)
    if value is None:
        return Cell(MISSING, hint=tier.reasons.get(name, ""))
    return share_cell(value, tier.ci95.get(name))
