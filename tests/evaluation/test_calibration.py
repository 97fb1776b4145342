"""Temperature and thresholds: recovered from simulated scores, guaranteed on new ones, honest when data lack."""

from __future__ import annotations

import numpy as np
import pytest
from made_predictions import simulated

from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.calibration import calibrate
from realfake_hf.statistics.calibration import sigmoid


def test_calibration_error_falls() -> None:
    found = calibrate(*simulated(4000, sharpness=4.0))

    assert found.ece_before > 0.1
    assert found.ece_after < 0.03


def test_current_temperature_is_taken_out_first() -> None:
    labels, raw = simulated(2000, sharpness=3.0)

    fresh = calibrate(labels, raw)
    again = calibrate(labels, raw / 2.5, current_temperature=2.5)

    assert again.temperature == pytest.approx(fresh.temperature)
    assert again.threshold_high == pytest.approx(fresh.threshold_high)
    assert again.ece_before == pytest.approx(fresh.ece_before)


def test_thresholds_keep_their_limits_on_the_calibration_images() -> None:
    found = calibrate(*simulated(1000), max_fpr=0.05)

    assert found.threshold_low < 0.5 < found.threshold_high
    assert found.fpr is not None
    assert found.fnr is not None
    assert 0.03 < found.fpr <= 0.05
    assert 0.03 < found.fnr <= 0.05
    assert found.fpr_guarantee == found.fnr_guarantee == 0.05
    assert found.fpr_upper95 > found.fpr
    assert found.notes == []


@pytest.mark.parametrize("seed", range(8))
def test_thresholds_are_what_people_read(seed: int) -> None:
    found = calibrate(*simulated(500, seed=seed), max_fpr=0.07)

    assert found.threshold_low == round(found.threshold_low, 2)
    assert found.threshold_high == round(found.threshold_high, 2)
    assert 0.0 < found.threshold_low < 0.5 < found.threshold_high < 1.0


def test_limits_can_differ_for_reals_and_fakes() -> None:
    found = calibrate(*simulated(2000), max_fpr=0.01, max_fnr=0.2)

    assert found.fpr is not None
    assert found.fnr is not None
    assert found.fpr <= 0.01 < 0.15 < found.fnr <= 0.2


def test_guarantee_holds_on_new_images_on_average_though_only_25_calibrate_each_side() -> None:
    alarms, misses = [], []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        labels = np.repeat([0, 1], 25)
        logits = rng.normal(np.where(labels == 1, 0.5, -0.5), 2.0)
        found = calibrate(labels, logits, max_fpr=0.1)
        new = sigmoid(rng.normal(np.repeat([-0.5, 0.5], 400), 2.0) / found.temperature)
        alarms.append(np.mean(new[:400] >= found.threshold_high))
        misses.append(np.mean(new[400:] < found.threshold_low))

    assert np.mean(alarms) <= 0.105
    assert np.mean(misses) <= 0.105
    assert np.mean(alarms) > 0.05  # the guarantee is not bought by never saying fake


def test_classes_that_part_cleanly_get_no_unsure_band() -> None:
    labels = np.repeat([0, 1], 50)

    found = calibrate(labels, np.where(labels == 1, 4.0, -4.0) + np.linspace(-1, 1, 100))

    assert (found.threshold_low, found.threshold_high) == (0.5, 0.5)
    assert 0.5 < found.temperature < 2
    assert any("threshold_high is 0.5" in note for note in found.notes)


def test_scores_that_say_nothing_get_a_high_temperature_and_a_note() -> None:
    labels = np.tile([0, 1], 100)
    logits = np.repeat([-3.0, 3.0, -1.0, 1.0], 50)

    found = calibrate(labels, logits)

    assert found.temperature == 20.0
    assert any("next to worthless" in note for note in found.notes)


