"""What each place of a crop speaks for, by the model's own computation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import get_ident
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from realfake_hf.detection.heatmaps.heatmap import Method
from realfake_hf.errors import RealFakeError
from realfake_hf.inference.predictor import Predictor, fake_logit
from realfake_hf.inference.third_party_labels import FakeOutputs
from realfake_hf.models.modeling_realfake import RealFakePreTrainedModel

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
    seen = _Pass.through(model, pixel_values, outputs)
    maps = seen.grad_cam()
    method: Method = "grad-cam"
    if seen.tapped:
        method = "grad-cam and layer statistics"
        shares = seen.statistics_shares()
        # The coarsest of these layers: the finer ones hold more noise than places.
        side = min((share.shape[-2:] for share in shares), key=lambda shape: shape[0] * shape[1])
        maps = _resized(maps, side) + sum(_resized(share, side) for share in shares)
    maps = maps + (seen.logits - maps.mean(dim=(1, 2)))[:, None, None]
    return maps.cpu().numpy(), method


@dataclass(frozen=True)
class _Pass:
    """What one pass of crops (N, 3, H, W) through a network left behind.

    Attributes:
        logits: fake minus real, (N,).
        last_map, map_gradients: the last map and the logits' gradients at it, (N, C, h, w).
        tapped: the maps of its `statistics_layers`, in their order.
        feature_gradients: the logits' gradients at the head's input, (N, F), where layers are tapped.
    """

    logits: torch.Tensor
    last_map: torch.Tensor
    map_gradients: torch.Tensor
    tapped: list[torch.Tensor]
    feature_gradients: torch.Tensor | None

    @classmethod
    def through(cls, model: Any, pixel_values: torch.Tensor, outputs: FakeOutputs) -> _Pass:
        """Run the network once, forwards and back."""
        layers: list[str] = getattr(model.config, "statistics_layers", None) or []
        kept: dict[str, torch.Tensor] = {}
        here = get_ident()  # other threads may run the same model meanwhile

        def keep(name: str) -> Callable[[nn.Module, Any, torch.Tensor], None]:
            return lambda module, inputs, output: kept.update({name: output} if get_ident() == here else {})

        def keep_features(head: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
            keep("features")(head, None, inputs[0])

        handles = [_last_map_layer(model, pixel_values).register_forward_hook(keep("last map"))]
        handles += [model.backbone.get_submodule(layer).register_forward_hook(keep(layer)) for layer in layers]
        if layers:
            handles.append(model.head.register_forward_pre_hook(keep_features))
        try:
            # A leaf that asks for gradients: frozen networks, too, then remember how their maps came about.
            with torch.enable_grad():
                logits = fake_logit(_logits(model, pixel_values.detach().requires_grad_()), outputs)
                wanted = [kept[name] for name in ("last map", "features") if name in kept]
                gradients = [gradient.float() for gradient in torch.autograd.grad(logits.sum(), wanted)]
        finally:
            for handle in handles:
                handle.remove()
        tapped = [kept[layer].detach().float() for layer in layers]
        last_map = kept["last map"].detach().float()
        return cls(logits.detach().float(), last_map, gradients[0], tapped, gradients[1] if layers else None)

    def grad_cam(self) -> torch.Tensor:
        """Of each place of the last map, its share of the logit, signed, (N, h, w)."""
        # Channels are weighed by their mean gradient, that of one place; n times that puts places on the logit's scale.
        weights = self.map_gradients.sum(dim=(2, 3), keepdim=True)
        return (weights * self.last_map).sum(dim=1)

    def statistics_shares(self) -> list[torch.Tensor]:
        """Of each tapped layer, what its places add to the logit through its mean and deviation, (N, h, w)."""
        assert self.feature_gradients is not None
        shares = []
        weights = self.feature_gradients[:, -sum(2 * feature_map.shape[1] for feature_map in self.tapped) :]
        for feature_map in self.tapped:
            of_mean, of_deviation, weights = weights.tensor_split(
                [feature_map.shape[1], 2 * feature_map.shape[1]], dim=1
            )
            variance, mean = torch.var_mean(feature_map, dim=(-2, -1), correction=0, keepdim=True)
            spread = (feature_map - mean).square() / variance.clamp(min=1e-6).sqrt()
            shares.append(
                torch.einsum("bc,bchw->bhw", of_mean, feature_map) + torch.einsum("bc,bchw->bhw", of_deviation, spread)
            )
        return shares


def _logits(model: Any, pixel_values: torch.Tensor) -> torch.Tensor:
    """Of one image's crops (N, 3, H, W), (N, K); ours may judge the last of several otherwise than the others."""
    if isinstance(model, RealFakePreTrainedModel):
        return model.crop_logits(pixel_values)
    logits: torch.Tensor = model(pixel_values=pixel_values).logits
    return logits


_LAST_MAP_LAYERS: WeakKeyDictionary[nn.Module, dict[torch.Size, nn.Module]] = WeakKeyDictionary()


def _last_map_layer(model: nn.Module, pixel_values: torch.Tensor) -> nn.Module:
    """The module that gives the last map (B, C, h, w) of more than one place; looked for once for each size."""
    known = _LAST_MAP_LAYERS.setdefault(model, {})
    size = pixel_values.shape[-2:]
    if size not in known:
        known[size] = _found_last_map_layer(model, pixel_values[:1])
    return known[size]


def _found_last_map_layer(model: nn.Module, pixel_values: torch.Tensor) -> nn.Module:
    run: list[tuple[nn.Module, bool]] = []
    here = get_ident()

    def note(module: nn.Module, inputs: Any, output: Any) -> None:
        is_map = isinstance(output, torch.Tensor) and output.ndim == 4 and min(output.shape[-2:]) > 1
        if get_ident() == here:
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


def _resized(maps: torch.Tensor, side: torch.Size) -> torch.Tensor:
    """(N, h, w) on another grid: finer by interpolation, coarser by averages."""
    if maps.shape[-2:] == side:
        return maps
    if maps.shape[-1] > side[-1]:
        return nn.functional.adaptive_avg_pool2d(maps[:, None], (side[0], side[1]))[:, 0]
    return nn.functional.interpolate(maps[:, None], tuple(side), mode="bilinear", align_corners=False)[:, 0]
