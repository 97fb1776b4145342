"""Images are found by suffix and by content; what is passed over is counted, what cannot be listed is named."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from realfake_hf.images.image_files import NO_PICTURES
from realfake_hf.images.image_folders import (
    IMAGE_EXTENSIONS,
    find_images,
    is_image,
    passed_over_sentence,
    walk_images,
)


class TestFind:
    def test_folder_is_searched_recursively_sorted_and_without_hidden_files(self, photo, tmp_path):
        for name in ("b/2.jpg", "b/1.PNG", "a/x.webp", ".hidden/no.jpg", "b/._1.jpg", "b/notes.txt"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(b"x")
        found = find_images([tmp_path])
        assert [str(path.relative_to(tmp_path)) for path in found] == ["a/x.webp", "b/1.PNG", "b/2.jpg"]

    def test_globs_keep_images_only_and_each_file_comes_once(self, photo_paths):
        folder = photo_paths[0].parent
        assert find_images([str(folder / "*.jpg"), photo_paths[0], folder]) == photo_paths

    def test_recursive_glob(self, photo_paths):
        pattern = str(photo_paths[0].parent.parent / "**" / "chelse?.jpg")
        assert [path.name for path in find_images(pattern)] == ["chelsea.jpg"]

    def test_named_file_is_kept_whatever_its_suffix_and_missing_ones_too(self, tmp_path):
        (tmp_path / "picture.dat").write_bytes(b"x")
        given_paths = [tmp_path / "picture.dat", tmp_path / "missing.jpg"]
        assert find_images(given_paths) == given_paths

    def test_a_loop_of_links_ends(self, tmp_path):
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "1.jpg").write_bytes(b"x")
        (tmp_path / "a" / "back").symlink_to(tmp_path, target_is_directory=True)
        assert [Path(name).name for name in walk_images(tmp_path)] == ["1.jpg"]

    def test_suffixes_are_all_that_pillow_reads(self):
        Image.init()
        readable = {
            suffix
            for suffix, format in Image.registered_extensions().items()
            if format in Image.OPEN and format not in NO_PICTURES and format not in ("IPTC", "PALM", "PDF")
        }
        assert readable - {".vst", ".wmf", ".emf"} <= IMAGE_EXTENSIONS  # .vst: plug-ins of audio programs

    @pytest.mark.parametrize("name", ["photo", "photo.jpg_large", "photo.jpeg~", "photo.orig"])
    @pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "JPEG2000", "AVIF"])
    def test_what_the_suffix_does_not_tell_the_content_does(self, photo, tmp_path, name, format):
        photo.resize((64, 48)).save(tmp_path / name, format)
        assert is_image(str(tmp_path / name))

    def test_a_big_tiff_is_known_by_its_content(self, photo, tmp_path):
        photo.resize((64, 48)).save(tmp_path / "scan.btf", "TIFF", big_tiff=True)
        assert is_image(str(tmp_path / "scan.btf"))

    def test_a_cameras_raw_file_is_no_tiff(self, photo, tmp_path):
        photo.resize((64, 48)).save(tmp_path / "p.dng", "TIFF")
        assert not is_image(str(tmp_path / "p.dng"))

    def test_what_is_passed_over_is_counted_by_suffix(self, tmp_path):
        for name in ("a.jpg", "b.txt", "c.TXT", "README", "d.nef", ".hidden"):
            (tmp_path / name).write_bytes(b"x")
        passed_over: Counter[str] = Counter()
        assert find_images(tmp_path, passed_over) == [tmp_path / "a.jpg"]
        assert passed_over_sentence(passed_over) == (
            "4 files are no images and passed over (2 .txt, 1 .nef, 1 no suffix)."
        )
        assert passed_over_sentence(Counter()) is None

    def test_a_pipe_without_a_suffix_is_not_opened_to_look(self, tmp_path):
        os.mkfifo(tmp_path / "pipe")
        assert list(walk_images(tmp_path)) == []


class TestUnlisted:
    @pytest.fixture
    def closed(self, tmp_path, monkeypatch):
        """A folder below `tmp_path` that the system does not list (permissions do not keep root out)."""
        folder = tmp_path / "closed"
        folder.mkdir()
        (folder / "1.jpg").write_bytes(b"x")
        scandir = os.scandir

        def refuse(path="."):
            if os.fspath(path) == str(folder):
                raise PermissionError(13, "Permission denied", str(folder))
            return scandir(path)

        monkeypatch.setattr(os, "scandir", refuse)
        return folder

    def test_a_folder_that_cannot_be_listed_is_found_itself(self, closed):
        (closed.parent / "2.jpg").write_bytes(b"x")
        assert sorted(walk_images(closed.parent)) == [str(closed.parent / "2.jpg"), str(closed)]

    def test_and_its_opener_is_told_why(self, closed):
        from realfake_hf.errors import UnreadableImageError
        from realfake_hf.images.image_files import open_image

        with pytest.raises(UnreadableImageError, match="closed cannot be listed: Permission denied"):
            open_image(closed)