def test_too_few_images_keep_the_temperature_and_say_what_can_be_guaranteed() -> None:
    labels = np.repeat([0, 1], 9)
    logits = np.concatenate([np.linspace(-3, 1, 9), np.linspace(-1, 3, 9)])

    found = calibrate(labels, logits, current_temperature=1.7)

    assert found.temperature == 1.7
    assert found.fpr_guarantee == pytest.approx(0.1)
    assert found.fpr == 0.0
    assert found.threshold_high > sigmoid(np.array([1.0]))[0]
    (note,) = (note for note in found.notes if "9 real images are too few for a rate of 0.05 (at least 19)" in note)
    assert note.endswith("beyond the most extreme of them, which guarantees 0.1 only.")


def test_temperature_is_fitted_from_ten_images_of_each_class_on() -> None:
    logits = np.concatenate([np.linspace(-3, 1, 10), np.linspace(-1, 3, 10)])

    found = calibrate(np.repeat([0, 1], 10), logits, current_temperature=1.7)

    assert found.temperature != 1.7
    assert not any("temperature stays" in note for note in found.notes)


@pytest.mark.parametrize("logits", [[1.0, 2.0], [1.0, 2.0, np.nan]])
def test_logits_that_are_not_one_finite_number_an_image_are_refused(logits: list[float]) -> None:
    with pytest.raises(ValueError, match="must have one shape"):
        calibrate([0, 1, 1], logits)


def test_without_fakes_the_lower_threshold_stays_in_the_middle() -> None:
    found = calibrate(np.zeros(40, dtype=int), np.linspace(-4, 2, 40))

    assert found.threshold_low == 0.5
    assert found.threshold_high > 0.5
    assert found.fnr is None
    assert any("no fake image" in note for note in found.notes)


def test_reals_at_the_quantile_are_not_called_fake_though_they_tie() -> None:
    logits = np.concatenate([np.full(30, 1.0), np.full(30, 1.0)])

    found = calibrate(np.repeat([0, 1], 30), logits)

    assert found.fpr == 0.0
    assert found.fnr == 0.0


def test_saturated_reals_leave_no_guarantee() -> None:
    labels = np.repeat([0, 1], 9)

    found = calibrate(labels, np.full(18, 800.0))

    assert found.threshold_high == 1.0
    assert found.fpr_guarantee is None
    assert any("Some reals score 1" in note for note in found.notes)


@pytest.mark.parametrize("limit", [0.0, 1.0, 5.0])
def test_rate_outside_zero_and_one_is_refused(limit: float) -> None:
    with pytest.raises(RealFakeError, match=r"`max_fpr` .* is not a rate"):
        calibrate(*simulated(50), max_fpr=limit)


def test_empty_sample_is_refused() -> None:
    with pytest.raises(RealFakeError, match="no image to calibrate on"):
        calibrate([], [])


def test_threshold_for_new_sources_holds_on_average_over_new_sources() -> None:
    rng = np.random.default_rng(4)
    rates = []
    for _ in range(60):
        shifts = rng.normal(size=41)
        names = np.repeat([f"s{number}" for number in range(40)], 25).astype(object)
        logits = np.concatenate([np.repeat(shifts[:40], 25) + rng.normal(size=1000) - 2, rng.normal(2, 1, size=1000)])
        labels = np.repeat([0, 1], 1000)
        everywhere = np.concatenate([names, np.repeat([f"f{number}" for number in range(40)], 25)])
        found = calibrate(labels, logits, max_fpr=0.1, sources=everywhere)
        new = 1 / (1 + np.exp(-(shifts[40] + rng.normal(size=500) - 2) / found.temperature))
        rates.append((new >= found.threshold_high).mean())
        assert found.n_real_sources == found.n_fake_sources == 40
    assert np.mean(rates) < 0.13
    assert np.mean(rates) > 0.05


def test_too_few_sources_are_said() -> None:
    labels, logits = simulated(200)
    found = calibrate(labels, logits, max_fpr=0.02, sources=[f"source {row % 10}" for row in range(len(labels))])

    assert any("real sources are too few for a rate of 0.02 (at least 49)" in note for note in found.notes)
