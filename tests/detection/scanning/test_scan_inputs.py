"""What a user names becomes images, or a sentence that says why it does not."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from realfake_hf.detection.scanning.scan_inputs import find_inputs
from realfake_hf.errors import RealFakeError


def test_files_folders_and_globs_once_each_in_the_order_given(photo_paths):
    folder = photo_paths[0].parent
    found = find_inputs([str(photo_paths[3]), str(folder / "c*.jpg"), str(folder)])
    assert next(iter(found.images)) == photo_paths[3]
    assert sorted(found.images) == photo_paths
    assert found.failures == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\0"])
def test_standard_input_lines_or_zero_bytes(photo_paths, end):
    stdin = io.BytesIO("".join(f"{path}{end}" for path in photo_paths[:2]).encode())
    assert list(find_inputs(["-", str(photo_paths[4])], stdin).images) == [*photo_paths[:2], photo_paths[4]]


def test_standard_input_without_paths():
    with pytest.raises(RealFakeError, match="Standard input names no paths"):
        find_inputs(["-"], io.BytesIO(b"\n\n"))


def test_names_that_are_no_utf8_are_kept(photo_paths, tmp_path):
    name = bytes(tmp_path) + b"/caf\xe9.jpg"
    Path(name.decode("utf-8", "surrogateescape")).write_bytes(photo_paths[0].read_bytes())
    (image,) = find_inputs(["-"], io.BytesIO(name)).images
    assert image.exists()


class TestNothingThere:
    def test_missing_path_alone(self):
        with pytest.raises(RealFakeError, match=r"gone\.jpg does not exist: check the path\."):
            find_inputs(["gone.jpg"])

    def test_glob_alone(self):
        with pytest.raises(RealFakeError, match=r"gone/\*\.jpg matches no file"):
            find_inputs(["gone/*.jpg"])

    def test_folder_without_images(self, tmp_path):
        (tmp_path / "notes.txt").write_text("x")
        with pytest.raises(RealFakeError, match="holds no images"):
            find_inputs([str(tmp_path)])

    def test_several_are_counted_and_the_first_named(self):
        with pytest.raises(RealFakeError, match=r"None of the 2 paths .* a\.jpg does not exist"):
            find_inputs(["a.jpg", "b.jpg"])

    def test_name_that_is_too_long_for_the_system(self):
        with pytest.raises(RealFakeError, match="cannot be searched"):
            find_inputs(["x" * 5000])

    def test_beside_an_image_each_is_a_failure(self, photo_paths, tmp_path):
        found = find_inputs(["gone.jpg", str(photo_paths[0]), str(tmp_path)])
        assert list(found.images) == [photo_paths[0]]
        assert [failure.path for failure in found.failures] == ["gone.jpg", str(tmp_path)]
        assert all(failure.label is None and failure.error for failure in found.failures)


def test_named_file_that_is_no_image_is_left_to_the_reader_of_images(tmp_path):
    (tmp_path / "notes.txt").write_text("x")
    assert list(find_inputs([str(tmp_path / "notes.txt")]).images) == [tmp_path / "notes.txt"]


def test_an_empty_path_is_not_this_folder(photo_paths: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(photo_paths[0].parent)
    with pytest.raises(RealFakeError, match="An empty path is given"):
        find_inputs([""])
    assert find_inputs(["."]).images
