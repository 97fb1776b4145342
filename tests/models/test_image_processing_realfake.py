from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from transformers import AutoImageProcessor

from realfake_hf.models.image_processing_realfake import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    RealFakeImageProcessor,
)
from realfake_hf.models.square_crops import MODES, resize_shortest_side, tile_to_size

sides = st.integers(1, 90)
# Digest of the pixels of photographs, where a package cannot be imported.
DIGEST = """
import sys
blocked, folder, *photos = sys.argv[1:]
sys.modules[blocked] = None
import hashlib
from PIL import Image
from transformers import AutoImageProcessor
from transformers.utils import is_torchvision_available
from realfake_hf import RealFakeImageProcessor

assert is_torchvision_available() is (blocked == "nothing")
digest = hashlib.sha256()
for fields in ({"mode": "pad"}, {"mode": "resize-crop", "resize_size": 144}, {"num_crops": 5}, {"size": 700}):
    RealFakeImageProcessor(**fields).save_pretrained(folder)
    processor = AutoImageProcessor.from_pretrained(folder)
    for photo in photos:
        digest.update(processor(Image.open(photo), return_tensors="pt")["pixel_values"].numpy().tobytes())
print(digest.hexdigest())
"""


def pixels(image: Image.Image, **fields: object) -> np.ndarray:
    """Unnormalised output for one image: uint8 `(size, size, 3)`, or `(N, size, size, 3)`."""
    processor = RealFakeImageProcessor(image_mean=[0, 0, 0], image_std=[1, 1, 1], **fields)
    values = processor(image)["pixel_values"][0] * 255
    return np.moveaxis(values, -3, -1).round().astype(np.uint8)


def all_boxes(array: np.ndarray, size: int) -> np.ndarray:
    """Every square of `size` px of an image."""
    return np.lib.stride_tricks.sliding_window_view(array, (size, size), axis=(0, 1))


# --- every mode of the processor ---


@pytest.mark.parametrize("mode", MODES)
def test_pixel_values_are_normalised_float32(mode: str, photo: Image.Image) -> None:
    values = RealFakeImageProcessor(mode=mode, size=64)(photo, return_tensors="pt")["pixel_values"]
    assert values.dtype == torch.float32
    assert values.shape == (1, 3, 64, 64)
    assert values.is_contiguous()
    plain = torch.from_numpy(pixels(photo, mode=mode, size=64)).permute(2, 0, 1).double() / 255
    expected = (plain - torch.tensor(IMAGENET_MEAN).double()[:, None, None]) / torch.tensor(IMAGENET_STD).double()[
        :, None, None
    ]
    torch.testing.assert_close(values[0].double(), expected, atol=1e-6, rtol=1e-6)


@settings(max_examples=40)
@given(width=sides, height=sides, mode=st.sampled_from(MODES), size=st.integers(1, 40))
def test_image_of_any_size_becomes_the_square(width: int, height: int, mode: str, size: int) -> None:
    noise = np.random.default_rng(width * 100 + height).integers(100, 150, (height, width, 3), dtype=np.uint8)
    result = pixels(Image.fromarray(noise), mode=mode, size=size)
    assert result.shape == (size, size, 3)
    if mode != "pad":
        assert result.min() > 0  # no black border


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (2, 3), (63, 65), (641, 479)])
@pytest.mark.parametrize("mode", MODES)
def test_odd_sizes_of_a_photograph(mode: str, size: tuple[int, int], photo: Image.Image) -> None:
    assert pixels(photo.resize(size), mode=mode, size=64).shape == (64, 64, 3)


def test_strip_of_extreme_aspect_needs_no_gigabytes() -> None:
    strip = Image.new("RGB", (60_000, 1), (200, 100, 50))
    assert (pixels(strip, mode="resize-crop", size=64) == (200, 100, 50)).all()


# --- pad: the seed's ---


