"""Deletion and insertion tell a true map from a false one."""

from __future__ import annotations

import datasets
import numpy as np
import pytest
from PIL import Image, ImageOps

from realfake_hf.detection.heatmaps import faithfulness
from realfake_hf.detection.heatmaps.faithfulness import measure_faithfulness, random_map

from .planted import planted


@pytest.fixture
def speckled(photo: Image.Image) -> datasets.Dataset:
    """Grey photographs with a few fine red dots: the local mean takes the red away."""
    images = []
    for place in range(3):
        pixels = np.array(ImageOps.grayscale(photo.crop((9 * place, 0, 9 * place + 64, 64))).convert("RGB")) // 2
        pixels[16:32, 8 + 8 * place : 24 + 8 * place] = (255, 0, 0)
        images.append(Image.fromarray(pixels))
    features = datasets.Features(image=datasets.Image(), label=datasets.ClassLabel(names=["real", "fake"]))
    return datasets.Dataset.from_dict({"image": images, "label": [1, 1, 1]}, features=features)


def test_true_map_beats_random_ones(speckled):
    found = measure_faithfulness(planted(), speckled, n_images=3)
    assert found.n_images == 3
    assert found.deletion.heatmap < found.deletion.random
    assert found.deletion.gain == pytest.approx(found.deletion.random - found.deletion.heatmap)
    assert found.deletion.ci95[0] <= found.deletion.gain <= found.deletion.ci95[1]
    assert found.insertion.gain > 0
    assert measure_faithfulness(planted(), speckled, n_images=3) == found


def test_map_of_the_contrary_is_worse_than_random(speckled, monkeypatch):
    true_map = faithfulness.predictor_heatmap

    def contrary(predictor, image):
        heatmap = true_map(predictor, image)
        for crop in heatmap.crops:
            crop.values[:] = 2 * crop.values.mean() - crop.values
        return heatmap

    monkeypatch.setattr(faithfulness, "predictor_heatmap", contrary)
    assert measure_faithfulness(planted(), speckled, n_images=3).deletion.gain < 0


def test_random_map_is_as_smooth_as_the_map():
    rng = np.random.default_rng(0)
    smooth = np.cumsum(np.cumsum(rng.standard_normal((16, 16)), axis=0), axis=1)
    noise = random_map(smooth, rng)

    def roughness(values: np.ndarray) -> float:
        return float(np.abs(np.diff(values, axis=0)).mean() / values.std())

    assert roughness(noise) == pytest.approx(roughness(smooth), rel=0.5)
    assert abs(np.corrcoef(noise.ravel(), smooth.ravel())[0, 1]) < 0.7
    smooth[0, :4] = np.nan
    assert np.isnan(random_map(smooth, rng)[0, :4]).all()
