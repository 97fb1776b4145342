"""What a left-out source costs, computed by hand."""

from __future__ import annotations

import numpy as np
import pytest
from made_predictions import predictions_of

from realfake_hf.study.leave_one_out.cost import adjust, source_costs
from realfake_hf.study.leave_one_out.plan import Source

GAN = Source(1, "gan")
LABELS = [0, 0, 1, 1, 1, 1]
SOURCES = ["camera", "camera", "gan", "gan", "gan", "other"]


def test_cost_is_taken_on_the_images_of_the_source_that_both_judged() -> None:
    reference = predictions_of(LABELS, [0.1, 0.2, 0.9, 0.8, 0.7, 0.1], SOURCES)
    left_out = predictions_of([0, 0, 1, 1, 1], [0.6, 0.3, 0.9, 0.4, 0.2], SOURCES[:5])

    (cost,) = source_costs(reference, left_out, GAN, 40)

    assert (cost.tier, cost.label, cost.source, cost.n, cost.n_other, cost.n_trained) == (
        "clean",
        "fake",
        "gan",
        3,
        2,
        40,
    )
    assert (cost.accuracy_with, cost.accuracy_without) == (1.0, pytest.approx(1 / 3))
    assert cost.accuracy_cost == pytest.approx(2 / 3)
    assert cost.accuracy_ci95[0] < 2 / 3 < cost.accuracy_ci95[1]
    assert cost.mcnemar_p == 0.5  # two of two to one side
    assert (cost.other_accuracy_with, cost.other_accuracy_without) == (1.0, 0.5)
    # Of 6 pairs of a fake and a real, without: 0.9 beats both, 0.4 beats 0.3, 0.2 none.
    assert (cost.roc_auc_with, cost.roc_auc_without) == (1.0, 0.5)
    assert cost.roc_auc_cost == 0.5


def test_image_that_one_model_could_not_judge_counts_for_neither() -> None:
    reference = predictions_of(LABELS, [0.1, 0.2, 0.9, 0.8, 0.7, 0.1], SOURCES)
    reference.error[2] = "broken"
    left_out = predictions_of([0, 0, 1, 1, 1], [0.6, 0.3, 0.9, 0.4, 0.2], SOURCES[:5])

    (cost,) = source_costs(reference, left_out, GAN, 1)

    assert (cost.n, cost.accuracy_with, cost.accuracy_without) == (2, 1.0, 0.0)


def test_one_image_has_an_accuracy_and_a_wide_interval_but_no_area() -> None:
    reference = predictions_of([0, 0, 1], [0.1, 0.2, 0.9], ["camera", "camera", "gan"])
    left_out = predictions_of([0, 0, 1], [0.1, 0.2, 0.1], ["camera", "camera", "gan"])

    (cost,) = source_costs(reference, left_out, GAN, 1)

    assert cost.accuracy_cost == 1.0
    assert cost.accuracy_ci95[0] < 0
    assert cost.roc_auc_cost is None
    assert cost.reason == "there are fewer than two images on one side"


def test_p_values_are_adjusted_over_all_sources() -> None:
    rng = np.random.default_rng(0)
    labels, sources = [0] * 20 + [1] * 20, ["camera"] * 20 + ["gan"] * 20
    reference = predictions_of(
        labels, rng.uniform(0.05, 0.45, 20).tolist() + rng.uniform(0.55, 0.95, 20).tolist(), sources
    )
    lost = predictions_of(labels, rng.uniform(0.05, 0.45, 40).tolist(), sources)
    costs = source_costs(reference, lost, GAN, 1) + source_costs(reference, reference, GAN, 1)

    adjust(costs)

    assert costs[0].mcnemar_p_holm == pytest.approx(2 * costs[0].mcnemar_p)
    assert costs[1].mcnemar_p_holm == 1.0
    assert costs[0].delong_p_holm == pytest.approx(2 * costs[0].delong_p)
