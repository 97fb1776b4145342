"""`realfake train`: a RUN folder, or one sentence before anything is trained."""

from __future__ import annotations

import json
import shutil

from .conftest import one_sentence


def test_own_recipe_becomes_a_run_whose_model_scan_takes(invoke, recipe, make_imagefolder, photo_paths, tmp_path):
    run = tmp_path / "run"
    result = invoke(
        "train", recipe, "--data", make_imagefolder(), "-o", run, "--set", "training.num_train_epochs=2", "--json"
    )
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert (summary["run"], summary["epochs"]) == (str(run), 2)
    assert json.loads((run / "run.json").read_text())["recipe"]["training"]["num_train_epochs"] == 2
    judged = invoke("scan", photo_paths[0], "--model", run)
    assert json.loads(judged.stdout)["label"] in ("real", "fake")


class TestBadInput:
    def test_unknown_recipe(self, realfake, tmp_path):
        done = realfake("train", "realfake-nett", "--data", tmp_path, "--output", tmp_path / "run")
        assert done.returncode == 2
        assert "realfake-net" in one_sentence(done.stderr)

    def test_unknown_key_is_answered_with_the_nearest(self, realfake, tmp_path):
        done = realfake(
            "train", "cnn-128", "--data", tmp_path, "--output", tmp_path / "run", "--set", "training.learning_rat=1"
        )
        assert done.returncode == 2
        assert "training.learning_rate" in one_sentence(done.stderr)
        assert not (tmp_path / "run").exists()

    def test_data_with_one_class(self, realfake, recipe, make_imagefolder, tmp_path):
        data = make_imagefolder({"train": 8})
        shutil.rmtree(data / "train" / "fake")
        done = realfake("train", recipe, "--data", data, "--output", tmp_path / "run")
        assert done.returncode == 2
        assert "no fake images" in one_sentence(done.stderr)

    def test_missing_data(self, invoke, recipe, tmp_path):
        result = invoke("train", recipe, "--data", tmp_path / "gone", "--output", tmp_path / "run")
        assert result.exit_code == 2
        assert str(tmp_path / "gone") in one_sentence(result.stderr)

    def test_finished_run_is_not_overwritten(self, invoke, recipe, make_imagefolder, tiny_model, tmp_path):
        shutil.copytree(tiny_model, tmp_path / "run" / "model")
        result = invoke("train", recipe, "--data", make_imagefolder(), "--output", tmp_path / "run")
        assert result.exit_code == 2
        assert "finished run" in one_sentence(result.stderr)


def test_what_is_held_out_is_said_before_the_training(invoke, recipe, make_imagefolder, tmp_path):
    data = make_imagefolder({"train": 20})
    result = invoke("train", recipe, "--data", data, "-o", tmp_path / "run")
    assert result.exit_code == 0, result.output
    assert (
        f"{data} has no val split: 8 images, 20 % of each class, are held out of train for validation, and 32 are left "
        "to train on."
    ) in result.stderr
    assert len(json.loads((tmp_path / "run" / "run.json").read_text())["train_fingerprints"]) == 2
    calibrated = invoke("calibrate", tmp_path / "run", "--data", data, "--workers", 0)
    assert "These are images that the model was trained on" in calibrated.stderr


def test_rows_are_said_where_there_is_a_val_split(invoke, recipe, make_imagefolder, tmp_path):
    result = invoke("train", recipe, "--data", make_imagefolder({"train": 12, "val": 6}), "-o", tmp_path / "run")
    assert "Trains on 24 images and validates on 12." in result.stderr.splitlines()


def test_an_audit_that_lies_elsewhere_goes_into_the_record(invoke, recipe, make_imagefolder, tmp_path):
    data = make_imagefolder()
    audited = invoke("audit", data, "--output", tmp_path / "audited", "--workers", 1, "--quiet", "--json")
    verdict = json.loads(audited.stdout)["verdict"]
    run = tmp_path / "run"
    done = invoke("train", recipe, "--data", data, "-o", run, "--audit", tmp_path / "audited" / "audit.json", "--json")
    assert json.loads(done.stdout)["audit"] == verdict
    assert json.loads((run / "run.json").read_text())["audit"]["verdict"] == verdict
