"""A pretrained CNN of Transformers or timm behind a configurable head."""

from __future__ import annotations

from threading import get_ident

import torch
from torch import nn
from transformers import PretrainedConfig
from transformers import initialization as init
from transformers.utils import is_timm_available

from .configuration_realfake_backbone import MIN_IMAGE_SIZE, RealFakeBackboneConfig
from .labels import ID2LABEL
from .modeling_realfake import RealFakePreTrainedModel

NUM_LOGITS = len(ID2LABEL)
GEM_EXPONENT = 3.0
# Torch's own default: the weight of the newest batch in the running statistics.
BATCH_NORM_MOMENTUM = 0.1


class RealFakeGeMPooling(nn.Module):
    """Generalised-mean pooling with a learnt exponent: `(B, C, h, w)` to `(B, C)`.

    Source: Radenovic, Tolias and Chum 2018, arXiv:1711.02512.
    """

    def __init__(self, exponent: float = GEM_EXPONENT, floor: float = 1e-6) -> None:
        super().__init__()
        self.exponent = nn.Parameter(torch.full((1,), exponent))
        self.floor = floor

    def forward(self, feature_map: torch.Tensor) -> torch.Tensor:
        # In float32: cubes of half-precision activations overflow.
        powers = feature_map.float().clamp(min=self.floor).pow(self.exponent.float())
        return powers.mean(dim=(-2, -1)).pow(1.0 / self.exponent.float()).to(feature_map.dtype)


