from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from PIL import Image

from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations import GaussianNoise


def added(image: Image.Image, step: GaussianNoise, seed: int = 0) -> np.ndarray:
    """`(H, W, 3)` int16: what the step added."""
    return np.asarray(step(image, np.random.default_rng(seed)), dtype=np.int16) - np.asarray(image, dtype=np.int16)


@pytest.fixture
def mid_tones(street: Image.Image) -> Image.Image:
    """The photograph squeezed to 96 to 159, where no noise of these tests is clipped."""
    return street.point([96 + value // 4 for value in range(256)] * 3)


@pytest.mark.parametrize("sigma", [0.5, 1.0, 4.0, 16.0])
def test_it_has_the_sigma_asked_for_and_no_bias(mid_tones, sigma):
    noise = added(mid_tones, GaussianNoise(sigma=(sigma, sigma)))
    assert noise.std() == pytest.approx(np.hypot(sigma, np.sqrt(1 / 12)), rel=0.02)  # 1/12: rounding to 8 bits
    assert abs(noise.mean()) < 4 * noise.std() / np.sqrt(noise.size)


def test_it_is_normally_distributed(mid_tones):
    noise = added(mid_tones, GaussianNoise(sigma=(10, 10)))
    for steps in (5, 10, 20, 30):
        # Rounded noise of at most n steps is true noise below n + 1/2.
        share = 1 - 2 * NormalDist(0, 10).cdf(-steps - 0.5)
        assert np.mean(np.abs(noise) <= steps) == pytest.approx(share, abs=0.003)


def test_pixels_and_channels_are_independent(mid_tones):
    noise = added(mid_tones, GaussianNoise(sigma=(8, 8))).astype(np.float64)
    assert abs(np.corrcoef(noise[..., 0].ravel(), noise[..., 1].ravel())[0, 1]) < 0.01
    assert abs(np.corrcoef(noise[:, :-1].ravel(), noise[:, 1:].ravel())[0, 1]) < 0.01
    assert abs(np.corrcoef(noise[:-1].ravel(), noise[1:].ravel())[0, 1]) < 0.01


def test_bright_and_dark_pixels_are_clipped_and_do_not_wrap():
    halves = Image.new("RGB", (64, 32), "white")
    halves.paste("black", (0, 0, 32, 32))
    noisy = np.asarray(GaussianNoise(sigma=(20, 20))(halves, np.random.default_rng(0)))
    assert noisy[:, :32].max() < 100
    assert noisy[:, 32:].min() > 155


def test_drawn_sigmas_stay_within_the_range(mid_tones):
    step = GaussianNoise(sigma=(2, 6))
    sigmas = [added(mid_tones, step, seed).std() for seed in range(30)]
    assert 1.95 < min(sigmas) < 3
    assert 5 < max(sigmas) < 6.15


def test_sigma_0_is_the_very_image(crop):
    assert GaussianNoise(sigma=0)(crop, np.random.default_rng(0)) is crop


@pytest.mark.parametrize("sigma", [(-1, 1), (5, 1), (0, 101), [1]])
def test_wrong_sigmas_are_refused(sigma):
    with pytest.raises(RealFakeError, match="'noise' needs sigma"):
        GaussianNoise(sigma=sigma)
