"""What a model's `config.json` says of its answers, read and set."""

from __future__ import annotations

import json

import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.records.calibration import Calibration
from realfake_hf.records.model_config import ModelConfig, set_calibration

FOUND = Calibration(1.5, 0.3, 0.8, 0.05, 0.05, 0.0, 0.0, None, None, None, None, 0.1, 0.05, 10, 10)


def test_a_config_of_another_kind_has_the_plain_values(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "resnet", "depths": [1, 2]}))
    assert ModelConfig.read(tmp_path) == ModelConfig("resnet")
    assert not ModelConfig("resnet").is_ours
    assert ModelConfig.read(tmp_path / "elsewhere") is None


def test_a_calibration_is_set_and_all_else_stays(tmp_path):
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"model_type": "realfake-cnn", "widths": [8], "temperature": 1.0}))
    before = ModelConfig.read(tmp_path)
    set_calibration(tmp_path, FOUND)
    after = ModelConfig.read(tmp_path)
    assert after == ModelConfig("realfake-cnn", 1.5, 0.3, 0.8)
    assert after.is_ours
    assert (before.has(FOUND), after.has(FOUND)) == (False, True)
    assert json.loads(file.read_text())["widths"] == [8]


def test_a_damaged_config_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "config.json").write_text('{"temperature": "warm"}')
    with pytest.raises(RealFakeError, match=r"or not a model's configuration .*: save the model again"):
        ModelConfig.read(tmp_path)
