"""`realfake calibrate`: temperature and thresholds go into the config, the weights stay."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from realfake_hf.data.fingerprint import rows_fingerprint
from realfake_hf.data.loading import load_data
from realfake_hf.detection.detector import Detector
from realfake_hf.records.calibration import Calibration
from realfake_hf.records.run import RunRecord

from .conftest import one_sentence


@pytest.fixture
def model(tiny_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_model, tmp_path / "run" / "model"))


def test_config_gets_them_and_every_reader_of_the_model_sees_them(invoke, model, make_imagefolder, photo_paths):
    weights = (model / "model.safetensors").read_bytes()
    data = make_imagefolder({"train": 2, "val": 25})
    result = invoke("calibrate", model.parent, "--data", data, "--max-fpr", 0.1, "--workers", 0, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    config = json.loads((model / "config.json").read_text())
    for name in ("temperature", "threshold_low", "threshold_high"):
        assert config[name] == found[name]
    assert (found["n_real"], found["n_fake"], found["dataset"]) == (25, 25, f"{data} (val)")
    assert found["temperature"] != 1.0
    assert (model / "model.safetensors").read_bytes() == weights
    assert json.loads((model / "calibration.json").read_text())["max_fpr"] == 0.1
    verdict = Detector(model)(photo_paths[0])
    assert (verdict.threshold_low, verdict.threshold_high) == (found["threshold_low"], found["threshold_high"])


def test_calibrating_twice_is_calibrating_once(invoke, model, make_imagefolder):
    arguments = ("calibrate", model, "--data", make_imagefolder({"val": 20}), "--workers", 0)
    assert invoke(*arguments).exit_code == 0
    first = json.loads((model / "config.json").read_text())
    assert invoke(*arguments).exit_code == 0
    second = json.loads((model / "config.json").read_text())
    assert second["temperature"] == pytest.approx(first["temperature"], rel=1e-4)
    assert second["threshold_high"] == pytest.approx(first["threshold_high"], abs=1e-4)


def test_model_that_is_no_folder_is_refused(invoke, make_imagefolder):
    result = invoke("calibrate", "somebody/model", "--data", make_imagefolder())
    assert result.exit_code == 2
    assert "is no folder" in one_sentence(result.stderr)


def test_foreign_model_is_refused_and_not_touched(invoke, tmp_path, make_imagefolder):
    (tmp_path / "config.json").write_text('{"model_type": "resnet"}')
    result = invoke("calibrate", tmp_path, "--data", make_imagefolder())
    assert result.exit_code == 2
    assert "not one of our models" in one_sentence(result.stderr)
    assert (tmp_path / "config.json").read_text() == '{"model_type": "resnet"}'


def test_rate_that_is_none(invoke, model, make_imagefolder):
    result = invoke("calibrate", model, "--data", make_imagefolder({"val": 12}), "--max-fpr", 2, "--workers", 0)
    assert result.exit_code == 2
    assert "--max-fpr" in one_sentence(result.stderr)


def test_images_that_it_was_trained_on_are_named(invoke, model, make_imagefolder):
    data = make_imagefolder({"train": 12, "val": 12})
    RunRecord(recipe={"name": "tiny"}, data=str(data)).write(model.parent)
    arguments = ("calibrate", model.parent, "--data", data, "--workers", 0)
    on_train = invoke(*arguments, "--split", "train")
    assert on_train.exit_code == 0, on_train.output
    assert "These are images that the model was trained on" in on_train.output
    assert "trained on" not in invoke(*arguments, "--split", "val").output


def test_training_images_are_known_by_another_name_too_and_said_first(invoke, model, make_imagefolder, tmp_path):
    data = make_imagefolder({"train": 12, "val": 12})
    trained = rows_fingerprint(load_data(data)["train"])
    RunRecord(recipe={"name": "tiny"}, data="elsewhere", train_fingerprints=[trained]).write(model.parent)
    moved = shutil.copytree(data / "train", tmp_path / "moved")
    result = invoke("calibrate", model, "--data", moved, "--workers", 0)
    assert result.exit_code == 0, result.output
    assert result.stderr.splitlines()[0].startswith("These are images that the model was trained on")
    assert "trained on" in json.loads((model / "calibration.json").read_text())["notes"][-1]
    assert "trained on" not in invoke("calibrate", model, "--data", data, "--split", "val", "--workers", 0).output


def test_fakes_called_real_have_a_limit_of_their_own(invoke, tiny_model, make_imagefolder, tmp_path):
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    data = make_imagefolder({"val": 24}, size=64)
    arguments = ("--data", data, "--max-fpr", "0.1", "--max-fnr", "0.4", "--workers", "0", "--json")
    done = invoke("calibrate", folder, *arguments)
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["max_fpr"], found["max_fnr"]) == (0.1, 0.4)
    done = invoke("calibrate", folder, "--data", data, "--max-fnr", "2")
    assert done.exit_code == 2
    assert "--max-fnr 2.0 is not a rate" in done.stderr


@pytest.fixture
def of_many_sources(photo_paths: list[Path], tmp_path: Path) -> Path:
    """Twenty sources of each class, two images of 64 px each."""
    data = tmp_path / "many"
    for label in ("real", "fake"):
        for number in range(20):
            folder = data / label / f"source-{number}"
            folder.mkdir(parents=True)
            for place in range(2):
                with Image.open(photo_paths[(number + place) % len(photo_paths)]) as photo:
                    left = 3 * number + 7 * place + (label == "fake")
                    photo.convert("RGB").crop((left, 0, left + 64, 64)).save(folder / f"{place}.jpg")
    return data


def test_sources_that_are_new_to_the_model_promise_for_new_sources(invoke, model, of_many_sources):
    arguments = ("calibrate", model, "--data", of_many_sources, "--max-fpr", 0.05, "--workers", 0, "--json")
    by_source = json.loads(invoke(*arguments, "--new-sources").stdout)
    assert (by_source["n_real_sources"], by_source["n_fake_sources"], by_source["n_real"]) == (20, 20, 40)
    assert by_source["fpr_guarantee"] == 0.05
    by_image = json.loads(invoke(*arguments).stdout)
    assert by_image["n_real_sources"] is None
    # 20 sources leave one share of 21 at infinity: the threshold lies at the most extreme image, that of 40 images not.
    assert by_source["threshold_high"] >= by_image["threshold_high"]
    assert Calibration.read(model).n_real_sources is None


def test_new_sources_must_have_names_and_exclude_left_out(invoke, model, photo_paths, tmp_path):
    data = tmp_path / "nameless"
    for label in ("real", "fake"):
        (data / label).mkdir(parents=True)
        shutil.copy(photo_paths[0], data / label / f"{label}.jpg")
    nameless = invoke("calibrate", model, "--data", data, "--new-sources", "--workers", 0)
    assert nameless.exit_code == 2
    assert "does not name the source of every image" in one_sentence(nameless.stderr)
    both = invoke("calibrate", model, "--data", data, "--new-sources", "--left-out", tmp_path)
    assert both.exit_code == 2
    assert "--left-out and --new-sources exclude one another" in one_sentence(both.stderr)
