"""What a built page holds, and when there is none."""

from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner

from realfake_hf.errors import RealFakeError
from space_app.static.build import build_page, main
from space_app.static.onnxruntime_web import VERSION, onnxruntime_web

pytestmark = pytest.mark.xdist_group("space")


def test_page_holds_all_that_it_needs(static_page):
    files = {path.relative_to(static_page).as_posix() for path in static_page.rglob("*") if path.is_file()}
    assert {"index.html", "model/model.onnx", "model/preprocessing.json"} < files
    assert {"vendor/ort.wasm.bundle.min.mjs", "vendor/ort-wasm-simd-threaded.wasm", "vendor/NOTICE.txt"} < files
    assert VERSION in (static_page / "vendor/NOTICE.txt").read_text()


def test_page_is_not_overwritten_unasked(static_page, tiny_onnx):
    done = CliRunner().invoke(main, [str(static_page), "--model", str(tiny_onnx / "onnx")])
    assert done.exit_code == 1
    assert "holds index.html already" in done.stderr


def test_model_in_8_bits_can_be_chosen(tiny_onnx, tmp_path):
    int8 = tiny_onnx / "onnx" / "model_int8.onnx"
    done = CliRunner().invoke(main, [str(tmp_path / "page"), "--model", str(int8)])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "page" / "model" / "model.onnx").read_bytes() == int8.read_bytes()


def test_model_that_resamples_is_refused(tiny_onnx, tmp_path):
    folder = shutil.copytree(tiny_onnx / "onnx", tmp_path / "padded")
    config = json.loads((folder / "preprocessor_config.json").read_text())
    (folder / "preprocessor_config.json").write_text(json.dumps({**config, "mode": "pad", "num_crops": 1}))
    with pytest.raises(RealFakeError, match="the page takes models with native crops"):
        build_page(tmp_path / "page", folder)
    assert not (tmp_path / "page").exists()


def test_npm_missing_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("REALFAKE_CACHE", str(tmp_path))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(RealFakeError, match="needs npm, once, to fetch onnxruntime-web"):
        onnxruntime_web()
