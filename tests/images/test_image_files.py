"""Files become upright RGB images, or one sentence that says why not."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from png_parts import png_chunk

from realfake_hf.errors import UnreadableImageError
from realfake_hf.images.image_files import open_image


def save(image: Image.Image, path: Path, **options: object) -> Path:
    image.save(path, **options)
    return path


class TestOpen:
    def test_every_kind_of_source_gives_the_same_pixels(self, photo_paths):
        path = photo_paths[0]
        expected = np.asarray(Image.open(path).convert("RGB"))
        with path.open("rb") as stream:
            opened = [open_image(source) for source in (path, str(path), path.read_bytes(), stream)]
        opened += [open_image(Image.open(path)), open_image(expected)]
        for image in opened:
            assert image.mode == "RGB"
            np.testing.assert_array_equal(np.asarray(image), expected)

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_real_photo_with_exif_rotation_is_upright(self, photo, tmp_path, orientation):
        stored = {
            2: Image.Transpose.FLIP_LEFT_RIGHT,
            3: Image.Transpose.ROTATE_180,
            4: Image.Transpose.FLIP_TOP_BOTTOM,
            5: Image.Transpose.TRANSPOSE,
            6: Image.Transpose.ROTATE_90,
            7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_270,
        }
        turned = photo.transpose(stored[orientation]) if orientation in stored else photo
        exif = Image.Exif()
        exif[0x0112] = orientation
        path = save(turned, tmp_path / "turned.png", exif=exif)
        np.testing.assert_array_equal(np.asarray(open_image(path)), np.asarray(photo))

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"])
    def test_every_mode_keeps_the_picture(self, photo, tmp_path, mode):
        grey = np.asarray(photo.convert("L"))
        if mode == "I;16":
            stored = Image.fromarray(grey.astype(np.uint16) * 257)
        elif mode == "I":
            stored = Image.fromarray(grey.astype(np.int32) * 257)
        elif mode == "F":
            stored = Image.fromarray(grey.astype(np.float32) / 255)
        else:
            stored = photo.convert(mode)
        assert stored.mode == mode
        image = open_image(save(stored, tmp_path / "picture.tif"))
        assert image.mode == "RGB"
        difference = np.asarray(image.convert("L")).astype(float) - grey
        assert abs(difference.mean()) < 3  # the same brightness, for 1 bit by its dithering

    def test_lab_is_converted(self, photo, tmp_path):
        from PIL import ImageCms

        profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        lab = ImageCms.profileToProfile(photo, *profiles, outputMode="LAB")
        image = open_image(save(lab, tmp_path / "lab.tif"))
        assert np.abs(np.asarray(image).astype(int) - np.asarray(photo)).mean() < 4

    def test_transparency_is_composited_on_white(self, photo, tmp_path):
        alpha = Image.new("L", photo.size, 255)
        alpha.paste(0, (0, 0, 40, 40))
        photo.putalpha(alpha)
        pixels = np.asarray(open_image(save(photo, tmp_path / "alpha.png")))
        assert (pixels[:40, :40] == 255).all()
        np.testing.assert_array_equal(pixels[60:, 60:], np.asarray(photo.convert("RGB"))[60:, 60:])

    def test_transparent_colour_of_an_rgb_png_is_white(self, tmp_path):
        path = save(Image.new("RGB", (8, 8), (1, 2, 3)), tmp_path / "key.png", transparency=(1, 2, 3))
        assert (np.asarray(open_image(path)) == 255).all()

    def test_float_and_16_bit_arrays(self):
        ramp = np.tile(np.arange(256, dtype=np.uint8), (4, 1))
        np.testing.assert_array_equal(np.asarray(open_image(ramp / 255.0))[:, :, 0], ramp)
        np.testing.assert_array_equal(np.asarray(open_image(ramp.astype(np.uint16) * 257))[:, :, 0], ramp)


class TestRefuse:
    def test_missing(self, tmp_path):
        with pytest.raises(UnreadableImageError, match=r"gone\.jpg does not exist"):
            open_image(tmp_path / "gone.jpg")

    def test_folder(self, tmp_path):
        with pytest.raises(UnreadableImageError, match="is a folder"):
            open_image(tmp_path)

    def test_zero_bytes(self, tmp_path):
        (tmp_path / "empty.jpg").touch()
        with pytest.raises(UnreadableImageError, match=r"empty\.jpg is empty \(0 bytes\)"):
            open_image(tmp_path / "empty.jpg")
        with pytest.raises(UnreadableImageError, match="is empty"):
            open_image(b"")

    def test_text_named_jpg(self, tmp_path):
        (tmp_path / "notes.jpg").write_text("not a picture")
        with pytest.raises(UnreadableImageError, match=r"notes\.jpg is not an image"):
            open_image(tmp_path / "notes.jpg")

    def test_what_begins_like_an_image_is_called_damaged_or_rare(self, photo, tmp_path):
        stream = io.BytesIO()
        photo.save(stream, "AVIF")
        (tmp_path / "torn.avif").write_bytes(stream.getvalue()[:64])
        (tmp_path / "cmyk16.psd").write_bytes(b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 4, 12, 10, 16, 4))
        for name in ("torn.avif", "cmyk16.psd"):
            with pytest.raises(UnreadableImageError, match=rf"{name} begins like an image .* damaged, or of a rare"):
                open_image(tmp_path / name)

    def test_heic_is_named_as_such(self, tmp_path):
        (tmp_path / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
        with pytest.raises(UnreadableImageError, match="HEIC"):
            open_image(tmp_path / "phone.heic")

    @pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
    def test_truncated(self, photo, tmp_path, format):
        whole = io.BytesIO()
        photo.save(whole, format)
        path = tmp_path / f"half.{format.lower()}"
        path.write_bytes(whole.getvalue()[: len(whole.getvalue()) // 2])
        with pytest.raises(
            UnreadableImageError,
            match=r"half\.\w+ (is truncated: get a complete copy|cannot be opened as an image: .+)\.$",
        ):
            open_image(path)

    @pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
    def test_decompression_bomb_is_refused_before_it_is_decoded(self, tmp_path):
        header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 15_000, 15_000, 8, 2, 0, 0, 0))
        content = b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b"")
        (tmp_path / "bomb.png").write_bytes(content)
        with pytest.raises(UnreadableImageError, match="15000 x 15000, 225 megapixels"):
            open_image(tmp_path / "bomb.png")

    def test_a_bomb_that_pillow_itself_refuses_is_said_in_our_limit(self, tmp_path):
        whole = io.BytesIO()
        Image.new("P", (1, 1)).save(whole, "GIF")
        content = bytearray(whole.getvalue())
        content[6:10] = struct.pack("<HH", 65535, 65535)
        (tmp_path / "bomb.gif").write_bytes(content)
        with pytest.raises(UnreadableImageError, match=r"bomb\.gif is too large .*at most 200 are opened\)"):
            open_image(tmp_path / "bomb.gif")

    def test_damage_is_called_damage(self, photo, tmp_path):
        whole = io.BytesIO()
        photo.save(whole, "JPEG2000")
        content = bytearray(whole.getvalue())
        content[len(content) // 2 : len(content) // 2 + 400] = bytes(400)
        (tmp_path / "holed.jp2").write_bytes(content[: len(content) - 4000])
        with pytest.raises(UnreadableImageError, match=r"holed\.jp2 is damaged or cut short: get another copy\.$"):
            open_image(tmp_path / "holed.jp2")

    def test_drawings_that_another_program_would_have_to_draw(self, tmp_path):
        (tmp_path / "plot.eps").write_bytes(
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n"
        )
        with pytest.raises(UnreadableImageError, match=r"plot\.eps is EPS, which holds no pixels: save it as PNG"):
            open_image(tmp_path / "plot.eps")

    def test_raw_files_of_cameras_are_not_judged_by_their_thumbnail(self, photo, tmp_path):
        photo.save(tmp_path / "p.nef", "TIFF")
        with pytest.raises(UnreadableImageError, match=r"p\.nef is a camera's raw file: develop it"):
            open_image(tmp_path / "p.nef")

    def test_jpeg_xl_is_named_with_what_reads_it(self, tmp_path):
        (tmp_path / "p.jxl").write_bytes(b"\xff\x0a" + bytes(40))
        with pytest.raises(UnreadableImageError, match=r"p\.jxl is JPEG XL, .*install realfake-hf\[formats\]"):
            open_image(tmp_path / "p.jxl")

    @pytest.mark.parametrize("array", [np.zeros((2, 4, 5)), np.zeros((0, 4)), np.full((4, 4), 300, np.int32)])
    def test_arrays_that_are_no_images(self, array):
        with pytest.raises(UnreadableImageError, match="array"):
            open_image(array)

    @settings(max_examples=60)
    @given(cut=st.integers(1, 4000), position=st.integers(0, 6000), noise=st.binary(min_size=1, max_size=64))
    def test_damaged_files_give_an_image_or_our_error_never_another(self, photo_paths, cut, position, noise):
        content = bytearray(photo_paths[0].read_bytes())
        content[position : position + len(noise)] = noise
        try:
            image = open_image(bytes(content[: len(content) - cut]))
        except UnreadableImageError:
            return
        assert image.mode == "RGB"