def test_pad_fits_the_longest_side_by_lanczos_onto_black(photo: Image.Image) -> None:
    photo = photo.crop((0, 0, 400, 200))
    padded = pixels(photo, mode="pad", size=128)
    fitted = np.asarray(photo.resize((128, 64), Image.Resampling.LANCZOS))
    np.testing.assert_array_equal(padded[32:96], fitted)
    assert not padded[:32].any()
    assert not padded[96:].any()


# --- resize-crop ---


def test_resize_crop_takes_the_centre_of_the_resized_image(photo: Image.Image) -> None:
    photo = photo.crop((0, 0, 400, 300))
    resized = np.asarray(photo.resize((128, 96), Image.Resampling.BICUBIC))
    np.testing.assert_array_equal(pixels(photo, mode="resize-crop", size=64, resize_size=96), resized[16:80, 32:96])


@given(width=sides, height=sides, size=sides)
def test_shortest_side_is_exactly_the_size(width: int, height: int, size: int) -> None:
    resized = resize_shortest_side(Image.new("RGB", (width, height)), size)
    assert min(resized.size) == size
    assert abs(max(resized.size) - max(width, height) * size / min(width, height)) <= 1


# --- native crops ---


@pytest.mark.parametrize("num_crops", [1, 2, 5, 9])
def test_native_crops_are_original_pixels(num_crops: int, photo: Image.Image) -> None:
    photo = photo.crop((200, 100, 300, 180))
    crops = RealFakeImageProcessor(size=24).crops(photo, num_crops)
    windows = np.moveaxis(all_boxes(np.asarray(photo), 24), 2, -1).reshape(-1, 24, 24, 3)
    places = [np.flatnonzero((windows == crop).all(axis=(1, 2, 3))) for crop in crops]
    assert all(len(place) == 1 for place in places)
    assert len({place[0] for place in places}) == len(crops) == {1: 1, 2: 1, 5: 5, 9: 9}[num_crops]


def test_image_that_needs_fewer_crops_has_zeros_in_their_place(photo: Image.Image) -> None:
    processor = RealFakeImageProcessor(size=64, num_crops=9)
    values = processor([photo.crop((0, 0, 64, 60)), photo.crop((0, 0, 192, 192))])["pixel_values"]
    assert values.shape == (2, 9, 3, 64, 64)
    assert np.any(values[0, 0])
    assert not np.any(values[0, 1:])
    assert np.any(values[1], axis=(1, 2, 3)).all()


def test_single_native_crop_is_the_centre(photo: Image.Image) -> None:
    np.testing.assert_array_equal(
        pixels(photo.crop((0, 0, 100, 80)), size=64), np.asarray(photo)[8 : 8 + 64, 18 : 18 + 64]
    )


@pytest.mark.parametrize("size", [(1, 1), (5, 4), (63, 64), (20, 200), (200, 20)])
def test_small_image_is_reflected_never_black(size: tuple[int, int], photo: Image.Image) -> None:
    image = photo.crop((200, 100, 200 + size[0], 100 + size[1])).point(lambda value: max(value, 1))
    crop = pixels(image, size=64)
    assert crop.min() > 0
    original = {tuple(colour) for colour in np.asarray(image).reshape(-1, 3)}
    assert {tuple(colour) for colour in crop.reshape(-1, 3)} <= original


def test_reflection_continues_the_image_at_its_borders(photo: Image.Image) -> None:
    image = photo.crop((0, 0, 40, 64))
    tiled = np.asarray(tile_to_size(image, 64, 64))
    np.testing.assert_array_equal(tiled[:, 12:52], np.asarray(image))
    np.testing.assert_array_equal(tiled[:, 11::-1], tiled[:, 12:24])
    np.testing.assert_array_equal(tiled[:, 52:], tiled[:, 51:39:-1])


def test_image_large_enough_is_not_tiled(photo: Image.Image) -> None:
    assert tile_to_size(photo, 64, 64) is photo


