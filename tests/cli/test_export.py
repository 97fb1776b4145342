"""`realfake export`, and `realfake scan` of what it wrote."""

from __future__ import annotations

import json

import pytest

from .test_scan import records


def test_export_says_how_well_it_agrees_and_scan_judges_with_it(invoke, tiny_model, photo_paths, tmp_path):
    printed = json.loads(invoke("export", tiny_model, tmp_path / "out", "--onnx", "--json").stdout)
    assert printed["folder"] == str(tmp_path / "out")
    assert printed["agreement"]["max_logit_difference"] <= 1e-4
    one, other = (
        records(invoke("scan", *photo_paths, "--model", model).stdout) for model in (tiny_model, tmp_path / "out")
    )
    for expected, record in zip(one, other, strict=True):
        assert record.pop("p_fake") == pytest.approx(expected.pop("p_fake"), abs=1e-4)
        # Each names the model that judged it.
        assert record.pop("model") != expected.pop("model")
        assert record == expected


def test_scan_takes_onnx_where_it_is_asked_to(invoke, tiny_onnx, photo_paths):
    found = records(invoke("scan", photo_paths[0], "--model", tiny_onnx, "--runtime", "onnx").stdout)
    assert found[0]["label"] in ("real", "unsure", "fake")


def test_second_export_into_the_same_folder_is_refused(invoke, tiny_onnx):
    result = invoke("export", tiny_onnx, tiny_onnx / "onnx")
    assert result.exit_code == 2
    assert "holds model.onnx already" in result.stderr
