"""Configuration of detectors on a pretrained convolutional backbone."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from transformers import PretrainedConfig

from .configuration_realfake import RealFakeConfig
from .labels import ID2LABEL  # noqa: F401 - Transformers 5.0 copies only what the file itself imports from a folder

# Families of Transformers that are convolutional from end to end. A whitelist, because a name does not tell:
# CvT, LeViT, MobileViT, PoolFormer and EfficientFormer mix convolutions with attention or token mixing.
CNN_FAMILIES = (
    "bit",
    "convnext",
    "convnextv2",
    "dinov3_convnext",
    "efficientnet",
    "mobilenet_v1",
    "mobilenet_v2",
    "regnet",
    "resnet",
    "timm_wrapper",
)
# Every family halves its input five times.
MIN_IMAGE_SIZE = 32
# Architectures of timm that are convolutional, by the start of their names.
TIMM_CNN_PREFIXES = (
    "convmixer", "convnext", "cs3", "csp", "darknet", "densenet", "dla", "dm_nfnet", "dpn", "eca_nfnet",
    "eca_resne", "eca_vovnet", "ecaresne", "efficientnet", "ese_vovnet", "fasternet", "fbnet", "gcresne",
    "gernet", "ghostnet", "hardcorenas", "hgnet", "hrnet", "inception", "lcnet", "legacy_se", "legacy_xc",
    "mixnet", "mnasnet", "mobilenet_edgetpu", "mobilenetv1", "mobilenetv2", "mobilenetv3", "mobilenetv4_conv",
    "mobileone", "nasnet", "nf_", "nfnet", "pnasnet", "rdnet", "regnet", "repghostnet", "repvgg", "repvit",
    "res2ne", "resnest", "resnet", "resnext", "rexnet", "sedarknet", "selecsls", "semnasnet", "senet",
    "seresne", "skresne", "spnasnet", "starnet", "test_byobnet", "test_convnext", "test_efficientnet",
    "test_nfnet", "test_resnet", "tf_efficientnet", "tf_mixnet", "tf_mobilenet", "tinynet", "tresnet", "vgg",
    "vovnet", "wide_resnet", "xception",
)  # fmt: skip


class RealFakeBackboneConfig(RealFakeConfig):
    """A CNN of Transformers or timm behind a head of one's own.

    Args:
        backbone_config: configuration (or its dictionary) of the backbone; of one of `CNN_FAMILIES`.
        image_size: input side in pixels. Binding with `flatten`, where it must be a multiple of 32.
        pooling: `"gap"` (the backbone's own global average, with the norm that some families put after it),
            `"flatten"`, or `"gem"` (generalised mean; Radenovic et al. 2018, arXiv:1711.02512).
        head_hidden_sizes: widths of the dense ReLU layers before the logits.
        head_dropouts: dropout before each dense layer, the last one giving the logits: one entry more than
            `head_hidden_sizes`. By default none.
        statistics_layers: dotted names of layers inside the backbone whose maps' mean and standard deviation over
            the positions join the pooled features. Traces of generators and of recompression live in the middle
            of a network, not at its end, where it knows what a picture shows.
        standardize_features: subtract a mean from the features and divide them by a deviation, buffers of the head
            that a linear probe sets before training.
        drop_squeeze_excite: leave the squeeze-excite modules of an EfficientNet out, as its `lite` versions do.
        whole_view_layer: the last of several crops is the whole image, reduced (`whole_view` of the processor), and
            has a last layer of its own: what a reduced picture looks like tells photographs from fakes otherwise than
            a crop's pixels do.
        **kwargs: see `RealFakeConfig`.

    Raises:
        ValueError: a backbone that is not a CNN, or fields that contradict each other.
    """

    model_type = "realfake_backbone"
    # Transformers then writes the code beside whatever is saved, so that a copied folder works elsewhere.
    _auto_class = "AutoConfig"

    def __init__(
        self,
        backbone_config: dict[str, Any] | PretrainedConfig | None = None,
        image_size: int = 224,
        pooling: str = "gap",
        head_hidden_sizes: Sequence[int] = (),
        head_dropouts: Sequence[float] | None = None,
        statistics_layers: Sequence[str] = (),
        standardize_features: bool = False,
        drop_squeeze_excite: bool = False,
        whole_view_layer: bool = False,
        **kwargs: Any,
    ) -> None:
        # Here and not above: importing an Auto class registers this very module (see registration.py).
        from transformers import AutoConfig

        if backbone_config is None:
            backbone_config = {"model_type": "resnet"}
        if isinstance(backbone_config, dict):
            fields = copy.deepcopy(backbone_config)
            backbone_config = AutoConfig.for_model(check_is_cnn(fields.pop("model_type", "")), **fields)
        check_is_cnn(backbone_config.model_type, getattr(backbone_config, "architecture", None))
        if pooling not in ("gap", "flatten", "gem"):
            raise ValueError(f"pooling must be gap, flatten or gem, not {pooling!r}.")
        if pooling == "flatten" and image_size % 32:
            raise ValueError(f"With pooling='flatten' image_size must be a multiple of 32, not {image_size}.")
        if image_size < MIN_IMAGE_SIZE:
            raise ValueError(f"image_size must be at least {MIN_IMAGE_SIZE}, not {image_size}.")
        if drop_squeeze_excite and backbone_config.model_type != "efficientnet":
            raise ValueError(f"drop_squeeze_excite is for efficientnet, not for {backbone_config.model_type}.")
        if head_dropouts is None:
            head_dropouts = [0.0] * (len(head_hidden_sizes) + 1)
        if len(head_dropouts) != len(head_hidden_sizes) + 1:
            raise ValueError(
                f"head_dropouts needs one entry before each of the {len(head_hidden_sizes) + 1} dense layers, "
                f"not {len(head_dropouts)}."
            )
        if not all(0 <= dropout <= 1 for dropout in head_dropouts):
            raise ValueError(f"head_dropouts must be from 0 to 1, not {list(head_dropouts)}.")
        # A checkpoint's own precision would otherwise come back in the backbone alone.
        backbone_config.dtype = None
        self.backbone_config = backbone_config
        self.image_size = image_size
        self.pooling = pooling
        self.head_hidden_sizes = list(head_hidden_sizes)
        self.head_dropouts = list(head_dropouts)
        self.statistics_layers = list(statistics_layers)
        self.standardize_features = standardize_features
        self.drop_squeeze_excite = drop_squeeze_excite
        self.whole_view_layer = whole_view_layer
        super().__init__(**kwargs)


def check_is_cnn(model_type: str, timm_architecture: str | None = None) -> str:
    """Return `model_type` if it is a convolutional family.

    Raises:
        ValueError: it is a ViT, a hybrid or unknown; one sentence that lists what works.
    """
    if model_type not in CNN_FAMILIES:
        raise ValueError(
            f"{model_type or 'This backbone'} is not a pure CNN: choose one of {', '.join(CNN_FAMILIES)} "
            f"(vision transformers and hybrids are not supported)."
        )
    # CLIP's ResNets pool by attention.
    if timm_architecture is not None and (
        not timm_architecture.startswith(TIMM_CNN_PREFIXES) or timm_architecture.split(".")[0].endswith("_clip")
    ):
        raise ValueError(
            f"timm's {timm_architecture} is not a CNN that we know (vision transformers and hybrids are not supported)."
        )
    return model_type
