"""What a detector was trained on, from the data's own columns."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from datasets import Dataset

from realfake_hf.training.recipe import recipe_from_dict
from realfake_hf.training.train import train
from realfake_hf.training.training_range import joined_ranges, training_range

JPEG = {"jpeg": {"probability": 0.5, "quality": [40, 90]}}


def test_sides_and_qualities_of_the_originals_and_of_the_augmentation() -> None:
    rows = Dataset.from_dict({"width": [640, 3000], "height": [480, 4000], "jpeg_quality": [None, 97]})
    assert training_range(rows, [JPEG, "flip"]) == {"side": [480, 3000], "jpeg_quality": [40, 97]}


def test_what_nobody_tells_is_left_out() -> None:
    assert training_range(Dataset.from_dict({"label": [0]}), ["flip"]) is None
    assert training_range(Dataset.from_dict({"width": [None], "height": [None]}), [JPEG]) == {"jpeg_quality": [40, 90]}


def test_who_is_trained_on_has_seen_both() -> None:
    former = {"side": [106, 3000], "jpeg_quality": [15, 95]}
    assert joined_ranges(former, {"side": [256, 5464]}) == {"side": [106, 5464], "jpeg_quality": [15, 95]}
    assert joined_ranges(None, {"side": [256, 5464]}) == {"side": [256, 5464]}
    assert joined_ranges(former, None) == former
    assert joined_ranges(None, None) is None


def test_it_is_in_the_trained_models_config(
    tiny_recipe_values: dict[str, Any], make_imagefolder: Callable[..., Path], tmp_path: Path
) -> None:
    data = make_imagefolder({"train": 4, "val": 4}, size=64)
    train(recipe_from_dict(tiny_recipe_values), data=data, output=tmp_path / "run")
    config = json.loads((tmp_path / "run" / "model" / "config.json").read_text())
    assert config["training_range"] == {"jpeg_quality": [60, 95]}
    further = {"start_from": str(tmp_path / "run"), "preset": "realfake-net"}
    values = {**tiny_recipe_values, "model": further, "augmentation": [JPEG]}
    train(recipe_from_dict(values), data=data, output=tmp_path / "on")
    config = json.loads((tmp_path / "on" / "model" / "config.json").read_text())
    assert config["training_range"] == {"jpeg_quality": [40, 95]}
