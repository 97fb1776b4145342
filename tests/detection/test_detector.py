"""Images of every kind in, verdicts out, in order."""

from __future__ import annotations

import copy
import io
import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from transformers import AutoModelForImageClassification, pipeline

from realfake_hf import RealFakeImageProcessor
from realfake_hf.detection.detector import Detector
from realfake_hf.detection.scanning.scan_output import ScanOutput
from realfake_hf.errors import RealFakeError
from realfake_hf.records.scan import read_records
from realfake_hf.statistics.decision import decide


@pytest.fixture(scope="module")
def detector(tiny_model: Path) -> Detector:
    return Detector(tiny_model)


@pytest.fixture
def edited_model(tiny_model: Path, tmp_path: Path):
    """A copy of the tiny model with other values in its config."""

    def edit(**values: object) -> Path:
        folder = tmp_path / "edited"
        shutil.copytree(tiny_model, folder)
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**config, **values}))
        return folder

    return edit


class TestSources:
    def test_one_photo_gives_one_verdict(self, detector, photo_paths):
        verdict = detector(str(photo_paths[0]))
        assert verdict.path == str(photo_paths[0])
        assert (verdict.width, verdict.height, verdict.format) == (512, 512, "JPEG")
        assert verdict.label == decide(verdict.p_fake, 0.5, 0.5)
        assert verdict.error is None

    def test_path_bytes_stream_pil_image_and_array_give_the_same_score(self, detector, photo_paths):
        path = photo_paths[1]
        image = Image.open(path)
        sources = [path, str(path), path.read_bytes(), io.BytesIO(path.read_bytes()), image, np.asarray(image)]
        scores = [detector(source).p_fake for source in sources]
        assert scores == [scores[0]] * len(sources)

    def test_images_from_memory_have_no_path(self, detector, photo):
        verdict = detector(np.asarray(photo))
        assert (verdict.path, verdict.format, verdict.width) == (None, None, photo.width)

    def test_list_gives_a_list_in_order_whatever_the_batches(self, tiny_model, detector, photo_paths):
        paths = photo_paths * 3
        verdicts = Detector(tiny_model, batch_size=4, workers=2)(paths)
        assert [verdict.path for verdict in verdicts] == [str(path) for path in paths]
        for verdict, path in zip(verdicts, paths, strict=True):
            assert verdict.p_fake == pytest.approx(detector(path).p_fake, abs=1e-6)

    def test_empty_list(self, detector):
        assert detector([]) == []

    def test_what_is_no_image_is_refused(self, detector):
        with pytest.raises(RealFakeError, match="int is not an image"):
            detector(3)

    def test_agrees_with_transformers_pipeline(self, tiny_model, detector, photo_paths):
        judged = pipeline("image-classification", model=str(tiny_model), device="cpu")(str(photo_paths[2]))
        p_fake = {entry["label"]: entry["score"] for entry in judged}["fake"]
        assert detector(photo_paths[2]).p_fake == pytest.approx(p_fake, abs=1e-6)


class TestStream:
    def test_takes_images_only_as_verdicts_are_wanted(self, tiny_model, photo):
        taken = []

        def endless() -> Iterator[Image.Image]:
            while True:
                taken.append(1)
                yield photo

        stream = Detector(tiny_model, batch_size=2).stream(endless())
        for _ in range(5):
            assert next(stream).label
        stream.close()
        assert len(taken) <= 5 + 3 * 2

    def test_error_of_the_source_reaches_the_caller(self, detector, photo):
        def broken() -> Iterator[Image.Image]:
            yield photo
            raise KeyError("the data base is down")

        with pytest.raises(KeyError, match="data base"):
            list(detector.stream(broken()))


