"""A RUN folder from real training: what it holds, that it learns, that a kill changes nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch
import yaml
from safetensors.torch import load_file
from transformers import AutoImageProcessor, AutoModelForImageClassification, pipeline
from without_package import scores_without_package

from realfake_hf.errors import RealFakeError
from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.training.recipe import Recipe, recipe_from_dict
from realfake_hf.training.train import train

TRAIN = """
import sys
from realfake_hf.training.train import train
train(sys.argv[1], data=sys.argv[2], output=sys.argv[3])
"""


@pytest.fixture
def data(make_imagefolder: Callable[..., Path]) -> Path:
    return make_imagefolder({"train": 24, "val": 12}, size=64)


def test_run_folder_holds_what_the_contract_says(tiny_recipe: Recipe, data: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    summary = train(tiny_recipe, data=data, output=run)
    assert summary.epochs == 2
    history = json.loads((run / "history.json").read_text())
    assert [record["epoch"] for record in history] == [1, 2]
    assert set(history[0]) == {
        "epoch", "train_loss", "train_accuracy", "val_loss", "val_accuracy", "seconds", "images_per_second",
    }  # fmt: skip
    record = json.loads((run / "run.json").read_text())
    assert record["recipe"] == tiny_recipe.to_dict()
    assert record["seed"] == 7
    assert record["rows"] == {"train": 48, "val": 24}
    assert len(record["data_fingerprint"]) == 16
    # That of a CUDA build says +cu130 in the module alone.
    assert record["versions"]["torch"].split("+")[0] == torch.__version__.split("+")[0]
    assert record["result"]["val_loss"] == min(known["val_loss"] for known in history)
    written = {path.name for path in (run / "model").iterdir()}
    code = {name for name in written if name.endswith(".py")}  # so that it loads where this package is not installed
    assert written - code == {"config.json", "model.safetensors", "preprocessor_config.json"}
    assert {"modeling_realfake_cnn.py", "image_processing_realfake.py"} <= code


def test_trained_model_loads_and_tells_enlarged_from_sharp(
    tiny_recipe_values: dict[str, Any], data: Path, tmp_path: Path
) -> None:
    tiny_recipe_values["training"]["num_train_epochs"] = 8
    summary = train(recipe_from_dict(tiny_recipe_values), data=data, output=tmp_path / "run")
    assert summary.val_accuracy > 0.9
    model = AutoModelForImageClassification.from_pretrained(tmp_path / "run" / "model")
    assert model.config.id2label == {0: "real", 1: "fake"}
    assert AutoImageProcessor.from_pretrained(tmp_path / "run" / "model").size == 48


def test_model_and_checkpoint_work_where_this_package_is_not(
    tiny_recipe: Recipe, data: Path, photo_paths: list[Path], tmp_path: Path
) -> None:
    train(tiny_recipe, data=data, output=tmp_path / "run", quiet=True)
    checkpoints = sorted((tmp_path / "run" / "checkpoints").glob("checkpoint-*"))
    assert checkpoints
    folders = [tmp_path / "run" / "model", *checkpoints]
    scores = scores_without_package(folders, photo_paths[0], tmp_path)
    for folder, elsewhere in zip(folders, scores, strict=True):
        here = pipeline("image-classification", str(folder))(str(photo_paths[0]))
        assert [row["label"] for row in elsewhere] == [row["label"] for row in here]
        assert [row["score"] for row in elsewhere] == pytest.approx([row["score"] for row in here], abs=1e-6)


def test_workers_train_without_shared_memory(
    tiny_recipe_values: dict[str, Any], data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(tensor: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("unable to write to file: No space left on device (28)")

    monkeypatch.setattr(torch.Tensor, "share_memory_", refuse)
    tiny_recipe_values["training"] |= {"dataloader_num_workers": 1, "num_train_epochs": 1}
    assert train(recipe_from_dict(tiny_recipe_values), data=data, output=tmp_path / "run", quiet=True).epochs == 1


def test_workers_end_with_a_training_that_is_killed(
    tiny_recipe_values: dict[str, Any], data: Path, tmp_path: Path
) -> None:
    tiny_recipe_values["training"] |= {"dataloader_num_workers": 1, "num_train_epochs": 1000}
    recipe, run = tmp_path / "tiny.yaml", tmp_path / "killed"
    recipe.write_text(yaml.safe_dump(tiny_recipe_values))
    spawning = "import multiprocessing\nmultiprocessing.set_start_method('spawn')" + TRAIN
    process = psutil.Popen([sys.executable, "-c", spawning, str(recipe), str(data), str(run)], stderr=subprocess.PIPE)
    workers: list[psutil.Process] = []
    while not any("spawn_main" in " ".join(_command_of(worker)) for worker in workers):
        assert process.poll() is None, process.stderr.read()
        workers = process.children(recursive=True)
    process.kill()
    process.wait()
    assert psutil.wait_procs(workers, 60)[1] == []


def _command_of(process: psutil.Process) -> list[str]:
    """Its words; none of one that has ended since it was found."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


