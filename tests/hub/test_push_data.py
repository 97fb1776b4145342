"""A data set goes to the Hub as parquet with the files' own bytes inside, and with its card."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hub_server import HubServer
from huggingface_hub import DatasetCard
from PIL import ExifTags, Image

from realfake_hf.data.loading import load_data
from realfake_hf.data.preparing.prepare import prepare
from realfake_hf.errors import RealFakeError
from realfake_hf.hub import Destination, push_data
from realfake_hf.records.audit import AuditResult


def rows(hub: HubServer, path: str, repo: str = "me/photos") -> list[dict]:
    return pq.read_table(io.BytesIO(hub.repository(repo, "dataset").files[path].content)).to_pylist()


def test_folder_becomes_a_file_per_split_with_the_very_bytes(hub: HubServer, make_imagefolder) -> None:
    data = make_imagefolder({"train": 3, "val": 2}, size=48)
    push = push_data(data, Destination("me/photos"))
    assert set(push.files) == {
        "README.md", "train/train-00000-of-00001.parquet", "val/val-00000-of-00001.parquet"
    }  # fmt: skip
    table = rows(hub, "train/train-00000-of-00001.parquet")
    assert [row["label"] for row in table] == [0, 0, 0, 1, 1, 1]
    assert table[0]["source"] == "real-source-0"
    assert table[0]["image"] == {
        "bytes": (data / "train" / "real" / "real-source-0" / "000.jpg").read_bytes(),
        "path": "000.jpg",
    }


def test_card_tells_sources_licences_and_audit(hub: HubServer, make_imagefolder) -> None:
    data = make_imagefolder({"train": 2}, size=48)
    (data / "sources.yaml").write_text("real-source-0: {from: my camera, licence: CC0}\n")
    AuditResult("pass", [], 0.51, None, None, None, None, {}, None, 0).write(data)
    push_data(data, Destination("me/photos"), licence="cc0-1.0")
    card = hub.repository("me/photos", "dataset").files["README.md"].content.decode()
    for told in (
        "license: cc0-1.0", "| real | real-source-0 | 1 | my camera | CC0 |", "Verdict of `realfake audit`: **pass**",
        "| the stored files' metadata | 0.510 |", 'load_dataset("me/photos")', "path: train/**",
    ):  # fmt: skip
        assert told in card
    assert str(data) not in card


def test_licence_that_the_hub_does_not_know_is_linked_to(hub: HubServer, make_imagefolder) -> None:
    data = make_imagefolder({"train": 2}, size=48)
    push_data(data, Destination("me/photos"))
    said = DatasetCard(hub.repository("me/photos", "dataset").files["README.md"].content.decode()).data
    assert (said.license, said.license_name) == ("other", "licences-of-the-sources")
    assert said.license_link == "https://huggingface.co/datasets/me/photos#sources-and-licences"
    (data / "LICENSE").write_text("Do as you like.")
    push_data(data, Destination("me/photos"))
    files = hub.repository("me/photos", "dataset").files
    card = DatasetCard(files["README.md"].content.decode())
    assert (card.data.license_name, card.data.license_link) == ("see-license-file", "LICENSE")
    assert "The whole: see `LICENSE`." in card.text
    assert files["LICENSE"].content == b"Do as you like."


def test_prepared_sizes_become_configurations(hub: HubServer, make_imagefolder, tmp_path: Path) -> None:
    prepare(make_imagefolder({"train": 4, "test": 2}, size=64), tmp_path / "p", sizes=(32, 48), val=0, workers=1)
    push = push_data(tmp_path / "p", Destination("me/photos"), title="Mine")
    assert {name.rpartition("/")[0] for name in push.files} == {"", "32/train", "32/test", "48/train", "48/test"}
    card = hub.repository("me/photos", "dataset").files["README.md"].content.decode()
    assert "config_name: '48'" in card
    assert "# Mine" in card
    for name, file in hub.repository("me/photos", "dataset").files.items():
        assert str(tmp_path).encode() not in file.content, name


def test_columns_with_paths_of_this_machine_stay_here(hub: HubServer, make_imagefolder, tmp_path: Path) -> None:
    dataset = load_data(make_imagefolder({"train": 2}, size=48))
    texts = {"origin": "/home/me/secret", "disk": "D:\\photos\\a", "camera": "phone", "prompt": "/imagine a/b"}
    for column, value in texts.items():
        dataset = dataset.map(lambda row, column=column, value=value: {column: value})
    # A path is found wherever it stands, not among the first rows alone.
    dataset = dataset.map(lambda row, number: {"late": "/home/me/secret" if number else ""}, with_indices=True)
    dataset.save_to_disk(str(tmp_path / "saved"))
    push_data(tmp_path / "saved", Destination("me/photos"))
    assert set(rows(hub, "train/train-00000-of-00001.parquet")[0]) == {
        "image", "label", "source", "camera", "prompt"
    }  # fmt: skip


def test_it_is_said_how_many_images_tell_where_they_were_taken(hub: HubServer, make_imagefolder) -> None:
    data = make_imagefolder({"train": 2}, size=48)
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 36.0)})
    for file in (data / "train" / "real").rglob("*.jpg"):
        with Image.open(file) as image:
            image.save(file, exif=exif)
    said: list[str] = []
    push_data(data, Destination("me/photos", dry_run=True), say=said.append)
    assert said == [
        "2 images say where they were taken (GPS), and their files go as they are: `realfake prepare` writes images "
        "without metadata."
    ]


def test_image_that_is_gone_is_named(hub: HubServer, make_imagefolder, monkeypatch: pytest.MonkeyPatch) -> None:
    data = make_imagefolder({"train": 2}, size=48)
    dataset = load_data(data)
    monkeypatch.setattr("realfake_hf.hub.data_files.load_data", lambda source: dataset)
    (data / "train" / "fake" / "fake-source-0" / "000.jpg").unlink()
    with pytest.raises(RealFakeError, match=r"000\.jpg cannot be read: take it out of the data"):
        push_data(data, Destination("me/photos"))
    assert not hub.requests


def test_dry_run_sends_nothing(hub: HubServer, make_imagefolder) -> None:
    push = push_data(make_imagefolder({"train": 2}, size=48), Destination("me/photos", dry_run=True))
    assert "README.md" in push.files
    assert not hub.requests


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_among_the_images_is_refused_and_not_waited_for(hub: HubServer, make_imagefolder) -> None:
    data = make_imagefolder({"train": 2}, size=48)
    pipe = data / "train" / "real" / "real-source-0" / "pipe.jpg"
    os.mkfifo(pipe)
    with pytest.raises(RealFakeError, match=r"pipe\.jpg is no regular file: take it out of the data"):
        push_data(data, Destination("me/photos"))


def test_an_empty_file_among_the_images_is_refused(hub: HubServer, make_imagefolder) -> None:
    data = make_imagefolder({"train": 2}, size=48)
    (data / "train" / "real" / "real-source-0" / "zero.jpg").touch()
    with pytest.raises(RealFakeError, match=r"zero\.jpg is empty \(0 bytes\): take it out of the data"):
        push_data(data, Destination("me/photos"))
    assert not hub.requests
