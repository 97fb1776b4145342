"""The named networks: the seed's five candidates, our own two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from transformers.utils import is_timm_available

from .configuration_realfake import RealFakeConfig
from .configuration_realfake_backbone import RealFakeBackboneConfig
from .configuration_realfake_cnn import RealFakeCNNConfig

EFFICIENTNET_B0 = {
    "model_type": "efficientnet",
    "hidden_dim": 1280,
    "width_coefficient": 1.0,
    "depth_coefficient": 1.0,
    "drop_connect_rate": 0.2,
}


def _cnn_128(**fields: Any) -> RealFakeCNNConfig:
    return RealFakeCNNConfig(**{"image_size": 128, "head_hidden_sizes": [128], **fields})


def _cnn_224(**fields: Any) -> RealFakeCNNConfig:
    return RealFakeCNNConfig(**{"image_size": 224, "head_hidden_sizes": [224], **fields})


def _realfake_net(**fields: Any) -> RealFakeCNNConfig:
    # Dense convolutions of 16 channels and more: twice as fast in bf16 where the processor has matrix units.
    defaults: dict[str, Any] = {
        "image_size": 192,
        "widths": [16, 32, 64, 128, 256],
        "depths": [1, 1, 2, 2, 2],
        "downsampling": ["none", "stride", "stride", "stride", "stride"],
        "block": "residual",
        "padding": "same",
        "norm": "batch",
        "high_pass": ["srm"],
        "head": "patch",
        "head_hidden_sizes": [],
        "head_dropout": 0.2,
    }
    return RealFakeCNNConfig(**{**defaults, **fields})


def _resnet_50(**fields: Any) -> RealFakeBackboneConfig:
    defaults = {"pooling": "flatten", "head_hidden_sizes": [256], "head_dropouts": [0.0, 0.5]}
    return _backbone({"model_type": "resnet"}, defaults, fields)


def _efficientnetv2_b0(**fields: Any) -> RealFakeBackboneConfig:
    # Transformers has no EfficientNetV2; timm has. Without it EfficientNet-B0 is the nearest.
    backbone = EFFICIENTNET_B0
    if is_timm_available():
        backbone = {"model_type": "timm_wrapper", "architecture": "tf_efficientnetv2_b0", "do_pooling": True}
    return _backbone(backbone, {"pooling": "gap", "head_hidden_sizes": [128], "head_dropouts": [0.5, 0.0]}, fields)


def _convnext_base(**fields: Any) -> RealFakeBackboneConfig:
    backbone = {"model_type": "convnext", "hidden_sizes": [128, 256, 512, 1024], "depths": [3, 3, 27, 3]}
    return _backbone(backbone, {"pooling": "gap", "head_hidden_sizes": [256], "head_dropouts": [0.5, 0.3]}, fields)


def _efficientnet_lite0(**fields: Any) -> RealFakeBackboneConfig:
    defaults = {
        "image_size": 192,
        "pooling": "gap",
        "head_dropouts": [0.2],
        "statistics_layers": ["encoder.blocks.3.expansion.expand_act", "encoder.blocks.8.expansion.expand_act"],
        "standardize_features": True,
        "drop_squeeze_excite": True,
    }
    pretrained = fields.get("backbone_config")
    if isinstance(pretrained, dict) and pretrained.get("model_type") == "timm_wrapper":
        # The same two layers; timm's network has no squeeze-excite to drop.
        defaults["statistics_layers"] = ["timm_model.blocks.2.0.bn1", "timm_model.blocks.4.0.bn1"]
        defaults["drop_squeeze_excite"] = False
    # EfficientNet-B0 with ReLU6 and without squeeze-excite (Liu and Tan 2020, "EfficientNet-Lite").
    return _backbone({**EFFICIENTNET_B0, "hidden_act": "relu6"}, defaults, fields)


def _backbone(
    backbone_config: dict[str, Any], defaults: dict[str, Any], fields: dict[str, Any]
) -> RealFakeBackboneConfig:
    return RealFakeBackboneConfig(**{"backbone_config": backbone_config, **defaults, **fields})


PRESETS: dict[str, Callable[..., RealFakeConfig]] = {
    "cnn-128": _cnn_128,
    "cnn-224": _cnn_224,
    "realfake-net": _realfake_net,
    "resnet-50": _resnet_50,
    "efficientnetv2-b0": _efficientnetv2_b0,
    "convnext-base": _convnext_base,
    "efficientnet-lite0": _efficientnet_lite0,
}


def preset_config(name: str, **fields: Any) -> RealFakeConfig:
    """The configuration of a named network, with single fields overridden.

    Raises:
        KeyError: no network of that name.
        ValueError: `fields` contradict the network.
    """
    return PRESETS[name](**fields)
