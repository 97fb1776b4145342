"""Of a path of this machine only its last name leaves it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from realfake_hf.storage.portable import below_common_folder, portable, portable_command, portable_text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("/home/me/photos", "photos"),
        ("/home/me/my photos (val)", "my photos (val)"),
        ("../shared/data/crops (unseen)", "crops (unseen)"),
        ("~/runs/net/", "net"),
        ("C:\\Users\\me\\net", "net"),
        ("/", "."),
        ("me/photos", "me/photos"),
        ("runs/net", "runs/net"),
        ("See https://example.org/a/b and a/b.", "See https://example.org/a/b and a/b."),
        ("The file /tmp/x/a.jpg, read twice.", "The file a.jpg, read twice."),
        ("The file C:\\Users\\me\\a.jpg, read twice.", "The file a.jpg, read twice."),
        ("a <b>tag</b>", "a <b>tag</b>"),
        ("4:2:0", "4:2:0"),
    ],
)
def test_text(text: str, told: str) -> None:
    assert portable_text(text) == told


def test_command() -> None:
    command = "/venv/bin/realfake train net --data '/my data/x' --set model.backbone=/m/lite0 --output=/tmp/run"
    assert portable_command(command) == "realfake train net --data x --set model.backbone=lite0 --output=run"


def test_json_values() -> None:
    value = {"/key": ["/a/b", {"c": "/d/e (val)"}], "n": 1, "none": None}
    assert portable(value) == {"/key": ["b", {"c": "e (val)"}], "n": 1, "none": None}


@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
@pytest.mark.parametrize(
    ("paths", "shown"),
    [
        (["/home/me/case/a.jpg"], ["a.jpg"]),
        (["/home/me/case/a.jpg", "/home/me/case/more/b.jpg"], ["a.jpg", "more/b.jpg"]),
        (["/home/me/a/x.jpg", "/home/me/b/x.jpg"], ["a/x.jpg", "b/x.jpg"]),
        (["/home/me/a.jpg", "/mnt/stick/b.jpg"], ["a.jpg", "b.jpg"]),
        (["photos/a.jpg", "/home/me/b.jpg"], ["photos/a.jpg", "b.jpg"]),
        (["photos/a.jpg", "b.jpg"], ["photos/a.jpg", "b.jpg"]),
        (["/a.jpg"], ["a.jpg"]),
        ([], []),
    ],
)
def test_paths_below_their_common_folder(paths: list[str], shown: list[str]) -> None:
    assert below_common_folder(paths) == dict(zip(paths, shown, strict=True))


def test_a_path_that_leads_upwards_tells_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert below_common_folder(["../me/a.jpg"]) == {"../me/a.jpg": "a.jpg"}
