"""A study from real training: what it holds, that it goes on where it stopped, that no candidate costs another."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors.torch import load_file

from realfake_hf.errors import RealFakeError
from realfake_hf.records.audit import read_audit
from realfake_hf.records.cost import ModelCost
from realfake_hf.records.run_folder import RunFolder
from realfake_hf.study.record import StudyRecord
from realfake_hf.study.study import study


def read_record(folder: Path) -> StudyRecord:
    record = StudyRecord.read(folder)
    assert record is not None
    return record


class TestFinishedStudy:
    def test_candidate_is_trained_calibrated_and_measured_on_every_held_out_split(self, finished: Path) -> None:
        run = RunFolder.read(finished / "runs" / "tiny")
        assert set(run.evaluations) == {"val", "unseen"}
        assert run.headline == "unseen"
        assert set(run.evaluations["unseen"].tiers) == {"clean", "web", "hard"}
        assert {own.source for own in run.evaluations["unseen"].sources} >= {"real-source-0", "fake-source-1"}
        assert run.calibration is not None
        assert run.evaluations["val"].threshold_high == run.calibration.threshold_high

    def test_audit_of_the_data_travels_with_every_run(self, finished: Path) -> None:
        audited = read_audit(finished / "audit")
        assert audited.n_real == audited.n_fake == 24
        assert RunFolder.read(finished / "runs" / "tiny").audit == audited

    def test_quick_is_said_in_the_run(self, finished: Path) -> None:
        (note,) = RunFolder.read(finished / "runs" / "tiny").notes
        assert note.startswith("quick: 2 epochs on a small sample")

    def test_unreachable_weights_are_skipped_in_one_sentence_and_still_cost_something(self, finished: Path) -> None:
        skipped = read_record(finished).candidate("pretrained")
        assert skipped.status == "skipped"
        assert "nobody/no-such-weights cannot be loaded" in skipped.reason
        assert "`from_scratch`" in skipped.reason
        cost = ModelCost.read(finished / "runs" / "pretrained")
        assert cost is not None
        assert cost.parameters > cost.trainable_parameters > 0
        assert not (finished / "runs" / "pretrained" / "run.json").exists()


@pytest.mark.usefixtures("without_report")
class TestGoingOn:
    def test_stages_that_are_done_are_not_done_again(self, begun: Path, recipes: dict[str, str], data: Path) -> None:
        run = begun / "runs" / "tiny"
        expected = (run / "evaluations" / "unseen" / "results.json").read_text()
        weights = (run / "model" / "model.safetensors").stat().st_mtime_ns
        shutil.rmtree(run / "evaluations" / "unseen")
        said: list[str] = []
        study([recipes["tiny"]], data=data, output=begun, quick=True, quiet=True, say=said.append)
        assert said[0] == "tiny: evaluation on unseen"
        found = (run / "evaluations" / "unseen" / "results.json").read_text()
        assert json.loads(found)["tiers"] == json.loads(expected)["tiers"]
        assert (run / "model" / "model.safetensors").stat().st_mtime_ns == weights

    def test_killed_training_ends_at_the_same_weights(self, begun: Path, recipes: dict[str, str], data: Path) -> None:
        run = begun / "runs" / "tiny"
        expected = load_file(run / "model" / "model.safetensors")
        checkpoints = sorted((run / "checkpoints").glob("checkpoint-*"), key=lambda path: int(path.name[11:]))
        if len(checkpoints) > 1:
            shutil.rmtree(checkpoints[-1])
        for folder in ("model", "evaluations"):
            shutil.rmtree(run / folder)
        settings = json.loads((run / "run.json").read_text())
        del settings["result"]
        (run / "run.json").write_text(json.dumps(settings))
        study([recipes["tiny"]], data=data, output=begun, quick=True, quiet=True)
        found = load_file(run / "model" / "model.safetensors")
        assert all(found[name].equal(expected[name]) for name in expected)
        assert RunFolder.read(run).evaluations

    def test_failing_candidate_costs_no_other_its_result_and_may_be_repaired(
        self, begun: Path, recipes: dict[str, str], data: Path
    ) -> None:
        shutil.rmtree(begun / "runs" / "tiny" / "evaluations" / "unseen")
        asked = [recipes["pretrained"], recipes["tiny"]]
        settings = {"data": data, "output": begun, "quick": True, "from_scratch": True, "quiet": True}
        failed = study(asked, overrides=["pretrained.training.lr_scheduler_type=sideways"], **settings)
        assert [run.name for run in failed.runs] == ["tiny"]
        (error,) = failed.errors
        assert error.startswith("pretrained has failed: ")
        assert "sideways" in error
        repaired = study(asked, **settings)
        assert [run.name for run in repaired.runs] == ["tiny", "pretrained"]
        assert not repaired.errors

    def test_from_scratch_trains_the_skipped_one_whole_and_says_so(
        self, begun: Path, recipes: dict[str, str], data: Path
    ) -> None:
        summary = study([recipes["pretrained"]], data=data, output=begun, quick=True, from_scratch=True, quiet=True)
        run = summary.runs[1]
        assert run.notes[0] == "from random weights, trained whole instead of frozen"
        assert run.cost is not None
        assert run.cost.trainable_parameters == run.cost.parameters
        assert read_record(begun).candidate("pretrained").notes == run.notes


class TestRefused:
    def test_study_of_other_data(self, begun: Path, recipes: dict[str, str], make_imagefolder: Callable[..., Path]):
        with pytest.raises(RealFakeError, match="other data"):
            study([recipes["tiny"]], data=make_imagefolder(size=64), output=begun, quick=True)

    def test_other_settings(self, begun: Path, recipes: dict[str, str], data: Path) -> None:
        with pytest.raises(RealFakeError, match="holds tiny with other settings"):
            study([recipes["tiny"]], data=data, output=begun, quick=True, overrides=["training.learning_rate=0.5"])

    def test_quick_study_without_quick(self, begun: Path, recipes: dict[str, str], data: Path) -> None:
        with pytest.raises(RealFakeError, match="quick study"):
            study([recipes["tiny"]], data=data, output=begun)

    def test_foreign_folder(self, recipes: dict[str, str], data: Path, tmp_path: Path) -> None:
        (tmp_path / "thesis.txt").write_text("mine")
        with pytest.raises(RealFakeError, match="holds no study"):
            study([recipes["tiny"]], data=data, output=tmp_path)


def test_a_run_without_epochs_is_named_and_left_out_of_the_report(
    begun: Path, recipes: dict[str, str], data: Path
) -> None:
    (begun / "runs" / "tiny" / "history.json").unlink()
    summary = study([recipes["tiny"]], data=data, output=begun, quick=True, quiet=True)
    assert summary.report is None
    assert summary.errors == ["tiny is not in the report: it has no history of epochs (history.json)."]
