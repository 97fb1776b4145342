"""libtiff's complaints carry a file's name, and nothing of them stands bare on standard error."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from realfake_hf.images.image_files import open_image
from realfake_hf.images.tiff_messages import STDERR, named_tiff_messages


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A fax page with thirty bytes turned over."""
    path = tmp_path / "page.tif"
    Image.effect_noise((200, 100), 50).convert("1").save(path, compression="group4")
    content = bytearray(path.read_bytes())
    for place in range(30, 60):
        content[place] ^= 0x5A
    path.write_bytes(content)
    return path


def test_damage_is_one_warning_with_the_name(damaged, caplog, capfd):
    assert open_image(damaged).size == (200, 100)
    (record,) = caplog.records
    assert record.getMessage().startswith(f"{damaged} is damaged in part (libtiff: Fax4Decode: ")
    assert "Fax4Decode" not in capfd.readouterr().err


def test_sound_file_says_nothing(tmp_path, caplog, photo):
    photo.save(tmp_path / "sound.tif", compression="tiff_lzw")
    assert open_image(tmp_path / "sound.tif").size == photo.size
    assert not caplog.records


def test_what_others_write_meanwhile_is_passed_on(caplog, capfd):
    with named_tiff_messages("page.tif"):
        os.write(STDERR, b'\r12 of 30 images\nTIFFFetchNormalTag: Incorrect count for "XResolution".\n')
    assert capfd.readouterr().err == "\r12 of 30 images\n"
    assert "page.tif is damaged in part" in caplog.text
