"""Data sets by their id, read from a Hub by the real client."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import datasets
import pytest
from hub_server import HubServer
from huggingface_hub import HfApi

from realfake_hf.data.loading import load_data
from realfake_hf.hub.push_data import push_data
from realfake_hf.hub.upload import Destination


@pytest.fixture(autouse=True)
def _online_with_own_caches(hub: HubServer, tmp_path, monkeypatch):
    monkeypatch.setattr("datasets.config.HF_ENDPOINT", hub.endpoint)
    monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", False)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "datasets")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))


def shard(photo_paths: list[Path], label: dict[str, bytes]) -> bytes:
    """Two samples, each with what `label` names by its suffix."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for number, path in enumerate(photo_paths[:2]):
            for suffix, content in {"jpg": path.read_bytes(), **label}.items():
                entry = tarfile.TarInfo(f"{number}.{suffix}")
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("label", "source"),
    [({"cls": b"1"}, ""), ({"json": json.dumps({"label": "fake", "source": "sdxl"}).encode()}, "sdxl")],
)
def test_webdataset_shards_of_a_repository(hub, photo_paths, label, source):
    api = HfApi(endpoint=hub.endpoint, token=hub.token)
    api.create_repo("me/shards", repo_type="dataset")
    content = shard(photo_paths, label)
    for path in ("data/train-000000.tar", "data/validation-000000.tar"):
        api.upload_file(path_or_fileobj=content, path_in_repo=path, repo_id="me/shards", repo_type="dataset")
    data = load_data("me/shards")
    assert {name: len(part) for name, part in data.items()} == {"train": 2, "val": 2}
    assert [(row["label"], row["source"]) for row in data["val"]] == [(1, source)] * 2
    assert data["train"][1]["image"]["bytes"] == photo_paths[1].read_bytes()


def test_pushed_folder_comes_back(make_imagefolder):
    folder = make_imagefolder({"train": 3, "val": 2})
    push_data(folder, Destination("me/photos"))
    data = load_data("me/photos")
    assert {name: len(part) for name, part in data.items()} == {"train": 6, "val": 4}
    assert sorted(set(data["train"]["source"])) == sorted({path.name for path in (folder / "train").glob("*/*")})
