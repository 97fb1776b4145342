"""Configuration of the CNNs that are trained from scratch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .configuration_realfake import RealFakeConfig
from .labels import ID2LABEL  # noqa: F401 - Transformers 5.0 copies only what the file itself imports from a folder

DOWNSAMPLING = ("none", "max_pool", "stride")
HIGH_PASS_FILTERS = ("npr", "laplacian", "srm")

MOST_BLOCKS, MOST_CHANNELS = 1_000, 65_536
"""More than any network needs; a damaged config would otherwise build one for hours."""


class RealFakeCNNConfig(RealFakeConfig):
    """A convolutional network described wholly by its fields: a row of stages, then a head.

    Stage `i` has `depths[i]` blocks of `widths[i]` channels and is made smaller as `downsampling[i]` says.
    The defaults are the seed's 128 px network.

    Args:
        image_size: input side in pixels. Binding with the `flatten` head; with the `patch` head any size of
            at least `min_image_size` works and this is only the size trained on.
        num_channels: input channels; always 3, RGB.
        widths: channels of each stage.
        depths: blocks of each stage.
        downsampling: per stage `"none"`, `"max_pool"` (2 x 2 after the stage) or `"stride"` (2 in the
            stage's first convolution).
        block: `"plain"` (convolution, norm, ReLU) or `"residual"` (two convolutions and a shortcut;
            He et al. 2016, arXiv:1512.03385).
        padding: `"same"` or `"valid"`; residual blocks need `"same"`.
        norm: `"batch"` or `"none"`.
        high_pass: fixed input filters beside RGB, of `"npr"` (x minus its nearest-neighbour half-size copy;
            Tan et al. 2024, arXiv:2312.10461), `"laplacian"` and `"srm"` (the 5 x 5 residual of Fridrich and
            Kodovsky 2012); three channels each.
        head: `"flatten"` (dense layers on the flattened map) or `"patch"` (a 1 x 1 convolution gives each
            position its logits; their mean is the image's).
        head_hidden_sizes: widths of the dense layers before the logits (`flatten` only).
        head_dropout: dropout before the logits.
        **kwargs: see `RealFakeConfig`.

    Raises:
        ValueError: fields that contradict each other; the message names them.
    """

    model_type = "realfake_cnn"
    # Transformers then writes the code beside whatever is saved, so that a copied folder works elsewhere.
    _auto_class = "AutoConfig"

    def __init__(
        self,
        image_size: int = 128,
        num_channels: int = 3,
        widths: Sequence[int] = (32, 64),
        depths: Sequence[int] = (1, 1),
        downsampling: Sequence[str] = ("max_pool", "max_pool"),
        block: str = "plain",
        padding: str = "valid",
        norm: str = "none",
        high_pass: Sequence[str] = (),
        head: str = "flatten",
        head_hidden_sizes: Sequence[int] = (128,),
        head_dropout: float = 0.5,
        **kwargs: Any,
    ) -> None:
        if not len(widths) == len(depths) == len(downsampling) > 0:
            raise ValueError(
                f"widths, depths and downsampling must have one entry per stage, not {len(widths)}, "
                f"{len(depths)} and {len(downsampling)}."
            )
        if not 0 < sum(depths) <= MOST_BLOCKS:
            raise ValueError(f"depths must add up to 1 to {MOST_BLOCKS} blocks, not {sum(depths)}.")
        if not all(0 < width <= MOST_CHANNELS for width in (*widths, *head_hidden_sizes)):
            raise ValueError(f"widths and head_hidden_sizes must be from 1 to {MOST_CHANNELS}.")
        if not 0 <= head_dropout <= 1:
            raise ValueError(f"head_dropout must be from 0 to 1, not {head_dropout}.")
        if num_channels != 3:
            raise ValueError(f"num_channels must be 3 (RGB), not {num_channels}.")
        _check_choices("downsampling", downsampling, DOWNSAMPLING)
        _check_choices("high_pass", high_pass, HIGH_PASS_FILTERS)
        _check_choices("block", [block], ("plain", "residual"))
        _check_choices("padding", [padding], ("same", "valid"))
        _check_choices("norm", [norm], ("batch", "none"))
        _check_choices("head", [head], ("flatten", "patch"))
        if block == "residual" and padding == "valid":
            raise ValueError("Residual blocks need padding='same': 'valid' would shrink the map beside its shortcut.")
        if head == "patch" and head_hidden_sizes:
            raise ValueError("The patch head has no dense layers: set head_hidden_sizes=[].")
        self.image_size = image_size
        self.num_channels = num_channels
        self.widths = list(widths)
        self.depths = list(depths)
        self.downsampling = list(downsampling)
        self.block = block
        self.padding = padding
        self.norm = norm
        self.high_pass = list(high_pass)
        self.head = head
        self.head_hidden_sizes = list(head_hidden_sizes)
        self.head_dropout = head_dropout
        super().__init__(**kwargs)

    @property
    def min_image_size(self) -> int:
        """Smallest input side in pixels: two positions a side are left after the last stage, and filters fit."""
        side = 2 * 2 ** sum(step != "none" for step in self.downsampling)
        if self.high_pass:
            side = max(side, 4)  # 5 x 5 filters reflect two pixels at the border
        while self.map_side(side) < 2:  # unpadded convolutions take more
            side += 1
        return side

    def map_side(self, side: int) -> int:
        """Side of the last stage's map for an input of `side` pixels, 0 where the input is too small."""
        border = 1 if self.padding == "same" else 0
        for depth, downsampling in zip(self.depths, self.downsampling, strict=True):
            for index in range(depth * (2 if self.block == "residual" else 1)):
                stride = 2 if downsampling == "stride" and index == 0 else 1
                side = (side + 2 * border - 3) // stride + 1
            if downsampling == "max_pool":
                side //= 2
            if side < 1:
                return 0
        return side


def _check_choices(field: str, values: Sequence[str], choices: Sequence[str]) -> None:
    for value in values:
        if value not in choices:
            raise ValueError(f"{field} must be one of {', '.join(choices)}, not {value!r}.")
