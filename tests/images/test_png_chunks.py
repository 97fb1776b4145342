"""A PNG with damaged or overlong metadata is opened by every command, with what can be read of them."""

from __future__ import annotations

import io
import json
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from png_parts import png_chunk

from realfake_hf.data.preparing.scan import Scanner, ScanTask
from realfake_hf.errors import UnreadableImageError
from realfake_hf.images.image_files import identify_image, open_image
from realfake_hf.images.opened_image import open_with_facts
from realfake_hf.images.png_chunks import repaired

WORKFLOW = json.dumps({"nodes": [{"x": "y" * 1_500_000}]})


def with_chunk(plain: bytes, *chunks: bytes, before: bytes = b"IDAT") -> bytes:
    place = plain.index(before) - 4
    return plain[:place] + b"".join(chunks) + plain[place:]


@pytest.fixture
def small(photo: Image.Image) -> Image.Image:
    return photo.resize((64, 48))


@pytest.fixture
def plain(small: Image.Image) -> bytes:
    stream = io.BytesIO()
    small.save(stream, "PNG")
    return stream.getvalue()


def with_text(image: Image.Image, text: str, *, zip: bool = False, international: bool = False) -> bytes:
    info, stream = PngImagePlugin.PngInfo(), io.BytesIO()
    info.add_text("parameters", "a cat\nSteps: 20, Sampler: Euler a, Seed: 1")
    (info.add_itxt if international else info.add_text)("workflow", text, zip=zip)
    image.save(stream, "PNG", pnginfo=info)
    return stream.getvalue()


def damaged(plain: bytes) -> list[bytes]:
    return [
        with_chunk(plain, png_chunk(b"tEXt", b"a\0bc", bytes(4))),
        with_chunk(plain, png_chunk(b"tEXt", b"a\0bc", bytes(4)), before=b"IEND"),
        with_chunk(plain, png_chunk(b"zTXt", b"a\0\x07what method")),
        with_chunk(plain, png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(3_000_000)))),
        with_chunk(plain, png_chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(3_000_000)))),
        with_chunk(plain, png_chunk(b"pHYs", b"\0", bytes(4))),
    ]


@pytest.mark.parametrize("kind", range(6))
def test_damage_costs_no_picture(plain, small, kind):
    image = open_image(damaged(plain)[kind])
    np.testing.assert_array_equal(np.asarray(image), np.asarray(small))


@pytest.mark.parametrize(("zip", "international"), [(True, False), (False, False), (True, True), (False, True)])
def test_the_beginning_of_an_overlong_text_and_all_short_ones_are_kept(small, zip, international):
    content = with_text(small, WORKFLOW, zip=zip, international=international)
    header = identify_image(io.BytesIO(content), "p.png")
    header.load()
    assert header.info["workflow"].startswith('{"nodes": [{"x": "yyy')
    assert header.info["parameters"].startswith("a cat")
    names = {claim.name for claim in open_with_facts(content).provenance.claims}
    assert names == {"ComfyUI", "Stable Diffusion web UI"}


def test_prepare_takes_what_scan_takes(small, tmp_path):
    (tmp_path / "big.png").write_bytes(with_text(small, WORKFLOW, zip=True))
    task = ScanTask("0" * 16, "big.png", str(tmp_path / "big.png"), None, 1, "", None, (32,))
    _, record = Scanner(tmp_path / "staged", "pad", 90)(task)
    assert (record.error, record.width) == (None, 64)


def test_a_heatmap_opens_it_again(small, tmp_path, tiny_model):
    from realfake_hf.detection.detector import Detector

    (tmp_path / "bad.png").write_bytes(with_chunk(with_text(small, "x"), png_chunk(b"tEXt", b"a\0bc", bytes(4))))
    assert Detector(tiny_model, runtime="torch")(tmp_path / "bad.png").heatmap() is not None


def test_a_whole_png_and_other_files_are_left_alone(plain, photo_paths):
    for content in (plain, photo_paths[0].read_bytes(), b"", b"\x89PNG\r\n\x1a\n"):
        stream = io.BytesIO(content)
        assert repaired(stream) is stream
        assert stream.tell() == 0


def test_damaged_pixels_are_still_refused(plain):
    place = plain.index(b"IDAT") + 200
    broken = plain[:place] + bytes(40) + plain[place + 40 :]
    with pytest.raises(UnreadableImageError, match="cannot be decoded"):
        open_image(broken)


@settings(max_examples=300)
@given(data=st.data())
def test_any_chunks_give_a_picture_or_one_sentence(data):
    stream = io.BytesIO()
    Image.linear_gradient("L").resize((16, 16)).save(stream, "PNG")
    kinds = st.sampled_from([b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"eXIf", b"tIME", b"gAMA", b"sRGB", b"tRNS", b"zzZz"])
    chunks = data.draw(st.lists(st.tuples(kinds, st.binary(max_size=60), st.booleans()), max_size=4))
    built = [png_chunk(kind, body, None if right else b"\1\2\3\4") for kind, body, right in chunks]
    content = with_chunk(stream.getvalue(), *built, before=data.draw(st.sampled_from([b"IDAT", b"IEND"])))
    cut = data.draw(st.integers(0, 40))
    with suppress(UnreadableImageError):
        assert open_image(content[: len(content) - cut]).size == (16, 16)


def test_file_on_disk_is_not_changed(small, tmp_path):
    path: Path = tmp_path / "big.png"
    path.write_bytes(with_text(small, WORKFLOW, zip=True))
    before = path.read_bytes()
    open_image(path)
    assert path.read_bytes() == before
