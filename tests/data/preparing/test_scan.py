"""One image: a full record, staged variants; or a record that says what is wrong with it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from realfake_hf.data.preparing.scan import Scanner, ScanTask, crashed_record, staged_path
from realfake_hf.images import image_files, regular_file
from realfake_hf.images.hashing import perceptual_hash, sha256
from realfake_hf.images.jpeg_quality import chroma_subsampling, jpeg_quality
from realfake_hf.records.manifest import ImageRecord

KEY = "00ff00ff00ff00ff"


def task(path: Path | None, content: bytes | None = None, sizes: tuple[int, ...] = (64,)) -> ScanTask:
    return ScanTask(KEY, "real/camera/x.jpg", str(path) if path else None, content, 0, "camera", None, sizes)


@pytest.fixture
def look(tmp_path):
    scanner = Scanner(tmp_path / "staged", "pad", 85)

    def look(path: Path | None, content: bytes | None = None, **options) -> ImageRecord:
        key, record = scanner(task(path, content, **options))
        assert key == KEY
        return record

    return look


def test_record_of_a_photo(look, photo_paths):
    content = photo_paths[1].read_bytes()
    opened = Image.open(io.BytesIO(content))
    assert look(photo_paths[1]) == ImageRecord(
        path="real/camera/x.jpg",
        label=0,
        source="camera",
        width=451,
        height=300,
        mode="RGB",
        format="JPEG",
        bytes=len(content),
        jpeg_quality=jpeg_quality(opened),
        subsampling=chroma_subsampling(opened),
        sha256=sha256(content),
        phash=perceptual_hash(opened),
    )


def test_every_size_is_staged(look, photo_paths, tmp_path):
    look(photo_paths[0], sizes=(32, 64))
    for size in (32, 64):
        assert Image.open(staged_path(tmp_path / "staged", size, KEY)).size == (size, size)


def test_bytes_and_file_give_the_same_record(look, photo_paths):
    assert look(None, photo_paths[0].read_bytes()) == look(photo_paths[0])


def test_exif_rotation_turns_size_hash_and_variant(look, photo, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    photo.resize((200, 100)).save(tmp_path / "turned.png", exif=exif)
    record = look(tmp_path / "turned.png")
    assert (record.width, record.height) == (100, 200)
    assert Image.open(staged_path(tmp_path / "staged", 64, KEY)).getpixel((2, 32)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("format", "name"), [("GIF", "animated"), ("WEBP", "animated"), ("PNG", "animated"), ("TIFF", "pages")]
)
def test_animations_and_pages_are_listed(look, photo, tmp_path, format, name):
    other = photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    photo.save(tmp_path / "moving", format, save_all=True, append_images=[other])
    record = look(tmp_path / "moving")
    assert name in record.error
    assert (record.format, record.phash, record.width) == (format, None, photo.width)
    assert not (tmp_path / "staged").exists()


def test_phones_second_picture_is_no_animation(look, photo, tmp_path):
    photo.save(tmp_path / "phone.mpo", "MPO", save_all=True, append_images=[photo.resize((80, 60))])
    record = look(tmp_path / "phone.mpo")
    assert (record.error, record.format) == (None, "MPO")
    assert record.jpeg_quality is not None


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda content: b"", "empty"),
        (lambda content: b"hello, no picture", "not an image"),
        (lambda content: content[: len(content) // 2], "truncated"),
    ],
)
def test_damaged_files_are_listed_with_the_reason(look, photo_paths, tmp_path, damage, reason):
    content = damage(photo_paths[0].read_bytes())
    (tmp_path / "bad.jpg").write_bytes(content)
    record = look(tmp_path / "bad.jpg")
    assert reason in record.error
    assert record.error.startswith("real/camera/x.jpg ")
    assert (record.sha256, record.bytes) == (sha256(content), len(content))


def test_missing_file_is_listed(look, tmp_path):
    assert "does not exist" in look(tmp_path / "gone.jpg").error


def test_overlarge_files_are_not_read(look, photo_paths, monkeypatch):
    monkeypatch.setattr(regular_file, "MAX_FILE_BYTES", 1000)
    record = look(photo_paths[0])
    assert "too large" in record.error
    assert record.sha256 is None


def test_overlarge_images_are_not_decoded(look, photo_paths, monkeypatch):
    monkeypatch.setattr(image_files, "MAX_PIXELS", 1000)
    assert "megapixels" in look(photo_paths[0]).error


def test_any_failure_of_a_decoder_is_listed(look, photo_paths, monkeypatch):
    def explode(image):
        raise MemoryError

    monkeypatch.setattr("realfake_hf.images.look.perceptual_hash", explode)
    assert "MemoryError" in look(photo_paths[0]).error


def test_a_file_that_crashed_its_process(photo_paths):
    key, record = crashed_record(task(photo_paths[0]))
    assert key == KEY
    assert "ends the process" in record.error
