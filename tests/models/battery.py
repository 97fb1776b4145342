"""Every network at tiny size: the presets, and one of every backbone family that is installed."""

from __future__ import annotations

import copy
import functools
import importlib.util
from typing import Any

import torch
from transformers import AutoModelForImageClassification, PreTrainedModel

from realfake_hf.models.configuration_realfake import RealFakeConfig
from realfake_hf.models.configuration_realfake_backbone import RealFakeBackboneConfig
from realfake_hf.models.presets import preset_config

STAGES = {"hidden_sizes": [8, 8, 16, 16], "depths": [1, 1, 1, 1]}
FAMILIES: dict[str, dict[str, Any]] = {
    "bit": {**STAGES, "embedding_size": 8, "num_groups": 2},
    "convnext": STAGES,
    "convnextv2": STAGES,
    "dinov3_convnext": STAGES,
    "efficientnet": {"hidden_dim": 128, "width_coefficient": 0.1, "depth_coefficient": 0.1},
    "mobilenet_v1": {"depth_multiplier": 0.125},
    "mobilenet_v2": {"depth_multiplier": 0.1, "min_depth": 8},
    "regnet": {**STAGES, "embedding_size": 8, "groups_width": 8},
    "resnet": {**STAGES, "embedding_size": 8, "layer_type": "basic"},
}
if importlib.util.find_spec("timm") and importlib.util.find_spec("torchvision"):
    FAMILIES["timm_wrapper"] = {"architecture": "test_byobnet"}

PRESET_FIELDS: dict[str, dict[str, Any]] = {
    "cnn-128": {"image_size": 32, "widths": [4, 8], "head_hidden_sizes": [8]},
    "cnn-224": {"image_size": 32, "widths": [4, 8], "head_hidden_sizes": [8]},
    "realfake-net": {
        "image_size": 32,
        "widths": [4, 8, 8],
        "depths": [1, 2, 1],
        "downsampling": ["none", "stride", "max_pool"],
        "high_pass": ["npr", "laplacian", "srm"],
    },
    "resnet-50": {"image_size": 64, "backbone_config": {"model_type": "resnet", **FAMILIES["resnet"]}},
    "efficientnetv2-b0": {
        "image_size": 64,
        "backbone_config": {"model_type": "efficientnet", **FAMILIES["efficientnet"]},
    },
    "convnext-base": {"image_size": 64, "backbone_config": {"model_type": "convnext", **FAMILIES["convnext"]}},
    "efficientnet-lite0": {
        "image_size": 64,
        "backbone_config": {"model_type": "efficientnet", "hidden_act": "relu6", **FAMILIES["efficientnet"]},
        "statistics_layers": ["encoder.blocks.1.expansion.expand_act", "encoder.blocks.3.expansion.expand_act"],
    },
    "efficientnet-lite2": {
        "image_size": 64,
        "backbone_config": {"model_type": "efficientnet", "hidden_act": "relu6", **FAMILIES["efficientnet"]},
        "statistics_layers": ["encoder.blocks.1.expansion.expand_act", "encoder.blocks.3.expansion.expand_act"],
    },
    "dinov3-convnext-tiny": {
        "image_size": 64,
        "backbone_config": {"model_type": "dinov3_convnext", **FAMILIES["dinov3_convnext"]},
    },
    "convnext-clip": {"image_size": 64, "backbone_config": {"model_type": "convnext", **FAMILIES["convnext"]}},
    "realfake-net residual": {
        "image_size": 32,
        "widths": [4, 8],
        "depths": [1, 1],
        "downsampling": ["stride", "max_pool"],
        "block": "residual",
    },
}
PRESETS = tuple(PRESET_FIELDS)
NETWORKS = (*PRESETS, *FAMILIES)


def tiny_config(network: str, **fields: Any) -> RealFakeConfig:
    """Configuration of a tiny network of this name: a preset's or a backbone family's."""
    if network in FAMILIES:
        backbone_config = {"model_type": network, **FAMILIES[network]}
        return RealFakeBackboneConfig(**{"backbone_config": backbone_config, "image_size": 64, **fields})
    return preset_config(network.split()[0], **{**PRESET_FIELDS[network], **fields})


@functools.cache
def _built_once(network: str, fields: tuple[tuple[str, Any], ...]) -> PreTrainedModel:
    torch.manual_seed(0)
    return AutoModelForImageClassification.from_config(tiny_config(network, **dict(fields))).eval()


def build(network: str, **fields: Any) -> PreTrainedModel:
    """A tiny network from random weights, in evaluation mode; `fields` hashable."""
    return copy.deepcopy(_built_once(network, tuple(fields.items())))


def backbone_of(model: PreTrainedModel) -> torch.nn.Module:
    return getattr(model, model.base_model_prefix)


def head_names(model: PreTrainedModel) -> set[str]:
    return {name for name, _ in model.named_parameters() if model.is_head_parameter(name)}


def batch_norm_statistics(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    """A copy of the running statistics of every batch norm."""
    return {name: buffer.clone() for name, buffer in module.named_buffers() if "running" in name}
