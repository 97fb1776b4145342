"""The fingerprint follows the content, not where it lies."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import datasets
import pytest
from datasets import DatasetDict, Image

from realfake_hf.data.fingerprint import BLOCK, WHOLE_BELOW, data_fingerprint, images_fingerprint, rows_fingerprint
from realfake_hf.data.loading import load_data


def test_same_images_elsewhere_have_the_same_fingerprint(make_imagefolder, tmp_path):
    root = make_imagefolder({"train": 3, "val": 1})
    shutil.copytree(root, tmp_path / "copy")
    assert data_fingerprint(load_data(root)) == data_fingerprint(load_data(tmp_path / "copy"))


def test_bytes_in_parquet_have_the_fingerprint_of_their_files(make_imagefolder, tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    data = load_data(make_imagefolder({"train": 3}))
    rows = [{**row, "image": {"bytes": Path(row["image"]["path"]).read_bytes(), "path": None}} for row in data["train"]]
    (tmp_path / "parquet").mkdir()
    embedded = datasets.Dataset.from_list(rows, features=data["train"].features)
    embedded.to_parquet(tmp_path / "parquet" / "train.parquet")
    from_parquet = load_data(tmp_path / "parquet")
    assert from_parquet["train"][0]["image"]["bytes"] is not None
    assert data_fingerprint(from_parquet) == data_fingerprint(data)


def test_one_changed_byte_a_label_a_source_or_a_split_changes_it(make_imagefolder):
    root = make_imagefolder({"train": 2})
    data = load_data(root)
    before = data_fingerprint(data)
    flipped = data["train"].remove_columns("label").add_column("label", [1, 1, 0, 0])
    renamed = data["train"].remove_columns("source").add_column("source", ["x"] * 4)
    changed = [DatasetDict(train=flipped), DatasetDict(train=renamed), DatasetDict(val=data["train"])]
    prints = {data_fingerprint(dataset) for dataset in changed}
    victim = next(root.rglob("*.jpg"))
    content = bytearray(victim.read_bytes())
    content[len(content) // 3] ^= 1
    victim.write_bytes(content)
    prints.add(data_fingerprint(load_data(root)))
    assert len(prints | {before}) == 5


def test_large_images_are_sampled_alike_from_files_and_bytes(tmp_path):
    content = bytes(range(256)) * (WHOLE_BELOW // 128)
    path = tmp_path / "large.jpg"
    path.write_bytes(content)
    changed = bytearray(content)
    changed[len(content) // 2 + BLOCK // 4] ^= 1

    def fingerprint(image: dict) -> str:
        rows = {"image": [image], "label": [0], "source": [""]}
        features = datasets.Features(
            image=Image(decode=False), label=datasets.Value("int64"), source=datasets.Value("string")
        )
        return data_fingerprint(DatasetDict(train=datasets.Dataset.from_dict(rows, features=features)))

    in_memory = fingerprint({"bytes": content, "path": None})
    assert fingerprint({"bytes": None, "path": str(path)}) == in_memory
    assert fingerprint({"bytes": bytes(changed), "path": None}) != in_memory
    assert fingerprint({"bytes": content + b"x", "path": None}) != in_memory


def rows(*contents: bytes) -> datasets.Dataset:
    """Real images of no source whose files hold these bytes."""
    columns = {"image": [{"bytes": content, "path": None} for content in contents], "label": [0] * len(contents)}
    features = datasets.Features(
        image=Image(decode=False), label=datasets.Value("int64"), source=datasets.Value("string")
    )
    return datasets.Dataset.from_dict({**columns, "source": [""] * len(contents)}, features=features)


def flipped(content: bytes, place: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 1
    return bytes(changed)


@pytest.mark.parametrize("place", [0, BLOCK, WHOLE_BELOW // 4, WHOLE_BELOW - 1])
def test_every_byte_of_an_image_that_is_not_large_counts(place):
    content = bytes(WHOLE_BELOW)
    assert rows_fingerprint(rows(flipped(content, place))) != rows_fingerprint(rows(content))


@pytest.mark.parametrize("place", [0, -1])
def test_the_first_and_the_last_byte_of_a_large_image_count(place):
    content = bytes(3 * WHOLE_BELOW)
    assert rows_fingerprint(rows(flipped(content, place))) != rows_fingerprint(rows(content))


def test_a_split_has_its_fingerprint_whatever_its_name(make_imagefolder):
    train, val = (
        rows_fingerprint(load_data(make_imagefolder({split: 2}, name=name))[split])
        for split, name in (("train", "a"), ("sport", "b"))
    )
    assert train == val
    assert re.fullmatch("[0-9a-f]{16}", train)


def test_images_to_be_judged_need_no_source_and_are_not_decoded():
    named = rows(b"no image", b"nor this")
    nameless = named.remove_columns("source").cast_column("image", Image())
    assert images_fingerprint(nameless) == images_fingerprint(named)
    assert images_fingerprint(nameless) != images_fingerprint(rows(b"no image", b"nor that"))
