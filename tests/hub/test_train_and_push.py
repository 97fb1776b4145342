"""`realfake train --set training.push_to_hub=true`: the finished model goes to the Hub, and no token into any file."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hub_server import HubServer

Invoke = Callable[..., Result]
SECRET = "hf_" + "SeCrEt" * 5


def test_the_run_is_pushed_under_its_own_name(
    invoke: Invoke, hub: HubServer, recipe: Path, make_imagefolder, tmp_path: Path
) -> None:
    run, data = tmp_path / "my-net", make_imagefolder({"train": 6, "val": 4}, size=64)
    done = invoke("train", recipe, "--data", data, "-o", run, "--set", "training.push_to_hub=true", "-q")
    assert done.exit_code == 0, done.output
    repository = hub.repository("me/my-net")
    assert {"model.safetensors", "preprocessor_config.json", "modeling_realfake_cnn.py", "README.md"} <= set(
        repository.files
    )
    assert not [name for name in repository.files if "checkpoint" in name or name.endswith((".bin", ".pt"))]
    sent = json.loads(repository.files["config.json"].content)
    assert sent["id2label"] == {"0": "real", "1": "fake"}


def test_no_token_is_written_said_or_logged(
    invoke: Invoke,
    hub: HubServer,
    recipe: Path,
    make_imagefolder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    no_waiting: list[float],
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("HF_TOKEN", SECRET)
    monkeypatch.setitem(hub.users, SECRET, ("me", "write"))
    run, data = tmp_path / "run", make_imagefolder({"train": 6, "val": 4}, size=64)
    said = [
        invoke("train", recipe, "--data", data, "-o", run, "--set", "training.push_to_hub=true"),
        invoke("push", run, "me/second"),
    ]
    for status in (401, 403, 429, 500):
        with hub.failing("/api/", status, times=20):
            said.append(invoke("push", run, f"me/refused-{status}"))
    assert [one.exit_code for one in said] == [0, 0, 2, 2, 2, 2]
    for one in said:
        assert SECRET not in one.output
        assert SECRET not in one.stderr
    assert SECRET not in caplog.text
    for file in run.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes(), file
    for repository in hub.repositories.values():
        for name, file in repository.files.items():
            assert SECRET.encode() not in file.content, name


@pytest.mark.parametrize("key", ["hub_token", "push_to_hub_token"])
def test_token_in_a_setting_is_refused_before_it_is_recorded(
    invoke: Invoke, recipe: Path, tmp_path: Path, key: str
) -> None:
    done = invoke("train", recipe, "--data", tmp_path, "-o", tmp_path / "run", "--set", f"training.{key}={SECRET}")
    assert done.exit_code == 2
    assert "hf auth login" in done.stderr
    assert SECRET not in done.stderr
    assert not (tmp_path / "run").exists()