def test_number_of_crops_can_be_given_with_the_images(photo: Image.Image) -> None:
    processor = RealFakeImageProcessor(size=64)
    values = processor([photo, photo], num_crops=5)["pixel_values"]
    assert values.shape == (2, 5, 3, 64, 64)
    np.testing.assert_array_equal(values, RealFakeImageProcessor(size=64, num_crops=5)([photo, photo])["pixel_values"])
    assert processor(photo)["pixel_values"].shape == (1, 3, 64, 64)
    assert RealFakeImageProcessor(size=64, num_crops=5)(photo, num_crops=1)["pixel_values"].shape == (1, 3, 64, 64)


# --- arrays ---


def test_arrays_and_tensors_are_the_same_picture(photo: Image.Image) -> None:
    photo = photo.crop((0, 0, 96, 70))
    array = np.asarray(photo)
    expected = pixels(photo, size=64)
    variants = {
        "numpy": array,
        "channels first": np.moveaxis(array, -1, 0),
        "float": array / 255,
        "float16": (array / 255).astype(np.float16),
        "16 bits": array.astype(np.uint16) * 257,
        "opaque": np.dstack([array, np.full(array.shape[:2], 255, np.uint8)]),
        "torch": torch.from_numpy(array.copy()),
        "torch channels first": torch.from_numpy(array.copy()).permute(2, 0, 1),
        "torch float": (torch.from_numpy(array.copy()) / 255).requires_grad_(),
    }
    for name, variant in variants.items():
        np.testing.assert_array_equal(pixels(variant, size=64), expected, err_msg=name)
    grey = array[..., 0]
    for variant in (grey, grey[..., None], grey[None], torch.from_numpy(grey.copy()), Image.fromarray(grey)):
        np.testing.assert_array_equal(pixels(variant, size=64), np.dstack([pixels(photo, size=64)[..., 0]] * 3))


def test_bfloat16_tensor_is_read(photo: Image.Image) -> None:
    tensor = torch.from_numpy(np.asarray(photo).copy()) / 255
    difference = pixels(tensor.bfloat16(), size=64).astype(int) - pixels(photo, size=64)
    assert np.abs(difference).max() <= 1


def test_masks_are_black_and_white() -> None:
    mask = np.eye(64, dtype=bool)
    np.testing.assert_array_equal(pixels(mask, size=64)[..., 0], mask * 255)


def test_batch_in_one_array_is_a_batch(photo: Image.Image) -> None:
    array = np.asarray(photo.crop((0, 0, 96, 70)))
    processor = RealFakeImageProcessor(size=64)
    expected = processor([array, array[:, ::-1]])["pixel_values"]
    np.testing.assert_array_equal(processor(np.stack([array, array[:, ::-1]]))["pixel_values"], expected)
    np.testing.assert_array_equal(processor(torch.from_numpy(np.stack([array, array[:, ::-1]]))).pixel_values, expected)


