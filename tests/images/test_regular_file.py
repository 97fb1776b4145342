"""Only regular files are opened; whatever else a folder holds is named."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from realfake_hf.data.fingerprint import _update_file
from realfake_hf.errors import RealFakeError, UnreadableImageError
from realfake_hf.images import regular_file
from realfake_hf.images.image_files import open_image
from realfake_hf.images.opened_image import open_with_facts
from realfake_hf.images.regular_file import escaped_name, open_regular, read_regular, require_folder_of


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe.jpg")
    return tmp_path / "pipe.jpg"


@pytest.mark.parametrize("opener", [open_image, open_with_facts, open_regular, read_regular])
def test_a_named_pipe_is_named_and_not_waited_for(pipe, opener):
    sentence = f"{pipe} is no regular file but a named pipe: it was not opened."
    found: list[str] = []

    def look() -> None:
        try:
            opener(pipe)
        except UnreadableImageError as error:
            found.append(str(error))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(timeout=10)
    assert found == [sentence]


def test_a_pipe_that_takes_a_files_place_between_two_looks_is_refused_too(pipe, photo_paths, monkeypatch):
    look, photo = os.stat, photo_paths[0]
    monkeypatch.setattr(os, "stat", lambda path, **options: look(photo if path == str(pipe) else path, **options))
    with pytest.raises(UnreadableImageError, match="but a named pipe"):
        open_regular(pipe)


def test_fingerprints_do_not_wait_for_pipes_either(pipe):
    import hashlib

    digest = hashlib.sha256()
    _update_file(digest, str(pipe))
    assert digest.digest() == hashlib.sha256(b"unreadable").digest()


def test_a_socket_and_a_device_are_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the name of a socket has at most 107 bytes
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.png")
        with pytest.raises(UnreadableImageError, match=r"s\.png is no regular file but a socket: it was not opened\."):
            open_regular("s.png")
    with pytest.raises(UnreadableImageError, match="/dev/zero is no regular file but a device"):
        open_regular("/dev/zero")


def test_large_files_are_named_not_read(tmp_path):
    with (tmp_path / "large.png").open("wb") as stream:
        stream.truncate(regular_file.MAX_FILE_BYTES + 1)
    with pytest.raises(UnreadableImageError, match=r"large\.png is too large \(537 MB; at most 537 are read\)"):
        read_regular(tmp_path / "large.png")


def test_an_escaped_name_leads_to_its_file(tmp_path):
    raw = os.fsdecode(os.fsencode(tmp_path) + b"/latin\xe9.jpg")
    Path(raw).write_bytes(b"here")
    escaped = escaped_name(raw)
    assert escaped.endswith(r"latin\udce9.jpg")
    assert read_regular(escaped) == b"here"


def test_names_that_no_file_can_have(tmp_path):
    with pytest.raises(UnreadableImageError, match="is no name that a file can have"):
        open_regular(str(tmp_path / "a\0b.jpg"))
    with pytest.raises(UnreadableImageError, match="cannot be read: File name too long"):
        open_regular(tmp_path / ("x" * 300 + ".jpg"))


def test_a_folder_that_is_gone_is_told_from_a_file_that_is(tmp_path):
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    names = ("a" * 300, "\0")
    for path in (folder / "gone.jpg", Path("elsewhere/gone.jpg"), *(tmp_path / name / "gone.jpg" for name in names)):
        require_folder_of(escaped_name(str(path)))
    folder.rmdir()
    with pytest.raises(RealFakeError, match=r"caf\\udce9 is not there any more"):
        require_folder_of(escaped_name(str(folder / "gone.jpg")))
