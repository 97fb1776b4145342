"""What leaving a source out of training costs on that source's images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from realfake_hf.models.labels import FAKE
from realfake_hf.records.predictions import Predictions
from realfake_hf.statistics.paired_tests import accuracy_difference_interval, adjust_p_values, delong, mcnemar
from realfake_hf.study.leave_one_out.plan import Source


@dataclass
class SourceCost:
    """One source in one tier: the model that was trained on all (`with`) and the one that never saw it (`without`).

    A cost is `with` less `without`: above 0 something was lost. p-values are two-sided, `_holm` adjusted for the
    sources of the tier.

    Attributes:
        tier, label, source: of what.
        n: its images.
        n_other: images of the other class, the same for both models.
        n_trained: its images in training and validation, which were left out.
        accuracy_with, accuracy_without: on its images, at p_fake 0.5.
        accuracy_cost, accuracy_ci95: with the interval of Bonett and Price (2012).
        mcnemar_p, mcnemar_p_holm: that both are as often right on its images.
        other_accuracy_with, other_accuracy_without: on the images of the other class, at p_fake 0.5.
        roc_auc_with, roc_auc_without: its images against the other class, free of any threshold.
        roc_auc_cost, roc_auc_ci95, delong_p, delong_p_holm: DeLong.
        reason: why the four are None, else "".
    """

    tier: str
    label: str
    source: str
    n: int
    n_other: int
    n_trained: int
    accuracy_with: float
    accuracy_without: float
    accuracy_cost: float
    accuracy_ci95: tuple[float, float]
    mcnemar_p: float
    mcnemar_p_holm: float
    other_accuracy_with: float | None = None
    other_accuracy_without: float | None = None
    roc_auc_with: float | None = None
    roc_auc_without: float | None = None
    roc_auc_cost: float | None = None
    roc_auc_ci95: tuple[float, float] | None = None
    delong_p: float | None = None
    delong_p_holm: float | None = None
    reason: str = ""


def source_costs(reference: Predictions, left_out: Predictions, source: Source, n_trained: int) -> list[SourceCost]:
    """The cost of one source in every tier, on the images that both models judged.

    Args:
        reference: of the model trained on all; rows of other images are left aside.
        left_out: of the model that never saw the source, on its images and those of the other class.
        source: which one.
        n_trained: how many of its images were left out.
    """
    found = []
    for tier in dict.fromkeys(left_out.tier.tolist()):
        known, held = reference.judged().of_tier(tier), left_out.judged().of_tier(tier)
        _, first, second = np.intersect1d(known.index, held.index, return_indices=True)
        cost = _cost(known.where(first), held.where(second), source, tier, n_trained)
        if cost is not None:
            found.append(cost)
    return found


def adjust(costs: Sequence[SourceCost]) -> None:
    """Set the p-values adjusted after Holm, over the sources of each tier."""
    for tier in dict.fromkeys(cost.tier for cost in costs):
        adjust_p_values([cost for cost in costs if cost.tier == tier])


def _cost(known: Predictions, held: Predictions, source: Source, tier: str, n_trained: int) -> SourceCost | None:
    own = (known.label == source.label) & (known.source == source.name)
    n, n_other = int(own.sum()), int((~own).sum())
    if n == 0:
        return None
    right = [(rows.p_fake >= 0.5) == (rows.label == FAKE) for rows in (known, held)]
    test = mcnemar(right[0][own], right[1][own])
    cost = SourceCost(
        tier=tier,
        label=source.label_name,
        source=source.name,
        n=n,
        n_other=n_other,
        n_trained=n_trained,
        accuracy_with=float(right[0][own].mean()),
        accuracy_without=float(right[1][own].mean()),
        accuracy_cost=(test.only_first - test.only_second) / n,
        accuracy_ci95=accuracy_difference_interval(test.only_first, test.only_second, n),
        mcnemar_p=test.p_value,
        mcnemar_p_holm=test.p_value,
    )
    if n_other:
        cost.other_accuracy_with = float(right[0][~own].mean())
        cost.other_accuracy_without = float(right[1][~own].mean())
    if min(n, n_other) < 2:
        cost.reason = "there are fewer than two images on one side"
        return cost
    areas = delong(known.label, known.logit, held.logit)
    cost.roc_auc_with, cost.roc_auc_without = areas.first, areas.second
    cost.roc_auc_cost, cost.roc_auc_ci95 = areas.difference, areas.ci95
    cost.delong_p = cost.delong_p_holm = areas.p_value
    return cost
