"""What a recipe's network starts from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from realfake_hf.errors import RealFakeError
from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.models.modeling_realfake_cnn import RealFakeCNNForImageClassification
from realfake_hf.models.presets import preset_config
from realfake_hf.training.model_factory import build_model, build_processor, build_training_processor, check_sizes
from realfake_hf.training.recipe import ModelSpec, load_recipe, recipe_from_dict, recipe_names


def write_detector(folder: Path, seed: int, width: int = 8) -> str:
    torch.manual_seed(seed)
    fields = {"widths": [width, 8], "depths": [1, 1], "downsampling": ["none", "stride"], "image_size": 48}
    model = RealFakeCNNForImageClassification(preset_config("realfake-net", **fields))
    model.config.temperature = 1.7
    model.save_pretrained(folder)
    RealFakeImageProcessor(size=48).save_pretrained(folder)
    return str(folder)


def test_averaged_runs_start_from_the_mean_of_all_weights(tmp_path: Path) -> None:
    first, second, third = (write_detector(tmp_path / str(seed), seed) for seed in range(3))
    states = [build_model(ModelSpec(start_from=one)).state_dict() for one in (first, second, third)]
    mean = build_model(ModelSpec(start_from=first, average_with=[second, third]))
    assert mean.config.temperature == 1.0
    for name, tensor in mean.state_dict().items():
        expected = sum(state[name].double() for state in states) / 3
        torch.testing.assert_close(tensor.double(), expected, rtol=0, atol=1e-6)
    assert not torch.equal(mean.state_dict()["head.classifier.weight"], states[0]["head.classifier.weight"])


def test_weights_of_another_network_have_no_mean(tmp_path: Path) -> None:
    first, other = write_detector(tmp_path / "first", 0), write_detector(tmp_path / "other", 1, width=16)
    with pytest.raises(RealFakeError, match=r"other is not the network of .*first: their weights have no mean"):
        build_model(ModelSpec(start_from=first, average_with=[other]))


def test_nothing_is_averaged_with_nothing() -> None:
    recipe = {"name": "r", "model": {"preset": "realfake-net", "average_with": ["somewhere"]}}
    with pytest.raises(RealFakeError, match=r"average_with needs model\.start_from"):
        recipe_from_dict(recipe)


@pytest.mark.parametrize("geometry", [{}, {"num_crops": 3}, {"num_crops": 2, "whole_view": True}], ids=str)
def test_sizes_are_tried_for_however_many_crops_a_picture_has(tmp_path: Path, geometry: dict[str, Any]) -> None:
    model = build_model(ModelSpec(start_from=write_detector(tmp_path / "run", 0)))
    check_sizes(model, RealFakeImageProcessor(size=48, **geometry))
    grid = build_model(ModelSpec(preset="cnn-128"))
    with pytest.raises(RealFakeError, match=r"network and its processor\.size do not fit"):
        check_sizes(grid, RealFakeImageProcessor(size=96, **geometry))


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_of_ours_has_a_network_that_takes_its_crops(name: str) -> None:
    recipe = load_recipe(name, ["model.backbone=null"])
    model = build_model(recipe.model)
    check_sizes(model, build_processor(recipe.processor), build_training_processor(recipe.processor))
