"""Members of tars, as they come."""

from __future__ import annotations

import io
import tarfile

import pytest

from realfake_hf.images import tar_members as module
from realfake_hf.images.tar_members import tar_members


def written(mode: str = "w") -> io.BytesIO:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as tar:
        folder = tarfile.TarInfo("a")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        for name, content in (("a/1.jpg", b"one"), ("a/._1.jpg", b"hidden"), ("a/2.cls", b"0"), ("a/3.jpg", b"x" * 9)):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
        link = tarfile.TarInfo("a/link.jpg")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    stream.seek(0)
    return stream


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_visible_files_come_in_their_order_and_links_do_not(mode):
    assert list(tar_members(written(mode))) == [("a/1.jpg", b"one"), ("a/2.cls", b"0"), ("a/3.jpg", b"x" * 9)]


def test_what_is_too_large_has_no_content(monkeypatch):
    monkeypatch.setattr(module, "MAX_FILE_BYTES", 8)
    assert dict(tar_members(written()))["a/3.jpg"] is None
    monkeypatch.setattr(module, "MAX_FILE_BYTES", 9)
    assert dict(tar_members(written()))["a/3.jpg"] == b"x" * 9


def test_damage_is_an_error():
    with pytest.raises(tarfile.TarError, match="unexpected end of data"):
        list(tar_members(io.BytesIO(written().getvalue()[:1025])))
