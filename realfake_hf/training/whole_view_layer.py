"""A detector whose whole view, the last of several crops, has a last layer of its own; or no longer has it."""

from __future__ import annotations

import copy
from typing import cast

import torch
from transformers import AutoModelForImageClassification

from realfake_hf.models.configuration_realfake_backbone import RealFakeBackboneConfig
from realfake_hf.models.modeling_realfake import RealFakePreTrainedModel

OF_CROPS, OF_WHOLE = "head.classifier.", "head.whole_view_classifier."


def has_whole_view_layer(model: RealFakePreTrainedModel) -> bool:
    """Whether whole views have a last layer of their own."""
    return isinstance(model.config, RealFakeBackboneConfig) and model.config.whole_view_layer


def with_whole_view_layer(model: RealFakePreTrainedModel) -> RealFakePreTrainedModel:
    """The same detector, that answers alike: the new layer is a copy of that of the crops until it is fitted.

    Raises:
        ValueError: the detector has no pretrained backbone's head, or has such a layer already.
    """
    if not isinstance(model.config, RealFakeBackboneConfig):
        raise ValueError("add_whole_view_layer needs a network with a backbone.")
    if model.config.whole_view_layer:
        raise ValueError("add_whole_view_layer: the network has a layer for the whole view already.")
    state = dict(model.state_dict())
    state |= {OF_WHOLE + name.removeprefix(OF_CROPS): state[name] for name in state if name.startswith(OF_CROPS)}
    return _rebuilt(model, state, whole_view_layer=True)


def without_whole_view_layer(model: RealFakePreTrainedModel) -> RealFakePreTrainedModel:
    """The same detector, that judges whole views as it judges crops, and lets them count as much."""
    state = {name: tensor for name, tensor in model.state_dict().items() if not name.startswith(OF_WHOLE)}
    return _rebuilt(model, state, whole_view_layer=False)


def _rebuilt(
    model: RealFakePreTrainedModel, state: dict[str, torch.Tensor], *, whole_view_layer: bool
) -> RealFakePreTrainedModel:
    config = cast("RealFakeBackboneConfig", copy.deepcopy(model.config))
    config.whole_view_layer = whole_view_layer
    config.whole_view_share = config.whole_view_share if whole_view_layer else None
    rebuilt = cast("RealFakePreTrainedModel", AutoModelForImageClassification.from_config(config))
    rebuilt.load_state_dict({name: tensor.to(rebuilt.state_dict()[name].dtype) for name, tensor in state.items()})
    return rebuilt
