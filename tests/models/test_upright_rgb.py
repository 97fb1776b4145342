from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from realfake_hf.images.image_files import open_image
from realfake_hf.models.upright_rgb import to_upright_rgb

PIL_MODES = ("1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "LAB", "HSV",
             "I", "I;16", "I;16B", "I;16L", "F")  # fmt: skip
TRANSPARENT_MODES = ("LA", "La", "PA", "RGBA", "RGBa")


def in_mode(photo: Image.Image, mode: str) -> Image.Image:
    """The photograph in a mode of PIL, by its own range: 0..65535 for 16 bits, 0..1 for float."""
    if mode.startswith("I;16"):
        samples = np.asarray(photo.convert("L")).astype((mode == "I;16B" and ">u2") or "<u2") * 257
        return Image.frombytes(mode, photo.size, samples.tobytes())
    if mode == "F":
        return Image.fromarray(np.asarray(photo.convert("L")).astype(np.float32) / 255)
    if mode in ("La", "RGBa"):
        return photo.convert(mode.upper()).convert(mode)
    return photo.convert(mode)


@pytest.mark.parametrize("mode", PIL_MODES)
def test_every_mode_of_pil_shows_the_photograph(mode: str, photo: Image.Image) -> None:
    image = in_mode(photo, mode)
    assert image.mode == mode
    upright = to_upright_rgb(image)
    assert (upright.mode, upright.size) == ("RGB", photo.size)
    grey = mode in ("1", "L", "LA", "La", "F") or mode.startswith("I")
    expected = np.asarray(photo.convert("L").convert("RGB") if grey else photo).astype(float)
    difference = np.abs(np.asarray(upright).astype(float) - expected).mean()
    assert difference < {"1": 128, "P": 16, "PA": 16, "LAB": 3, "HSV": 3}.get(mode, 1.5)
    assert np.asarray(upright).std() > 20


@pytest.mark.parametrize("mode", ["L", "I;16", "I;16B", "I;16L", "I", "F"])
def test_greys_of_any_depth_are_the_same_picture(mode: str, photo: Image.Image) -> None:
    np.testing.assert_array_equal(
        np.asarray(to_upright_rgb(in_mode(photo, mode))), np.asarray(photo.convert("L").convert("RGB"))
    )


@pytest.mark.parametrize("mode", [mode for mode in PIL_MODES if mode != "La"])  # no file holds that
def test_the_model_sees_what_open_image_gives(mode: str, photo: Image.Image) -> None:
    image = in_mode(photo, mode)
    assert to_upright_rgb(image).tobytes() == open_image(image).tobytes()


@pytest.mark.parametrize("mode", TRANSPARENT_MODES)
def test_transparency_is_composited_on_white(mode: str, photo: Image.Image) -> None:
    image = photo.convert("L").convert("LA") if mode[0] == "L" else photo.convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(photo.size))
    if mode == "PA":
        image = photo.convert("P").convert("PA")
        image.putalpha(Image.linear_gradient("L").resize(photo.size))
    elif image.mode != mode:
        image = image.convert(mode)
    upright = np.asarray(to_upright_rgb(image))
    assert (upright[0] == 255).all()
    opaque = np.asarray(photo.convert("L").convert("RGB") if mode[0] == "L" else photo).astype(float)[-1]
    assert np.abs(upright[-1] - opaque).mean() < 12


@pytest.mark.parametrize("mode", ["P", "L", "RGB"])
def test_transparent_colour_of_a_png_is_white(mode: str) -> None:
    image = Image.new("RGB", (8, 8), (0, 0, 0))
    image.paste((255, 0, 0), (0, 0, 4, 8))
    image = image.quantize(4) if mode == "P" else image.convert(mode)
    transparent = image.getpixel((7, 7))
    stream = io.BytesIO()
    image.save(stream, "PNG", transparency=transparent)
    upright = to_upright_rgb(Image.open(stream))
    assert upright.getpixel((7, 7)) == (255, 255, 255)
    assert upright.getpixel((0, 0)) != (255, 255, 255)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photo_of_every_exif_orientation_is_upright(orientation: int, photo: Image.Image) -> None:
    upright = photo.crop((0, 0, 96, 64))
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the transpose that stores it so
    stored = upright if orientation == 1 else upright.transpose(Image.Transpose(undo[orientation]))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    stream = io.BytesIO()
    stored.save(stream, "PNG", exif=exif)
    assert to_upright_rgb(Image.open(stream)).tobytes() == upright.tobytes()


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@settings(max_examples=60)
@given(damage=st.binary(max_size=64))
def test_damaged_exif_counts_as_none(damage: bytes) -> None:
    image = Image.new("RGB", (4, 4), "red")
    image.info["exif"] = b"Exif\x00\x00MM\x00*" + damage
    assert to_upright_rgb(image).tobytes() == Image.new("RGB", (4, 4), "red").tobytes()