@pytest.mark.parametrize("weight_averaging", [0.0, 0.9])
def test_killed_and_resumed_run_ends_at_the_same_weights(
    tiny_recipe_values: dict[str, Any], data: Path, tmp_path: Path, weight_averaging: float
) -> None:
    tiny_recipe_values["training"]["num_train_epochs"] = 4
    tiny_recipe_values["weight_averaging"] = weight_averaging
    recipe = tmp_path / "tiny.yaml"
    recipe.write_text(yaml.safe_dump(tiny_recipe_values))
    train(str(recipe), data=data, output=tmp_path / "whole", quiet=True)

    arguments = [sys.executable, "-c", TRAIN, str(recipe), str(data), str(tmp_path / "killed")]
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    first_checkpoint = tmp_path / "killed" / "checkpoints" / "checkpoint-6" / "trainer_state.json"
    deadline = time.monotonic() + 120
    while not first_checkpoint.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "killed" / "model").exists()

    train(str(recipe), data=data, output=tmp_path / "killed", resume=True, quiet=True)
    whole = load_file(tmp_path / "whole" / "model" / "model.safetensors")
    resumed = load_file(tmp_path / "killed" / "model" / "model.safetensors")
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    records = [json.loads((tmp_path / run / "history.json").read_text()) for run in ("whole", "killed")]
    assert [one["val_loss"] for one in records[0]] == [one["val_loss"] for one in records[1]]


@pytest.mark.parametrize("torn", ["", '{"epoch": 1.0, "glo'])
def test_checkpoint_that_a_kill_tore_is_passed_over(
    tiny_recipe: Recipe, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, torn: str
) -> None:
    class Killed(BaseException):
        pass

    def kill(*arguments: object, **settings: object) -> None:
        raise Killed

    run = tmp_path / "run"
    monkeypatch.setattr("realfake_hf.training.train.interpolate", kill)
    monkeypatch.setattr("realfake_hf.training.trainer.RealFakeTrainer.predict", kill)
    with pytest.raises(Killed):
        train(tiny_recipe, data=data, output=run, quiet=True)
    monkeypatch.undo()
    (newest,) = (run / "checkpoints").glob("checkpoint-*")
    half = newest.with_name("checkpoint-999")
    half.mkdir()
    (half / "model.safetensors").write_bytes((newest / "model.safetensors").read_bytes()[:100])
    if torn:
        (half / "trainer_state.json").write_text(torn)
    assert RealFakeImageProcessor.from_pretrained(newest).size == 48, "a checkpoint brings its processor"
    assert list(newest.glob("modeling_*.py")), "and its code"
    summary = train(tiny_recipe, data=data, output=run, resume=True, quiet=True)
    assert summary.epochs == 2


