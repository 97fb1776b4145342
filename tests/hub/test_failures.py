"""Whatever goes wrong on the way ends in one sentence that says what to do, and nothing half-pushed counts as done."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hub_server import HubServer

from realfake_hf.errors import RealFakeError
from realfake_hf.hub.upload import Destination, upload_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small text and a large file, as the Hub sees them."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "config.json").write_text("{}")
    # New ones each time: Xet sends nothing that it has sent before.
    (tmp_path / "folder" / "model.safetensors").write_bytes(os.urandom(1_000_000))
    return tmp_path / "folder"


@pytest.fixture(params=["PUT /lfs/", "POST /v1/xorbs/"], ids=["lfs", "xet"])
def upload(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Requests that send the large file, by both ways there are."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", request.param.startswith("PUT"))
    return str(request.param)


def send(folder: Path, repo: str = "me/detector", **details: object) -> str:
    return upload_folder(folder, Destination(repo, **details), message="Test").commit  # type: ignore[arg-type]


def refusal(folder: Path, repo: str = "me/detector", **details: object) -> str:
    """The sentence that the push ends in."""
    with pytest.raises(RealFakeError) as caught:
        send(folder, repo, **details)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_broken_upload_is_tried_again(hub: HubServer, folder: Path, no_waiting: list[float], upload: str) -> None:
    with hub.failing(upload, drop_after=300_000, times=2):
        commit = send(folder)
    assert len([request for request in hub.requests if request.startswith(upload)]) == 3
    arrived = hub.repository("me/detector").at(commit).files["model.safetensors"].content
    assert arrived == (folder / "model.safetensors").read_bytes()


def test_broken_commit_is_tried_again_without_a_second_upload(
    hub: HubServer, folder: Path, no_waiting: list[float], upload: str
) -> None:
    with hub.failing("POST .*/commit/", 503):
        send(folder)
    assert len([request for request in hub.requests if request.startswith(upload)]) == 1
    assert len(hub.repository("me/detector").commits) == 2


def test_commit_whose_answer_was_lost_is_not_made_twice(hub: HubServer, folder: Path, no_waiting: list[float]) -> None:
    with hub.failing("POST .*/commit/", lose_answer=True):
        commit = send(folder)
    assert len(hub.repository("me/detector").commits) == 2
    assert hub.repository("me/detector").at("main").oid == commit


def test_upload_that_stays_broken_leaves_the_branch(
    hub: HubServer, folder: Path, no_waiting: list[float], upload: str
) -> None:
    with hub.failing(upload, drop_after=1000, times=99):
        assert re.fullmatch(
            rf"The Hub \({hub.endpoint}\) cannot be reached \(.+\): check the network and push again\.", refusal(folder)
        )
    assert list(hub.repository("me/detector").files) == [".gitattributes"]


def test_hub_that_stays_down(hub: HubServer, folder: Path, no_waiting: list[float]) -> None:
    with hub.failing("POST .*/commit/", 502, times=99):
        assert refusal(folder) == "The Hub fails at the moment (status 502): push again later."
    assert list(hub.repository("me/detector").files) == [".gitattributes"]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (403, r"Your token may not write to me/detector \(.*403 Forbidden.*\): use a token with write access, .*\."),
        (503, r"The Hub fails at the moment \(status 503\): push again later\."),
    ],
)
def test_refusal_by_xet_is_no_fault_of_the_network(hub: HubServer, folder: Path, status: int, said: str) -> None:
    with hub.failing("xet-write-token", status, times=99):
        assert re.fullmatch(said, refusal(folder))


def test_too_many_requests(hub: HubServer, folder: Path, no_waiting: list[float]) -> None:
    with hub.failing("POST .*/preupload/", 429, headers={"Retry-After": "7"}, times=99):
        assert refusal(folder) == "The Hub asks for patience (too many requests): wait 7 s and push again."
    assert min(no_waiting) >= 7


def test_nobody_is_logged_in(hub: HubServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN")
    assert refusal(folder) == "You are not logged in to the Hub: run `hf auth login`, or set HF_TOKEN."
    assert not hub.requests


def test_wrong_token(hub: HubServer, folder: Path) -> None:
    assert "The Hub does not know your token" in refusal(folder, token="hf_wrong")


def test_token_that_may_only_read(hub: HubServer, folder: Path) -> None:
    assert refusal(folder, token=hub.read_token).startswith("Your token may not write to me/detector (Forbidden: ")


def test_repository_of_somebody_else(hub: HubServer, folder: Path) -> None:
    assert 'under the namespace "you"' in refusal(folder, "you/detector")


def test_repository_that_vanished(hub: HubServer, folder: Path) -> None:
    with hub.failing("POST .*/preupload/", 404, headers={"X-Error-Code": "RepoNotFound"}):
        assert refusal(folder).startswith("There is no me/detector on the Hub, or your token may not see it")


def test_somebody_else_was_quicker(hub: HubServer, folder: Path) -> None:
    with hub.failing("POST .*/commit/", 412):
        assert refusal(folder) == "me/detector was changed by somebody else meanwhile: push again."


def test_card_that_the_hub_refuses(hub: HubServer, folder: Path) -> None:
    (folder / "README.md").write_text("---\nlicense: mine\n---\n# A card\n")
    assert re.fullmatch(
        r'The Hub refuses me/detector: Invalid metadata in README\.md.*"license" must be.*', refusal(folder)
    )
    assert list(hub.repository("me/detector").files) == [".gitattributes"]


def test_file_that_the_repository_ignores_is_missed(hub: HubServer, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / ".gitignore").write_text("*.json\n")
    send(tmp_path / "first")
    assert refusal(folder).startswith("me/detector did not take config.json")


@pytest.mark.parametrize("repo", ["a/b/c", "what?", "me/"])
def test_name_that_is_none(hub: HubServer, folder: Path, repo: str) -> None:
    assert refusal(folder, repo).startswith(f"{repo} is no name of a repository")


def test_pull_request_to_a_branch(hub: HubServer, folder: Path) -> None:
    assert "`create_pr` or `revision`, not both" in refusal(folder, create_pr=True, revision="v2")


def test_no_network(hub: HubServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    assert re.fullmatch(r"The Hub \(http://127.0.0.1:9\) cannot be reached \(.+\): check the .+", refusal(folder))


def test_offline_mode(hub: HubServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert "unset that variable" in refusal(folder)
