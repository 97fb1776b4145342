"""Declared facts of every kind, and metadata that was made to hurt."""

from __future__ import annotations

import io
import json
import time
import zlib
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from png_parts import png_chunk

from realfake_hf.errors import UnreadableImageError
from realfake_hf.images.opened_image import open_with_facts
from realfake_hf.images.provenance import Provenance
from realfake_hf.images.provenance.camera import Camera
from realfake_hf.images.provenance.manifest_marker import MANIFEST_STORE, has_manifest
from realfake_hf.images.provenance.source_type import SourceType
from realfake_hf.images.provenance.text import clean, parse_json
from realfake_hf.images.provenance.xmp import read_xmp
from realfake_hf.records.json_record import json_values

from .conftest import exif, provenance_of, saved, xmp

URI = "http://cv.iptc.org/newscodes/digitalsourcetype/"


class TestSourceType:
    @pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
    @pytest.mark.parametrize("form", ["attribute", "element", "resource"])
    def test_in_every_format_and_form(self, photo, format, form):
        value = f"{URI}trainedAlgorithmicMedia"
        packet = {
            "attribute": xmp(f'Iptc4xmpExt:DigitalSourceType="{value}"'),
            "element": xmp(elements=f"<Iptc4xmpExt:DigitalSourceType>{value}</Iptc4xmpExt:DigitalSourceType>"),
            "resource": xmp(elements=f'<Iptc4xmpExt:DigitalSourceType rdf:resource="{value}"/>'),
        }[form]
        provenance = provenance_of(saved(photo, format, xmp=packet))
        assert provenance.source_type == SourceType.of(f"{URI}trainedAlgorithmicMedia", "XMP")
        assert provenance.note == "made by a generative model"

    def test_photograph_is_no_generator(self, photo):
        packet = xmp(f'Iptc4xmpExt:DigitalSourceType="{URI}digitalCapture"')
        provenance = provenance_of(saved(photo, "JPEG", xmp=packet))
        assert provenance.note is None
        assert provenance.words == "The file says: a digital photograph (XMP digital source type)."

    @pytest.mark.parametrize(
        ("value", "code"),
        [
            ("compositewithtrainedalgorithmicmedia", "compositeWithTrainedAlgorithmicMedia"),
            ("digsrctype:digitalCapture", "digitalCapture"),
            ("https://cv.iptc.org/newscodes/digitalsourcetype/print/", "print"),
            ("somethingNew", "somethingNew"),
        ],
    )
    def test_spellings(self, value, code):
        assert SourceType.of(value, "XMP").code == code


class TestCamera:
    def test_camera_is_a_declared_fact_of_its_own(self, photo):
        taken = "2024:05:17 18:03:22"
        tags = exif(Make="Canon", Model="Canon EOS R5", Software="Adobe Lightroom", DateTimeOriginal=taken)
        provenance = provenance_of(saved(photo, "JPEG", exif=tags))
        assert provenance.words == "The file says: taken with Canon EOS R5 (EXIF)."
        assert provenance.camera == Camera("Canon", "Canon EOS R5", "2024:05:17 18:03:22", "Adobe Lightroom")
        assert provenance.note is None

    def test_software_alone_is_no_camera(self, photo):
        assert provenance_of(saved(photo, "JPEG", exif=exif(Software="Adobe Lightroom"))) is None


def test_files_that_declare_nothing_have_none(photo_paths):
    assert [open_with_facts(path).provenance for path in photo_paths] == [None] * len(photo_paths)


def test_path_bytes_stream_and_image_tell_the_same(photo, tmp_path):
    content = saved(photo, texts={"Software": "NovelAI"})
    path = tmp_path / "a.png"
    path.write_bytes(content)
    sources = (path, str(path), content, io.BytesIO(content), Image.open(path))
    told = [open_with_facts(source).provenance for source in sources]
    assert told == [told[0]] * 5


def with_chunk(content: bytes, chunk: bytes) -> bytes:
    """A PNG with a chunk more, right behind its header."""
    return content[:33] + chunk + content[33:]


BOMB = "<!DOCTYPE a [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + i)} '{f'&{chr(97 + i)};' * 10}'>" for i in range(12)
)


