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
    begins_like_an_image,
    find_images,
    is_image,
    is_image_name,
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

    def test_a_file_with_brackets_in_its_name_is_no_pattern(self, tmp_path):
        for name in ("[1].jpg", "1.jpg"):
            (tmp_path / name).write_bytes(b"x")
        assert find_images(tmp_path / "[1].jpg") == [tmp_path / "[1].jpg"]

    def test_what_a_glob_finds_and_is_no_image_is_counted_unless_it_is_hidden(self, tmp_path):
        for name in ("a.jpg", "b.txt", "c.txt", ".d.txt", ".e.txt"):
            (tmp_path / name).write_bytes(b"x")
        passed_over: Counter[str] = Counter()
        patterns = [str(tmp_path / "*"), str(tmp_path / ".*")]
        assert find_images(patterns, passed_over) == find_images(patterns) == [tmp_path / "a.jpg"]
        assert passed_over == {".txt": 2}

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

    @pytest.mark.parametrize(
        "head",
        [
            b"MM\0*\0\0\0\x08",
            b"II+\0\x08\0\0\0",
            b"MM\0+\0\x08\0\0",
            b"\xff\x4f\xff\x51\0\x2f",
            b"\0\0\0\x1cftypavis\0\0\0\0",
            b"\0\0\0\x18ftypheic\0\0\0\0",
            b"\0\0\0\x18ftypheix\0\0\0\0",
            b"\0\0\0\x18ftypmif1\0\0\0\0",
            b"\0\0\0\x0cJXL \r\n\x87\n",
            b"\xff\x0a\x7a\x0c",
            b"qoif\0\0\0\x40",
            b"DDS \x7c\0\0\0\x07\x10",
        ],
    )
    def test_formats_are_known_by_their_first_bytes_and_by_none_further_on(self, head):
        assert begins_like_an_image(head)
        assert not begins_like_an_image(b"\x01" + head)

    @pytest.mark.parametrize(
        ("name", "is_one"),
        [
            ("a.jpg", True),
            ("A.JPG", True),
            ("a.b.webp", True),
            ("a.txt", False),
            ("jpg", False),
            (".a.jpg", False),
            ("", False),
        ],
    )
    def test_a_name_is_an_images_by_its_suffix_unless_it_is_hidden(self, name, is_one):
        assert is_image_name(name) is is_one

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

    def test_eight_suffixes_of_what_is_passed_over_are_named(self):
        eight = Counter({f".{letter}": 1 for letter in "abcdefgh"})
        assert passed_over_sentence(eight).endswith("(1 .a, 1 .b, 1 .c, 1 .d, 1 .e, 1 .f, 1 .g, 1 .h).")
        assert passed_over_sentence(eight + Counter([".i"])).endswith("1 .g, 1 .h, ...).")
        assert passed_over_sentence(Counter([".a"])) == "1 file is no image and passed over (1 .a)."

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
