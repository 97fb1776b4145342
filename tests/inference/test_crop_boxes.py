"""Boxes say which pixels of the image a crop shows, whatever the processor does."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from transformers import ConvNextImageProcessorPil

from realfake_hf import RealFakeImageProcessor
from realfake_hf.inference.crop_boxes import processor_boxes, share_seen

SHAPES = [(300, 200), (50, 40), (900, 70), (70, 900), (64, 64), (3000, 20)]


def processor(**fields: object) -> RealFakeImageProcessor:
    values = {"image_mean": (0.0, 0.0, 0.0), "image_std": (1.0, 1.0, 1.0), **fields}
    return RealFakeImageProcessor(size=64, **values)  # type: ignore[arg-type]


def ramps(width: int, height: int) -> Image.Image:
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return Image.fromarray(np.stack([x, y, 0 * x], axis=-1).round().astype(np.uint8))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize(
    "fields",
    [{"mode": "pad"}, {"mode": "resize-crop"}, {"mode": "resize-crop", "resize_size": 80}, {"num_crops": 3}],
    ids=lambda fields: " ".join(map(str, fields.values())),
)
def test_crops_show_what_their_boxes_say(shape: tuple[int, int], fields: dict[str, object]) -> None:
    width, height = shape
    own = processor(**fields)
    count = int(fields.get("num_crops", 1))
    crops = own.crops(ramps(width, height), count).astype(float) / 255
    boxes = processor_boxes(own, width, height, count)
    assert len(boxes) == len(crops) <= count
    for crop, box in zip(crops, boxes, strict=True):
        for channel, side, start, end in ((0, width, box.left, box.right), (1, height, box.top, box.bottom)):
            cell = (end - start) / len(crop)
            centres = start + (np.arange(len(crop)) + 0.5) * cell
            shown = crop[len(crop) // 2, :, 0] if channel == 0 else crop[:, len(crop) // 2, 1]
            # Resampling and 8 bits blur the ramp's ends.
            inside = (centres > 2 * cell) & (centres < side - 2 * cell)
            expected = (centres[inside] - 0.5) / max(side - 1, 1)
            np.testing.assert_allclose(shown[inside], expected, atol=0.02 + 1 / side)


@pytest.mark.parametrize("shape", [(300, 200), (200, 500), (64, 64)], ids=str)
def test_box_of_a_foreign_processor_is_found_by_its_pixels(shape: tuple[int, int]) -> None:
    foreign = ConvNextImageProcessorPil(size={"shortest_edge": 224}, crop_pct=0.875)
    (box,) = processor_boxes(foreign, *shape, 1)
    side = min(shape) * 0.875
    expected = [(whole - side) / 2 for whole in shape]
    np.testing.assert_allclose(box, [*expected, *(start + side for start in expected)], atol=0.02 * max(shape))


def test_several_crops_of_a_foreign_processor_are_refused() -> None:
    with pytest.raises(ValueError, match="only our own"):
        processor_boxes(ConvNextImageProcessorPil(), 300, 200, 5)


@pytest.mark.parametrize(
    ("fields", "shape", "share"),
    [
        ({"mode": "pad"}, (300, 200), 1.0),
        ({"mode": "resize-crop"}, (200, 100), 0.5),
        ({"num_crops": 1}, (128, 128), 0.25),
        ({"num_crops": 5}, (128, 128), 1.0),
        ({"num_crops": 2}, (40, 30), 1.0),
    ],
)
def test_share_of_the_image_that_is_looked_at(fields: dict[str, object], shape: tuple[int, int], share: float) -> None:
    assert share_seen(processor(**fields), *shape) == pytest.approx(share, abs=0.01)


def test_what_a_third_party_processor_shows_is_not_known() -> None:
    assert share_seen(ConvNextImageProcessorPil(), 300, 200) is None