def test_two_processes_train_one_model(tiny_recipe_values: dict[str, Any], data: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "tiny.yaml"
    recipe.write_text(yaml.safe_dump(tiny_recipe_values))
    script = tmp_path / "script.py"
    script.write_text(TRAIN)
    subprocess.run(
        [
            sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
            str(script), str(recipe), str(data), str(tmp_path / "run"),
        ],
        check=True,
        env={**os.environ, "ACCELERATE_USE_CPU": "true", "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        timeout=240,
    )  # fmt: skip
    record = json.loads((tmp_path / "run" / "run.json").read_text())
    assert record["hardware"]["processes"] == 2
    history = json.loads((tmp_path / "run" / "history.json").read_text())
    assert [known["epoch"] for known in history] == [1, 2]
    AutoModelForImageClassification.from_pretrained(tmp_path / "run" / "model")


def test_data_without_validation_split_hold_some_back(
    tiny_recipe: Recipe, make_imagefolder: Callable[..., Path], tmp_path: Path
) -> None:
    train(tiny_recipe, data=make_imagefolder({"train": 20}, size=64), output=tmp_path / "run")
    rows = json.loads((tmp_path / "run" / "run.json").read_text())["rows"]
    assert rows == {"train": 32, "val": 8}


def test_finished_run_is_not_overwritten(tiny_recipe: Recipe, data: Path, tmp_path: Path) -> None:
    train(tiny_recipe, data=data, output=tmp_path / "run")
    for resume in (False, True):
        with pytest.raises(RealFakeError, match="finished run"):
            train(tiny_recipe, data=data, output=tmp_path / "run", resume=resume)


def test_foreign_folder_is_not_overwritten(tiny_recipe: Recipe, data: Path, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("mine")
    with pytest.raises(RealFakeError, match="not empty"):
        train(tiny_recipe, data=data, output=tmp_path / "run")


def test_one_class_is_refused(tiny_recipe: Recipe, data: Path, tmp_path: Path) -> None:
    for fake in (data / "train" / "fake").rglob("*.jpg"):
        fake.unlink()
    with pytest.raises(RealFakeError, match="no fake images"):
        train(tiny_recipe, data=data, output=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_early_stopping_ends_a_run_that_no_longer_improves(
    tiny_recipe_values: dict[str, Any], data: Path, tmp_path: Path
) -> None:
    tiny_recipe_values["early_stopping_patience"] = 1
    tiny_recipe_values["training"].update(num_train_epochs=9, learning_rate=1e-9)
    tiny_recipe_values["training"]["max_grad_norm"] = 0.0
    summary = train(recipe_from_dict(tiny_recipe_values), data=data, output=tmp_path / "run")
    assert summary.epochs < 9


def test_a_training_of_a_few_steps_is_its_first_epoch(
    tiny_recipe_values: dict[str, Any], data: Path, tmp_path: Path
) -> None:
    tiny_recipe_values["training"] |= {"max_steps": 1, "per_device_train_batch_size": 2}
    summary = train(recipe_from_dict(tiny_recipe_values), data=data, output=tmp_path / "run")
    assert (summary.epochs, summary.best_epoch) == (1, 1)


def test_training_that_diverges_is_said_in_a_sentence(
    tiny_recipe_values: dict[str, Any], data: Path, tmp_path: Path
) -> None:
    tiny_recipe_values["training"].update(learning_rate=1e30, max_grad_norm=1e30)
    with pytest.raises(RealFakeError, match=r"^The training diverges: in epoch 1 the loss .* Lower training.learning_"):
        train(recipe_from_dict(tiny_recipe_values), data=data, output=tmp_path / "run", quiet=True)
    assert not (tmp_path / "run" / "model").exists()


def test_a_processor_that_does_not_fit_the_network_is_refused_before_the_training(data: Path, tmp_path: Path) -> None:
    with pytest.raises(RealFakeError, match=r"do not fit: This network takes 128 x 128 px, not 64 x 64"):
        train("cnn-128", data=data, output=tmp_path / "run", overrides=["processor.size=64"], quiet=True)
    assert not (tmp_path / "run" / "run.json").exists()
