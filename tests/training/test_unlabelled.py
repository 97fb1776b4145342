"""Images without a label: drawn for their features alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from test_vision_encoder import write_clip

from realfake_hf.data.loading import load_data
from realfake_hf.errors import RealFakeError
from realfake_hf.training.recipe import recipe_from_dict
from realfake_hf.training.train import train
from realfake_hf.training.unlabelled import NO_LABEL, weights_with_unlabelled, with_unlabelled


@pytest.fixture
def unlabelled(photo: Image.Image, tmp_path: Path) -> Path:
    folder = tmp_path / "anything" / "deeper"
    folder.mkdir(parents=True)
    for number in range(3):
        photo.resize((64 + number, 64)).save(folder / f"{number}.png")
    return tmp_path / "anything"


def test_they_stand_behind_the_labelled_rows(make_imagefolder: Callable[..., Path], unlabelled: Path) -> None:
    rows = load_data(make_imagefolder({"train": 4}))["train"]
    joined = with_unlabelled(rows, unlabelled)
    assert joined["label"] == [*rows["label"], NO_LABEL, NO_LABEL, NO_LABEL]
    assert joined[-1]["image"]["path"].endswith("2.png")


def test_their_share_of_the_draws_is_what_was_asked() -> None:
    labels = np.array([0, 1, 1, NO_LABEL, NO_LABEL])
    weights = weights_with_unlabelled(np.array([0.5, 0.25, 0.25]), labels, 0.2)
    np.testing.assert_allclose(weights, [0.4, 0.2, 0.2, 0.1, 0.1])
    np.testing.assert_allclose(weights_with_unlabelled(None, labels, 0.4), [0.2] * 5)


def test_folder_without_images_is_refused(make_imagefolder: Callable[..., Path], tmp_path: Path) -> None:
    rows = load_data(make_imagefolder({"train": 4}))["train"]
    with pytest.raises(RealFakeError, match=r"holds no images: `distillation\.unlabelled` is a folder"):
        with_unlabelled(rows, tmp_path / "nothing")


def test_unlabelled_images_without_an_encoder_are_refused(tiny_recipe_values: dict[str, Any]) -> None:
    tiny_recipe_values["distillation"] = {"unlabelled": "anything"}
    with pytest.raises(RealFakeError, match=r"distillation\.unlabelled needs distillation\.encoder"):
        recipe_from_dict(tiny_recipe_values)


@pytest.mark.parametrize("smoothing", [0.0, 0.05])
def test_training_with_them_ends_in_finite_weights(
    smoothing: float,
    tiny_recipe_values: dict[str, Any],
    make_imagefolder: Callable[..., Path],
    unlabelled: Path,
    tmp_path: Path,
) -> None:
    data = make_imagefolder({"train": 8, "val": 4}, size=64)
    tiny_recipe_values["distillation"] = {
        "encoder": str(write_clip(tmp_path / "encoder")),
        "encoder_size": 32,
        "unlabelled": str(unlabelled),
        "unlabelled_share": 0.5,
    }
    # One image a batch: some batches hold no label at all.
    tiny_recipe_values["training"].update(per_device_train_batch_size=1, label_smoothing_factor=smoothing)
    train(recipe_from_dict(tiny_recipe_values), data=data, output=tmp_path / "run")
    history = json.loads((tmp_path / "run" / "history.json").read_text())
    assert np.isfinite([epoch["val_loss"] for epoch in history]).all()
    assert np.isfinite([epoch["train_loss"] for epoch in history]).all()