class TestUnreadable:
    def test_bad_files_in_the_middle_leave_the_others_alone(self, detector, photo_paths, tmp_path):
        (tmp_path / "empty.jpg").touch()
        (tmp_path / "text.jpg").write_text("not a photo")
        (tmp_path / "half.jpg").write_bytes(photo_paths[0].read_bytes()[:9000])
        bad = [tmp_path / "empty.jpg", tmp_path / "text.jpg", tmp_path / "half.jpg", tmp_path / "gone.jpg"]
        verdicts = detector([photo_paths[0], *bad, photo_paths[1]])
        assert [verdict.label is None for verdict in verdicts] == [False, True, True, True, True, False]
        for path, verdict in zip(bad, verdicts[1:5], strict=True):
            assert str(path) in verdict.error
            assert verdict.p_fake is None
            assert "\n" not in verdict.error
        assert detector([photo_paths[1]])[0].p_fake == pytest.approx(verdicts[-1].p_fake, abs=1e-6)

    def test_processor_that_fails_on_one_image_costs_that_image_alone(self, tiny_model, photo, monkeypatch):
        detector = Detector(tiny_model)
        original = RealFakeImageProcessor.preprocess

        def fails_on_small(self, images, **kwargs):
            if images.width < 10:
                raise IndexError("no room")
            return original(self, images, **kwargs)

        monkeypatch.setattr(RealFakeImageProcessor, "__call__", fails_on_small)
        verdicts = detector([photo, photo.resize((5, 5)), photo])
        assert [verdict.label is None for verdict in verdicts] == [False, True, False]
        assert "no room" in verdicts[1].error

    def test_score_that_is_no_number_is_no_verdict(self, tiny_model, photo):
        detector = Detector(tiny_model)
        with torch.no_grad():
            next(detector.model.parameters()).fill_(float("nan"))
        verdict = detector(photo)
        assert (verdict.label, verdict.p_fake) == (None, None)
        assert "no number" in verdict.error

    def test_batch_that_fails_is_judged_one_by_one(self, tiny_model, photo_paths, monkeypatch):
        detector = Detector(tiny_model)
        forward = type(detector.model).forward

        def little_memory(self, pixel_values, **kwargs):
            if len(pixel_values) > 1:
                raise torch.OutOfMemoryError("out of memory")
            return forward(self, pixel_values, **kwargs)

        monkeypatch.setattr(type(detector.model), "forward", little_memory)
        assert all(verdict.label for verdict in detector(photo_paths[:3]))


class TestWarnings:
    def test_ordinary_photo_has_none(self, detector, photo_paths):
        assert detector(photo_paths[0]).warnings == []

    def test_smaller_than_the_crop_is_too_small(self, detector, photo):
        assert detector(photo.resize((200, 63))).warnings == ["too small"]
        assert detector(photo.resize((200, 64))).warnings == []

    def test_strong_jpeg_is_heavily_compressed(self, detector, photo, tmp_path):
        photo.save(tmp_path / "30.jpg", quality=30)
        photo.save(tmp_path / "60.jpg", quality=60)
        assert detector(tmp_path / "30.jpg").warnings == ["heavily compressed"]
        assert detector(tmp_path / "60.jpg").warnings == []

    def test_outside_the_range_that_the_config_states(self, edited_model, photo, tmp_path):
        detector = Detector(edited_model(training_range={"side": [100, 1000], "jpeg_quality": [70, 100]}))
        photo.save(tmp_path / "60.jpg", quality=60)
        photo.resize((90, 200)).save(tmp_path / "small.png")
        photo.save(tmp_path / "fine.jpg", quality=75)
        outside = [detector(tmp_path / name).warnings for name in ("60.jpg", "small.png", "fine.jpg")]
        assert outside == [["outside the training range"], ["outside the training range"], []]

    def test_enlarged_photo_is_upscaled(self, detector, photo):
        assert detector(photo.crop((100, 100, 300, 300)).resize((400, 400))).warnings == ["upscaled"]

    def test_page_of_flat_boxes_is_a_drawing(self, detector):
        page = np.full((200, 200, 3), 250, dtype=np.uint8)
        page[20:60, 20:150] = page[90:97, 30:170] = page[130:180, 40:90] = (20, 40, 120)
        assert detector(page).warnings == ["a drawing or screenshot"]


class TestProvenance:
    @pytest.fixture
    def declared(self, photo: Image.Image, tmp_path: Path) -> Path:
        texts = PngInfo()
        texts.add_text("parameters", "a cat\nSteps: 20, Sampler: Euler a, Seed: 7, Model: sd_xl")
        photo.save(tmp_path / "declared.png", pnginfo=texts)
        return tmp_path / "declared.png"

    def test_declared_generator_is_a_fact_beside_the_score(self, detector, photo, declared):
        verdict, undeclared = detector(declared), detector(photo)
        assert verdict.declared == "made by Stable Diffusion web UI"
        assert "file says: made by Stable Diffusion web UI" in str(verdict)
        assert (verdict.p_fake, verdict.label) == (undeclared.p_fake, undeclared.label)
        assert (undeclared.provenance, undeclared.declared) == (None, None)

    @pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
    def test_provenance_survives_every_file_of_a_scan(self, detector, declared, tmp_path, suffix):
        record = detector(declared).record
        output = ScanOutput(tmp_path / f"scan{suffix}")
        output.write(record)
        output.finish()
        assert next(read_records(output.file)) == record


