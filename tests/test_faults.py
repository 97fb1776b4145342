"""A few random stops of commands that write much; all of them, and many: `tests/benchmarks/bench_faults.py`."""

from __future__ import annotations

import json
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from faults import Case, Faults, digests, torn


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Faults:
    return Faults(tmp_path_factory.mktemp("faults"), ["realfake_hf.cli.prepare"])


@pytest.fixture(scope="module")
def prepare(write_imagefolder: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Case:
    """`realfake prepare` of sixty images."""
    data = write_imagefolder(tmp_path_factory.mktemp("data"), {"train": 30}, size=96) / "train"

    def contents(output: Path) -> Any:
        settings = output / "prepare.json"
        if not settings.exists() or not json.loads(settings.read_text(encoding="utf-8"))["complete"]:
            return None
        return digests(output, "**/*.jpg", "**/manifest.parquet")

    return Case("prepare", lambda out: ["prepare", data, out, "--sizes", 48, "--workers", 2, "-q"], contents)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_stopped_prepare_leaves_nothing_torn_and_goes_on(faults: Faults, prepare: Case, number: signal.Signals) -> None:
    found = faults.kill(prepare, number, times=2, rng=random.Random(30))
    assert found.tried == 2
    assert not found.failures


def test_prepare_survives_a_full_disk_and_says_where_nothing_can_be_written(faults: Faults, prepare: Case) -> None:
    assert not faults.full_disk(prepare, limits=[100, 2000]).failures
    assert not faults.read_only(prepare, Path("/sys/kernel")).failures


def test_what_is_torn_is_seen(tmp_path: Path) -> None:
    (tmp_path / "half.json").write_text('{"a": ')
    (tmp_path / "half.parquet").write_bytes(b"PAR1 and no more")
    (tmp_path / "whole.json").write_text("{}")
    (tmp_path / "half.json.part").write_text("{")
    assert [sentence.split()[0] for sentence in torn(tmp_path)] == [
        str(tmp_path / "half.json"),
        str(tmp_path / "half.parquet"),
    ]
