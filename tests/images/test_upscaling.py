"""Enlargements lack the fine detail that photographs have."""

from __future__ import annotations

import io
from unittest import mock

import numpy as np
import pytest
from PIL import Image

from realfake_hf.images import upscaling
from realfake_hf.images.central_crop import central_crop
from realfake_hf.images.image_files import open_image
from realfake_hf.images.upscaling import detail_power, looks_upscaled


def after_jpeg(image: Image.Image) -> Image.Image:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=90)
    return Image.open(stream)


def test_photographs_and_their_reductions_are_not_upscaled(photo_paths):
    photos = [open_image(path) for path in photo_paths]
    smaller = [photo.resize((photo.width // 2, photo.height // 2), Image.Resampling.LANCZOS) for photo in photos]
    assert not any(map(looks_upscaled, [*photos, *smaller, *map(after_jpeg, photos)]))


@pytest.mark.parametrize("method", [Image.Resampling.BICUBIC, Image.Resampling.LANCZOS])
def test_twofold_enlargements_are_upscaled_before_and_after_jpeg(photo_paths, method):
    crops = [central_crop(open_image(path), 300) for path in photo_paths]
    larger = [crop.resize((2 * crop.width, 2 * crop.height), method) for crop in crops]
    assert sum(map(looks_upscaled, larger)) >= 5
    assert sum(map(looks_upscaled, map(after_jpeg, larger))) >= 5


@pytest.mark.parametrize("factor", [4, 10])
def test_stronger_enlargements_are_upscaled_too(photo_paths, factor):
    crops = [central_crop(open_image(path), 800 // factor) for path in photo_paths]
    larger = [crop.resize((factor * crop.width, factor * crop.height), Image.Resampling.BICUBIC) for crop in crops]
    assert sum(map(looks_upscaled, map(after_jpeg, larger))) >= 5


@pytest.mark.parametrize("size", [(1, 1), (63, 400), (400, 63)])
def test_small_images_are_not_judged(photo, size):
    small = photo.resize(size)
    assert (detail_power(small), looks_upscaled(small)) == (None, False)


def test_flat_and_smooth_images_are_not_upscaled():
    gradient = np.linspace(0, 255, 300, dtype=np.float32)[None].repeat(300, axis=0).astype(np.uint8)
    assert not looks_upscaled(Image.new("RGB", (300, 300), "grey"))
    assert not looks_upscaled(Image.fromarray(gradient).convert("RGB"))


def test_power_is_that_of_a_fourier_transform_of_windows(photo):
    grey = np.asarray(photo.convert("L").crop((0, 0, 160, 128)), dtype=np.float64)
    for direction, lines in enumerate((grey, grey.T)):
        starts = range(0, lines.shape[1] - 63, 32)
        windows = np.stack([line[start : start + 64] for line in lines for start in starts])
        bins = np.abs(np.fft.rfft((windows - windows.mean(axis=1, keepdims=True)) * np.hanning(64))) ** 2
        expected = [2 + bins[:, band].mean() for band in (slice(21, 28), slice(5, 10))]
        np.testing.assert_allclose(detail_power(photo.crop((0, 0, 160, 128)))[direction], expected, rtol=1e-3)


def test_a_sharp_photograph_is_not_reduced_first(photo, monkeypatch):
    asked = mock.Mock(wraps=detail_power)
    monkeypatch.setattr(upscaling, "detail_power", asked)
    assert not looks_upscaled(photo)
    asked.assert_called_once_with(photo)
