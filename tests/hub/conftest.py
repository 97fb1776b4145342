"""A Hub on loopback that the client in this process and in others talks to."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hub_server import HubServer

from realfake_hf.records.results import METRIC_NAMES, EvaluationResult, SourceResult, TierResult
from realfake_hf.storage.files import write_json


@pytest.fixture(scope="session")
def hub_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubServer]:
    with HubServer() as hub, pytest.MonkeyPatch.context() as environment:
        # Read once, when the client's Xet begins.
        environment.setenv("HF_XET_CACHE", str(tmp_path_factory.mktemp("xet")))
        environment.setenv("HF_XET_CLIENT_RETRY_BASE_DELAY", "10ms")
        yield hub


@pytest.fixture
def hub(hub_server: HubServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> HubServer:
    """Empty, and the one that `huggingface_hub` in this process knows; logged in as "me"."""
    hub_server.clear()
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", hub_server.endpoint)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", False)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "no-token"))
    monkeypatch.setenv("HF_TOKEN", hub_server.token)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    return hub_server


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that the client would have made between its tries."""
    pauses: list[float] = []
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", pauses.append)
    return pauses


@pytest.fixture
def run_folder(tiny_model: Path, tmp_path: Path) -> Path:
    """A finished, calibrated and measured run whose files name paths of this machine, with a LICENSE."""
    run = tmp_path / "runs" / "tiny"
    shutil.copytree(tiny_model, run / "model")
    result = {"run": str(run), "epochs": 1, "best_epoch": 1, "val_loss": 0.6, "val_accuracy": 0.6, "seconds": 61.0}
    write_json(run / "run.json", {
        "recipe": {"name": "tiny", "description": "A test.", "model": {"backbone": str(tmp_path / "lite0")}},
        "training_arguments": {"output_dir": str(run / "checkpoints"), "seed": 7, "run_name": str(run)},
        "seed": 7, "data": str(tmp_path / "data"), "data_fingerprint": "00ff", "rows": {"train": 24, "val": 12},
        "command": f"{Path.home()}/bin/realfake train tiny --data {tmp_path}/data --output {run}",
        "versions": {"torch": "2.13.0", "transformers": "5.23.0"}, "hardware": {"device": "cpu"}, "audit": None,
        "notes": ["from random weights", "quick"], "result": result,
    })  # fmt: skip
    write_json(run / "history.json", [])
    write_json(run / "model" / "calibration.json", {
        "dataset": f"{tmp_path}/data (val)", "temperature": 1.0, "threshold_low": 0.5, "threshold_high": 0.5,
        "max_fpr": 0.05, "max_fnr": 0.05, "fpr": 0.0, "fnr": 0.0, "fpr_upper95": 0.4, "fnr_upper95": 0.4,
        "fpr_guarantee": None, "fnr_guarantee": None, "ece_before": 0.1, "ece_after": 0.1, "n_real": 6, "n_fake": 6,
        "notes": ["There were too few images."],
    })  # fmt: skip
    tier = TierResult(**dict.fromkeys(METRIC_NAMES, 0.5), ci95=dict.fromkeys(METRIC_NAMES, (0.25, 0.75)))
    sources = [SourceResult("clean", label, f"{label}-source", 6, 0.5, 0.5) for label in ("real", "fake")]
    measured = EvaluationResult(str(run), f"{tmp_path}/data (val)", 6, 6, 0.5, 0.5, {"clean": tier}, sources)
    measured.write(run / "evaluations" / "val" / "results.json")
    (run / "LICENSE").write_text("MIT License\n")
    return run


# A user's machine: this repository is not importable, however it was installed here.
ABSENT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"realfake_hf", "hub_card", "space_app"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
"""


def run_script(hub: HubServer, script: str, home: Path, *arguments: object, **environment: str) -> dict:
    """Run a script against the Hub; the JSON object that it prints last."""
    process = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        env={
            **os.environ,
            "HF_ENDPOINT": hub.endpoint,
            "HF_HOME": str(home / "hf"),
            "HF_HUB_OFFLINE": "0",
            "HF_DATASETS_OFFLINE": "0",
            "HF_HUB_DISABLE_XET": "0",
            "HF_TOKEN": hub.token,
            "NO_PROXY": "127.0.0.1,localhost",
            **environment,
        },
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout.splitlines()[-1])


@pytest.fixture
def run_user(hub: HubServer, tmp_path: Path) -> Callable[..., dict]:
    """Runs a script of somebody who has this package."""
    return lambda script, *arguments, **environment: run_script(hub, script, tmp_path, *arguments, **environment)


@pytest.fixture
def run_stranger(run_user: Callable[..., dict]) -> Callable[..., dict]:
    """Runs a script where this package is not."""
    return lambda script, *arguments, **environment: run_user(ABSENT + script, *arguments, **environment)
