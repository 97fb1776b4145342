"""Robustness: the metrics along one degradation at a time, from mild to strong."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from realfake_hf.evaluation.metric_intervals import bootstrap_intervals
from realfake_hf.evaluation.prepared_images import View
from realfake_hf.evaluation.summary import check_names, tier_views
from realfake_hf.evaluation.tier_metrics import compute_metrics
from realfake_hf.images.degradations.sweep import SWEEPS, apply_sweep
from realfake_hf.models.labels import FAKE, REAL
from realfake_hf.records.predictions import Predictions
from realfake_hf.records.robustness import SweepPoint, SweepResult
from realfake_hf.statistics.bootstrap import N_RESAMPLES


def sweep_views(sweeps: Sequence[str]) -> dict[str, View]:
    """The views of every step of the named sweeps, by `view_name`.

    Raises:
        RealFakeError: no sweep, or an unknown one.
    """
    check_names("sweep", sweeps, SWEEPS)
    return {view_name(name, value): partial(apply_sweep, name=name, value=value) for name, value in _steps(sweeps)}


def summarise_sweeps(
    predictions: Predictions,
    sweeps: Sequence[str],
    *,
    dataset: str = "",
    n_resamples: int = N_RESAMPLES,
) -> SweepResult:
    """The points of every model's curves; rows of other views are left aside.

    Args:
        predictions: with the views of `sweep_views(sweeps)`.
        sweeps: their names.
        dataset: what the result calls the data.
        n_resamples: of the bootstrap.
    """
    judged = predictions.judged()
    result = SweepResult(dataset)
    for model in dict.fromkeys(predictions.model.tolist()):
        own = judged.of_model(model)
        for name, value in _steps(sweeps):
            rows = own.of_tier(view_name(name, value))
            result.points.append(_point(rows, model, name, value, n_resamples))
    return result


def all_views(tiers: Sequence[str], sweeps: Sequence[str]) -> dict[str, View]:
    """The views of the tiers, then of the sweeps if any is named.

    Raises:
        RealFakeError: no tier, an unknown tier or sweep.
    """
    return tier_views(tiers) | (sweep_views(sweeps) if sweeps else {})


def part_sweeps(
    predictions: Predictions, sweeps: Sequence[str], *, dataset: str
) -> tuple[Predictions, SweepResult | None]:
    """From predictions of `all_views`, the rows of the tiers, and the curves if a sweep is named."""
    if not sweeps:
        return predictions, None
    of_sweep = np.isin(predictions.tier.astype(str), list(sweep_views(sweeps)))
    curves = summarise_sweeps(predictions.where(of_sweep), sweeps, dataset=dataset)
    return predictions.where(~of_sweep), curves


def _steps(sweeps: Sequence[str]) -> list[tuple[str, float]]:
    return [(name, value) for name in dict.fromkeys(sweeps) for value in SWEEPS[name].values]


def view_name(sweep: str, value: float) -> str:
    """How predictions call one step, such as `jpeg=90`."""
    return f"{sweep}={value:g}"


def _point(rows: Predictions, model: str, sweep: str, value: float, n_resamples: int) -> SweepPoint:
    metrics = compute_metrics(rows.label, rows.p_fake)
    metrics.ci95 = bootstrap_intervals(rows.label, rows.p_fake, metrics, n_resamples=n_resamples)
    n_real, n_fake = int((rows.label == REAL).sum()), int((rows.label == FAKE).sum())
    return SweepPoint(model, sweep, SWEEPS[sweep].parameter, value, n_real, n_fake, metrics)
