"""`realfake explain` on a tiny model and real pixels."""

from __future__ import annotations

import json

from PIL import Image


def test_files_and_json_hold_the_same_figures(invoke, make_imagefolder, tiny_model, tmp_path):
    data, output = make_imagefolder({"val": 3}, size=64), tmp_path / "trust"
    (data / "val" / "real" / "real-source-0" / "000.jpg").write_bytes(b"no image")
    arguments = ("explain", data, "--model", tiny_model, "--output", output, "--count", 2, "--pairs", 3, "--json")
    result = invoke(*arguments)
    assert result.exit_code == 1
    assert "is not an image" in result.stderr
    found = json.loads(result.stdout)
    assert found == json.loads((output / "faithfulness.json").read_text())
    assert found["half_and_half"]["n_pairs"] == 3
    assert found["faithfulness"]["n_images"] in (1, 2)
    assert found["faithfulness"]["method"] == "patch logits"
    assert Image.open(output / "heatmaps.jpg").width > 200

    again = invoke(*arguments)
    assert again.exit_code == 2
    assert "--overwrite" in again.stderr


def test_one_class_has_no_halves_and_says_why(invoke, make_imagefolder, tiny_model, tmp_path):
    data = make_imagefolder({"val": 2}, size=64) / "val" / "fake"
    (tmp_path / "only" / "fake").parent.mkdir()
    data.rename(tmp_path / "only" / "fake")
    result = invoke("explain", tmp_path / "only", "-m", tiny_model, "-o", tmp_path / "out", "--count", 1)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "half and half: not measured, the data have one class only" in result.stdout
    assert "deletion" in result.stdout
