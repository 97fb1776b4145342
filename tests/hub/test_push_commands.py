"""The three commands: what they print, and how they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hub_server import HubServer

Invoke = Callable[..., Result]


def test_push_prints_the_url(invoke: Invoke, hub: HubServer, tiny_model: Path) -> None:
    done = invoke("push", tiny_model, "me/detector", "--message", "Mine", "--license", "mit")
    assert done.exit_code == 0, done.stderr
    assert done.stdout == f"{hub.endpoint}/me/detector\n"
    repository = hub.repository("me/detector")
    assert repository.at("main").title == "Mine"
    assert "license: mit" in repository.files["README.md"].content.decode()


def test_dry_run_lists_files_and_sizes(invoke: Invoke, hub: HubServer, tiny_model: Path) -> None:
    done = invoke("push", tiny_model, "me/detector", "--dry-run")
    assert done.exit_code == 0, done.stderr
    *files, total = done.stdout.splitlines()
    assert {line.split()[1] for line in files} >= {"config.json", "model.safetensors", "README.md"}
    assert total.endswith(f"bytes in {len(files)} files would go to me/detector.")
    assert not hub.requests


def test_json(invoke: Invoke, hub: HubServer, make_imagefolder) -> None:
    done = invoke("push-data", make_imagefolder({"train": 2}, size=48), "me/photos", "--json", "--private")
    assert json.loads(done.stdout)["url"] == f"{hub.endpoint}/datasets/me/photos"
    assert hub.repository("me/photos", "dataset").private


def test_failure_is_one_sentence_and_exit_code_2(
    invoke: Invoke, hub: HubServer, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    done = invoke("push", tiny_model, "me/detector")
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("Error: The Hub does not know your token (the one in HF_TOKEN)")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--license", "Apache-2", "'Apache-2' is no licence that the Hub knows: did you mean apache-2.0?"),
        ("--base-model", "a net", "a net is no name of a repository"),
        ("--dataset", "a/b/c", "a/b/c is no name of a repository"),
        ("--space", "https://hf.co/me", "https://hf.co/me is no name of a repository"),
    ],
)
def test_dry_run_refuses_what_the_hub_would_refuse_in_a_card(
    invoke: Invoke, tiny_model: Path, option: str, value: str, sentence: str
) -> None:
    done = invoke("push", tiny_model, "me/detector", "--dry-run", option, value)
    assert done.exit_code == 2
    assert sentence in done.stderr


def test_licence_of_data_is_looked_at_before_they_are_read(invoke: Invoke, tmp_path: Path) -> None:
    done = invoke("push-data", tmp_path / "nothing", "me/photos", "--dry-run", "--license", "free")
    assert done.exit_code == 2
    assert "'free' is no licence that the Hub knows" in done.stderr


@pytest.mark.parametrize("command", ["push", "push-data", "push-space"])
def test_help_has_an_example(invoke: Invoke, command: str) -> None:
    assert f"realfake {command} " in invoke(command, "--help").stdout
