"""Several processes measure what one measures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.evaluate import evaluate
from realfake_hf.evaluation.processes import Share
from realfake_hf.records.json_record import json_values
from realfake_hf.records.predictions import Predictions


def test_alone_where_nobody_launched_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert Share.of_this_process() == Share(0, 1)
    Share().wait()


def test_half_a_launcher_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("RANK", "2")
    with pytest.raises(RealFakeError, match="RANK is 2 where WORLD_SIZE is 2: unset both"):
        Share.of_this_process()
    monkeypatch.delenv("RANK")
    with pytest.raises(RealFakeError, match=r"RANK expected.*: start the processes with torchrun, or unset"):
        Share.of_this_process().wait()


def test_every_row_has_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "3")
    shares = []
    for rank in "012":
        monkeypatch.setenv("RANK", rank)
        shares.append(Share.of_this_process())
    assert [[share.rank for share in shares if share.has(row)] for row in range(4)] == [[0], [1], [2], [0]]
    assert [share.is_first for share in shares] == [True, False, False]


def test_two_processes_give_the_result_of_one(make_imagefolder, tiny_model: Path, tmp_path: Path) -> None:
    data = make_imagefolder({"val": 5}, size=64)
    (data / "val" / "real" / "real-source-0" / "000.jpg").write_bytes(b"no image")
    alone = evaluate(data, output=tmp_path / "alone", model=tiny_model, tiers=["clean", "web"], page=False, workers=0)
    done = subprocess.run(
        [
            sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
            "-m", "realfake_hf.cli.main", "evaluate", str(data), "--model", str(tiny_model), "--tiers", "clean,web",
            "--no-page", "--workers", "0", "--output", str(tmp_path / "together"), "--json",
        ],
        env={**os.environ, "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )  # fmt: skip
    assert done.stdout.count('"tiers"') == 1, done.stderr
    together = json.loads(done.stdout)
    for name, tier in json_values(alone)["tiers"].items():
        for metric, value in tier.items():
            if isinstance(value, int | float):
                assert together["tiers"][name][metric] == pytest.approx(value, abs=1e-5), metric
    files = [Predictions.read(tmp_path / name / "predictions.parquet") for name in ("alone", "together")]
    assert list(files[0].index) == list(files[1].index)
    assert files[0].logit == pytest.approx(files[1].logit, abs=1e-5, nan_ok=True)
    assert not (tmp_path / "together" / "predictions-parts").exists()
