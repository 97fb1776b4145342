"""CNNs trained from scratch: the seed's two networks and `realfake-net`."""

from __future__ import annotations

import torch
from torch import nn
from transformers import initialization as init

from .configuration_realfake_cnn import RealFakeCNNConfig
from .labels import ID2LABEL
from .modeling_realfake import RealFakePreTrainedModel

NUM_LOGITS = len(ID2LABEL)
# Residual of a pixel against its 5 x 5 neighbourhood: the "square" SRM filter of Fridrich and Kodovsky,
# "Rich models for steganalysis of digital images", IEEE TIFS 2012.
SRM_KERNEL = (
    (-1, 2, -2, 2, -1),
    (2, -6, 8, -6, 2),
    (-2, 8, -12, 8, -2),
    (2, -6, 8, -6, 2),
    (-1, 2, -2, 2, -1),
)
LAPLACIAN_KERNEL = ((0, -1, 0), (-1, 4, -1), (0, -1, 0))
KERNELS = {"laplacian": (LAPLACIAN_KERNEL, 4), "srm": (SRM_KERNEL, 12)}


class RealFakeHighPass(nn.Module):
    """Adds fixed high-pass residuals to the RGB channels: `(B, 3, H, W)` to `(B, 3 + 3 K, H, W)`.

    The kernels are persistent buffers: those that are not come back from `from_pretrained` as garbage.
    """

    def __init__(self, filters: list[str]) -> None:
        super().__init__()
        self.filters = filters
        for name in filters:
            if name in KERNELS:
                self.register_buffer(name, self.kernel(name))

    @staticmethod
    def kernel(name: str) -> torch.Tensor:
        """The filter of this name for each of the three channels, `(3, 1, k, k)`."""
        values, divisor = KERNELS[name]
        return torch.tensor(values).repeat(3, 1, 1, 1) / divisor

    def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
        return torch.cat([pixel_values, *(self._residual(name, pixel_values) for name in self.filters)], dim=1)

    def _residual(self, name: str, pixel_values: torch.Tensor) -> torch.Tensor:
        if name == "npr":
            # Repeating every second pixel is nearest-neighbour down and up again, for odd sizes too.
            height, width = pixel_values.shape[-2:]
            half = pixel_values[..., ::2, ::2]
            doubled = half.repeat_interleave(2, dim=-2).repeat_interleave(2, dim=-1)
            return pixel_values - doubled[..., :height, :width]
        kernel = self.get_buffer(name).to(pixel_values.dtype)
        border = kernel.shape[-1] // 2
        padded = nn.functional.pad(pixel_values, (border,) * 4, mode="reflect")
        return nn.functional.conv2d(padded, kernel, groups=3)


class RealFakePlainBlock(nn.Module):
    """Convolution 3 x 3, norm, ReLU."""

    def __init__(self, config: RealFakeCNNConfig, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.convolution = _convolution(config, in_channels, out_channels, stride)
        self.norm = _norm(config, out_channels)

    def forward(self, hidden_state: torch.Tensor) -> torch.Tensor:
        return nn.functional.relu(self.norm(self.convolution(hidden_state)))


class RealFakeResidualBlock(nn.Module):
    """Two 3 x 3 convolutions beside a shortcut, 1 x 1 where channels or size change."""

    def __init__(self, config: RealFakeCNNConfig, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.first = RealFakePlainBlock(config, in_channels, out_channels, stride)
        self.convolution = _convolution(config, out_channels, out_channels, stride=1)
        self.norm = _norm(config, out_channels)
        self.stride = stride
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, kernel_size=1, bias=config.norm == "none"),
                _norm(config, out_channels),
            )

    def forward(self, hidden_state: torch.Tensor) -> torch.Tensor:
        residual = self.norm(self.convolution(self.first(hidden_state)))
        # The stride is taken here and not by the convolution: oneDNN's weight gradient of a 1 x 1 convolution with a
        # stride and eight channels writes outside its memory on AVX-512 (torch 2.13), and the process dies.
        strided = hidden_state[..., :: self.stride, :: self.stride]
        return nn.functional.relu(residual + self.shortcut(strided))


class RealFakeStage(nn.Module):
    """Blocks of one width, made smaller at the start (`stride`) or the end (`max_pool`)."""

    def __init__(
        self, config: RealFakeCNNConfig, in_channels: int, out_channels: int, depth: int, downsampling: str
    ) -> None:
        super().__init__()
        block = RealFakeResidualBlock if config.block == "residual" else RealFakePlainBlock
        first_stride = 2 if downsampling == "stride" else 1
        self.blocks = nn.Sequential(
            block(config, in_channels, out_channels, first_stride),
            *(block(config, out_channels, out_channels, stride=1) for _ in range(depth - 1)),
        )
        self.pool = nn.MaxPool2d(2) if downsampling == "max_pool" else nn.Identity()

    def forward(self, hidden_state: torch.Tensor) -> torch.Tensor:
        return self.pool(self.blocks(hidden_state))