class TestHostileFiles:
    def test_text_chunk_of_ten_megabytes_is_told_quickly(self, photo):
        content = saved(photo, texts={"parameters": "a" * 10_000_000 + "\nSteps: 2, Sampler: Euler, Seed: 1"})
        start = time.process_time()
        open_with_facts(content)
        assert time.process_time() - start < 2

    @pytest.mark.parametrize(
        "chunk",
        [
            png_chunk(b"zTXt", b"parameters\0\0" + zlib.compress(bytes(10_000_000))),
            png_chunk(b"iTXt", b"parameters\0\1\0\0\0" + zlib.compress(bytes(10_000_000))),
            png_chunk(b"tEXt", b"parameters\0x")[:-4] + bytes(4),
            png_chunk(b"eXIf", b"II*\0" + b"\xff" * 30),
        ],
        ids=["zTXt bomb", "iTXt bomb", "wrong checksum", "broken EXIF"],
    )
    @pytest.mark.parametrize("place", [33, -12])
    def test_damaged_chunk_before_or_behind_the_pixels_costs_no_picture(self, photo, chunk, place):
        content = saved(photo)
        damaged = content[:place] + chunk + content[place:]
        opened = open_with_facts(damaged)
        assert (opened.image.size, opened.provenance) == ((96, 64), None)

    @pytest.mark.parametrize(
        "packet",
        [
            BOMB.encode() + b"]><x>&m;</x>",
            b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>",
            b"\xff\xfe<",
            b"<" * 100_000,
            b"<a>" * 60_000,
            b"",
        ],
        ids=["entities", "external", "encoding", "brackets", "depth", "empty"],
    )
    def test_broken_or_malicious_xmp_declares_nothing(self, photo, packet):
        assert provenance_of(saved(photo, "WEBP", xmp=packet)) is None

    def test_xmp_counts_up_to_where_it_breaks(self):
        packet = xmp('xmp:CreatorTool="Adobe Firefly"', "<dc:description>")
        assert read_xmp(packet) == {"CreatorTool": "Adobe Firefly"}

    @pytest.mark.parametrize("cut", [8, 20, 60, 200])
    def test_truncated_exif_costs_no_picture(self, photo, cut):
        tags = exif(Make="Canon", Model="EOS", UserComment=b"UNICODE\0" + b"\0a" * 500).tobytes()
        opened = open_with_facts(saved(photo, "JPEG", exif=b"Exif\0\0" + tags.removeprefix(b"Exif\0\0")[:cut]))
        assert opened.image.size == (96, 64)

    def test_deeply_nested_json_is_no_parameters(self, photo):
        assert provenance_of(saved(photo, texts={"prompt": "[" * 100_000})) is None

    def test_lone_surrogates_and_control_characters_never_reach_the_record(self, photo):
        texts = {"invokeai_metadata": json.dumps({"prompt": "a\x1b[2J\ud800b"})}
        told = provenance_of(saved(photo, texts=texts))
        msgspec.json.encode(told)
        assert told.claims[0].prompt == "a [2J?b"


@cache
def file_with_everything(path: Path, format: str) -> bytes:
    """A photograph with EXIF and XMP."""
    tags = exif(Make="Canon", UserComment=b"UNICODE\0" + b"\0a" * 40)
    return saved(Image.open(path), format, exif=tags, xmp=xmp('xmp:CreatorTool="x"'))


@given(data=st.binary(max_size=400), place=st.integers(2, 1500), format=st.sampled_from(["JPEG", "PNG", "WEBP"]))
@settings(max_examples=60)
def test_any_damage_that_leaves_a_picture_leaves_plain_json(photo_paths, data, place, format):
    whole = file_with_everything(photo_paths[0], format)
    damaged = whole[:place] + data + whole[place + len(data) :]
    try:
        opened = open_with_facts(damaged)
    except UnreadableImageError:
        return  # no picture is left
    written = json.dumps(json_values(opened.provenance), allow_nan=False)
    assert msgspec.convert(json.loads(written), Provenance | None) == opened.provenance


@given(st.binary(max_size=3000))
@settings(max_examples=100)
def test_marker_search_takes_any_bytes(data):
    for head in (b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF0000WEBP", b"0000ftyp", b"II*\0"):
        assert has_manifest(io.BytesIO(head + data)) is (MANIFEST_STORE in data)


@given(st.text(max_size=500), st.integers(1, 50))
def test_clean_texts_are_printable_lines_of_the_length_asked(text, limit):
    line = clean(text, limit)
    assert len(line) <= limit
    assert line.isprintable()


@given(st.text(max_size=300))
def test_parse_json_takes_any_text(text):
    for tried in (text, "{" + text, json.dumps([text])):
        value = parse_json(tried)
        assert value is None or value == json.loads(tried)
    assert parse_json(json.dumps([text])) == [text]
