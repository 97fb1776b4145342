"""Evidence on a grid, and its picture."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from realfake_hf.detection.heatmaps.heatmap import CropMap, Heatmap
from realfake_hf.errors import RealFakeError
from realfake_hf.inference.crop_boxes import Box


def heatmap(size: tuple[int, int], *crops: tuple[Box, float]) -> Heatmap:
    maps = tuple(CropMap(box, np.full((4, 4), value, np.float32)) for box, value in crops)
    return Heatmap(Image.new("RGB", size, (90, 120, 60)), maps, "grad-cam")


def test_overlapping_crops_are_averaged_and_the_rest_is_not_zero_but_unknown():
    found = heatmap((100, 50), (Box(0, 0, 40, 40), 2.0), (Box(20, 0, 60, 40), -1.0)).on_grid(100, 50)
    np.testing.assert_allclose(found[:40, :20], 2.0, atol=1e-6)
    np.testing.assert_allclose(found[:40, 20:40], 0.5, atol=1e-6)
    np.testing.assert_allclose(found[:40, 40:60], -1.0, atol=1e-6)
    assert np.isnan(found[40:]).all()
    assert np.isnan(found[:, 60:]).all()


def test_overlapping_crops_count_by_their_shares():
    boxes = (Box(0, 0, 40, 40), 2.0, 0.25), (Box(20, 0, 60, 40), -1.0, 0.75)
    maps = tuple(CropMap(box, np.full((4, 4), value, np.float32), share) for box, value, share in boxes)
    seen = Heatmap(Image.new("RGB", (60, 40)), maps, "grad-cam")
    assert seen.logit == pytest.approx(0.25 * 2.0 - 0.75)
    np.testing.assert_allclose(seen.on_grid(60, 40)[0, [0, 30, 59]], [2.0, -0.25, -1.0], atol=1e-6)


@pytest.mark.parametrize(
    ("size", "picture"),
    [((200, 200), (512, 512)), ((4000, 3000), (1024, 768)), ((3, 2), (512, 341)), ((4000, 10), (1024, 3))],
)
def test_picture_is_of_bounded_size(size, picture):
    found = heatmap(size, (Box(0, 0, min(size), min(size)), 1.0))
    assert found.overlay(legend=False).size == picture
    with_legend = found.overlay()
    assert with_legend.height <= 1024 + 100
    assert with_legend.width >= 300


def test_fake_is_orange_and_real_is_blue():
    found = heatmap((100, 50), (Box(0, 0, 50, 50), 3.0), (Box(50, 0, 100, 50), -3.0))
    pixels = np.asarray(found.overlay(legend=False)).astype(int)
    red_less_blue = pixels[20:-20, :, 0] - pixels[20:-20, :, 2]
    assert red_less_blue[:, 60:200].min() > 60
    assert red_less_blue[:, 300:450].max() < -60


def test_file_is_not_replaced_unasked(tmp_path):
    found = heatmap((80, 60), (Box(0, 0, 60, 60), 1.0))
    file = found.save(tmp_path / "deep" / "map.png")
    assert Image.open(file).format == "PNG"
    with pytest.raises(RealFakeError, match="exists"):
        found.save(file)
    found.save(file, overwrite=True)
    with pytest.raises(RealFakeError, match=r"\.png or \.jpg"):
        found.save(tmp_path / "map.bmp")
