"""What each place of a crop speaks for, by the model's own computation."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from realfake_hf.detection.heatmaps.heatmap import Method
from realfake_hf.errors import RealFakeError
from realfake_hf.inference.predictor import Predictor, fake_logit
from realfake_hf.inference.third_party_labels import FakeOutputs

Floats = npt.NDArray[np.float32]


def crop_evidence(predictor: Predictor, pixel_values: torch.Tensor) -> tuple[Floats, Method]:
    """Fake minus real logit by place, float32 (N, h, w) whose means are the crops' logits, and how it was found.

    Networks with a patch head answer by themselves. All others by Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391)
    at their last map, signed: evidence for real is as telling, and without the ReLU the map of a network that pools
    its last map into a linear layer is exact (it is the CAM of Zhou et al. 2016, arXiv:1512.04150).

    A head that also reads mean and deviation of earlier layers (`statistics_layers`) has the exact shares of their
    places added: the deviation is the sum over n places of (a - mean)^2 / (n deviation). Grad-CAM at these layers
    would not see the deviations at all: their gradients average to nothing.

    Args:
        predictor: the model, in evaluation mode, and which of its outputs mean fake.
        pixel_values: single crops (N, 3, H, W), as the processor gives them.

    Raises:
        RealFakeError: the network has no map near its end, as transformers have none.
    """
    model, outputs = predictor.model, predictor.outputs
    parameter = next(model.parameters())
    pixel_values = pixel_values.to(parameter.device, parameter.dtype)
    if getattr(model.config, "head", None) == "patch" and hasattr(model, "patch_logits"):
        with torch.no_grad():
            logits = model.patch_logits(pixel_values).float() / model.config.temperature
        return fake_logit(logits, outputs).cpu().numpy(), "patch logits"
    with torch.no_grad():
        total = fake_logit(model(pixel_values=pixel_values).logits.float(), outputs)
    maps = _grad_cam(model, pixel_values, outputs)
    method: Method = "grad-cam"
    if getattr(model.config, "statistics_layers", None):
        method = "grad-cam and layer statistics"
        shares = _statistics_shares(model, pixel_values, outputs)
        # The coarsest of these layers: the finer ones hold more noise than places.
        side = min((share.shape[-2:] for share in shares), key=lambda shape: shape[0] * shape[1])
        maps = _resized(maps, side) + sum(_resized(share, side) for share in shares)
    maps = maps + (total - maps.mean(dim=(1, 2)))[:, None, None]
    return maps.cpu().numpy(), method


def _grad_cam(model: Any, pixel_values: torch.Tensor, outputs: FakeOutputs) -> torch.Tensor:
    """Of each place of the last map, its share of the logit, signed, (N, h, w)."""
    kept: list[torch.Tensor] = []
    handle = _last_map_layer(model, pixel_values[:1]).register_forward_hook(lambda *call: kept.append(call[2]))
    try:
        # A leaf that asks for gradients: frozen networks, too, then remember how their maps came about.
        with torch.enable_grad():
            logits = fake_logit(model(pixel_values=pixel_values.detach().requires_grad_()).logits, outputs)
            (gradients,) = torch.autograd.grad(logits.sum(), kept[-1])
    finally:
        handle.remove()
    # Grad-CAM weighs channels by their mean gradient, that of one place; n times that puts places on the logit's scale.
    weights = gradients.sum(dim=(2, 3), keepdim=True)
    return (weights * kept[-1]).sum(dim=1).detach().float()


def _last_map_layer(model: nn.Module, pixel_values: torch.Tensor) -> nn.Module:
    """The module that gives the last map (B, C, h, w) of more than one place."""
    run: list[tuple[nn.Module, bool]] = []

    def note(module: nn.Module, inputs: Any, output: Any) -> None:
        is_map = isinstance(output, torch.Tensor) and output.ndim == 4 and min(output.shape[-2:]) > 1
        run.append((module, is_map))

    handles = [module.register_forward_hook(note) for module in model.modules() if module is not model]
    try:
        with torch.no_grad():
            model(pixel_values=pixel_values)
    finally:
        for handle in handles:
            handle.remove()
    places = [place for place, (_, is_map) in enumerate(run) if is_map]
    # A transformer has its only map at its start, where patches become tokens.
    if not places or _weighted(run[places[-1] + 1 :]) > _weighted(run[: places[-1] + 1]):
        name = type(model).__name__
        raise RealFakeError(f"There is no heatmap of {name}: it has no map of the image near its end, as CNNs have.")
    return run[places[-1]][0]


def _weighted(run: list[tuple[nn.Module, bool]]) -> int:
    return sum(1 for module, _ in run if any(True for _ in module.parameters(recurse=False)))


def _statistics_shares(model: Any, pixel_values: torch.Tensor, outputs: FakeOutputs) -> list[torch.Tensor]:
    """Of each tapped layer, what its places add to the logit through its mean and deviation, (N, h, w)."""
    kept: list[torch.Tensor] = []
    handles = [
        model.backbone.get_submodule(layer).register_forward_hook(lambda *call: kept.append(call[2].detach().float()))
        for layer in model.config.statistics_layers
    ]
    try:
        with torch.no_grad():
            features = model.features(pixel_values)
    finally:
        for handle in handles:
            handle.remove()
    with torch.enable_grad():
        features = features.detach().requires_grad_()
        logits = model.classify(features) / model.config.temperature
        (weights,) = torch.autograd.grad(fake_logit(logits, outputs).sum(), features)
    shares = []
    weights = weights.float()[:, features.shape[1] - sum(2 * feature_map.shape[1] for feature_map in kept) :]
    for feature_map in kept:
        of_mean, of_deviation, weights = weights.tensor_split([feature_map.shape[1], 2 * feature_map.shape[1]], dim=1)
        variance, mean = torch.var_mean(feature_map, dim=(-2, -1), correction=0, keepdim=True)
        spread = (feature_map - mean).square() / variance.clamp(min=1e-6).sqrt()
        shares.append(
            torch.einsum("bc,bchw->bhw", of_mean, feature_map) + torch.einsum("bc,bchw->bhw", of_deviation, spread)
        )
    return shares


def _resized(maps: torch.Tensor, side: torch.Size) -> torch.Tensor:
    """(N, h, w) on another grid: finer by interpolation, coarser by averages."""
    if maps.shape[-2:] == side:
        return maps
    if maps.shape[-1] > side[-1]:
        return nn.functional.adaptive_avg_pool2d(maps[:, None], (side[0], side[1]))[:, 0]
    return nn.functional.interpolate(maps[:, None], tuple(side), mode="bilinear", align_corners=False)[:, 0]
