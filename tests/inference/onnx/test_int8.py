"""When 8 bits are offered, on what they are calibrated and checked, and what is said of them."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from models.battery import build

from realfake_hf.errors import RealFakeError
from realfake_hf.inference.onnx import int8
from realfake_hf.inference.onnx.export import export_model
from realfake_hf.inference.onnx.int8 import Int8Options, Int8Trial, check_on_rows
from realfake_hf.inference.onnx.onnx_model import OnnxModel
from realfake_hf.inference.onnx.side_by_side import Laps
from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.records.export import Agreement, Int8Check

THRESHOLDS = (0.3, 0.7)


@pytest.fixture
def exported(tiny_onnx: Path, tmp_path: Path) -> Path:
    """The model in 32 bits with its configs, in a folder of the test's own."""
    folder = Path(shutil.copytree(tiny_onnx / "onnx", tmp_path / "exported"))
    (folder / "model_int8.onnx").unlink()
    return folder / "model.onnx"


def run(exported: Path, options: Int8Options):
    target = exported.with_name("model_int8.onnx")
    record = Int8Trial(options).run(exported, target, THRESHOLDS)
    assert record.written == target.exists()
    return record


@pytest.fixture
def timed(monkeypatch: pytest.MonkeyPatch):
    """Let the clock say that 8 bits are so many times as fast."""

    def set_speed(wall: float, processor: float) -> None:
        times = {"model.onnx": Laps([wall], [processor]), "model_int8.onnx": Laps([1.0], [1.0])}
        monkeypatch.setattr(int8, "side_by_side", lambda runs, rounds: {path: times[path.name] for path in runs})

    return set_speed


@pytest.fixture
def lossless(monkeypatch: pytest.MonkeyPatch):
    check = Int8Check("images of the gallery", Agreement(36, 0.1, 0.02, 0.975, 1.0))
    monkeypatch.setattr(Int8Trial, "_check", lambda *_: check)
    return check


class TestOffer:
    def test_faster_and_lossless_is_written_and_said(self, exported, timed, lossless):
        timed(2.0, 1.8)
        record = run(exported, Int8Options())
        assert record.offered
        assert record.verdict == (
            "8 bits are 2.00 times as fast as 32 on this machine (1.80 in processor time), and on 36 images of the "
            "gallery 2.5% of the verdicts change, 0.0% from one side of 0.5 to the other."
        )

    @pytest.mark.parametrize("speed", [(1.05, 2.0), (2.0, 0.9)])
    def test_what_is_not_faster_by_either_clock_is_not_written(self, exported, timed, lossless, speed):
        timed(*speed)
        record = run(exported, Int8Options())
        assert not record.offered
        assert "not offered, which they are from 1.1 times as fast on" in record.verdict

    def test_what_is_not_offered_is_written_where_that_is_asked_for(self, exported, timed, lossless):
        timed(0.5, 0.5)
        record = run(exported, Int8Options(keep=True))
        assert (record.offered, record.written) == (False, True)

    @pytest.mark.parametrize(("accuracy", "is_offered"), [(0.71, True), (0.705, False), (float("nan"), False)])
    def test_a_hundredth_of_balanced_accuracy_may_be_lost(
        self, exported, timed, lossless, monkeypatch, accuracy, is_offered
    ):
        timed(2.0, 2.0)
        check = replace(lossless, data="photos (val)", balanced_accuracy=0.718, int8_balanced_accuracy=accuracy)
        monkeypatch.setattr(Int8Trial, "_check", lambda *_: check)
        record = run(exported, Int8Options())
        assert record.offered is is_offered
        assert f"36 images of photos (val) balanced accuracy goes from 0.718 to {accuracy:.3f} and" in record.verdict

    def test_without_labels_a_hundredth_of_the_images_may_change_sides(self, exported, timed, lossless, monkeypatch):
        timed(2.0, 2.0)
        check = replace(lossless, agreement=replace(lossless.agreement, side_agreement=0.98))
        monkeypatch.setattr(Int8Trial, "_check", lambda *_: check)
        assert not run(exported, Int8Options()).offered


