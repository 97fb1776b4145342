"""Temperature, quantile and exact bounds: recovered from simulated scores, and the textbook's."""

from __future__ import annotations

import numpy as np
import pytest
from made_predictions import simulated
from scipy.stats import binom

from realfake_hf.statistics.calibration import (
    clopper_pearson_interval,
    clopper_pearson_upper,
    conformal_quantile,
    conformal_quantile_over_sources,
    fit_temperature,
    sigmoid,
)


def test_temperature_of_threefold_overconfident_logits_is_three() -> None:
    labels, logits = simulated(20_000, sharpness=3.0)

    assert fit_temperature(labels, logits) == pytest.approx(3.0, rel=0.05)


def test_temperature_is_where_the_log_loss_is_least() -> None:
    labels, logits = simulated(5000, seed=3, sharpness=0.4)

    fitted = fit_temperature(labels, logits)

    def log_loss(temperature: float) -> float:
        signed = np.where(labels == 1, logits, -logits) / temperature
        return float(np.mean(np.logaddexp(0, -signed)))

    assert all(log_loss(fitted) <= log_loss(fitted * factor) for factor in (0.9, 0.97, 1.03, 1.1))


@pytest.mark.parametrize("n", [20, 200, 2000])
def test_faultless_sample_makes_the_model_as_sure_as_its_size_supports(n: int) -> None:
    labels = np.repeat([0, 1], n)

    temperature = fit_temperature(labels, np.where(labels == 1, 4.0, -4.0))

    assert sigmoid(np.array([4.0 / temperature]))[0] == pytest.approx((n + 1) / (n + 2), abs=1e-4)


def test_each_class_supports_as_much_certainty_as_it_has_images() -> None:
    labels = np.repeat([0, 1], [10, 90])

    temperature = fit_temperature(labels, np.where(labels == 1, 4.0, -4.0))

    assert sigmoid(np.array([4.0 / temperature]))[0] == pytest.approx(0.1 * 11 / 12 + 0.9 * 91 / 92, abs=1e-4)


def test_conformal_quantile_is_the_order_statistic_of_n_plus_one() -> None:
    scores = np.arange(1, 20) / 100  # n = 19: the 19th of 19 is the least that supports 5 %

    assert conformal_quantile(scores, 0.05) == 0.19
    assert conformal_quantile(scores[:18], 0.05) is None
    assert conformal_quantile(np.arange(1, 100) / 100, 0.1) == 0.90


def test_clopper_pearson_bound_is_the_textbook_one() -> None:
    assert clopper_pearson_upper(0, 59) == pytest.approx(1 - 0.05 ** (1 / 59))  # rule of three: about 3 / n
    assert clopper_pearson_upper(5, 100) == pytest.approx(0.1023, abs=1e-3)
    assert clopper_pearson_upper(7, 7) == 1.0
    assert clopper_pearson_upper(0, 0) is None


@pytest.mark.parametrize(
    ("hits", "n", "interval"),
    [(0, 10, (0.0, 0.3085)), (10, 10, (0.6915, 1.0)), (5, 10, (0.1871, 0.8129)), (1, 1, (0.025, 1.0))],
)
def test_clopper_pearson_interval_is_the_textbook_one(hits: int, n: int, interval: tuple[float, float]) -> None:
    assert clopper_pearson_interval(hits, n) == pytest.approx(interval, abs=1e-4)


def test_each_end_of_the_interval_makes_what_was_seen_as_rare_as_it_says() -> None:
    low, high = clopper_pearson_interval(3, 17)

    assert binom.sf(2, 17, low) == pytest.approx(0.025)
    assert binom.cdf(3, 17, high) == pytest.approx(0.025)


def test_quantile_of_nineteen_sources_supports_one_in_twenty() -> None:
    scores = np.arange(1, 20) / 100

    assert conformal_quantile_over_sources(scores, scores.astype(str).astype(object), 0.05) == 0.19


def test_quantile_over_sources_weighs_every_source_alike_whatever_its_size() -> None:
    sources = np.array(["large"] * 90 + [f"small-{number}" for number in range(9)], dtype=object)
    scores = np.concatenate([np.full(90, 0.9), np.arange(1, 10) / 100])

    # Ten sources and one to come: nine small ones below .1 are 9 of 11 shares, the large one the tenth.
    assert conformal_quantile_over_sources(scores, sources, 2 / 11) == 0.09
    assert conformal_quantile_over_sources(scores, sources, 1 / 11) == 0.9
    assert conformal_quantile_over_sources(scores, sources, 0.5 / 11) is None
