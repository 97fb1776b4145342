"""Measure one model on one data set: scores in every tier, metrics with intervals, rows per source."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

import numpy as np

from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.metric_intervals import bootstrap_intervals
from realfake_hf.evaluation.prepared_images import View
from realfake_hf.evaluation.tier_metrics import compute_metrics
from realfake_hf.images.degradations.tiers import TIERS, apply_tier
from realfake_hf.models.labels import FAKE, LABEL_NAMES, REAL
from realfake_hf.records.outcomes import ClassOutcomes, Outcomes
from realfake_hf.records.predictions import Predictions
from realfake_hf.records.results import ContentResult, EvaluationResult, ImageError, SourceResult, TierResult
from realfake_hf.statistics.bootstrap import N_RESAMPLES
from realfake_hf.statistics.decision import decide
from realfake_hf.storage.working import counted


def tier_views(tiers: Sequence[str]) -> dict[str, View]:
    """The views of the named tiers.

    Raises:
        RealFakeError: no tier, or an unknown one.
    """
    check_names("tier", tiers, TIERS)
    return {tier: partial(apply_tier, name=tier) for tier in tiers}


def check_names(what: str, names: Sequence[str], known: Collection[str]) -> None:
    """Raise RealFakeError where no name is given, or one that is not known."""
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        named = f"There is no {what} '{unknown[0]}'" if unknown else f"No {what} is named"
        raise RealFakeError(f"{named}: choose from {', '.join(known)}.")


def model_thresholds(model: Any) -> tuple[float, float]:
    """`threshold_low` and `threshold_high` of a model's config; 0.5 and 0.5 where it has none."""
    config = model.config
    return float(getattr(config, "threshold_low", 0.5)), float(getattr(config, "threshold_high", 0.5))


def summarise(
    predictions: Predictions,
    *,
    model: str,
    dataset: str,
    thresholds: tuple[float, float] = (0.5, 0.5),
    contents: Sequence[str | None] | None = None,
    seed: int = 0,
    n_resamples: int = N_RESAMPLES,
) -> EvaluationResult:
    """The result of one model's predictions; every value of `tier` in them becomes a tier.

    Args:
        predictions: of one model.
        model, dataset: what the result calls them.
        thresholds: the model's own, low and high.
        contents: what kind of picture each row of the data set is, by its `index`; none where nobody says.
        seed, n_resamples: of the bootstrap.
    """
    low, high = thresholds
    judged = predictions.judged()
    tiers = list(dict.fromkeys(predictions.tier.tolist()))
    first = judged.of_tier(tiers[0]) if tiers else judged
    result = EvaluationResult(
        model=model,
        dataset=dataset,
        n_real=int((first.label == REAL).sum()),
        n_fake=int((first.label == FAKE).sum()),
        threshold_low=low,
        threshold_high=high,
        errors=_errors(predictions),
        seed=seed,
    )
    for tier in counted("Computing metrics and their intervals", tiers):
        rows = judged.of_tier(tier)
        result.tiers[tier] = _tier_result(rows, low, high, seed, n_resamples)
        result.sources.extend(_source_results(rows, tier))
        if contents is not None:
            result.contents.extend(_content_results(rows, tier, contents, seed, n_resamples))
    return result


def _tier_result(rows: Predictions, low: float, high: float, seed: int, n_resamples: int) -> TierResult:
    found = compute_metrics(rows.label, rows.p_fake, threshold_low=low, threshold_high=high)
    found.ci95 = bootstrap_intervals(
        rows.label,
        rows.p_fake,
        found,
        threshold_low=low,
        threshold_high=high,
        n_resamples=n_resamples,
        seed=seed,
    )
    found.outcomes = Outcomes(
        *(
            ClassOutcomes.of(decide(float(p), low, high) for p in rows.p_fake[rows.label == label])
            for label in (REAL, FAKE)
        )
    )
    return found


def _source_results(rows: Predictions, tier: str) -> list[SourceResult]:
    found = []
    for label, source in sorted(set(zip(rows.label.tolist(), rows.source.tolist(), strict=True))):
        p_fake = rows.p_fake[(rows.label == label) & (rows.source == source)]
        found.append(
            SourceResult(
                tier=tier,
                label=LABEL_NAMES[label],
                source=source,
                n=len(p_fake),
                accuracy=float(np.mean((p_fake >= 0.5) == (label == FAKE))),
                mean_p_fake=float(p_fake.mean()),
            )
        )
    return found


def _content_results(
    rows: Predictions, tier: str, contents: Sequence[str | None], seed: int, n_resamples: int
) -> list[ContentResult]:
    of_row = np.array([contents[index] or "" for index in rows.index], dtype=object)
    found = []
    for content in sorted(set(of_row) - {""}):
        own = rows.where(of_row == content)
        metrics = compute_metrics(own.label, own.p_fake)
        intervals = bootstrap_intervals(own.label, own.p_fake, metrics, n_resamples=n_resamples, seed=seed)
        found.append(
            ContentResult(
                tier=tier,
                content=content,
                n_real=int((own.label == REAL).sum()),
                n_fake=int((own.label == FAKE).sum()),
                real_accuracy=metrics.real_accuracy,
                fake_accuracy=metrics.fake_accuracy,
                balanced_accuracy=metrics.balanced_accuracy,
                ci95=intervals.get("balanced_accuracy"),
            )
        )
    return found


def _errors(predictions: Predictions) -> list[ImageError]:
    failed = predictions.where(predictions.error != "")
    by_index = dict(zip(failed.index.tolist(), zip(failed.path, failed.error, strict=True), strict=True))
    return [ImageError(index, path, error) for index, (path, error) in by_index.items()]
