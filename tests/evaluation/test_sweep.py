"""Robustness sweeps: the metrics step by step."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations.sweep import SWEEPS, apply_sweep
from realfake_hf.inference.predictor import Predictor, prepare_image
from realfake_hf.records.results import METRIC_NAMES

from .measured import sweep_models


@pytest.fixture
def predictor(build_resnet: Callable[..., Any], resnet_processor: Any) -> Predictor:
    return Predictor.of(build_resnet(), resnet_processor, name="tiny", device="cpu")


def test_every_step_of_every_sweep_is_measured(
    predictor: Predictor, make_dataset: Callable[..., datasets.Dataset]
) -> None:
    result, predictions = sweep_models([predictor], make_dataset(6), dataset_name="crops", n_resamples=50)

    assert result.sweeps() == list(SWEEPS)
    assert result.models() == ["tiny"]
    for name, sweep in SWEEPS.items():
        assert [point.value for point in result.curve("tiny", name)] == list(sweep.values)
    assert {(point.n_real, point.n_fake) for point in result.points} == {(3, 3)}
    assert len(predictions) == 6 * sum(len(sweep.values) for sweep in SWEEPS.values())


def test_scores_are_those_of_the_degraded_image(
    predictor: Predictor, make_dataset: Callable[..., datasets.Dataset]
) -> None:
    dataset = make_dataset(4)

    _, predictions = sweep_models([predictor], dataset, sweeps=["noise"], n_resamples=50)

    noisy = apply_sweep(dataset[3]["image"], "noise", 16.0)
    expected = predictor.logits(prepare_image(predictor.processor, noisy)[None])
    row = predictions.of_tier("noise=16").where(np.arange(4) == 3)
    assert row.logit == pytest.approx(expected, abs=1e-5)


def test_file_holds_every_metric_with_its_interval(
    predictor: Predictor, make_dataset: Callable[..., datasets.Dataset], tmp_path: Path
) -> None:
    result, _ = sweep_models([predictor], make_dataset(6), sweeps=["jpeg", "blur"], n_resamples=50)

    result.write(tmp_path)

    points = json.loads((tmp_path / "robustness.json").read_text())["points"]
    assert len(points) == 15
    assert [point["value"] for point in points[:9]] == [100, 95, 90, 80, 70, 60, 50, 40, 30]
    assert points[0]["parameter"] == "JPEG quality"
    for point in points:
        metrics = point["metrics"]
        assert set(METRIC_NAMES) <= set(metrics)
        assert {name for name in METRIC_NAMES if metrics[name] is not None} == set(metrics["ci95"])


@pytest.mark.parametrize(("sweeps", "message"), [(["jpeg", "rain"], "no sweep 'rain'"), ([], "No sweep is named")])
def test_unknown_sweep_is_refused_with_the_known_ones(
    predictor: Predictor, make_dataset: Callable[..., datasets.Dataset], sweeps: list[str], message: str
) -> None:
    with pytest.raises(RealFakeError, match=f"{message}: choose from jpeg, webp"):
        sweep_models([predictor], make_dataset(2), sweeps=sweeps)
