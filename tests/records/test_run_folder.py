"""A RUN folder, read whole: what must be said of it, what counts first, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.records.audit import AuditResult, read_audit
from realfake_hf.records.calibration import Calibration
from realfake_hf.records.cost import ModelCost
from realfake_hf.records.history import read_history
from realfake_hf.records.results import EvaluationResult
from realfake_hf.records.run import Hardware, RecordedAudit, RunRecord, RunResult
from realfake_hf.records.run_folder import RunFolder, headline_split, read_evaluations
from realfake_hf.weights import embedded_model_path, embedded_models

COST = ModelCost(
    parameters=10,
    trainable_parameters=4,
    macs=100,
    input=(3, 8, 8),
    layers={"Conv2d": 2, "Linear": 1},
    head=["dense 2"],
    milliseconds=1.5,
    threads=1,
    hardware="a CPU, 2 cores",
    inputs_per_image=5,
)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The files of a finished run, without its weights."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    settings = {"recipe": {"name": "tiny"}, "notes": ["quick"], "result": {"epochs": 2}}
    (tmp_path / "run.json").write_text(json.dumps(settings))
    epoch = {"train_loss": 0.5, "train_accuracy": 0.7, "val_loss": 0.6, "val_accuracy": 0.6, "images_per_second": 9.0}
    (tmp_path / "history.json").write_text(json.dumps([{"epoch": n, "seconds": 1.5 * n, **epoch} for n in (1, 2)]))
    return tmp_path


def write_evaluation(run: Path, split: str) -> None:
    EvaluationResult("tiny", f"data ({split})", 4, 4, 0.5, 0.5).write(run / "evaluations" / split / "results.json")


def test_history_notes_and_cost_are_read_as_they_were_written(run: Path) -> None:
    COST.write(run)
    found = RunFolder.read(run)
    assert (found.name, found.notes, found.training_seconds) == ("tiny", ["quick"], 4.5)
    assert found.cost == COST
    assert found.cost.total_layers == 3


def test_what_was_not_measured_is_none(run: Path) -> None:
    found = RunFolder.read(run)
    assert (found.cost, found.audit, found.calibration, found.headline) == (None, None, None, None)


def test_model_and_audit_are_found_where_a_run_has_them(run: Path) -> None:
    audit = AuditResult("warn", ["Borders tell."], 0.5, 0.7, 0.5, None, None, {}, None, 0)
    audit.write(run)
    found = RunFolder.read(run)
    assert found.audit == audit
    assert found.model == run / "model"


@pytest.mark.parametrize(
    ("splits", "expected"),
    [
        (("val", "unseen", "test"), "test"),
        (("val", "unseen"), "unseen"),
        (("val",), "val"),
        (("web-2025",), "web-2025"),
    ],
)
def test_headline_is_the_split_furthest_from_training(run: Path, splits: tuple[str, ...], expected: str) -> None:
    for split in splits:
        write_evaluation(run, split)
    assert RunFolder.read(run).headline == expected
    assert headline_split(splits) == expected


def test_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RealFakeError, match="no RUN folder"):
        RunFolder.read(tmp_path)


def test_run_that_was_interrupted_is_refused(run: Path) -> None:
    (run / "run.json").write_text(json.dumps({"recipe": {"name": "tiny"}}))
    with pytest.raises(RealFakeError, match="not finished"):
        RunFolder.read(run)


@pytest.mark.parametrize("file", ["history.json", "cost.json", "run.json", "model/calibration.json"])
def test_damaged_file_is_named_or_the_run_is(run: Path, file: str) -> None:
    (run / file).write_text('{"epoch": ')
    with pytest.raises(RealFakeError, match=r"damaged|cannot be read"):
        RunFolder.read(run)


@pytest.mark.parametrize("name", embedded_models())
def test_files_of_the_first_release_are_read(name: str) -> None:
    folder = embedded_model_path(name)
    record, calibration, cost = RunRecord.read(folder), Calibration.read(folder), ModelCost.read(folder)
    assert record is not None
    assert record.recipe_name == name
    assert record.result is not None
    assert record.result.val_loss is not None
    assert read_history(folder)[-1].epoch == record.result.epochs
    assert calibration is not None
    assert calibration.dataset
    assert cost is not None
    assert cost.parameters > 0
    assert set(read_evaluations(folder)) >= {"unseen", "fresh", "val"}
    assert read_audit(folder).n_real > 0


def test_recipe_without_a_name_is_refused_in_one_sentence(run: Path) -> None:
    (run / "run.json").write_text(json.dumps({"recipe": {"model": {}}, "result": {"epochs": 2}}))
    with pytest.raises(RealFakeError, match=r"run\.json is damaged, or not the record of a run \(recipe: .*`name`.*\)"):
        RunFolder.read(run)


def test_run_record_comes_back_from_its_file(tmp_path: Path) -> None:
    record = RunRecord(
        recipe={"name": "tiny", "model": {"backbone": "google/net"}, "augmentation": [{"flip": {"probability": 0.5}}]},
        seed=7,
        rows={"train": 24},
        hardware=Hardware(device="cpu", cpu_count=2),
        audit=RecordedAudit("warn", ["Borders tell."]),
        result=RunResult(epochs=2, best_epoch=1, val_loss=0.5, val_accuracy=0.75, seconds=61.0),
    )
    record.write(tmp_path)
    found = RunRecord.read(tmp_path)
    assert found == record
    assert found.described.model.backbone == "google/net"
