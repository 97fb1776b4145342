"""Noise samples show periodic traces, and means of many show what they share."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from realfake_hf.data.exploring.spectra import SIDE, NoiseMean, merged, noise_sample, radial_profile

CHECKERBOARD = np.where(np.indices((200, 200)).sum(axis=0) % 2, 6, -6)[..., None]


def crops(photo_paths, *, grid: bool) -> NoiseMean:
    mean = NoiseMean()
    for path in photo_paths:
        with Image.open(path) as opened:
            pixels = np.asarray(opened.convert("RGB").crop((40, 40, 240, 240))).astype(int)
        if grid:
            pixels = pixels + CHECKERBOARD
        sample = noise_sample(Image.fromarray(pixels.clip(0, 255).astype(np.uint8)))
        assert sample is not None
        mean.add(sample)
    return mean


def test_a_checkerboard_shows_as_a_pattern_and_at_the_highest_frequency(photo_paths):
    plain, traced = crops(photo_paths, grid=False), crops(photo_paths, grid=True)
    assert plain.pattern == pytest.approx(1, abs=0.15)
    assert traced.pattern > 1.3
    corner = (0, 0)  # half a cycle per pixel both ways, when zero is in the middle
    assert traced.log_spectrum[corner] > plain.log_spectrum[corner] + 1


def test_small_images_give_none(photo):
    assert noise_sample(photo.resize((SIDE - 1, 300))) is None
    assert noise_sample(photo.resize((SIDE, SIDE))) is not None


def test_a_flat_image_has_no_noise():
    sample = noise_sample(Image.new("RGB", (200, 200), (90, 90, 90)))
    assert sample is not None
    assert sample.noise == 0
    assert np.isfinite(sample.log_spectrum).all()


def test_radial_profile_goes_from_zero_to_half_a_cycle_per_pixel():
    spectrum = np.zeros((SIDE, SIDE), np.float32)
    spectrum[SIDE // 2, SIDE // 2] = 5
    profile = radial_profile(spectrum)
    assert profile.shape == (SIDE // 2,)
    assert profile[0] == 5
    assert not profile[1:].any()


def test_merged_sources_weigh_by_their_crops(photo_paths):
    all_at_once = crops(photo_paths, grid=False)
    parts = [crops(photo_paths[:2], grid=False), crops(photo_paths[2:], grid=False)]
    total = merged(parts)
    assert total.n == all_at_once.n
    assert total.noise == pytest.approx(all_at_once.noise)
    np.testing.assert_allclose(total.residual, all_at_once.residual, atol=1e-6)
