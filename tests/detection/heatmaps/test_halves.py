"""Half a real beside half a fake."""

from __future__ import annotations

import datasets
import pytest
from PIL import Image

from realfake_hf.detection.heatmaps.halves import cut_halves, half_and_half, join_halves
from realfake_hf.errors import RealFakeError

from .planted import planted, red_and_green


def coloured(n: int, labels: tuple[int, ...] = (0, 1)) -> datasets.Dataset:
    """Reals are green, fakes are red."""
    rows = [labels[i % len(labels)] for i in range(n)]
    images = [red_and_green(70 + i, 64, red_width=(70 + i) * label) for i, label in enumerate(rows)]
    features = datasets.Features(image=datasets.Image(), label=datasets.ClassLabel(names=["real", "fake"]))
    return datasets.Dataset.from_dict({"image": images, "label": rows}, features=features)


def test_halves_have_one_size_and_keep_their_pixels(photo):
    other = Image.new("RGB", (101, 90), "white")
    left, right = cut_halves(photo, other, "right")
    assert left.size == right.size == (50, 90)
    assert left.tobytes() == photo.crop((0, 0, 50, 90)).tobytes()
    joined = join_halves(*cut_halves(photo, other, "left"))
    assert joined.getpixel((10, 10)) == (255, 255, 255)
    assert joined.crop((50, 0, 100, 90)).tobytes() == photo.crop((photo.width - 50, 0, photo.width, 90)).tobytes()


def test_model_that_knows_is_right_every_time():
    found = half_and_half(planted(), coloured(6), n_pairs=8, seed=1)
    assert (found.n_pairs, found.hits, found.apart_hits) == (8, 8, 8)
    assert found.share == 1.0
    assert found.ci95[0] == pytest.approx(0.631, abs=1e-3)  # Clopper and Pearson: 0.025 ** (1 / 8)


def test_model_that_has_it_the_wrong_way_round_is_wrong_every_time():
    predictor = planted()
    predictor.model.colours.weight.data.neg_()
    assert half_and_half(predictor, coloured(6), n_pairs=4).hits == 0


def test_one_class_is_not_enough():
    with pytest.raises(RealFakeError, match="no fake images"):
        half_and_half(planted(), coloured(4, labels=(0,)))
