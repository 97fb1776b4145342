from __future__ import annotations

import io
import os

from realfake_hf.images.file_state import FileState


def test_size_and_time_in_utc(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"12345")
    os.utime(tmp_path / "a.jpg", ns=(0, 1_700_000_000_123_456_789))
    assert FileState.of(tmp_path / "a.jpg") == FileState(5, "2023-11-14T22:13:20.123456Z")


def test_what_is_no_file_has_none(tmp_path):
    for source in (tmp_path / "gone", "a\0b", b"bytes", io.BytesIO(b"x"), None):
        assert FileState.of(source) == FileState(None, None)