class TestModel:
    def test_thresholds_of_the_config_decide(self, edited_model, photo):
        detector = Detector(edited_model(threshold_low=0.0, threshold_high=1.0))
        verdict = detector(photo)
        assert (verdict.label, verdict.threshold_low, verdict.threshold_high) == ("unsure", 0.0, 1.0)

    def test_half_precision_checkpoint_is_judged_in_float32(self, tiny_model, tmp_path, photo):
        AutoModelForImageClassification.from_pretrained(tiny_model).half().save_pretrained(tmp_path)
        RealFakeImageProcessor(size=64).save_pretrained(tmp_path)
        detector = Detector(tmp_path)
        assert {parameter.dtype for parameter in detector.model.parameters()} == {torch.float32}
        assert detector(photo).label

    def test_more_crops_average_the_crops_own_logits(self, tiny_model, photo):
        processor = RealFakeImageProcessor(size=64)
        crops = torch.from_numpy(processor.normalised(processor.crops(photo, 4)).copy())
        model = AutoModelForImageClassification.from_pretrained(tiny_model).eval()
        with torch.no_grad():
            logits = model(crops).logits.double().mean(dim=0)
        expected = float(torch.sigmoid(logits[1] - logits[0]))
        assert Detector(tiny_model, num_crops=4)(photo).p_fake == pytest.approx(expected, abs=1e-6)

    def test_crops_of_a_processor_that_pads_are_refused(self, tiny_model, tmp_path):
        shutil.copytree(tiny_model, tmp_path / "pad")
        RealFakeImageProcessor(mode="pad", size=64).save_pretrained(tmp_path / "pad")
        with pytest.raises(RealFakeError, match="native crops"):
            Detector(tmp_path / "pad", num_crops=3)

    def test_third_party_labels_point_to_evaluate(self, tmp_path):
        from transformers import ResNetConfig, ResNetForImageClassification

        config = ResNetConfig(embedding_size=8, hidden_sizes=[8, 8], depths=[1, 1], id2label={0: "human", 1: "ai"})
        ResNetForImageClassification(config).save_pretrained(tmp_path)
        RealFakeImageProcessor(size=64).save_pretrained(tmp_path)
        with pytest.raises(RealFakeError, match=r"labels human, ai .*realfake evaluate --fake-label"):
            Detector(tmp_path)

    def test_swapped_labels_are_refused(self, edited_model):
        with pytest.raises(RealFakeError, match=r"real"):
            Detector(edited_model(id2label={"0": "fake", "1": "real"}, label2id={"fake": 0, "real": 1}))

    def test_unknown_device(self, tiny_model):
        with pytest.raises(RealFakeError, match="device nonsense cannot be used"):
            Detector(tiny_model, device="nonsense")

    @pytest.mark.parametrize("argument", ["batch_size", "num_crops", "workers"])
    def test_numbers_below_one_are_refused(self, tiny_model, argument):
        with pytest.raises(RealFakeError, match="at least 1"):
            Detector(tiny_model, **{argument: 0})


class TestElsewhere:
    @pytest.mark.parametrize("runtime", ["torch", "onnx"])
    def test_copies_and_pickles_judge_alike(self, tiny_onnx, photo_paths, runtime):
        detector = Detector(tiny_onnx / "onnx" if runtime == "onnx" else tiny_onnx, runtime=runtime)
        detector.threshold_low = 0.01
        before = detector(photo_paths[0])
        for other in (copy.deepcopy(detector), pickle.loads(pickle.dumps(detector))):
            assert (other.name, other.threshold_low, other(photo_paths[0])) == (detector.name, 0.01, before)

    def test_another_working_folder_changes_nothing(self, tiny_model, photo_paths, tmp_path, monkeypatch):
        shutil.copytree(tiny_model, tmp_path / "model")
        shutil.copy(photo_paths[0], tmp_path / "photo.jpg")
        monkeypatch.chdir(tmp_path)
        detector = Detector("model")
        verdict = detector("photo.jpg")
        expected = verdict.heatmap().crops[0].values
        monkeypatch.chdir("/")
        assert detector.name == "model"
        assert detector.track_record() is None
        np.testing.assert_array_equal(verdict.heatmap().crops[0].values, expected)
        assert pickle.loads(pickle.dumps(detector))(photo_paths[0]).model == verdict.model

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
    def test_a_fork_of_a_process_that_judged_judges_too(self, tiny_model, photo_paths):
        script = (
            "import multiprocessing, sys, torch\n"
            "from realfake_hf import Detector\n"
            "detector = Detector(sys.argv[1])\n"
            "torch.set_num_threads(2)\n"
            "torch.ones(500, 500) @ torch.ones(500, 500), torch.ones(10**6).exp()\n"
            "child = multiprocessing.get_context('fork').Process(\n"
            "    target=lambda: print(torch.get_num_threads(), detector(sys.argv[2]).error, flush=True))\n"
            "child.start()\n"
            "child.join(120)\n"
            "child.kill()\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, tiny_model, photo_paths[0]], capture_output=True, text=True, timeout=300
        )
        assert done.stdout == "1 None\n", done.stderr
