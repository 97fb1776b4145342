"""`realfake prepare`: the options reach the work, and its outcome the user."""

from __future__ import annotations

import json
import re

from PIL import Image

from .conftest import one_sentence


def test_variants_of_the_sizes_asked_for(invoke, make_imagefolder, tmp_path):
    source, destination = make_imagefolder({"train": 6}), tmp_path / "prepared"
    result = invoke("prepare", source, destination, "--sizes", "32,48", "--fit", "crop", "--workers", 1, "--json")
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert summary["sizes"] == [32, 48]
    assert summary["files"] == 12
    for side in (32, 48):
        images = list((destination / str(side)).rglob("*.jpg"))
        assert len(images) == summary["images"]
        assert {Image.open(path).size for path in images} == {(side, side)}


def test_unreadable_file_is_named_and_exits_with_1(invoke, make_imagefolder, tmp_path):
    source = make_imagefolder({"train": 4})
    (source / "train" / "real" / "empty.jpg").touch()
    result = invoke("prepare", source, tmp_path / "prepared", "--sizes", "32", "--workers", 1)
    assert result.exit_code == 1
    assert "empty.jpg" in result.stderr
    assert "1 unreadable" in result.stdout


def test_nothing_to_read(invoke, tmp_path):
    (tmp_path / "source").mkdir()
    result = invoke("prepare", tmp_path / "source", tmp_path / "prepared")
    assert result.exit_code == 2
    assert "no images" in one_sentence(result.stderr)


def test_sizes_that_are_no_numbers(invoke, tmp_path):
    result = invoke("prepare", tmp_path, tmp_path / "prepared", "--sizes", "big")
    assert result.exit_code == 2
    assert "'big' is not a list of whole numbers" in result.stderr


def test_a_file_name_cannot_steer_the_terminal_and_is_named_once(invoke, make_imagefolder, tmp_path):
    source = make_imagefolder({"train": 4})
    (source / "train" / "real" / "\x1b]0;owned\x07\u202egpj.jpg").write_bytes(b"no image")
    result = invoke("prepare", source, tmp_path / "prepared", "--sizes", "32", "--workers", 1)
    assert result.exit_code == 1
    assert "?]0;owned??gpj.jpg" in result.stderr
    assert result.stderr.count("owned") == 1
    assert all(character.isprintable() or character == "\n" for character in result.stderr)


def test_the_splits_are_named_with_their_folders(invoke, make_imagefolder, tmp_path):
    destination = tmp_path / "prepared"
    result = invoke("prepare", make_imagefolder({"train": 6}), destination, "--sizes", "32", "--workers", 1)
    counts = {
        (split, label): len(list((destination / "32" / split / label).rglob("*.jpg")))
        for split in ("train", "val", "test")
        for label in ("real", "fake")
    }
    line = result.stdout.splitlines()[1]
    assert line.startswith(f"  {destination / '32'}: train {counts['train', 'real']} real and ")
    assert sum(map(int, re.findall(r"(\d+) (?:real|fake)", line))) == sum(counts.values())
