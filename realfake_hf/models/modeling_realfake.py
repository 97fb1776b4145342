"""What all our detectors share: several crops per image, temperature, loss, initialisation."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from transformers import PreTrainedModel
from transformers.modeling_outputs import ImageClassifierOutput

from .configuration_realfake import RealFakeConfig


class RealFakePreTrainedModel(PreTrainedModel):
    """Base of our detectors. A subclass defines `features` and a `head`, and calls `post_init()`."""

    config_class: type[RealFakeConfig] = RealFakeConfig
    main_input_name = "pixel_values"
    input_modalities = "image"
    # Names of the submodules whose parameters make the head; the rest is the backbone.
    head_modules: tuple[str, ...] = ()
    head: nn.Module

    def __init__(self, config: RealFakeConfig) -> None:
        super().__init__(config)
        config.check_verdict_fields()

    def features(self, pixel_values: torch.Tensor) -> torch.Tensor:
        """What the head classifies, of single crops `(B, 3, H, W)`: a vector `(B, F)` or a map `(B, C, h, w)`.

        Raises:
            ValueError: crops of a size that the network cannot take.
        """
        raise TypeError(f"{type(self).__name__} does not define features.")

    def classify(self, features: torch.Tensor, whole: torch.Tensor | None = None) -> torch.Tensor:
        """Uncalibrated logits `(B, 2)` of `features`; `whole` `(B,)`, bool, says which are of whole images, reduced."""
        return self.head(features)

    def forward(
        self,
        pixel_values: torch.Tensor,
        labels: torch.Tensor | None = None,
        output_hidden_states: bool = False,
        return_dict: bool | None = None,
        **kwargs: Any,
    ) -> ImageClassifierOutput | tuple[torch.Tensor, ...]:
        """Classify images.

        Args:
            pixel_values: normalised RGB, `(B, 3, H, W)`, or `(B, N, 3, H, W)` with up to N crops of each image,
                whose logits are averaged (see `whole_view_share` of the config); a crop of zeros after the first is
                none.
            labels: `(B,)` int64, 0 real and 1 fake; gives the cross-entropy loss.
            output_hidden_states: also give the head's input, as the only entry of `hidden_states`; its first axis
                counts crops.
            return_dict: `False` returns a tuple; by default as the config says.

        Returns:
            `ImageClassifierOutput` with `logits` `(B, 2)`, already divided by the configured temperature.

        Raises:
            ValueError: `pixel_values` of another rank or channel count, or without any crop.
        """
        if pixel_values is None or pixel_values.ndim not in (4, 5):
            shape = None if pixel_values is None else tuple(pixel_values.shape)
            raise ValueError(f"pixel_values must be (B, 3, H, W) or (B, N, 3, H, W), not {shape}.")
        if pixel_values.shape[-3] != 3:
            raise ValueError(f"pixel_values must have 3 channels (RGB), not {pixel_values.shape[-3]}.")
        if pixel_values.ndim == 5 and pixel_values.shape[1] == 0:
            raise ValueError("pixel_values (B, N, 3, H, W) must hold at least one crop of each image, not 0.")
        present = _present_crops(pixel_values) if pixel_values.ndim == 5 else None
        if pixel_values.ndim == 4:
            features = self.features(pixel_values)
            logits = self.classify(features)
        elif present is None:
            features = self.features(pixel_values.flatten(0, 1))
            whole = _are_last_of_several(pixel_values)
            each = self.classify(features, whole.flatten()).unflatten(0, tuple(pixel_values.shape[:2]))
            logits = (each * self._crop_factors(whole)[..., None].to(each.dtype)).mean(dim=1)
        else:
            features = self.features(pixel_values[present])
            whole = _are_last_of_several(pixel_values, present)
            each = self.classify(features, whole[present])
            each = each * self._crop_factors(whole, present)[present][:, None].to(each.dtype)
            sums = each.new_zeros(len(pixel_values), each.shape[1]).index_add(0, present.nonzero()[:, 0], each)
            logits = sums / present.sum(dim=1, keepdim=True)
        logits = logits / self.config.temperature
        loss = None if labels is None else nn.functional.cross_entropy(logits.float(), labels)
        output = ImageClassifierOutput(
            loss=loss, logits=logits, hidden_states=(features,) if output_hidden_states else None
        )
        if return_dict is None:
            return_dict = self.config.return_dict
        return output if return_dict else output.to_tuple()

    def crop_logits(self, pixel_values: torch.Tensor) -> torch.Tensor:
        """Of one image's crops `(N, 3, H, W)`, none of zeros, the logits `(N, 2)`, each by itself."""
        whole = _are_last_of_several(pixel_values[None])[0]
        return self.classify(self.features(pixel_values), whole) / self.config.temperature

    def crop_shares(self, count: int) -> list[float]:
        """How much each of an image's `count` crops counts in the mean of their logits; the sum is 1."""
        whole = _are_last_of_several(torch.empty(1, count))
        return [factor / count for factor in self._crop_factors(whole)[0].tolist()]

    def _crop_factors(self, whole: torch.Tensor, present: torch.Tensor | None = None) -> torch.Tensor:
        """What the logits of crops `(B, N)` are multiplied with: the whole image then has its share of their mean."""
        share = self.config.whole_view_share
        if share is None:
            return torch.ones(whole.shape, device=whole.device)
        counts = (torch.ones_like(whole) if present is None else present).sum(dim=1, keepdim=True)
        of_others = (1.0 - share) * counts / (counts - 1).clamp(min=1)
        return torch.where(whole, share * counts, torch.where(whole.any(dim=1, keepdim=True), of_others, 1.0))

    def is_head_parameter(self, name: str) -> bool:
        """Whether the parameter of this dotted name belongs to the head rather than the backbone."""
        return name.split(".", 1)[0] in self.head_modules

    def freeze_backbone(self, fraction: float, *, batch_norm: bool = False) -> None:
        """Freeze the first `fraction` (0 none .. 1 all) of the backbone's parameterised modules.

        The frozen part runs as in evaluation, whatever `train()` says: its normalisation layers keep their
        running statistics and its dropouts pass everything.

        Args:
            fraction: in [0, 1].
            batch_norm: keep the running statistics of every batch norm in the backbone too; their weights still
                learn where they are not frozen.

        Raises:
            ValueError: a fraction outside [0, 1].
        """
        if not 0.0 <= fraction <= 1.0:
            raise ValueError(f"The frozen fraction of the backbone must be in [0, 1], not {fraction}.")
        backbone = [module for name, module in self.named_modules() if name and not self.is_head_parameter(name)]
        places = [place for place, module in enumerate(backbone) if list(module.parameters(recurse=False))]
        count = round(fraction * len(places))
        end = 0 if count == 0 else len(backbone) if count == len(places) else places[count - 1] + 1
        for parameter in self.parameters():
            parameter.requires_grad = True
        for module in backbone[:end]:
            for parameter in module.parameters(recurse=False):
                parameter.requires_grad = False
        # Not the modules that hold trainable ones further down: a stage that is frozen in part.
        self._frozen_modules = [
            module for module in backbone[:end] if not any(parameter.requires_grad for parameter in module.parameters())
        ]
        if batch_norm:
            self._frozen_modules += [module for module in backbone if isinstance(module, nn.BatchNorm2d)]
        self.train(self.training)

    def train(self, mode: bool = True) -> RealFakePreTrainedModel:
        """As in torch, but frozen modules stay in evaluation mode."""
        super().train(mode)
        for module in getattr(self, "_frozen_modules", ()):
            module.training = False
        return self

    def _init_weights(self, module: nn.Module) -> None:
        # The default of PreTrainedModel, N(0, 0.02), starves a ReLU network of signal: Kaiming instead
        # (He et al. 2015, arXiv:1502.01852). Tensors that came from a checkpoint are marked, and the
        # initialisers that transformers patches in leave them alone.
        super()._init_weights(module)
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(module.weight, mode="fan_in", nonlinearity="relu")


def _present_crops(pixel_values: torch.Tensor) -> torch.Tensor | None:
    """Which crops `(B, N)` of `(B, N, 3, H, W)` are any; None where all are, or an exporter traces the graph."""
    if torch.compiler.is_compiling() or torch.jit.is_tracing():
        return None
    present = pixel_values.flatten(2).ne(0).any(dim=2)
    present[:, 0] = True
    return None if bool(present.all()) else present


def _are_last_of_several(pixel_values: torch.Tensor, present: torch.Tensor | None = None) -> torch.Tensor:
    """Which crops `(B, N)` of `(B, N, 3, H, W)` are the last of their image, and not the only one."""
    places = torch.arange(pixel_values.shape[1], device=pixel_values.device).expand(pixel_values.shape[:2])
    last = places.amax(dim=1) if present is None else torch.where(present, places, 0).amax(dim=1)
    return (places == last[:, None]) & (places > 0)
