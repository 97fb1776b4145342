from __future__ import annotations

from pathlib import Path

import pytest
from transformers import AutoModelForImageClassification

from realfake_hf.models.configuration_realfake_backbone import RealFakeBackboneConfig
from realfake_hf.models.configuration_realfake_cnn import RealFakeCNNConfig

from .battery import build

both_configs = pytest.mark.parametrize("config_class", [RealFakeCNNConfig, RealFakeBackboneConfig])
wrong_fields = pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"id2label": {0: "fake", 1: "real"}}, "label map"),
        ({"num_labels": 3}, "num_labels must be 2|label map must be"),
        ({"temperature": 0.0}, "temperature must be"),
        ({"temperature": -1.0}, "temperature must be"),
        ({"temperature": float("inf")}, "temperature must be"),
        ({"temperature": float("nan")}, "temperature must be"),
        ({"threshold_low": 0.9}, "0 <= threshold_low <= threshold_high <= 1"),
        ({"threshold_high": 1.1}, "0 <= threshold_low <= threshold_high <= 1"),
        ({"threshold_low": -0.1}, "0 <= threshold_low <= threshold_high <= 1"),
        ({"training_range": {"width": [1, 2]}}, "training_range holds"),
        ({"training_range": {"side": [512, 128]}}, "training_range holds"),
        ({"training_range": {"jpeg_quality": [60]}}, "training_range holds"),
        ({"whole_view_share": 1.0}, "whole_view_share must be a number between 0 and 1"),
        ({"whole_view_share": "0.5"}, "whole_view_share must be a number between 0 and 1"),
        ({"threshold_low": float("nan")}, "0 <= threshold_low <= threshold_high <= 1"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)


@both_configs
def test_verdict_fields_before_calibration(config_class: type) -> None:
    config = config_class()
    assert (config.temperature, config.threshold_low, config.threshold_high) == (1.0, 0.5, 0.5)
    assert config.id2label == {0: "real", 1: "fake"}
    assert config.label2id == {"real": 0, "fake": 1}
    assert config.num_labels == 2


@both_configs
@wrong_fields
def test_wrong_verdict_fields_are_refused(config_class: type, fields: dict, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        config_class(**fields)


@both_configs
def test_swapped_label_ids_are_refused(config_class: type) -> None:
    with pytest.raises(ValueError, match="label map"):
        config_class(label2id={"fake": 0, "real": 1})


@wrong_fields
def test_from_pretrained_refuses_them_too(fields: dict, complaint: str, tmp_path: Path) -> None:
    build("cnn-128").save_pretrained(tmp_path)
    with pytest.raises(ValueError, match=complaint):
        AutoModelForImageClassification.from_pretrained(tmp_path, **fields)
