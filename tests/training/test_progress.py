"""What a training shows at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from realfake_hf.records.history import EpochRecord
from realfake_hf.training.progress import epoch_line
from realfake_hf.training.recipe import Recipe
from realfake_hf.training.train import train


def test_an_epoch_is_one_line_of_a_narrow_terminal() -> None:
    record = EpochRecord(7, 0.4, 0.8123, 0.6457, 0.7049, seconds=24.0, images_per_second=40.0)
    line = epoch_line(record, 120)
    assert line == "Epoch   7 of 120: right 81 % in training, 70 % in validation (loss 0.646)"
    assert len(line) < 80


@pytest.mark.parametrize("at_a_terminal", [True, False])
def test_a_line_for_every_epoch_and_no_dict_of_metrics(
    at_a_terminal: bool,
    tiny_recipe: Recipe,
    make_imagefolder: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: at_a_terminal)
    data = make_imagefolder({"train": 8, "val": 4})
    summary = train(tiny_recipe, data=data, output=tmp_path / "run")
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "{'" not in shown.err
    lines = [line for line in shown.err.replace("\r", "\n").splitlines() if line.startswith("Epoch ")]
    assert len(lines) == (summary.epochs if at_a_terminal else 0)