class RealFakeEncoder(nn.Module):
    """High-pass input, then the stages: `(B, 3, H, W)` to `(B, widths[-1], h, w)`."""

    def __init__(self, config: RealFakeCNNConfig) -> None:
        super().__init__()
        self.high_pass = RealFakeHighPass(config.high_pass)
        in_channels = config.num_channels * (1 + len(config.high_pass))
        stages = []
        for width, depth, downsampling in zip(config.widths, config.depths, config.downsampling, strict=True):
            stages.append(RealFakeStage(config, in_channels, width, depth, downsampling))
            in_channels = width
        self.stages = nn.Sequential(*stages)

    def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
        return self.stages(self.high_pass(pixel_values))


class RealFakeFlattenHead(nn.Module):
    """The seed's head: flatten, dense layers with ReLU, dropout, logits."""

    def __init__(self, config: RealFakeCNNConfig) -> None:
        super().__init__()
        side = config.map_side(config.image_size)
        if side < 1:
            raise ValueError(f"image_size {config.image_size} is too small for these stages.")
        in_features = config.widths[-1] * side**2
        dense = []
        for hidden in config.head_hidden_sizes:
            dense += [nn.Linear(in_features, hidden), nn.ReLU()]
            in_features = hidden
        self.dense = nn.Sequential(*dense)
        self.dropout = nn.Dropout(config.head_dropout)
        self.classifier = nn.Linear(in_features, NUM_LOGITS)

    def forward(self, hidden_state: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.dropout(self.dense(hidden_state.flatten(1))))


class RealFakePatchHead(nn.Module):
    """Logits `(B, 2, h, w)` of every position: after the mean they are the image's, before it a heatmap."""

    def __init__(self, config: RealFakeCNNConfig) -> None:
        super().__init__()
        self.dropout = nn.Dropout2d(config.head_dropout)
        self.classifier = nn.Conv2d(config.widths[-1], NUM_LOGITS, kernel_size=1)

    def forward(self, hidden_state: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.dropout(hidden_state))


class RealFakeCNNForImageClassification(RealFakePreTrainedModel):
    """Real or fake, by a CNN trained from scratch. See `RealFakeCNNConfig`."""

    config_class = RealFakeCNNConfig
    base_model_prefix = "encoder"
    # Transformers then writes the code beside whatever is saved, so that a copied folder works elsewhere.
    _auto_class = "AutoModelForImageClassification"  # type: ignore[assignment]
    head_modules = ("head",)

    def __init__(self, config: RealFakeCNNConfig) -> None:
        super().__init__(config)
        self.encoder = RealFakeEncoder(config)
        self.head = RealFakePatchHead(config) if config.head == "patch" else RealFakeFlattenHead(config)
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        if isinstance(module, RealFakeHighPass):
            # For checkpoints from before the filters: a buffer that no file fills holds whatever memory held.
            for name, buffer in module.named_buffers():
                init.copy_(buffer, module.kernel(name))

    def features(self, pixel_values: torch.Tensor) -> torch.Tensor:
        """The last map `(B, C, h, w)` of `(B, 3, H, W)`.

        Raises:
            ValueError: with `flatten`, another size than configured; else images too small for the stages.
        """
        width, height = pixel_values.shape[-1], pixel_values.shape[-2]
        side = self.config.image_size
        if self.config.head == "flatten" and (width, height) != (side, side):
            raise ValueError(
                f"This network takes {side} x {side} px, not {width} x {height}: its head flattens the map."
            )
        if min(width, height) < self.config.min_image_size:
            raise ValueError(
                f"This network takes images of at least {self.config.min_image_size} px a side, not {width} x {height}."
            )
        return self.encoder(pixel_values)

    def classify(self, features: torch.Tensor, whole: torch.Tensor | None = None) -> torch.Tensor:
        logits = self.head(features)
        return logits.mean(dim=(-2, -1)) if self.config.head == "patch" else logits

    def patch_logits(self, pixel_values: torch.Tensor) -> torch.Tensor:
        """Logits `(B, 2, h, w)` of every patch of `(B, 3, H, W)`; their mean is the image's.

        Raises:
            ValueError: the network has no patch head, or the images are too small for its stages.
        """
        if self.config.head != "patch":
            raise ValueError("Patch logits need the patch head (head='patch' in the config).")
        return self.head(self.features(pixel_values))


def _convolution(config: RealFakeCNNConfig, in_channels: int, out_channels: int, stride: int) -> nn.Conv2d:
    return nn.Conv2d(
        in_channels,
        out_channels,
        kernel_size=3,
        stride=stride,
        padding=1 if config.padding == "same" else 0,
        bias=config.norm == "none",
    )


def _norm(config: RealFakeCNNConfig, channels: int) -> nn.Module:
    return nn.BatchNorm2d(channels) if config.norm == "batch" else nn.Identity()


__all__ = ["RealFakeCNNForImageClassification"]
