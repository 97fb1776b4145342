"""What a batch may hold, and what a hostile one gets."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from realfake_hf.errors import RealFakeError
from space_app.limits import Limits
from space_app.uploads import Uploads


def packed(path: Path, members: dict[str, bytes]) -> Path:
    """A zip of these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_folders_hidden_files_and_junk_are_left_out_and_other_files_counted(tmp_path: Path) -> None:
    members = {"a/": b"", "a/1.jpg": b"x", "a/.2.jpg": b"x", "__MACOSX/a/1.jpg": b"x", "a/notes.txt": b"x"}
    inner = packed(tmp_path / "inner.zip", {"3.jpg": b"x"}).read_bytes()

    uploads = Uploads.of([packed(tmp_path / "z.zip", {**members, "inner.zip": inner})], Limits())

    assert [image.name for image in uploads.images] == ["a/1.jpg"]
    assert uploads.notes == ["2 files were left out that are no image."]


def test_a_name_that_climbs_out_of_the_zip_stays_a_name(tmp_path: Path) -> None:
    archive = packed(tmp_path / "z.zip", {"../../etc/x.jpg": b"content", "/root.jpg": b"", "c:\\win\\y.png": b""})

    uploads = Uploads.of([archive], Limits())

    assert [image.name for image in uploads.images] == ["etc/x.jpg", "root.jpg", "c:/win/y.png"]
    assert uploads.images[0].read(100).getvalue() == b"content"
    assert sorted(tmp_path.rglob("*")) == [archive]


def test_a_bomb_is_never_unpacked_whole(tmp_path: Path) -> None:
    archive = packed(tmp_path / "z.zip", {"bomb.png": bytes(30 * 2**20)})
    assert archive.stat().st_size < 100_000

    with pytest.raises(RealFakeError, match=r"bomb\.png is larger than the 1 MB allowed here"):
        Uploads.of([archive], Limits()).images[0].read(2**20)


def test_a_member_with_a_password_is_named(tmp_path: Path) -> None:
    content = bytearray(packed(tmp_path / "z.zip", {"secret.jpg": b"x"}).read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the bit that says encrypted, in both headers
        content[content.index(signature) + flags] |= 1
    (tmp_path / "z.zip").write_bytes(content)

    with pytest.raises(RealFakeError, match=r"secret.jpg is protected by a password"):
        Uploads.of([tmp_path / "z.zip"], Limits()).images[0].read(100)


def test_what_calls_itself_a_zip_and_is_none_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "z.zip").write_bytes(b"not a zip")

    with pytest.raises(RealFakeError, match=r"z.zip is not a zip file that can be read"):
        Uploads.of([tmp_path / "z.zip"], Limits())


def test_more_images_than_allowed_are_cut_and_said(tmp_path: Path) -> None:
    archive = packed(tmp_path / "z.zip", {f"{index}.jpg": b"x" for index in range(5)})

    uploads = Uploads.of([archive], Limits(max_images=3))

    assert len(uploads.images) == 3
    assert "Only the first 3 of 5 images" in uploads.notes[0]


def test_images_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    archive = packed(tmp_path / "z.zip", {"cat.jpg": b"x", "a/cat.jpg": b"x"})
    (tmp_path / "cat.jpg").write_bytes(b"x")

    uploads = Uploads.of([archive, tmp_path / "cat.jpg"], Limits())

    assert [image.name for image in uploads.images] == ["cat.jpg", "a/cat.jpg", "cat (2).jpg"]


def test_a_stream_carries_its_name_so_that_messages_can(tmp_path: Path) -> None:
    stream = Uploads.of([packed(tmp_path / "z.zip", {"a/b.jpg": b"x"})], Limits()).images[0].read(10)

    assert isinstance(stream, io.BytesIO)
    assert stream.name == "a/b.jpg"  # type: ignore[attr-defined]
