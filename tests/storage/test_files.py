"""A file is there whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.storage.files import read_json, read_json_object, write_json, write_text, written_whole


def test_text_lands_in_a_folder_made_for_it(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "below"
    write_text(folder / "note.txt", "grün\n")
    assert (folder / "note.txt").read_text(encoding="utf-8") == "grün\n"
    assert [path.name for path in folder.iterdir()] == ["note.txt"]


def test_failed_writing_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "value.json"
    write_json(path, {"kept": True})

    def fail() -> None:
        with written_whole(path) as partial:
            partial.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert json.loads(path.read_text()) == {"kept": True}


def test_json_is_utf8_for_people_to_read(tmp_path: Path) -> None:
    write_json(tmp_path / "value.json", {"name": "größe"})
    assert (tmp_path / "value.json").read_text(encoding="utf-8") == '{\n  "name": "größe"\n}\n'


def test_the_object_in_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "resnet"}')
    assert read_json_object(tmp_path / "config.json") == {"model_type": "resnet"}


@pytest.mark.parametrize("content", [None, "[1]", "null", "{", "[" * 200_000])
def test_a_file_without_an_object_is_refused_with_the_remedy(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "config.json").write_text(content)
    with pytest.raises(
        RealFakeError, match=r"config\.json cannot be read, or holds no JSON object: export it again\.$"
    ):
        read_json_object(tmp_path / "config.json", "export it again")


def test_nan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "value.json", float("nan"))
    assert not list(tmp_path.iterdir())


def test_json_that_is_nested_too_deeply_is_a_value_error(tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_text("[" * 200_000)
    with pytest.raises(ValueError, match="nested too deeply"):
        read_json(tmp_path / "deep.json")


def test_what_fails_leaves_the_file_that_was_there_and_no_half_of_another(tmp_path: Path) -> None:
    (tmp_path / "value.txt").write_text("whole")
    with pytest.raises(OSError, match="disk"), written_whole(tmp_path / "value.txt") as partial:  # noqa: PT012
        partial.write_text("ha")
        raise OSError("the disk is full")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["whole"]


def test_a_folder_in_the_place_of_the_file_leaves_no_half_either(tmp_path: Path) -> None:
    (tmp_path / "value.txt").mkdir()
    with pytest.raises(OSError), written_whole(tmp_path / "value.txt") as partial:  # noqa: PT011
        partial.write_text("all")
    assert [path.name for path in tmp_path.iterdir()] == ["value.txt"]
