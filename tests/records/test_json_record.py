"""Records in JSON files: what cannot be read is said in one sentence with its remedy."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.records.json_record import FolderRecord, JsonRecord, json_line, json_values


@dataclass(frozen=True)
class Inner:
    """A part of it."""

    share: float


@dataclass(frozen=True)
class Thing:
    """A record."""

    name: str
    parts: list[Inner] = field(default_factory=list)


@dataclass(frozen=True)
class Note(FolderRecord, file="note.json", what="a note", remedy="write it again"):
    """A record that is one file of a folder."""

    text: str


FILE: JsonRecord[Thing] = JsonRecord(Thing, "a thing", "write it again")
THING = Thing("größe", [Inner(0.5)])


def test_a_record_comes_back_as_it_went(tmp_path: Path) -> None:
    FILE.write(THING, tmp_path / "thing.json")

    assert FILE.read(tmp_path / "thing.json") == THING
    assert [file.name for file in tmp_path.iterdir()] == ["thing.json"]


def test_fields_of_a_later_version_are_passed_over() -> None:
    assert FILE.decode('{"name": "a", "colour": 1}', origin="thing.json") == Thing("a")


def test_a_missing_file_is_none_only_where_that_was_asked_for(tmp_path: Path) -> None:
    assert FILE.read_if_there(tmp_path / "thing.json") is None
    with pytest.raises(RealFakeError, match=r"thing\.json cannot be read \(No such file or directory\): write it ag"):
        FILE.read(tmp_path / "thing.json")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"name": 1}', '{"name": "a", "parts": [{}]}', b"\xff"])
def test_another_file_is_refused_in_a_sentence(content: str | bytes) -> None:
    with pytest.raises(RealFakeError, match=r"^thing\.json is damaged, or not a thing \(.*\): write it again\.$"):
        FILE.decode(content, origin="thing.json")


def test_a_line_is_utf8_whatever_the_names_of_files() -> None:
    assert json_line(THING) == '{"name": "größe", "parts": [{"share": 0.5}]}'
    line = json_line([Thing("a\udcff")])
    assert line.isascii()
    assert json.loads(line) == json_values([Thing("a\udcff")])


def test_a_file_that_is_nested_too_deeply_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_text('{"name": ' + "[" * 200_000)
    with pytest.raises(RealFakeError, match=r"is damaged, or not a thing .*: write it again\.$"):
        FILE.read(tmp_path / "deep.json")


def test_a_record_of_a_folder_is_its_own_file_there(tmp_path: Path) -> None:
    assert Note.read(tmp_path) is None
    Note("first").write(tmp_path)
    assert Note.read(tmp_path) == Note("first")
    assert [file.name for file in tmp_path.iterdir()] == ["note.json"]
