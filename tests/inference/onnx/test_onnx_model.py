"""An exported model gives the verdicts of the model, without torch."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from realfake_hf.detection.detector import Detector
from realfake_hf.errors import RealFakeError
from realfake_hf.inference.model_loading import model_folder
from realfake_hf.inference.onnx.onnx_model import choose_runtime, read_processor
from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.weights import embedded_models

# Tiny, wide, tall, smaller than a crop in one direction, just its size, one pixel more, large.
SIZES = ((1, 1), (3, 40), (64, 64), (65, 64), (300, 20), (20, 300), (130, 70), (500, 64), (90, 410), (448, 296))


@pytest.fixture(scope="module")
def by_torch(tiny_onnx: Path) -> Detector:
    return Detector(tiny_onnx, runtime="torch")


@pytest.fixture(scope="module")
def by_onnx(tiny_onnx: Path) -> Detector:
    return Detector(tiny_onnx, runtime="onnx")


@pytest.fixture
def only_onnx(tiny_onnx: Path, tmp_path: Path) -> Path:
    """A copy of the exported folder, away from the weights."""
    return Path(shutil.copytree(tiny_onnx / "onnx", tmp_path / "exported"))


def assert_same(one, other) -> None:
    for expected, verdict in zip(one, other, strict=True):
        assert verdict.label == expected.label
        assert verdict.p_fake == pytest.approx(expected.p_fake, abs=1e-4)
        assert (verdict.warnings, verdict.width, verdict.error) == (expected.warnings, expected.width, None)
        assert (verdict.threshold_low, verdict.threshold_high) == (0.3, 0.7)


class TestVerdicts:
    def test_photographs_in_batches_get_the_same(self, by_torch, by_onnx, photo_paths):
        assert by_onnx.runtime == "onnx"
        assert_same(by_torch(photo_paths), by_onnx(photo_paths))

    def test_images_of_every_size_get_the_same(self, by_torch, by_onnx, photo_paths):
        with Image.open(photo_paths[0]) as photo:
            images = [photo.crop((40, 40, 40 + width, 40 + height)) for width, height in SIZES]
        assert_same(by_torch(images), by_onnx(images))

    def test_number_of_crops_can_be_chosen(self, tiny_onnx, photo_paths):
        one, other = (Detector(tiny_onnx, runtime=runtime, num_crops=3)(photo_paths) for runtime in ("torch", "onnx"))
        assert_same(one, other)

    def test_eight_bits_are_near(self, by_torch, tiny_onnx, photo_paths):
        quantized = Detector(tiny_onnx / "onnx" / "model_int8.onnx")
        differences = [a.p_fake - b.p_fake for a, b in zip(by_torch(photo_paths), quantized(photo_paths), strict=True)]
        assert 0 < np.abs(differences).max() < 0.15

    def test_torch_and_transformers_are_not_imported(self, only_onnx, photo_paths):
        code = (
            "import sys; from realfake_hf import Detector; "
            f"assert Detector({str(only_onnx)!r})({str(photo_paths[0])!r}).label; "
            "print(sorted({'torch', 'transformers'} & set(sys.modules)))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


class TestChoice:
    def test_auto_takes_onnx_of_others_only_where_there_is_nothing_else(self, tiny_onnx, only_onnx):
        assert choose_runtime(tiny_onnx) is None
        assert choose_runtime(only_onnx) == only_onnx / "model.onnx"

    def test_auto_takes_onnx_of_embedded_models_on_the_cpu(self, monkeypatch):
        monkeypatch.setattr("realfake_hf.inference.onnx.onnx_model.gpu_is_there", lambda: False)
        for name in ("default", *embedded_models()):
            assert choose_runtime(name) == model_folder(name) / "model.onnx"
        assert choose_runtime("default", device="cpu") == model_folder() / "model.onnx"
        assert choose_runtime("default", device="cuda") is None
        monkeypatch.setattr("realfake_hf.inference.onnx.onnx_model.gpu_is_there", lambda: True)
        assert choose_runtime("default") is None

    def test_onnx_is_found_in_the_folder_in_its_subfolder_and_by_name(self, tiny_onnx, only_onnx):
        assert choose_runtime(tiny_onnx, "onnx") == tiny_onnx / "onnx" / "model.onnx"
        assert choose_runtime(only_onnx, "onnx") == only_onnx / "model.onnx"
        assert choose_runtime(only_onnx / "model_int8.onnx") == only_onnx / "model_int8.onnx"

    def test_model_without_onnx(self, tiny_model):
        with pytest.raises(RealFakeError, match="has no ONNX file: write one with `realfake export"):
            Detector(tiny_model, runtime="onnx")

    def test_torch_for_a_folder_of_onnx_alone(self, only_onnx):
        with pytest.raises(RealFakeError, match="holds ONNX only"):
            Detector(only_onnx, runtime="torch")


class TestCalibration:
    def test_thresholds_set_after_the_export_count(self, tiny_onnx, tmp_path):
        model = self._with(tiny_onnx, tmp_path, threshold_high=0.9)
        assert Detector(model, runtime="onnx").threshold_high == 0.9

    def test_temperature_set_after_the_export_counts(self, tiny_onnx, tmp_path, photo_paths):
        model = self._with(tiny_onnx, tmp_path, temperature=2.0)
        by_onnx, by_torch = (Detector(model, runtime=runtime)(photo_paths) for runtime in ("onnx", "torch"))
        before = Detector(tiny_onnx, runtime="onnx")(photo_paths)
        for verdict, expected, earlier in zip(by_onnx, by_torch, before, strict=True):
            assert verdict.p_fake == pytest.approx(expected.p_fake, abs=1e-4)
            assert abs(verdict.p_fake - 0.5) < abs(earlier.p_fake - 0.5)

    def test_temperature_that_is_none_is_refused(self, tiny_onnx, tmp_path):
        with pytest.raises(RealFakeError, match=r"has the temperature 0\.0: it must be positive"):
            Detector(self._with(tiny_onnx, tmp_path, temperature=0.0), runtime="onnx")

    def _with(self, model: Path, tmp_path: Path, **fields: float) -> Path:
        copy = Path(shutil.copytree(model, tmp_path / "copy"))
        config = json.loads((copy / "config.json").read_text())
        (copy / "config.json").write_text(json.dumps({**config, **fields}))
        return copy


class TestBadInput:
    def test_damaged_file(self, only_onnx):
        (only_onnx / "model.onnx").write_bytes(b"no protobuf")
        with pytest.raises(RealFakeError, match="is no model that `realfake export` wrote"):
            Detector(only_onnx)

    def test_path_that_is_no_utf8(self, only_onnx, tmp_path):
        folder = tmp_path / os.fsdecode(b"caf\xe9")
        shutil.copytree(only_onnx, folder)
        with pytest.raises(RealFakeError, match=r"caf\\udce9.* has bytes that are no UTF-8"):
            Detector(folder)

    def test_missing_config(self, only_onnx):
        (only_onnx / "preprocessor_config.json").unlink()
        with pytest.raises(RealFakeError, match=r"has no preprocessor_config\.json beside it"):
            Detector(only_onnx)

    def test_processor_of_another_kind(self, only_onnx):
        file = only_onnx / "preprocessor_config.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), "size": {"shortest_edge": 224}}))
        with pytest.raises(RealFakeError, match=r"not the processor of one of our models: size must be a whole number"):
            Detector(only_onnx)

    def test_gpu_is_not_for_onnx(self, only_onnx):
        with pytest.raises(RealFakeError, match="run on the CPU, not on cuda"):
            Detector(only_onnx, device="cuda")

    def test_onnxruntime_missing(self, only_onnx, monkeypatch):
        monkeypatch.setattr("realfake_hf.inference.onnx.onnx_model.find_spec", lambda name: None)
        with pytest.raises(RealFakeError, match="ONNX needs onnxruntime: pip install"):
            Detector(only_onnx)


def test_the_processor_shows_the_whole_image_where_the_models_own_does(tmp_path: Path, photo: Image.Image) -> None:
    own = RealFakeImageProcessor(size=64, num_crops=2, whole_view=True)
    own.save_pretrained(tmp_path)
    found = read_processor(tmp_path / "preprocessor_config.json")
    np.testing.assert_array_equal(found.crops(photo, 2), own.crops(photo, 2))
    content = json.loads((tmp_path / "preprocessor_config.json").read_text())
    del content["whole_view"]  # as 0.1 wrote it
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(content))
    assert not read_processor(tmp_path / "preprocessor_config.json").whole_view


def test_nobody_is_told_what_was_judged(photo_paths: list[Path], tmp_path: Path) -> None:
    """onnxruntime's telemetry keeps an identifier and what it has not sent yet below the user's cache."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "XDG_CACHE_HOME": str(tmp_path / "home" / "cache"),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # without CI, where it says nothing by itself
    program = "import sys; from realfake_hf import Detector; print(Detector()(sys.argv[1]).label)"
    (tmp_path / "home").mkdir()
    subprocess.run([sys.executable, "-c", program, photo_paths[0]], env=environment, check=True)
    assert not [path for path in (tmp_path / "home").rglob("*") if "onnxruntime" in path.name]
