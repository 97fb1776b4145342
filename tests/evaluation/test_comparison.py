"""Several models on the same images in one run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pytest
from made_predictions import predictions_of

from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.compare import compare
from realfake_hf.evaluation.comparison import compare_predictions
from realfake_hf.inference.predictor import Predictor
from realfake_hf.records.predictions import Predictions

from .measured import compare_models


def good_and_poor(n: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], n // 2)
    good = np.clip(rng.normal(0.25 + 0.5 * labels, 0.15), 0.01, 0.99)
    poor = np.clip(rng.normal(0.45 + 0.1 * labels, 0.15), 0.01, 0.99)
    return labels, good, poor


def test_models_see_the_same_images_and_every_pair_is_tested(
    build_resnet: Callable[..., Any],
    resnet_processor: Any,
    make_dataset: Callable[..., datasets.Dataset],
    tmp_path: Path,
) -> None:
    predictors = [
        Predictor.of(build_resnet(seed=seed), resnet_processor, name=name, device="cpu")
        for seed, name in enumerate(("one", "two", "three"))
    ]

    result, predictions = compare_models(predictors, make_dataset(12), tiers=["clean", "hard"], dataset_name="crops")

    assert [own.model for own in result.results] == ["one", "two", "three"]
    assert [list(own.tiers) for own in result.results] == [["clean", "hard"]] * 3
    assert [(pair.tier, pair.first, pair.second, pair.n) for pair in result.pairs] == [
        (tier, first, second, 12)
        for tier in ("clean", "hard")
        for first, second in (("one", "two"), ("one", "three"), ("two", "three"))
    ]
    assert len(predictions) == 12 * 3 * 2
    result.write(tmp_path / "comparison.json")
    raw = json.loads((tmp_path / "comparison.json").read_text())
    assert raw["pairs"][0]["first"] == "one"
    assert raw["results"][2]["model"] == "three"


def test_better_model_is_found_better_by_every_test() -> None:
    labels, good, poor = good_and_poor()

    result = compare_predictions(
        Predictions.concatenate(
            [predictions_of(labels, good, model="good"), predictions_of(labels, poor, model="poor")]
        )
    )

    (pair,) = result.pairs
    assert pair.only_first_right > 3 * pair.only_second_right
    assert pair.mcnemar_p < 1e-6
    assert pair.delong_p is not None
    assert pair.delong_p < 1e-6
    assert pair.balanced_accuracy_ci95 is not None
    assert pair.balanced_accuracy_difference is not None
    assert 0 < pair.balanced_accuracy_ci95[0] < pair.balanced_accuracy_difference < pair.balanced_accuracy_ci95[1]
    first, second = (own.tiers["clean"].balanced_accuracy for own in result.results)
    assert first is not None
    assert second is not None
    assert pair.balanced_accuracy_difference == pytest.approx(first - second)


def test_images_that_one_model_failed_on_count_for_neither() -> None:
    labels, good, poor = good_and_poor(40)
    first, second = predictions_of(labels, good, model="good"), predictions_of(labels, poor, model="poor")
    second.error[3], second.p_fake[3], second.logit[3] = "broken", np.nan, np.nan

    result = compare_predictions(Predictions.concatenate([first, second]))

    assert result.pairs[0].n == 39
    assert [own.n_real + own.n_fake for own in result.results] == [39, 39]


def test_rows_are_paired_by_image_whatever_their_order() -> None:
    labels, good, poor = good_and_poor(60)
    first, second = predictions_of(labels, good, model="good"), predictions_of(labels, poor, model="poor")
    shuffled = second.where(np.random.default_rng(0).permutation(60))

    in_order = compare_predictions(Predictions.concatenate([first, second]))

    assert compare_predictions(Predictions.concatenate([first, shuffled])) == in_order


def test_one_class_leaves_mcnemar_alone_with_a_reason() -> None:
    labels, good, poor = good_and_poor(40)
    reals = Predictions.concatenate(
        [predictions_of(labels, good, model="good"), predictions_of(labels, poor, model="poor")]
    )

    (pair,) = compare_predictions(reals.where(reals.label == 0)).pairs

    assert pair.delong_p is None
    assert pair.reason == "there are fewer than two images of one class"
    assert 0 <= pair.mcnemar_p <= 1


def test_p_values_are_adjusted_over_all_pairs() -> None:
    labels, good, poor = good_and_poor(60)
    middling = np.clip(0.7 * good + 0.3 * poor, 0.01, 0.99)
    three = [
        predictions_of(labels, good, model="a"),
        predictions_of(labels, middling, model="b"),
        predictions_of(labels, poor, model="c"),
    ]

    pairs = compare_predictions(Predictions.concatenate(three)).pairs

    least = min(pairs, key=lambda pair: pair.mcnemar_p)
    assert least.mcnemar_p_holm == pytest.approx(min(1, 3 * least.mcnemar_p))
    assert all(pair.mcnemar_p_holm >= pair.mcnemar_p for pair in pairs)


def test_single_model_and_other_images_are_refused(tmp_path: Path) -> None:
    labels, good, poor = good_and_poor(20)
    others = predictions_of(labels, poor, model="poor")
    others.index += 1000

    with pytest.raises(RealFakeError, match="at least two models"):
        compare_predictions(predictions_of(labels, good, model="good"))
    with pytest.raises(RealFakeError, match="no image in common"):
        compare_predictions(Predictions.concatenate([predictions_of(labels, good, model="good"), others]))
    with pytest.raises(RealFakeError, match="at least two models"):
        compare("nowhere", output=tmp_path, models=["alone"])
