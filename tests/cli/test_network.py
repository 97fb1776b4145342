"""No command talks to anybody who was not named.

What Python itself connects to is seen here, in every process of a command; what a C library does by itself is not (that
takes `strace -f -e trace=connect,sendto`). Nothing is switched off beforehand: the environment is a user's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from tiny_recipe import recipe_values

from realfake_hf.data.loading import load_data
from realfake_hf.evaluation.metrics import metric_path

WATCH = """
import os, sys

HOME = ("127.", "::1", "localhost")

def watch(event, arguments):
    if event == "socket.connect" or event == "socket.sendto":
        address = arguments[1]
        place = address[0] if isinstance(address, tuple) else ""  # others are sockets of this machine
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        place = arguments[0] or ""
    else:
        return
    place = place.decode() if isinstance(place, bytes) else str(place)
    if place and not place.startswith(HOME):
        with open(os.environ["WATCHED"], "a") as log:
            log.write(f"{event} {place}\\n")

sys.addaudithook(watch)
"""
SWITCHES = ("OFFLINE", "TELEMETRY", "HF_", "GRADIO_", "DO_NOT_TRACK")
COMMANDS = """
import json, sys
from realfake_hf.cli.main import cli

for arguments in json.loads(sys.argv[1]):
    try:
        cli.main(arguments)
    except SystemExit as ended:
        assert not ended.code, arguments
"""
"""One process for them all: libraries are loaded once."""

Watched = Callable[..., list[str]]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    """Run a program with arguments: whom it asked for, or connected to, beside this machine."""
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    log = tmp_path / "watched.log"
    kept = {name: value for name, value in os.environ.items() if not any(switch in name for switch in SWITCHES)}
    environment = {**kept, "PYTHONPATH": str(tmp_path), "WATCHED": str(log), "HF_HOME": str(tmp_path / "hf")}

    def run(program: str, *arguments: str) -> list[str]:
        ended = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=900,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        return log.read_text().splitlines() if log.exists() else []

    return run


def test_whoever_connects_is_seen_in_other_processes_too(watched: Watched) -> None:
    asks = "import socket\ntry: socket.create_connection(('nobody.invalid', 80), 1)\nexcept OSError: pass"
    assert watched(asks) == ["socket.getaddrinfo nobody.invalid"]
    assert len(watched(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {asks!r}])")) == 2


def test_nobody_hears_what_is_judged_trained_measured_and_prepared_for_the_hub(
    watched: Watched, make_imagefolder: Callable[..., Path], photo_paths: list[Path], tiny_model: Path, tmp_path: Path
) -> None:
    recipe, run, parquet = tmp_path / "tiny.yaml", tmp_path / "run", tmp_path / "parquet"
    recipe.write_text(yaml.safe_dump(recipe_values()))
    parquet.mkdir()
    for split, rows in load_data(make_imagefolder({"train": 4, "val": 4}, size=64)).items():
        rows.to_parquet(parquet / f"{split}.parquet")  # which the library `datasets` loads by itself
    photo, tiny = photo_paths[0], ("--model", tiny_model)
    commands: list[tuple[object, ...]] = [
        ("scan", photo),
        ("scan", photo, *tiny, "--report", tmp_path / "page.html", "--heatmaps", tmp_path / "maps"),
        ("train", recipe, "--data", parquet, "--output", run),
        ("calibrate", run, "--data", parquet),
        ("evaluate", parquet, *tiny, "--output", tmp_path / "measured", "--tiers", "clean", "--no-page"),
        ("explore", parquet, "--output", tmp_path / "explored"),
        ("export", run, run / "onnx"),
        ("push", run, "me/net", "--dry-run"),
        ("push-data", parquet, "me/photos", "--dry-run"),
    ]
    assert watched(COMMANDS, json.dumps([list(map(str, arguments)) for arguments in commands])) == []


def test_nobody_hears_of_metrics_and_pipelines(watched: Watched, tiny_model: Path, photo_paths: list[Path]) -> None:
    program = (
        "import evaluate, realfake_hf\n"
        "from transformers import pipeline\n"
        f"evaluate.load({str(metric_path('ece'))!r})\n"
        f"pipeline('image-classification', model={str(tiny_model)!r})({str(photo_paths[0])!r})\n"
    )
    assert watched(program) == []
