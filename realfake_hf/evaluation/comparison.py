"""Several models side by side: on the same images, in one run, with paired tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.metric_intervals import metric_difference_interval
from realfake_hf.evaluation.summary import summarise
from realfake_hf.models.labels import FAKE
from realfake_hf.records.json_record import json_values
from realfake_hf.records.predictions import Predictions
from realfake_hf.records.results import EvaluationResult
from realfake_hf.statistics.bootstrap import N_RESAMPLES
from realfake_hf.statistics.paired_tests import adjust_p_values, delong, mcnemar
from realfake_hf.storage.files import write_json
from realfake_hf.storage.working import working


@dataclass
class PairResult:
    """Two models in one tier. Differences are first minus second; p-values are two-sided.

    Attributes:
        n: images that both judged.
        only_first_right, only_second_right: at p_fake 0.5.
        mcnemar_p: that both are as often right; `mcnemar_p_holm` adjusted over all pairs and tiers.
        balanced_accuracy_difference, balanced_accuracy_ci95: the interval by a paired bootstrap.
        roc_auc_difference, roc_auc_ci95, delong_p, delong_p_holm: DeLong.
        reason: why the fields that need two classes are None, else "".
    """

    tier: str
    first: str
    second: str
    n: int
    only_first_right: int
    only_second_right: int
    mcnemar_p: float
    mcnemar_p_holm: float
    balanced_accuracy_difference: float | None = None
    balanced_accuracy_ci95: tuple[float, float] | None = None
    roc_auc_difference: float | None = None
    roc_auc_ci95: tuple[float, float] | None = None
    delong_p: float | None = None
    delong_p_holm: float | None = None
    reason: str = ""


@dataclass
class ComparisonResult:
    """Every model's own result and every pair of models in every tier: the typed form of `comparison.json`."""

    results: list[EvaluationResult] = field(default_factory=list)
    pairs: list[PairResult] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """Write `comparison.json` in one step."""
        write_json(path, json_values(self))


@working("Comparing the models")
def compare_predictions(
    predictions: Predictions,
    *,
    dataset: str = "",
    thresholds: Mapping[str, tuple[float, float]] | None = None,
    n_resamples: int = N_RESAMPLES,
) -> ComparisonResult:
    """Compare the models of finished predictions on the images that all of them judged.

    Args:
        predictions: of at least two models on the same data set.
        dataset: what the results call it.
        thresholds: model -> its `threshold_low` and `threshold_high`, where it has any.
        n_resamples: of the bootstraps.
    """
    predictions = _on_common_images(predictions)
    models = list(dict.fromkeys(predictions.model.tolist()))
    result = ComparisonResult()
    for model in models:
        own = predictions.of_model(model)
        limits = (thresholds or {}).get(model, (0.5, 0.5))
        result.results.append(summarise(own, model=model, dataset=dataset, thresholds=limits, n_resamples=n_resamples))
    judged = predictions.judged()
    for tier in dict.fromkeys(predictions.tier.tolist()):
        rows = judged.of_tier(tier)
        for first, second in combinations(models, 2):
            result.pairs.append(_pair(rows, tier, first, second, n_resamples))
    adjust_p_values(result.pairs)
    return result


def _pair(rows: Predictions, tier: str, first: str, second: str, n_resamples: int) -> PairResult:
    one, other = rows.of_model(first), rows.of_model(second)
    labels = one.label
    right = [(own.p_fake >= 0.5) == (labels == FAKE) for own in (one, other)]
    test = mcnemar(*right)
    pair = PairResult(tier, first, second, len(labels), test.only_first, test.only_second, test.p_value, test.p_value)
    n_fake = int((labels == FAKE).sum())
    if min(n_fake, len(labels) - n_fake) < 2:
        pair.reason = "there are fewer than two images of one class"
        return pair
    areas = delong(labels, one.logit, other.logit)
    pair.roc_auc_difference, pair.roc_auc_ci95 = areas.difference, areas.ci95
    pair.delong_p = pair.delong_p_holm = areas.p_value
    recalls = [[hits[labels == label].mean() for label in (0, 1)] for hits in right]
    pair.balanced_accuracy_difference = float(np.mean(recalls[0]) - np.mean(recalls[1]))
    pair.balanced_accuracy_ci95 = metric_difference_interval(
        labels, one.p_fake, other.p_fake, "balanced_accuracy", n_resamples=n_resamples
    )
    return pair


def _on_common_images(predictions: Predictions) -> Predictions:
    """Rows of images that every model has been given, by model and view as they first came, then by image."""
    models = list(dict.fromkeys(predictions.model.tolist()))
    if len(models) < 2:
        raise RealFakeError("A comparison takes the predictions of at least two models: add another one's.")
    judged = predictions.judged()
    common = set.intersection(*(set(_keys(judged.of_model(model))) for model in models))
    if not common:
        raise RealFakeError("The models have no image in common: compare predictions on one data set.")
    kept = np.array([key in common for key in _keys(predictions)]) | (predictions.error != "")
    rows = predictions.where(kept)
    tiers = list(dict.fromkeys(rows.tier.tolist()))
    order = np.lexsort((rows.index, _codes(rows.tier, tiers), _codes(rows.model, models)))
    return rows.where(order)


def _keys(rows: Predictions) -> list[tuple[int, str, int]]:
    return list(zip(rows.index.tolist(), rows.tier.tolist(), rows.label.tolist(), strict=True))


def _codes(values: npt.NDArray[np.object_], names: list[str]) -> npt.NDArray[np.int64]:
    return np.array([names.index(value) for value in values], dtype=np.int64)
