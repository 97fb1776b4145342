"""The steps of an augmentation for a whole batch do what they do to one image."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageEnhance
from safetensors.torch import load_file
from test_vision_encoder import write_clip

from realfake_hf.data.loading import load_data
from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations import (
    ColorJitter,
    Compose,
    Degradation,
    Flip,
    GaussianBlur,
    RandomCrop,
    RecompressJpeg,
    Resample,
)
from realfake_hf.images.degradations.flip import SQUARE
from realfake_hf.images.stored_image import open_stored
from realfake_hf.training.batched_augmentation import BatchedAugmentation
from realfake_hf.training.recipe import recipe_from_dict
from realfake_hf.training.train import train

SIZE = 64


@pytest.fixture
def windows(make_imagefolder: Callable[..., Path]) -> torch.Tensor:
    rows = load_data(make_imagefolder({"train": 8}, size=SIZE))["train"]
    return torch.from_numpy(np.stack([np.asarray(open_stored(stored)) for stored in rows["image"]]))


def augmented(windows: torch.Tensor, *steps: Degradation, seed: int = 0) -> np.ndarray:
    return BatchedAugmentation(Compose([RandomCrop(size=SIZE), *steps]))(windows, seed)[0].numpy()


def is_among(pixels: np.ndarray, images: list[Image.Image], tolerance: float = 0.0) -> bool:
    return any(np.abs(pixels.astype(int) - np.asarray(image)).max() <= tolerance for image in images)


def test_without_further_steps_windows_come_back(windows: torch.Tensor) -> None:
    np.testing.assert_array_equal(augmented(windows), windows.numpy())


def test_crops_lie_within_their_images(windows: torch.Tensor) -> None:
    found = augmented(windows, RandomCrop(size=SIZE - 2))
    for crop, window in zip(found, windows.numpy(), strict=True):
        places = [Image.fromarray(window[y : y + SIZE - 2, x : x + SIZE - 2]) for y in range(3) for x in range(3)]
        assert is_among(crop, places)
    assert len({crop.tobytes() for crop in augmented(windows[:1].expand(16, -1, -1, -1), RandomCrop(size=32))}) > 8


def test_what_is_too_small_is_continued_on_both_sides(windows: torch.Tensor) -> None:
    found = augmented(windows, RandomCrop(size=SIZE + 4))
    np.testing.assert_array_equal(found[:, 2:-2, 2:-2], windows.numpy())
    np.testing.assert_array_equal(found[:, 0, 2:-2], windows.numpy()[:, 1])


@pytest.mark.parametrize("flip", [Flip(probability=1), Flip(probability=1, rot90=True)], ids=["mirror", "square"])
def test_flips_are_pillows(windows: torch.Tensor, flip: Flip) -> None:
    symmetries = SQUARE if flip.rot90 else SQUARE[:1]
    batch = windows[:1].expand(64, -1, -1, -1)
    image = Image.fromarray(windows[0].numpy())
    expected = [image.transpose(symmetry) for symmetry in symmetries]
    found = augmented(batch, flip)
    assert all(is_among(pixels, expected) for pixels in found)
    assert len({pixels.tobytes() for pixels in found}) == len(symmetries)


def test_a_flip_of_a_smaller_image_mirrors_it_and_not_its_canvas(windows: torch.Tensor) -> None:
    half = Resample(scale=(0.5, 0.5), filters=("box",), restore_size=False)
    straight = augmented(windows, half, RandomCrop(size=SIZE // 2))
    mirrored = augmented(windows, half, Flip(probability=1), RandomCrop(size=SIZE // 2))
    np.testing.assert_array_equal(mirrored, straight[:, :, ::-1])


@pytest.mark.parametrize("key", ["brightness", "contrast", "saturation"])
def test_colours_change_as_pillow_changes_them(windows: torch.Tensor, key: str) -> None:
    enhancers = {
        "brightness": ImageEnhance.Brightness,
        "contrast": ImageEnhance.Contrast,
        "saturation": ImageEnhance.Color,
    }
    changes = {"brightness": 0.0, "contrast": 0.0, "saturation": 0.0} | {key: 0.3}
    image = Image.fromarray(windows[0].numpy())
    (found,) = augmented(windows[:1], ColorJitter(**changes))
    factors = np.linspace(0.7, 1.3, 601)
    differences = [
        np.abs(np.asarray(enhancers[key](image).enhance(factor)).astype(int) - found).max() for factor in factors
    ]
    assert min(differences) <= 1
    assert (found != windows[0].numpy()).any()


def test_twins_are_moved_alike_and_not_damaged(windows: torch.Tensor) -> None:
    steps = [
        RandomCrop(size=SIZE),
        Resample(probability=0.5),
        RecompressJpeg(quality=(5, 5)),
        RandomCrop(size=32),
        Flip(),
    ]
    augmentation = BatchedAugmentation(Compose(steps))
    degraded, clean = augmentation(windows, 3, with_twins=True)
    undamaged = BatchedAugmentation(Compose([*steps[:2], RecompressJpeg(probability=0), *steps[3:]]))
    assert clean is not None
    torch.testing.assert_close(clean, undamaged(windows, 3)[0])
    difference = (degraded.float() - clean.float()).abs().mean()
    assert 1 < difference < 40
    again, _ = augmentation(windows, 3)
    torch.testing.assert_close(degraded, again)
    assert not torch.equal(degraded, augmentation(windows, 4)[0])


def test_about_as_many_act_as_their_probability_says(windows: torch.Tensor) -> None:
    batch = windows[:1].expand(200, -1, -1, -1)
    changed = (augmented(batch, RecompressJpeg(probability=0.3)) != batch.numpy()).any(axis=(1, 2, 3)).mean()
    assert 0.2 < changed < 0.4


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([], "needs a random_crop as the first step"),
        ([Flip()], "needs a random_crop as the first step"),
        ([RandomCrop(size=48), GaussianBlur()], r"step blur has no form for batches \(those that have: random_crop"),
        ([RandomCrop(size=48), Resample(restore_size=False)], "several sizes: add a random_crop at its end"),
        (
            [RandomCrop(size=48), Resample(scale=(0.5, 0.5), restore_size=False), Flip(rot90=True)],
            "flip turns squares of one size: crop before it",
        ),
        ([RandomCrop(size=48), RandomCrop(probability=0.5, size=40)], "a random_crop has the probability 1"),
        ([RandomCrop(size=48), RandomCrop(size=40)], "squares of 40 px, and the training crops have 48 px"),
    ],
)
def test_a_recipe_that_has_no_form_for_batches_is_refused(
    tiny_recipe_values: dict[str, Any], steps: list[Degradation], message: str
) -> None:
    with pytest.raises(RealFakeError, match=message):
        BatchedAugmentation(Compose(steps)).check(48)
    with pytest.raises(RealFakeError, match="needs a random_crop"):
        recipe_from_dict({**tiny_recipe_values, "augmentation": ["flip"], "augmentation_on_device": True})


@pytest.mark.parametrize("is_taught", [False, True], ids=["labels", "encoder"])
def test_trained_with_it_twice_to_the_same_weights(
    tiny_recipe_values: dict[str, Any], make_imagefolder: Callable[..., Path], tmp_path: Path, is_taught: bool
) -> None:
    data = make_imagefolder({"train": 24, "val": 12}, size=72)
    tiny_recipe_values |= {
        "augmentation": [
            {"random_crop": {"size": 64}},
            {"resample": {"scale": [0.7, 1.0], "restore_size": False}},
            "jpeg",
            {"random_crop": {"size": 48}},
        ],
        "augmentation_on_device": True,
    }
    if is_taught:
        encoder = str(write_clip(tmp_path / "encoder"))
        tiny_recipe_values["distillation"] = {"encoder": encoder, "encoder_size": 32, "consistent": True, "mixing": 0.5}
    recipe = recipe_from_dict(tiny_recipe_values)
    found = []
    for name in ("first", "again"):
        train(recipe, data=data, output=tmp_path / name)
        found.append(load_file(tmp_path / name / "model" / "model.safetensors"))
    assert all(torch.equal(found[0][name], found[1][name]) for name in found[0])
    other = recipe_from_dict({**tiny_recipe_values, "augmentation_on_device": False})
    train(other, data=data, output=tmp_path / "one_by_one")
    one_by_one = load_file(tmp_path / "one_by_one" / "model" / "model.safetensors")
    assert not all(torch.equal(found[0][name], one_by_one[name]) for name in one_by_one)
