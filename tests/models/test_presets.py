from __future__ import annotations

import pytest
import torch
from transformers import AutoModelForImageClassification, PreTrainedModel
from transformers.utils import is_timm_available

from realfake_hf.models.presets import PRESETS, preset_config

from .battery import head_names

# Parameters of the seed's networks with their single sigmoid output, in all and in the head that was trained.
SEED_TOTALS = {"cnn-128": 7_392_449, "cnn-224": 41_823_617}
SEED_HEADS = {"resnet-50": 25_690_625, "efficientnetv2-b0": 164_097, "convnext-base": 262_657}


def _without_values(name: str) -> PreTrainedModel:
    with torch.device("meta"):
        return AutoModelForImageClassification.from_config(preset_config(name))


def _second_logit(model: PreTrainedModel) -> int:
    """Parameters that our second logit adds to the seed's single one."""
    return model.head.classifier.in_features + 1


@pytest.mark.parametrize(("name", "expected"), SEED_TOTALS.items())
def test_scratch_cnn_has_the_seeds_parameters_but_for_the_second_logit(name: str, expected: int) -> None:
    model = _without_values(name)
    assert sum(parameter.numel() for parameter in model.parameters()) - _second_logit(model) == expected


@pytest.mark.parametrize(("name", "expected"), SEED_HEADS.items())
def test_head_has_the_seeds_parameters_but_for_the_second_logit(name: str, expected: int) -> None:
    model = _without_values(name)
    head = sum(model.get_parameter(parameter).numel() for parameter in head_names(model))
    assert head - _second_logit(model) == expected


@pytest.mark.parametrize("name", SEED_TOTALS)
def test_scratch_cnn_is_the_seeds_layer_by_layer(name: str) -> None:
    model = _without_values(name)
    kinds = [
        type(module).__name__
        for module in model.modules()
        if isinstance(module, (torch.nn.Conv2d, torch.nn.MaxPool2d, torch.nn.Linear, torch.nn.Dropout))
    ]
    assert kinds == ["Conv2d", "MaxPool2d", "Conv2d", "MaxPool2d", "Linear", "Dropout", "Linear"]
    assert model.head.dropout.p == 0.5


def test_realfake_net_is_small_and_keeps_full_resolution_at_first() -> None:
    model = _without_values("realfake-net")
    assert sum(parameter.numel() for parameter in model.parameters()) <= 5_000_000
    first_stage = model.encoder.stages[0](model.encoder.high_pass(torch.zeros(1, 3, 64, 64, device="meta")))
    assert first_stage.shape[-2:] == (64, 64)


# With the 1000 classes of ImageNet, as published (Liu and Tan 2020).
LITE = {"efficientnet-lite0": 4_652_008, "efficientnet-lite2": 6_092_072}


@pytest.mark.parametrize("name", LITE)
def test_efficientnet_lite_has_the_parameters_of_the_published_trunk(name: str) -> None:
    model = _without_values(name)
    trunk = sum(parameter.numel() for parameter in model.backbone.parameters())
    assert trunk == LITE[name] - (1280 * 1000 + 1000)


@pytest.mark.parametrize(("name", "millions"), [("dinov3-convnext-tiny", 27.8), ("convnext-clip", 87.6)])
def test_probed_backbones_have_the_published_size(name: str, millions: float) -> None:
    model = _without_values(name)
    assert sum(parameter.numel() for parameter in model.backbone.parameters()) == pytest.approx(
        1e6 * millions, rel=0.01
    )


@pytest.mark.parametrize("name", PRESETS)
def test_single_fields_of_a_preset_can_be_overridden(name: str) -> None:
    assert preset_config(name, image_size=96, temperature=2.0).image_size == 96
    assert preset_config(name, image_size=96, temperature=2.0).temperature == 2.0


def test_efficientnetv2_b0_is_timms_where_timm_is() -> None:
    backbone = preset_config("efficientnetv2-b0").backbone_config
    if is_timm_available():
        assert (backbone.model_type, backbone.architecture) == ("timm_wrapper", "tf_efficientnetv2_b0")
    else:
        assert backbone.model_type == "efficientnet"


def test_unknown_preset_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="cnn-129"):
        preset_config("cnn-129")
