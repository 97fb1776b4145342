"""An image judged again after what happens to images on their way."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from realfake_hf.detection.detector import Detector
from realfake_hf.detection.stability import deliveries, probability, settled, wants_deliveries
from realfake_hf.detection.words import UNSTABLE
from realfake_hf.errors import RealFakeError


def test_deliveries_are_recompressed_resized_and_cropped(photo: Image.Image) -> None:
    recompressed, resized, cropped = deliveries(photo)
    assert recompressed.size == photo.size
    assert 0 < np.abs(np.asarray(recompressed, int) - np.asarray(photo, int)).mean() < 8
    assert resized.size == tuple(round(0.75 * side) for side in photo.size)
    assert cropped.width == pytest.approx(0.9 * photo.width, abs=2)
    left = (photo.width - cropped.width) // 2
    top = (photo.height - cropped.height) // 2
    middle = photo.crop((left, top, left + cropped.width, top + cropped.height))
    np.testing.assert_array_equal(np.asarray(cropped), np.asarray(middle))


def test_one_pixel_survives_its_deliveries() -> None:
    assert all(min(view.size) >= 1 for view in deliveries(Image.new("RGB", (1, 1))))


def test_auto_asks_again_near_a_threshold_only() -> None:
    assert wants_deliveries("auto", 0.85, 0.1, 0.9)
    assert wants_deliveries("auto", 0.15, 0.1, 0.9)
    assert wants_deliveries("auto", 0.15, 0.1, 0.6)
    assert not wants_deliveries("auto", 0.85, 0.1, 0.4)
    assert not wants_deliveries("auto", 0.5, 0.1, 0.9)
    assert not wants_deliveries("auto", 0.999, 0.1, 0.9)
    assert not wants_deliveries("auto", 0.999, 0.0, 1.0)
    assert wants_deliveries("always", 0.5, 0.1, 0.9)
    assert not wants_deliveries("off", 0.9, 0.1, 0.9)


@pytest.mark.parametrize(("logit", "p_fake"), [(0.0, 0.5), (math.log(3), 0.75), (-math.log(9), 0.1), (800.0, 1.0)])
def test_probability_of_a_logit(logit: float, p_fake: float) -> None:
    assert probability(logit) == pytest.approx(p_fake)


def test_views_that_contradict_each_other_are_unstable() -> None:
    assert settled([3.0, 4.0], 0.1, 0.9) == (3.5, False)
    assert settled([3.0, -3.0], 0.1, 0.9) == (0.0, True)
    assert settled([3.0, 0.0], 0.1, 0.9) == (1.5, False)  # fake and unsure do not contradict each other


@pytest.mark.parametrize("from_memory", [False, True])
def test_detector_averages_the_views(tiny_model: Path, photo_paths: list[Path], from_memory: bool) -> None:
    plain, asked_again = Detector(tiny_model), Detector(tiny_model, stability="always")
    photo = Image.open(photo_paths[0]).convert("RGB")
    views = [photo, *deliveries(photo)]
    logits = [math.log(p / (1 - p)) for p in (plain(view).p_fake or 0 for view in views)]
    verdict = asked_again([photo if from_memory else photo_paths[0]])[0]
    assert verdict.p_fake == pytest.approx(probability(float(np.mean(logits))), abs=1e-4)
    assert asked_again.identity != plain.identity


def test_a_verdict_that_turns_round_is_unsure_and_says_so(
    tiny_model: Path, photo_paths: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    detector = Detector(tiny_model, stability="always")
    answers = iter([4.0, -4.0, 4.0, 4.0])
    monkeypatch.setattr(detector._predictor, "logits", lambda pixels: np.array([next(answers)]))
    verdict = detector(photo_paths[0])
    assert verdict.label == "unsure"
    assert UNSTABLE in verdict.warnings


def test_an_unknown_setting_is_refused(tiny_model: Path) -> None:
    with pytest.raises(RealFakeError, match="stability must be one of off, auto, always, not sometimes"):
        Detector(tiny_model, stability="sometimes")  # type: ignore[arg-type]