class TestImages:
    def test_own_images_calibrate(self, exported, photo_paths):
        folder = photo_paths[0].parent
        own = run(exported, Int8Options(folder, keep=True))
        assert own.calibration.endswith(f"images of {folder}")
        before = exported.with_name("model_int8.onnx").read_bytes()
        gallery = run(exported, Int8Options(keep=True))
        assert gallery.calibration.endswith("images of the gallery")
        assert exported.with_name("model_int8.onnx").read_bytes() != before

    def test_of_many_images_some_calibrate_evenly_spread(self, make_imagefolder, monkeypatch):
        monkeypatch.setattr(int8, "CALIBRATION_IMAGES", 5)
        trial = Int8Trial(Int8Options(make_imagefolder({"train": 4})))
        assert trial._calibrated_on.startswith("4 images of ")  # of eight, every second

    def test_parquet_calibrates(self, make_imagefolder, tmp_path):
        from realfake_hf.data.loading import load_data

        (tmp_path / "parquet").mkdir()
        load_data(make_imagefolder())["train"].to_parquet(tmp_path / "parquet" / "train-0.parquet")
        trial = Int8Trial(Int8Options(tmp_path / "parquet"))
        assert trial._calibrated_on.startswith("24 images of ")

    def test_images_of_which_none_can_be_read(self, exported, tmp_path):
        (tmp_path / "photos").mkdir()
        (tmp_path / "photos" / "a.jpg").write_bytes(b"no JPEG")
        with pytest.raises(RealFakeError, match=r"None of the 1 images of .* can be read"):
            run(exported, Int8Options(tmp_path / "photos"))

    def test_missing_folder(self):
        with pytest.raises(RealFakeError, match="does not exist"):
            Int8Trial(Int8Options("no/such/folder/anywhere"))


class TestLabelledData:
    def test_loss_is_measured_on_the_named_split(self, exported, make_imagefolder):
        record = run(exported, Int8Options(check_data=make_imagefolder({"train": 2, "val": 3}), keep=True))
        assert record.check.data.endswith("(val)")
        assert record.check.agreement.images == 6
        assert record.check.loss == record.check.balanced_accuracy - record.check.int8_balanced_accuracy

    def test_a_model_loses_nothing_against_itself_and_half_against_its_opposite(self, exported, make_imagefolder):
        from realfake_hf.data.loading import load_data

        rows = load_data(make_imagefolder({"val": 3}), split="val")["val"]
        model = OnnxModel(exported)
        assert check_on_rows(rows, "photos", model, model, THRESHOLDS).loss == 0
        opposite = OnnxModel(exported)
        opposite.class_logits = lambda pixels: -model.class_logits(pixels)  # type: ignore[method-assign]
        found = check_on_rows(rows, "photos", model, opposite, THRESHOLDS)
        assert found.agreement.side_agreement == 0
        assert found.int8_balanced_accuracy == pytest.approx(1 - found.balanced_accuracy)

    def test_one_class_alone_is_refused(self, exported, make_imagefolder):
        from realfake_hf.data.loading import load_data

        rows = load_data(make_imagefolder({"val": 3}), split="val")["val"].filter(lambda row: row["label"] == 0)
        model = OnnxModel(exported)
        with pytest.raises(RealFakeError, match="both, real and fake, are needed"):
            check_on_rows(rows, "photos", model, model, THRESHOLDS)


def test_a_network_that_takes_no_crops_can_be_had_in_8_bits(tmp_path):
    build("cnn-128").save_pretrained(tmp_path)
    RealFakeImageProcessor(mode="pad", size=32, num_crops=1).save_pretrained(tmp_path)
    record = export_model(tmp_path, tmp_path / "onnx", int8=Int8Options(keep=True)).record
    assert record.int8
    assert record.int8.check.agreement.max_p_fake_difference < 0.15


def test_the_record_says_so(exported, tiny_onnx):
    written = json.loads((tiny_onnx / "onnx" / "export.json").read_text())["int8"]
    assert written["verdict"].startswith("8 bits are ")
    assert written["written"]
