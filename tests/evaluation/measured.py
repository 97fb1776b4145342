"""From models and a data set in memory to results: the steps of `evaluate` and `compare`, without files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import datasets

from realfake_hf.evaluation.comparison import ComparisonResult, compare_predictions
from realfake_hf.evaluation.predict import predict
from realfake_hf.evaluation.summary import model_thresholds, summarise, tier_views
from realfake_hf.evaluation.sweep import summarise_sweeps, sweep_views
from realfake_hf.images.degradations.sweep import SWEEPS
from realfake_hf.inference.predictor import Predictor
from realfake_hf.records.predictions import Predictions
from realfake_hf.records.results import EvaluationResult
from realfake_hf.records.robustness import SweepResult

TIERS = ("clean", "web", "hard")


def evaluate_model(
    model: Any,
    processor: Any,
    dataset: datasets.Dataset,
    *,
    tiers: Sequence[str] = TIERS,
    dataset_name: str = "",
    fake_label: str | None = None,
    **options: Any,
) -> tuple[EvaluationResult, Predictions]:
    predictor = Predictor.of(model, processor, fake_label=fake_label, device="cpu")
    own = {name: options.pop(name) for name in ("batch_size", "workers", "resume_dir") if name in options}
    predictions = predict([predictor], dataset, tier_views(tiers), **own)
    thresholds = model_thresholds(model)
    return summarise(
        predictions, model=predictor.name, dataset=dataset_name, thresholds=thresholds, **options
    ), predictions


def compare_models(
    predictors: Sequence[Predictor], dataset: datasets.Dataset, *, tiers: Sequence[str] = TIERS, dataset_name: str = ""
) -> tuple[ComparisonResult, Predictions]:
    predictions = predict(predictors, dataset, tier_views(tiers))
    thresholds = {predictor.name: model_thresholds(predictor.model) for predictor in predictors}
    return compare_predictions(predictions, dataset=dataset_name, thresholds=thresholds), predictions


def sweep_models(
    predictors: Sequence[Predictor],
    dataset: datasets.Dataset,
    *,
    sweeps: Sequence[str] = tuple(SWEEPS),
    dataset_name: str = "",
    n_resamples: int = 50,
) -> tuple[SweepResult, Predictions]:
    predictions = predict(predictors, dataset, sweep_views(sweeps))
    return summarise_sweeps(predictions, sweeps, dataset=dataset_name, n_resamples=n_resamples), predictions
