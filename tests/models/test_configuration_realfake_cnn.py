from __future__ import annotations

import math

import pytest
import torch
from transformers import AutoModelForImageClassification

from realfake_hf.models.configuration_realfake_cnn import RealFakeCNNConfig
from realfake_hf.models.modeling_realfake_cnn import RealFakeEncoder


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"depths": [2**31 - 1, 1]}, "depths must add up to 1 to 1000 blocks"),
        ({"depths": [0, 0]}, "depths must add up"),
        ({"widths": [8, 10**9]}, "widths and head_hidden_sizes must be from 1 to 65536"),
        ({"widths": [8]}, "one entry per stage"),
        ({"widths": [], "depths": [], "downsampling": []}, "one entry per stage"),
        (
            {"downsampling": ["max_pool", "average"]},
            "downsampling must be one of none, max_pool, stride, not 'average'",
        ),
        ({"high_pass": ["sobel"]}, "high_pass must be one of npr, laplacian, srm, not 'sobel'"),
        ({"block": "dense"}, "block must be one of plain, residual, not 'dense'"),
        ({"padding": "full"}, "padding must be one of same, valid, not 'full'"),
        ({"norm": "layer"}, "norm must be one of batch, none, not 'layer'"),
        ({"head": "gap"}, "head must be one of flatten, patch, not 'gap'"),
        ({"block": "residual", "padding": "valid"}, "need padding='same'"),
        ({"head": "patch", "head_hidden_sizes": [8]}, "patch head has no dense layers"),
        ({"num_channels": 1}, "num_channels must be 3"),
        ({"head_dropout": math.nan}, "head_dropout must be from 0 to 1, not nan"),
    ],
)
def test_contradicting_fields_are_refused(fields: dict, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        RealFakeCNNConfig(**fields)


@pytest.mark.parametrize("downsampling", [["none", "none"], ["stride", "none"], ["max_pool", "stride"]])
@pytest.mark.parametrize(("block", "padding"), [("plain", "same"), ("plain", "valid"), ("residual", "same")])
@pytest.mark.parametrize("side", [16, 21, 32])
def test_map_side_is_what_the_encoder_gives(downsampling: list[str], block: str, padding: str, side: int) -> None:
    config = RealFakeCNNConfig(widths=[2, 3], depths=[1, 2], downsampling=downsampling, block=block, padding=padding)
    encoded = RealFakeEncoder(config)(torch.zeros(1, 3, side, side))
    assert encoded.shape == (1, 3, config.map_side(side), config.map_side(side))


@pytest.mark.parametrize("high_pass", [[], ["npr"], ["srm", "laplacian", "npr"]])
@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("downsampling", [["none", "none"], ["max_pool", "max_pool"], ["stride", "none"]])
def test_smallest_image_works_and_gives_two_positions(
    high_pass: list[str], padding: str, downsampling: list[str]
) -> None:
    config = RealFakeCNNConfig(
        widths=[2, 3],
        downsampling=downsampling,
        padding=padding,
        high_pass=high_pass,
        head="patch",
        head_hidden_sizes=[],
    )
    model = AutoModelForImageClassification.from_config(config).eval()
    side = config.min_image_size
    height, width = model.patch_logits(torch.zeros(1, 3, side, side)).shape[-2:]
    assert min(height, width) >= 2


def test_image_size_too_small_for_the_stages_is_refused() -> None:
    with pytest.raises(ValueError, match="image_size 8 is too small"):
        AutoModelForImageClassification.from_config(RealFakeCNNConfig(image_size=8))
