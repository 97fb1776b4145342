"""A scan that is killed outright, again and again, loses no record and writes none twice."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

KILLS = 6


@pytest.fixture
def photographs(photo_paths: list[Path], tmp_path: Path) -> Path:
    """Sixty small files."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    for number in range(60):
        with Image.open(photo_paths[number % len(photo_paths)]) as photo:
            photo.crop((number, number, number + 130, number + 110)).save(folder / f"{number:02}.png")
    return folder


def _command(model: Path, photographs: Path, output: Path) -> list[str]:
    options = ["--model", str(model), "--output", str(output), "--resume", "--quiet", "--workers", "2"]
    return [sys.executable, "-m", "realfake_hf.cli.main", "scan", str(photographs), *options]


def _records(output: Path) -> list[dict]:
    return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]


def test_every_image_has_one_record_after_many_kills(tiny_onnx, photographs, tmp_path):
    model, rng = tiny_onnx / "onnx", random.Random(30)
    undisturbed, killed = tmp_path / "undisturbed.jsonl", tmp_path / "killed.jsonl"
    subprocess.run(_command(model, photographs, undisturbed), check=True, timeout=300)
    kills = 0
    for _ in range(KILLS):
        size = killed.stat().st_size if killed.exists() else 0
        enough = size + rng.randrange(1, 1500)
        process = subprocess.Popen(_command(model, photographs, killed))
        while process.poll() is None and (not killed.exists() or killed.stat().st_size < enough):
            time.sleep(0.001)
        kills += process.poll() is None
        process.kill()
        process.wait()
    assert kills >= 2
    subprocess.run(_command(model, photographs, killed), check=True, timeout=300)
    by_path = sorted(_records(killed), key=lambda record: record["path"])
    assert by_path == sorted(_records(undisturbed), key=lambda record: record["path"])
