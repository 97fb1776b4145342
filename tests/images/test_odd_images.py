"""Whatever is called an image: within 5 seconds a picture or one sentence, and no other image suffers for it."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps
from png_parts import png_chunk

from realfake_hf.detection.detector import Detector
from realfake_hf.detection.scanning.scan import Scan
from realfake_hf.errors import UnreadableImageError
from realfake_hf.images.image_files import open_image
from realfake_hf.models.upright_rgb import to_upright_rgb

SECONDS = 5
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "JPEG2000", "AVIF", "TGA", "PPM", "ICO", "PCX", "QOI", "DDS")


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()


def answered(content: bytes) -> Image.Image | str:
    """The picture, or the sentence; in time."""
    start = time.monotonic()
    try:
        return open_image(content)
    except UnreadableImageError as error:
        return str(error)
    finally:
        assert time.monotonic() - start < SECONDS


def assert_answered(content: bytes) -> None:
    """A picture in RGB, or one sentence."""
    found = answered(content)
    if isinstance(found, str):
        assert found.endswith(".")
        assert "\n" not in found
    else:
        assert found.mode == "RGB"


@pytest.fixture
def small(photo: Image.Image) -> Image.Image:
    return photo.resize((120, 90))


@pytest.mark.parametrize("format", FORMATS)
def test_size_and_pixels_are_pillows(small, format):
    image = small.quantize() if format == "GIF" else small
    content = encoded(image, format)
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB")
    found = answered(content)
    assert isinstance(found, Image.Image)
    assert (found.size, found.tobytes()) == (expected.size, expected.tobytes())


@pytest.mark.parametrize("format", FORMATS)
def test_cut_at_many_places_it_is_a_picture_or_a_sentence(small, format):
    content = encoded(small, format)
    for length in range(0, len(content), max(1, len(content) // 40)):
        assert_answered(content[:length])


@pytest.mark.parametrize("format", FORMATS)
def test_with_any_bit_turned_it_is_a_picture_or_a_sentence(small, format):
    content = encoded(small, format)
    rng = np.random.default_rng(7)
    for place in [*range(24), *rng.integers(0, len(content), 40)]:
        turned = bytearray(content)
        turned[place] ^= 1 << int(rng.integers(8))
        assert_answered(bytes(turned))


def _png(width: int, height: int, rows: int) -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    pixels = zlib.compress(bytes((width + 1) * rows))
    return b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", pixels) + png_chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: _png(30_000, 30_000, 1), "too large"),
        (lambda: _png(100_000, 100_000, 1), "too large"),
        (lambda: b"GIF89a" + b"\xff" * 4 + encoded(Image.new("P", (1, 1)), "GIF")[10:], "too large"),
        (lambda: _png(0, 10, 1), "image"),
    ],
)
def test_bombs_are_refused_undecoded(make, sentence):
    assert sentence in answered(make())


def test_a_bomb_inside_an_icon_is_told_as_one():
    inner = b"ic10" + struct.pack(">I", len(_png(30_000, 30_000, 1)) + 8) + _png(30_000, 30_000, 1)
    assert "too large (900 megapixels; at most 200" in answered(b"icns" + struct.pack(">I", len(inner) + 8) + inner)


def test_a_tiff_of_too_many_samples_leaves_no_line_without_a_name(tmp_path):
    tags = [(256, 4), (257, 4), (258, 8), (259, 1), (262, 2), (273, 8), (277, 65_535), (278, 4), (279, 48)]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    (tmp_path / "many.tif").write_bytes(b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(60))
    script = f"from realfake_hf.images.image_files import open_image; open_image({str(tmp_path / 'many.tif')!r})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "many.tif begins like an image" in done.stderr.splitlines()[-1]
    assert "samples per pixel" not in done.stderr


def test_strips_open(small):
    assert answered(_png(65_535, 2, 2)).size == (65_535, 2)
    assert answered(encoded(Image.new("RGB", (1, 1)), "PNG")).size == (1, 1)


def test_a_picture_with_a_zip_behind_it_is_its_picture(small):
    stream = io.BytesIO(encoded(small, "PNG"))
    stream.seek(0, io.SEEK_END)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("../../evil", "x")
    assert answered(stream.getvalue()).tobytes() == small.tobytes()


def test_html_and_svg_are_no_pictures():
    for content in (
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ" + bytes(99),
    ):
        assert "is not an image" in answered(content)


class TestColours:
    def test_a_wide_gamut_is_converted(self, small):
        wide = ImageCms.createProfile("XYZ")
        assert to_upright_rgb(_with_profile(small, ImageCms.ImageCmsProfile(wide).tobytes())).size == small.size
        plain = to_upright_rgb(_with_profile(small, ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()))
        assert plain.tobytes() == small.tobytes()

    def test_swapped_primaries_change_the_colours(self, small):
        profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
        count = struct.unpack(">I", profile[128:132])[0]
        tags = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
        red, green = (slice(tags[name] + 4, tags[name] + 12) for name in (b"rXYZ", b"gXYZ"))
        profile[red], profile[green] = profile[green], profile[red]
        described = bytes(profile).replace("sRGB".encode("utf-16-be"), "xRGB".encode("utf-16-be"))
        found = np.asarray(to_upright_rgb(_with_profile(small, described.replace(b"sRGB", b"xRGB")))).astype(int)
        assert np.abs(found[..., 0] - np.asarray(small)[..., 1]).mean() < 8

    def test_a_damaged_profile_counts_as_none(self, small):
        for profile in (b"", b"no profile", bytes(200)):
            assert to_upright_rgb(_with_profile(small, profile)).tobytes() == small.tobytes()

    @pytest.mark.parametrize("highest", [1.0, 1.02, 1.9])
    def test_floats_a_little_above_one_are_no_night(self, small, highest):
        grey = np.asarray(small.convert("L")).astype(np.float32) / 255
        grey[0, 0] = highest
        assert abs(np.asarray(to_upright_rgb(Image.fromarray(grey))).mean() - 255 * grey.mean()) < 2

    def test_one_infinity_leaves_the_rest(self, small):
        grey = np.asarray(small.convert("L")).astype(np.float32) / 255
        grey[3, 3], grey[4, 4] = np.inf, np.nan
        shown = np.asarray(to_upright_rgb(Image.fromarray(grey)))[..., 0]
        assert (shown[3, 3], shown[4, 4]) == (255, 0)
        assert abs(int(shown[10, 10]) - round(255 * float(grey[10, 10]))) <= 1

    @pytest.mark.filterwarnings("error")
    def test_a_signalling_nan_is_none_without_a_word(self, small):
        grey = np.asarray(small.convert("L")).astype(np.float32) / 255
        grey.view(np.uint32)[3, 3] = 0x7FA00000
        assert np.asarray(to_upright_rgb(Image.fromarray(grey)))[3, 3].tolist() == [0, 0, 0]

    @pytest.mark.parametrize("bits", [8, 10, 12, 16])
    def test_samples_of_fewer_bits_in_sixteen_are_as_bright(self, small, bits):
        grey = np.asarray(ImageOps.autocontrast(small.convert("L")))
        samples = (grey.astype(np.float64) / 255 * (2**bits - 1)).round().astype(np.uint16)
        shown = np.asarray(to_upright_rgb(Image.fromarray(samples)))[..., 0]
        assert np.abs(shown.astype(int) - grey).max() <= 1


def _with_profile(image: Image.Image, profile: bytes) -> Image.Image:
    copy = image.copy()
    copy.info["icc_profile"] = profile
    return copy


NAMES: dict[str, Callable[[], bytes]] = {
    "newline": lambda: b"a\nb.jpg",
    "no UTF-8": lambda: b"latin\xe9.jpg",
    "dash": lambda: b"--help.jpg",
    "glob": lambda: b"[a]*?.jpg",
    "255 bytes": lambda: b"x" * 251 + b".jpg",
    "formula": lambda: b"=1+1.jpg",
    "script": lambda: b"<script>alert(1)<script>.jpg",
}


def test_odd_names_all_have_their_verdict(photo_paths, tiny_model, tmp_path):
    folder = tmp_path / "odd"
    folder.mkdir()
    for make in NAMES.values():
        (folder / os.fsdecode(make())).write_bytes(photo_paths[0].read_bytes())
    (folder / "loop.jpg").symlink_to("loop.jpg")
    (folder / "dangling.jpg").symlink_to("nowhere")
    scan = Scan.prepare([str(folder)], output=tmp_path / "v.csv", report=tmp_path / "r.html")
    verdicts = list(scan.verdicts(lambda: Detector(tiny_model)))
    failed = {Path(str(verdict.path)).name: verdict.error for verdict in verdicts if verdict.error}
    assert len(verdicts) == len(NAMES) + 2
    assert failed.keys() == {"loop.jpg", "dangling.jpg"}
    assert "does not exist: check the path" in failed["dangling.jpg"]
    assert "cannot be read: Too many levels of symbolic links" in failed["loop.jpg"]
    page = (tmp_path / "r.html").read_text()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
