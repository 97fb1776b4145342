"""The stand-in behaves as the Hub does, seen by the real client."""

from __future__ import annotations

import hashlib
from pathlib import Path

import huggingface_hub
import numpy as np
import pytest
from hub_cards import check_card
from hub_server import HubServer
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, ModelCard, constants
from huggingface_hub.errors import (
    EntryNotFoundError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)


@pytest.fixture
def api(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> HfApi:
    # The endpoint that its URLs were made with, for which it puts in the given one.
    made_with = constants.HUGGINGFACE_CO_URL_TEMPLATE.partition("/{repo_id}")[0]
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", made_with)
    return HfApi(endpoint=hub.endpoint, token=hub.token)


@pytest.fixture
def repo(api: HfApi) -> str:
    api.create_repo("me/net")
    files = {"a.txt": b"small", "folder/b.safetensors": b"\0large" * 1000}
    operations = [CommitOperationAdd(name, content) for name, content in files.items()]
    api.create_commit("me/net", operations, commit_message="Two files")
    return "me/net"


def test_tokens_tell_who_asks(hub: HubServer, api: HfApi) -> None:
    assert api.whoami()["name"] == "me"
    with pytest.raises(HfHubHTTPError) as caught:
        HfApi(endpoint=hub.endpoint, token="hf_wrong").whoami()
    assert caught.value.response.status_code == 401


def test_repository_exists_once(api: HfApi) -> None:
    assert api.create_repo("net").repo_id == "me/net"
    with pytest.raises(HfHubHTTPError) as caught:
        api.create_repo("net")
    assert caught.value.response.status_code == 409
    assert api.create_repo("net", exist_ok=True).repo_id == "me/net"


def test_private_repository_is_hidden_from_others(hub: HubServer, api: HfApi) -> None:
    api.create_repo("me/secret", private=True)
    for token in (hub.other_token, False):
        other = HfApi(endpoint=hub.endpoint, token=token)
        with pytest.raises(RepositoryNotFoundError):
            other.model_info("me/secret")
    assert api.model_info("me/secret").private


def test_files_come_back_whole_and_with_their_ids(hub: HubServer, api: HfApi, repo: str, tmp_path: Path) -> None:
    entries = {entry.path: entry for entry in api.list_repo_tree(repo, recursive=True)}
    assert set(entries) == {".gitattributes", "a.txt", "folder", "folder/b.safetensors"}
    assert entries["a.txt"].blob_id == hashlib.sha1(b"blob 5\0small").hexdigest()
    assert entries["folder/b.safetensors"].lfs.size == 6000
    for name, content in (("a.txt", b"small"), ("folder/b.safetensors", b"\0large" * 1000)):
        file = api.hf_hub_download(repo, name, local_dir=tmp_path)
        assert Path(file).read_bytes() == content
    assert [info.path for info in api.get_paths_info(repo, ["a.txt", "no"])] == ["a.txt"]


def test_xet_brings_back_what_it_was_given_and_sends_nothing_twice(hub: HubServer, api: HfApi, tmp_path: Path) -> None:
    numbers = np.random.default_rng().normal(size=400_000).astype(np.float32).tobytes()  # in several blocks of bytes
    contents = {"a.bin": numbers + b"\1", "b.bin": bytes(300_000) + numbers[:900_000], "c.bin": b"\0few"}
    api.create_repo("me/net")
    before = sum(map(len, hub.xet.xorbs.values()))
    for name, content in contents.items():
        api.create_commit("me/net", [CommitOperationAdd(name, content)], commit_message=name)
    assert hub.requests.count("POST /v2/shards") == 3
    assert not [request for request in hub.requests if "/lfs/" in request]
    assert 1_000_000 < sum(map(len, hub.xet.xorbs.values())) - before < 2_000_000
    for name, content in contents.items():
        assert Path(api.hf_hub_download("me/net", name, cache_dir=tmp_path)).read_bytes() == content
        assert hub.repository("me/net").files[name].content == content
    assert [request for request in hub.requests if request.startswith("GET /xorbs/")]
    assert not [request for request in hub.requests if request.startswith("GET /storage/")]


def test_missing_things_have_their_own_errors(api: HfApi, repo: str, tmp_path: Path) -> None:
    with pytest.raises(RepositoryNotFoundError, match="me/none"):
        api.model_info("me/none")
    with pytest.raises(RevisionNotFoundError, match="/revision/none"):
        api.model_info(repo, revision="none")
    with pytest.raises(EntryNotFoundError, match=r"none\.txt"):
        api.hf_hub_download(repo, "none.txt", local_dir=tmp_path)


def test_range_of_a_file(hub: HubServer, api: HfApi, repo: str) -> None:
    from huggingface_hub.utils import get_session

    url = f"{hub.endpoint}/{repo}/resolve/main/folder/b.safetensors"
    answer = get_session().get(url, headers={"Range": "bytes=1-5"})
    assert (answer.status_code, answer.content) == (206, b"large")
    assert answer.headers["Content-Range"] == "bytes 1-5/6000"
    assert get_session().get(url, headers={"Range": "bytes=6000-"}).status_code == 416


def test_commit_on_an_outdated_parent_is_refused(api: HfApi, repo: str) -> None:
    first = api.list_repo_commits(repo)[-1].commit_id
    with pytest.raises(HfHubHTTPError) as caught:
        api.create_commit(repo, [CommitOperationAdd("c.txt", b"c")], commit_message="Late", parent_commit=first)
    assert caught.value.response.status_code == 412
    assert not api.file_exists(repo, "c.txt")


def test_commit_is_done_whole_or_not_at_all(api: HfApi, repo: str) -> None:
    operations = [CommitOperationAdd("c.txt", b"c"), CommitOperationDelete("none.txt")]
    with pytest.raises(HfHubHTTPError):
        api.create_commit(repo, operations, commit_message="Half")
    assert not api.file_exists(repo, "c.txt")
    api.create_commit(repo, [CommitOperationDelete("folder/")], commit_message="Less")
    assert api.list_repo_files(repo) == [".gitattributes", "a.txt"]


def test_branches_and_pull_requests(hub: HubServer, api: HfApi, repo: str) -> None:
    api.create_branch(repo, branch="v2")
    api.create_commit(repo, [CommitOperationAdd("c.txt", b"c")], commit_message="On v2", revision="v2")
    other = HfApi(endpoint=hub.endpoint, token=hub.other_token)
    request = other.create_commit(repo, [CommitOperationAdd("d.txt", b"d")], commit_message="Please", create_pr=True)
    assert request.pr_revision == "refs/pr/1"
    assert api.file_exists(repo, "d.txt", revision="refs/pr/1")
    assert not api.file_exists(repo, "d.txt")
    refs = api.list_repo_refs(repo, include_pull_requests=True)
    assert [branch.name for branch in refs.branches] == ["main", "v2"]
    assert [pull.ref for pull in refs.pull_requests] == ["refs/pr/1"]
    assert api.create_discussion(repo, "A question", token=hub.other_token).num == 2
    assert [(found.title, found.is_pull_request) for found in api.get_repo_discussions(repo)] == [
        ("Please", True),
        ("A question", False),
    ]


def test_large_file_must_match_its_hash(hub: HubServer) -> None:
    from huggingface_hub.utils import get_session

    answer = get_session().put(f"{hub.endpoint}/lfs/{'0' * 64}", content=b"something else")
    assert answer.status_code == 400
    assert not hub.large


@pytest.mark.skipif(huggingface_hub.__version__ < "2", reason="1.x sends cards to huggingface.co always")
def test_card_is_checked(hub: HubServer) -> None:
    ModelCard("---\nlicense: mit\n---\n# A card\n").validate()
    for wrong in ("license: mine", "tags: [1]", "pipeline_tag: poetry"):
        with pytest.raises(ValueError, match="errors"):
            ModelCard(f"---\n{wrong}\n---\n").validate()
    errors, _ = check_card("---\nmodel-index: [{name: x, results: [{task: {type: a}}]}]\n---\n", "model")
    assert any("dataset.name" in error for error in errors)