class RealFakeStatisticsTap:
    """Keeps mean and standard deviation over the positions of one layer's map, `(B, 2 C)`, until they are taken.

    Registered as a forward hook. An object rather than a closure, so that a deep copy of the model taps itself.
    """

    def __init__(self, backbone: nn.Module, layer: str) -> None:
        self.layer = layer
        self.statistics: torch.Tensor | None = None
        self.by_thread: dict[int, torch.Tensor] = {}  # several may run one model
        try:
            backbone.get_submodule(layer).register_forward_hook(self)
        except AttributeError as error:
            raise ValueError(f"statistics_layers: this backbone has no layer {layer!r}.") from error

    def __call__(self, module: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        if not isinstance(output, torch.Tensor) or output.ndim != 4:
            raise ValueError(f"statistics_layers: {self.layer!r} gives no map (B, C, h, w).")
        feature_map = output.float()
        mean = feature_map.mean(dim=(-2, -1))
        variance = feature_map.square().mean(dim=(-2, -1)) - mean.square()
        # The floor keeps the gradient of the root finite where a channel is constant.
        statistics = torch.cat([mean, variance.clamp(min=1e-6).sqrt()], dim=1).to(output.dtype)
        if torch.compiler.is_compiling():  # what is compiled must not know its thread
            self.statistics = statistics
        else:
            self.by_thread[get_ident()] = statistics

    def take(self) -> torch.Tensor:
        statistics, self.statistics = self.statistics, None
        if statistics is None:
            statistics = self.by_thread.pop(get_ident(), None)
        if statistics is None:
            raise RuntimeError("The tapped layer was not run.")
        return statistics


class RealFakeStandardization(nn.Module):
    """Features `(B, F)` minus a mean, over a deviation, both fixed once measured; at first the identity."""

    mean: torch.Tensor
    deviation: torch.Tensor

    def __init__(self, in_features: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(in_features))
        self.register_buffer("deviation", torch.ones(in_features))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return (features - self.mean.to(features.dtype)) / self.deviation.to(features.dtype)


class RealFakeBackboneHead(nn.Module):
    """Dropout and dense layers: `(B, F)` to logits `(B, 2)`; where `whole` `(B,)` holds, by a last layer of its own."""

    def __init__(self, config: RealFakeBackboneConfig, in_features: int) -> None:
        super().__init__()
        self.standardization = RealFakeStandardization(in_features) if config.standardize_features else nn.Identity()
        layers: list[nn.Module] = []
        for hidden, dropout in zip(config.head_hidden_sizes, config.head_dropouts[:-1], strict=True):
            layers += [nn.Dropout(dropout), nn.Linear(in_features, hidden), nn.ReLU()]
            in_features = hidden
        self.dense = nn.Sequential(*layers)
        self.dropout = nn.Dropout(config.head_dropouts[-1])
        self.classifier = nn.Linear(in_features, NUM_LOGITS)
        self.whole_view_classifier = nn.Linear(in_features, NUM_LOGITS) if config.whole_view_layer else None

    def forward(self, features: torch.Tensor, whole: torch.Tensor | None = None) -> torch.Tensor:
        seen = self.dropout(self.dense(self.standardization(features)))
        logits = self.classifier(seen)
        if whole is None or self.whole_view_classifier is None:
            return logits
        return torch.where(whole[:, None], self.whole_view_classifier(seen), logits)


class RealFakeBackboneForImageClassification(RealFakePreTrainedModel):
    """Real or fake, by a CNN backbone and a head. See `RealFakeBackboneConfig`."""

    config: RealFakeBackboneConfig
    config_class = RealFakeBackboneConfig
    base_model_prefix = "backbone"
    # Transformers then writes the code beside whatever is saved, so that a copied folder works elsewhere.
    _auto_class = "AutoModelForImageClassification"  # type: ignore[assignment]
    head_modules = ("pooling", "head")

    def __init__(self, config: RealFakeBackboneConfig) -> None:
        super().__init__(config)
        self.backbone = _bare_backbone(config)
        repair_initialisation(self.backbone)
        if config.drop_squeeze_excite:
            drop_squeeze_excite(self.backbone)
        self.pooling = _pooling(config)
        self._taps = [RealFakeStatisticsTap(self.backbone, layer) for layer in config.statistics_layers]
        self.head = RealFakeBackboneHead(config, _feature_count(config))
        self.post_init()

    def features(self, pixel_values: torch.Tensor) -> torch.Tensor:
        """Pooled features `(B, F)` of `(B, 3, H, W)`, the head's input.

        Raises:
            ValueError: images smaller than 32 px or, with `flatten`, of another size than configured.
        """
        if min(pixel_values.shape[-2:]) < MIN_IMAGE_SIZE:
            raise ValueError(
                f"This network takes images of at least {MIN_IMAGE_SIZE} px a side, "
                f"not {pixel_values.shape[-1]} x {pixel_values.shape[-2]}."
            )
        side = self.config.image_size
        if self.config.pooling == "flatten" and tuple(pixel_values.shape[-2:]) != (side, side):
            raise ValueError(
                f"This network takes {side} x {side} px, not {pixel_values.shape[-1]} x {pixel_values.shape[-2]}: "
                f"its head flattens the map."
            )
        return _features(self.config, self.backbone, self.pooling, self._taps, pixel_values)

    def classify(self, features: torch.Tensor, whole: torch.Tensor | None = None) -> torch.Tensor:
        """See the base; with `whole_view_layer` whole images have a last layer of their own."""
        return self.head(features, whole)

    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        if isinstance(module, RealFakeGeMPooling):
            init.constant_(module.exponent, GEM_EXPONENT)
        elif isinstance(module, RealFakeStandardization):
            init.zeros_(module.mean)
            init.ones_(module.deviation)


def repair_initialisation(backbone: nn.Module) -> None:
    """Make a fresh backbone with batch norms fit to learn with; weights from a checkpoint come after.

    Transformers carries Keras' momentum over as it is (0.99 in EfficientNet, 0.997 and 0.9997 in the MobileNets),
    but torch counts the other way round: the running statistics would be those of the last batch alone. And its
    EfficientNet starts with norm weights of N(0, 0.02), through which no signal passes: a network from random
    weights would never learn.
    """
    norms = [module for module in backbone.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        if norm.momentum is not None and norm.momentum > 0.5:
            norm.momentum = BATCH_NORM_MOMENTUM
        if norm.weight is not None:
            nn.init.ones_(norm.weight)
    for module in backbone.modules() if norms else ():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_in", nonlinearity="relu")


def drop_squeeze_excite(backbone: nn.Module) -> None:
    """Replace the squeeze-excite modules of an EfficientNet by the identity, as its lite versions do."""
    for module in backbone.modules():
        if hasattr(module, "squeeze_excite"):
            module.squeeze_excite = nn.Identity()


def _bare_backbone(config: RealFakeBackboneConfig) -> nn.Module:
    # Here and not above: importing an Auto class registers this very module (see registration.py).
    from transformers import AutoModel

    if config.backbone_config.model_type == "timm_wrapper" and not is_timm_available():
        raise ImportError("A backbone of timm needs timm and torchvision: pip install timm torchvision.")
    backbone = AutoModel.from_config(config.backbone_config)
    if isinstance(getattr(backbone, "pooler", None), nn.AvgPool2d):
        # EfficientNet's window is wider than any map, so it takes the mean of all; onnxruntime before 1.29 divides
        # the sum by the window's size instead, and the verdicts would be others.
        backbone.pooler = nn.AdaptiveAvgPool2d(1)
    return backbone


def _as_map(hidden_state: torch.Tensor, pixel_values: torch.Tensor, config: PretrainedConfig) -> torch.Tensor:
    """A backbone's last hidden state as a map `(B, C, h, w)`."""
    if hidden_state.ndim == 4:
        return hidden_state
    # DINOv3's ConvNeXt flattens its map behind a pooled token, as if it were a ViT.
    stride = 2 ** (len(config.hidden_sizes) + 1)
    height, width = (side // stride for side in pixel_values.shape[-2:])
    return hidden_state[:, -height * width :].transpose(1, 2).unflatten(2, (height, width))


def _pooling(config: RealFakeBackboneConfig) -> nn.Module:
    return RealFakeGeMPooling() if config.pooling == "gem" else nn.Flatten()


def _features(
    config: RealFakeBackboneConfig,
    backbone: nn.Module,
    pooling: nn.Module,
    taps: list[RealFakeStatisticsTap],
    pixel_values: torch.Tensor,
) -> torch.Tensor:
    outputs = backbone(pixel_values)
    if config.pooling != "gap":
        pooled = pooling(_as_map(outputs.last_hidden_state, pixel_values, config.backbone_config))
    elif outputs.pooler_output is None:  # timm's with `do_pooling=False`
        pooled = outputs.last_hidden_state.mean(dim=(-2, -1))
    else:
        # The family's own pooling: some (ConvNeXt) have a pretrained norm behind it.
        pooled = outputs.pooler_output.flatten(1)
    return torch.cat([pooled, *(tap.take() for tap in taps)], dim=1)


def _feature_count(config: RealFakeBackboneConfig) -> int:
    """Width of the head's input, found by a pass on the meta device: every family names its own differently."""
    with torch.device("meta"):
        backbone = _bare_backbone(config).eval()
        taps = [RealFakeStatisticsTap(backbone, layer) for layer in config.statistics_layers]
        pixel_values = torch.zeros(1, 3, config.image_size, config.image_size)
        return _features(config, backbone, _pooling(config), taps, pixel_values).shape[1]


__all__ = ["RealFakeBackboneForImageClassification"]
