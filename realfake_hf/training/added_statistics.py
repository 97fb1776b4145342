"""A detector whose last layer sees more of its backbone than before."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import cast

import torch
from transformers import AutoModelForImageClassification

from realfake_hf.models.configuration_realfake_backbone import RealFakeBackboneConfig
from realfake_hf.models.modeling_realfake import RealFakePreTrainedModel
from realfake_hf.models.modeling_realfake_backbone import RealFakeBackboneForImageClassification

AT_FIRST = {
    "head.standardization.mean": 0.0,
    "head.standardization.deviation": 1.0,
    "head.classifier.weight": 0.0,
    "head.whole_view_classifier.weight": 0.0,
}
"""What the head's tensors hold for features that it has not seen yet: they say nothing."""


def with_added_statistics(model: RealFakePreTrainedModel, layers: Sequence[str]) -> RealFakePreTrainedModel:
    """The same detector, that answers alike, with the statistics of further layers behind the head's features.

    Their coefficients are 0 until the head is fitted (`linear_probe.near_start`) or trained.

    Args:
        model: with `standardize_features` and no dense layers before the logits.
        layers: of the backbone, by name, as in `statistics_layers`.

    Raises:
        ValueError: a head of another form, or a layer that the backbone has not or that is read already.
    """
    config = copy.deepcopy(model.config)
    if not (
        isinstance(model, RealFakeBackboneForImageClassification)
        and isinstance(config, RealFakeBackboneConfig)
        and config.standardize_features
        and not config.head_hidden_sizes
    ):
        raise ValueError("add_statistics_layers needs standardize_features=true and no head_hidden_sizes.")
    known = set(config.statistics_layers) & set(layers)
    if known:
        raise ValueError(f"add_statistics_layers: the head reads {sorted(known)[0]!r} already.")
    config.statistics_layers = [*config.statistics_layers, *layers]
    grown = cast("RealFakePreTrainedModel", AutoModelForImageClassification.from_config(config))
    state = {
        name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in model.state_dict().items()
    }
    for name, tensor in grown.state_dict().items():
        if name in AT_FIRST:
            wider = torch.full_like(tensor, AT_FIRST[name])
            wider[..., : state[name].shape[-1]] = state[name]
            state[name] = wider
    grown.load_state_dict(state)
    return grown
