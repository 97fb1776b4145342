"""The named networks: the seed's five candidates, our own three, and two foundation models behind a linear probe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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

CONVNEXT_BASE = {"model_type": "convnext", "hidden_sizes": [128, 256, 512, 1024], "depths": [3, 3, 27, 3]}

PROBED = {"image_size": 224, "pooling": "gap", "head_dropouts": [0.0], "standardize_features": True}
"""A frozen backbone whose head a linear probe sets."""


def _cnn_128(**fields: Any) -> RealFakeCNNConfig:
    return RealFakeCNNConfig(**{"image_size": 128, "head_hidden_sizes": [128], **fields})


def _cnn_224(**fields: Any) -> RealFakeCNNConfig:
    return RealFakeCNNConfig(**{"image_size": 224, "head_hidden_sizes": [224], **fields})


def _realfake_net(**fields: Any) -> RealFakeCNNConfig:
    # Dense convolutions of 16 channels and more: twice as fast in bf16 where the processor has matrix units.
    defaults = {
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
        **fields,
    }
    return RealFakeCNNConfig(**defaults)


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
    return _backbone(CONVNEXT_BASE, {"pooling": "gap", "head_hidden_sizes": [256], "head_dropouts": [0.5, 0.3]}, fields)


def _dinov3_convnext_tiny(**fields: Any) -> RealFakeBackboneConfig:
    backbone = {"model_type": "dinov3_convnext", "hidden_sizes": [96, 192, 384, 768], "depths": [3, 3, 9, 3]}
    return _backbone(backbone, PROBED, fields)


def _convnext_clip(**fields: Any) -> RealFakeBackboneConfig:
    # OpenCLIP's ConvNeXt comes from timm; without it the same network is there, its weights are not.
    of_timm = {"model_type": "timm_wrapper", "architecture": "convnext_base", "do_pooling": True}
    return _backbone(of_timm if is_timm_available() else CONVNEXT_BASE, PROBED, fields)


def _efficientnet_lite0(**fields: Any) -> RealFakeBackboneConfig:
    return _efficientnet_lite(EFFICIENTNET_B0, (3, 8), fields)


def _efficientnet_lite2(**fields: Any) -> RealFakeBackboneConfig:
    # A fifth deeper and a tenth wider, but for the stem, the first and last stage's depth and the top.
    backbone = {
        **EFFICIENTNET_B0,
        "num_block_repeats": [1, 3, 3, 4, 4, 5, 1],
        "in_channels": [32, 16, 24, 48, 88, 120, 208],
        "out_channels": [16, 24, 48, 88, 120, 208, 352],
    }
    return _efficientnet_lite(backbone, (4, 11), fields)


def _efficientnet_lite(
    backbone: Mapping[str, Any], tapped_blocks: tuple[int, int], fields: Mapping[str, Any]
) -> RealFakeBackboneConfig:
    """`tapped_blocks` are the first of the third and of the fifth stage."""
    defaults = {
        "image_size": 192,
        "pooling": "gap",
        "head_dropouts": [0.2],
        "statistics_layers": [f"encoder.blocks.{block}.expansion.expand_act" for block in tapped_blocks],
        "standardize_features": True,
        "drop_squeeze_excite": True,
    }
    pretrained = fields.get("backbone_config")
    if isinstance(pretrained, dict) and pretrained.get("model_type") == "timm_wrapper":
        # The same two layers; timm's network has no squeeze-excite to drop.
        defaults["statistics_layers"] = ["timm_model.blocks.2.0.bn1", "timm_model.blocks.4.0.bn1"]
        defaults["drop_squeeze_excite"] = False
    # EfficientNet with ReLU6 and without squeeze-excite (Liu and Tan 2020, "EfficientNet-Lite").
    return _backbone({**backbone, "hidden_act": "relu6"}, defaults, fields)


def _backbone(
    backbone_config: Mapping[str, Any], defaults: Mapping[str, Any], fields: Mapping[str, Any]
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
    "efficientnet-lite2": _efficientnet_lite2,
    "dinov3-convnext-tiny": _dinov3_convnext_tiny,
    "convnext-clip": _convnext_clip,
}


def preset_config(name: str, **fields: Any) -> RealFakeConfig:
    """The configuration of a named network, with single fields overridden.

    Raises:
        KeyError: no network of that name.
        ValueError: `fields` contradict the network.
    """
    return PRESETS[name](**fields)