@pytest.mark.parametrize(
    ("image", "complaint"),
    [
        (np.zeros((5, 5, 2), np.uint8), "must be"),
        (np.zeros((4,), np.uint8), "must be"),
        (np.zeros((0, 4, 3), np.uint8), "must be"),
        (np.zeros((4, 4, 3), np.int64), "not int64 from 0 to 0"),
        (np.full((4, 4, 3), 255.0), "not float64 from 255.0 to 255.0"),
        (np.full((4, 4, 3), -0.1), "not float64 from -0.1 to -0.1"),
        (np.full((4, 4, 3), np.nan), "not float64 from nan to nan"),
        ("photo.jpg", "must be"),
        (None, "must be"),
        ([], "no image"),
    ],
    ids=str,
)
def test_what_is_no_image_is_refused_in_one_sentence(image: object, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        RealFakeImageProcessor(size=4)(image)
    assert "\n" not in str(caught.value)


# --- the configuration ---


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"mode": "squash"}, "mode must be one of pad, resize-crop, native-crops, not 'squash'"),
        ({"size": 0}, "size must be at least 1"),
        ({"mode": "resize-crop", "size": 64, "resize_size": 63}, "resize_size at least size"),
        ({"num_crops": 0}, "num_crops must be 1"),
        ({"mode": "pad", "num_crops": 2}, "num_crops must be 1, or more with mode='native-crops'"),
        ({"image_mean": [0.5]}, "three entries"),
        ({"image_std": [0.5, 0.5, 0.0]}, "deviations above 0"),
        ({"image_mean": [0.5, "0.5", 0.5]}, "three entries"),
        ({"size": "128"}, "size must be a whole number, not '128'"),
        ({"size": 65536}, "are more than 67,108,864 pixels an image"),
    ],
)
def test_contradicting_fields_are_refused(fields: dict, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        RealFakeImageProcessor(**fields)


@pytest.mark.parametrize("num_crops", [0, -1])
def test_wrong_number_of_crops_with_the_images_is_refused(num_crops: int, photo: Image.Image) -> None:
    with pytest.raises(ValueError, match="num_crops must be 1"):
        RealFakeImageProcessor()(photo, num_crops=num_crops)


@pytest.mark.parametrize("mode", ["pad", "resize-crop"])
def test_several_crops_of_one_square_are_refused(mode: str, photo: Image.Image) -> None:
    with pytest.raises(ValueError, match="num_crops must be 1"):
        RealFakeImageProcessor(mode=mode)(photo, num_crops=2)


def test_other_fields_with_the_images_are_refused_not_ignored(photo: Image.Image) -> None:
    with pytest.raises(ValueError, match="set mode, size when loading"):
        RealFakeImageProcessor()(photo, size=64, mode="pad")


@pytest.mark.parametrize(
    "fields",
    [
        {"mode": "pad", "size": 48, "image_mean": [0.5, 0.4, 0.3], "image_std": [0.1, 0.2, 0.3]},
        {"mode": "resize-crop", "size": 48, "resize_size": 60},
        {"mode": "native-crops", "size": 48, "num_crops": 4},
    ],
    ids=lambda fields: fields["mode"],
)
def test_saved_and_loaded_processor_is_the_same(fields: dict, photo: Image.Image, tmp_path: Path) -> None:
    processor = RealFakeImageProcessor(**fields)
    processor.save_pretrained(tmp_path)
    loaded = AutoImageProcessor.from_pretrained(tmp_path)
    assert type(loaded) is RealFakeImageProcessor
    assert loaded.to_dict() == processor.to_dict()
    np.testing.assert_array_equal(loaded(photo)["pixel_values"], processor(photo)["pixel_values"])


def test_fields_can_be_overridden_when_loading(tmp_path: Path, photo: Image.Image) -> None:
    RealFakeImageProcessor(size=48).save_pretrained(tmp_path)
    loaded = AutoImageProcessor.from_pretrained(tmp_path, num_crops=3, size=32)
    assert loaded(photo)["pixel_values"].shape == (1, 3, 3, 32, 32)
    with pytest.raises(ValueError, match="mode must be one of"):
        AutoImageProcessor.from_pretrained(tmp_path, mode="squash")


if importlib.util.find_spec("torchvision"):

    def test_pixel_values_are_the_same_without_torchvision(photo_paths: list[Path], tmp_path: Path) -> None:
        digests = []
        for blocked in ("torchvision", "nothing"):
            answer = subprocess.run(
                [sys.executable, "-c", DIGEST, blocked, str(tmp_path / blocked), *map(str, photo_paths)],
                capture_output=True,
                text=True,
                check=False,
            )
            assert answer.returncode == 0, answer.stderr
            assert "not available" not in answer.stderr
            digests.append(answer.stdout)
        assert digests[0] == digests[1]


def test_a_setting_cannot_take_the_place_of_a_method() -> None:
    with pytest.raises(ValueError, match="crops is no setting of RealFakeImageProcessor"):
        RealFakeImageProcessor(size=48, crops=1)
