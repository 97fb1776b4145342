"""compute_metrics against cases computed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from realfake_hf.evaluation.metrics.calibration_error import expected_calibration_error
from realfake_hf.evaluation.metrics.operating_point import tpr_at_fpr
from realfake_hf.evaluation.tier_metrics import compute_metrics
from realfake_hf.records.results import METRIC_NAMES

LABELS = np.array([0, 0, 0, 0, 1, 1, 1, 1])
P_FAKE = np.array([0.1, 0.2, 0.4, 0.7, 0.3, 0.7, 0.8, 0.9])


def test_all_metrics_of_a_small_case() -> None:
    found = compute_metrics(LABELS, P_FAKE, threshold_low=0.3, threshold_high=0.7)

    assert found.values() == pytest.approx(
        {
            "balanced_accuracy": 0.75,
            "real_accuracy": 0.75,
            "fake_accuracy": 0.75,
            "roc_auc": 13.5 / 16,
            "average_precision": (1 + 1 + 3 / 4 + 4 / 6) / 4,
            "tpr_at_fpr_1": 0.5,
            "tpr_at_fpr_5": 0.5,
            "ece": 2.1 / 8,
            "brier": 1.33 / 8,
            # 0.3 and 0.4 lie in [0.3, 0.7); both 0.7 are at the upper threshold and count as fake.
            "unsure_rate": 0.25,
        }
    )
    assert found.reasons == {}


def test_p_fake_at_the_threshold_counts_as_fake() -> None:
    found = compute_metrics(np.array([0, 1]), np.array([0.5, 0.5]))

    assert (found.real_accuracy, found.fake_accuracy) == (0.0, 1.0)


@pytest.mark.parametrize(("present", "missing"), [(0, "fake"), (1, "real")])
def test_metrics_that_need_both_classes_are_none_with_a_reason(present: int, missing: str) -> None:
    found = compute_metrics(np.full(3, present), np.array([0.2, 0.4, 0.9]))

    absent = {name for name, value in found.values().items() if value is None}
    both = {"balanced_accuracy", "roc_auc", "average_precision", "tpr_at_fpr_1", "tpr_at_fpr_5"}
    assert absent == both | {f"{missing}_accuracy"}
    assert found.reasons == dict.fromkeys(absent, f"there is no {missing} image")
    assert found.brier is not None


def test_no_images_give_no_metric_and_say_so() -> None:
    found = compute_metrics(np.array([], dtype=int), np.array([]))

    assert set(found.values().values()) == {None}
    assert found.reasons == dict.fromkeys(METRIC_NAMES, "no image could be judged")


@pytest.mark.parametrize(
    ("labels", "p_fake", "message"),
    [
        ([0, 1], [0.5], "one shape"),
        ([0, 2], [0.5, 0.5], "0 .real. or 1"),
        ([0, 1], [0.5, np.nan], r"\[0, 1\]"),
        ([0, 1], [0.5, 1.01], r"\[0, 1\]"),
        ([0, 1], [-0.01, 0.5], r"\[0, 1\]"),
    ],
)
def test_wrong_arrays_are_refused(labels: list[int], p_fake: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compute_metrics(np.array(labels), np.array(p_fake))


def test_false_positive_limit_of_one_percent_allows_one_alarm_in_a_hundred_reals_not_two() -> None:
    reals = np.concatenate([np.full(98, 0.1), [0.6, 0.8]])
    fakes = np.array([0.9, 0.7, 0.5, 0.05])
    labels = np.repeat([0, 1], [100, 4])

    found = tpr_at_fpr(labels, np.concatenate([reals, fakes]), max_fpr=0.01)

    assert found == 0.5  # a threshold of 0.7 lets the real 0.8 pass; one of 0.5 would let 0.6 pass too


def test_each_false_positive_limit_is_the_one_in_its_name() -> None:
    p_fake = np.concatenate([np.full(95, 0.1), [0.6, 0.6, 0.6, 0.8, 0.95], [0.97, 0.92, 0.7, 0.55]])

    found = compute_metrics(np.repeat([0, 1], [100, 4]), p_fake)

    # Above 0.8 lies one real and half of the fakes, above 0.1 five reals and all fakes.
    assert (found.tpr_at_fpr_1, found.tpr_at_fpr_5) == (0.5, 1.0)


def test_a_certain_score_is_a_probability() -> None:
    assert compute_metrics(np.array([0, 1]), np.array([0.0, 1.0])).balanced_accuracy == 1.0


def test_false_positive_limit_is_not_interpolated() -> None:
    labels = np.repeat([0, 1], [50, 2])
    scores = np.concatenate([np.full(49, 0.1), [0.7], [0.6, 0.9]])

    # The curve rises from (0, 0.5) to (0.02, 1): interpolation would claim 0.75 at 1 %.
    assert tpr_at_fpr(labels, scores, max_fpr=0.01) == 0.5
    assert tpr_at_fpr(labels, scores, max_fpr=0.02) == 1.0


def test_fakes_that_tie_with_a_real_are_not_counted_below_the_limit() -> None:
    assert tpr_at_fpr(np.array([0, 1, 1]), np.array([0.8, 0.8, 0.8]), max_fpr=0.05) == 0.0


def test_calibration_error_is_zero_where_each_bin_says_its_share_of_fakes() -> None:
    p_fake = np.repeat([0.25, 0.75], 4)
    labels = np.array([1, 0, 0, 0, 1, 1, 1, 0])

    assert expected_calibration_error(labels, p_fake) == pytest.approx(0.0)


def test_calibration_error_of_certain_and_wrong_scores_is_one() -> None:
    assert expected_calibration_error([0, 1], [1.0, 0.0]) == 1.0


def test_calibration_bins_include_their_lower_edge() -> None:
    # With two bins 0.5 belongs to the upper one: |0.5 + 0.9 - 2| / 2, not apart from 0.9.
    assert expected_calibration_error([1, 1], [0.5, 0.9], n_bins=2) == pytest.approx(0.3)
    assert expected_calibration_error([1, 0], [0.4, 0.5], n_bins=2) == pytest.approx(0.55)
