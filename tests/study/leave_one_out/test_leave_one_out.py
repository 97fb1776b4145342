"""The whole way: train without each source, measure, survive an interruption."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.records.predictions import Predictions
from realfake_hf.study.leave_one_out import leave_one_out as module
from realfake_hf.study.leave_one_out.leave_one_out import leave_one_out

OPTIONS: dict[str, Any] = {"over": "generators", "tiers": ["clean"], "workers": 0, "quiet": True, "page": False}


class Killed(BaseException):
    """Stands for a kill between two trainings."""


def test_interrupted_run_goes_on_where_it_stopped(
    make_imagefolder: Callable[..., Path], recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, out = make_imagefolder({"train": 8, "val": 4}, size=64), tmp_path / "out"
    trained: list[str] = []
    train = module.train

    def killed_in_the_last(*arguments: Any, output: Path, **settings: Any) -> Any:
        if output.name == "fake-fake-source-1" and "fake-fake-source-1" not in trained:
            trained.append(output.name)
            raise Killed
        trained.append(output.name)
        return train(*arguments, output=output, **settings)

    monkeypatch.setattr(module, "train", killed_in_the_last)
    with pytest.raises(Killed):
        leave_one_out(str(recipe), data=data, output=out, **OPTIONS)
    with pytest.raises(RealFakeError, match="`resume`"):
        leave_one_out(str(recipe), data=data, output=out, **OPTIONS)
    with pytest.raises(RealFakeError, match="begun with another recipe"):
        leave_one_out(str(recipe), data=data, output=out, resume=True, overrides=["training.seed=8"], **OPTIONS)
    result = leave_one_out(str(recipe), data=data, output=out, resume=True, **OPTIONS)

    assert trained == ["all", "fake-fake-source-0", "fake-fake-source-1", "fake-fake-source-1"]
    assert [(cost.source, cost.n, cost.n_other, cost.n_trained) for cost in result.costs] == [
        ("fake-source-0", 2, 4, 6),
        ("fake-source-1", 2, 4, 6),
    ]
    assert json.loads((out / "leave_one_out.json").read_text())["costs"][1]["source"] == "fake-source-1"
    record = json.loads((out / "runs" / "fake-fake-source-1" / "run.json").read_text())
    assert record["rows"] == {"train": 12, "val": 6}
    assert record["notes"] == ["trained without the fake source fake-source-1"]
    scores = Predictions.read(out / "evaluations" / "fake-fake-source-1" / "predictions.parquet")
    own = scores.where(scores.source == "fake-source-1")
    assert result.costs[1].accuracy_without == (own.p_fake >= 0.5).mean()
    everything = Predictions.read(out / "evaluations" / "all" / "predictions.parquet")
    assert (
        dict(zip(everything.index, everything.path, strict=True)).items()
        >= dict(zip(scores.index, scores.path, strict=True)).items()
    )


def test_folder_with_other_things_is_left_alone(
    make_imagefolder: Callable[..., Path], recipe: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")

    with pytest.raises(RealFakeError, match="not empty"):
        leave_one_out(str(recipe), data=make_imagefolder(), output=tmp_path / "out", **OPTIONS)


def test_sources_left_out_in_groups_are_compared_with_the_models_that_saw_them(
    make_imagefolder: Callable[..., Path], recipe: Path, tmp_path: Path
) -> None:
    data, out = make_imagefolder({"train": 8, "val": 4}, size=64), tmp_path / "out"
    result = leave_one_out(str(recipe), data=data, output=out, folds=2, **{**OPTIONS, "over": "both"})

    assert sorted(folder.name for folder in (out / "runs").iterdir()) == ["group-1", "group-2"]
    notes = [json.loads((out / "runs" / name / "run.json").read_text())["notes"] for name in ("group-1", "group-2")]
    assert sorted(notes[0] + notes[1]) == [
        f"trained without the {label} source {label}-source-{number}" for label in ("fake", "real") for number in (0, 1)
    ]
    assert len(result.costs) == 4
    scores = Predictions.read(out / "left_out.parquet")
    assert sorted(scores.model) == ["with"] * 8 + ["without"] * 8
    without = scores.of_model("without")
    for number, group in enumerate(notes, start=1):
        judged = Predictions.read(out / "evaluations" / f"group-{number}" / "predictions.parquet")
        for note in group:
            own = judged.source == note.split()[-1]
            assert (without.logit[without.source == note.split()[-1]] == judged.logit[own]).all()
    with pytest.raises(RealFakeError, match="begun with other groups"):
        leave_one_out(str(recipe), data=data, output=out, resume=True, **{**OPTIONS, "over": "both"})


def test_more_groups_than_sources_are_refused(
    make_imagefolder: Callable[..., Path], recipe: Path, tmp_path: Path
) -> None:
    data = make_imagefolder({"train": 4, "val": 2}, size=64)
    with pytest.raises(RealFakeError, match=r"2 fake sources cannot be left out in 3 groups: choose from 2 to 2\."):
        leave_one_out(str(recipe), data=data, output=tmp_path / "out", folds=3, **OPTIONS)
