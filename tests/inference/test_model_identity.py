"""Two runs have one identity only where their verdicts must be the same."""

from __future__ import annotations

import json
import re
import shutil

from realfake_hf.inference.model_identity import model_identity
from realfake_hf.weights import embedded_models


def test_it_names_the_model_and_stays(tiny_model):
    assert re.fullmatch(re.escape(str(tiny_model)) + "@[0-9a-f]{12}", model_identity(tiny_model))
    assert model_identity(tiny_model) == model_identity(str(tiny_model))
    assert model_identity().startswith(f"{embedded_models()[0]}@")


def test_crops_thresholds_and_weights_make_another(tiny_model, tmp_path):
    copy = shutil.copytree(tiny_model, tmp_path / "copy")
    digits = {model_identity(copy)[-12:], model_identity(copy, num_crops=3)[-12:]}
    assert model_identity(tiny_model)[-12:] in digits
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({**config, "threshold_high": 0.987}))
    digits.add(model_identity(copy)[-12:])
    weights = next(copy.glob("*.safetensors"))
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    digits.add(model_identity(copy)[-12:])
    assert len(digits) == 4


def test_where_the_code_lies_makes_no_other(tiny_model, tmp_path):
    copy = shutil.copytree(tiny_model, tmp_path / "copy")
    for name in ("config.json", "preprocessor_config.json"):
        content = json.loads((copy / name).read_text())
        content["auto_map"] = {"AutoConfig": "elsewhere.Config"}
        (copy / name).write_text(json.dumps(content, indent=1))
    assert model_identity(copy)[-12:] == model_identity(tiny_model)[-12:]
