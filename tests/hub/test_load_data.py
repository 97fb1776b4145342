"""Data sets by their id, read from a Hub by the real client."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest
from hub_server import HubServer
from huggingface_hub import HfApi

from realfake_hf.hub.push_data import push_data
from realfake_hf.hub.upload import Destination

SCRIPT = """
import json, sys
from realfake_hf.data.loading import load_data

data = load_data(sys.argv[1])
print(json.dumps({
    name: [[row["label"], row["source"], len(row["image"]["bytes"])] for row in part] for name, part in data.items()
}))
"""


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
def test_webdataset_shards_of_a_repository(hub: HubServer, photo_paths, label, source, run_user):
    api = HfApi(endpoint=hub.endpoint, token=hub.token)
    api.create_repo("me/shards", repo_type="dataset")
    content = shard(photo_paths, label)
    for path in ("data/train-000000.tar", "data/validation-000000.tar"):
        api.upload_file(path_or_fileobj=content, path_in_repo=path, repo_id="me/shards", repo_type="dataset")
    rows = [[1, source, path.stat().st_size] for path in photo_paths[:2]]
    assert run_user(SCRIPT, "me/shards") == {"train": rows, "val": rows}


def test_pushed_folder_comes_back(make_imagefolder, run_user):
    folder = make_imagefolder({"train": 3, "val": 2})
    push_data(folder, Destination("me/photos"))
    found = run_user(SCRIPT, "me/photos")
    assert {name: len(rows) for name, rows in found.items()} == {"train": 6, "val": 4}
    assert {source for _, source, _ in found["train"]} == {path.name for path in (folder / "train").glob("*/*")}
