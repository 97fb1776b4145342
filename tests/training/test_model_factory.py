"""How a network is laid out in memory while it is trained."""

from __future__ import annotations

import pytest
import torch
from transformers import AutoModelForImageClassification

from realfake_hf.models.presets import PRESETS, preset_config
from realfake_hf.training.model_factory import is_trained_channels_last


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_presets_train_with_channels_last(preset: str) -> None:
    with torch.device("meta"):
        model = AutoModelForImageClassification.from_config(preset_config(preset))
    assert is_trained_channels_last(model)


@pytest.mark.parametrize(("stride", "channels", "expected"), [(2, 8, False), (2, 16, True), (1, 8, True)])
def test_what_onednn_computes_wrong_is_not_laid_out_so(stride: int, channels: int, expected: bool) -> None:
    assert is_trained_channels_last(torch.nn.Conv2d(channels, 8, 1, stride=stride)) is expected
