"""A minute of anything: readers of what strangers give answer with a value or with one sentence of ours."""

from __future__ import annotations

import io
import json
import os
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from realfake_hf.errors import RealFakeError, UnreadableImageError
from realfake_hf.images.jpeg_quality import estimate_quality
from realfake_hf.images.opened_image import open_with_facts
from realfake_hf.images.provenance.xmp import read_xmp
from realfake_hf.records.json_record import json_values
from realfake_hf.records.scan import ScanRecord, read_records
from realfake_hf.training.recipe import recipe_from_dict

# The recorded run: REALFAKE_FUZZ_EXAMPLES=25000 python -m pytest tests/images/test_fuzz.py tests/records/test_fuzz.py
EXAMPLES = int(os.environ.get("REALFAKE_FUZZ_EXAMPLES", "250"))
FUZZ = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)


def seed_image(format: str) -> bytes:
    stream, exif = io.BytesIO(), Image.Exif()
    exif[0x010F], exif[0x0112] = "Maker", 6
    Image.linear_gradient("L").resize((24, 24)).convert("RGB").save(stream, format, exif=exif)
    return stream.getvalue()


SEEDS = {format: seed_image(format) for format in ("JPEG", "PNG", "WEBP", "TIFF")}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("format", SEEDS)
@FUZZ
@given(data=st.data())
def test_opening(format, data):
    content = bytearray(SEEDS[format])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=8))
    with suppress(UnreadableImageError):
        opened = open_with_facts(bytes(content))
        assert opened.image.mode == "RGB"
        json.dumps(json_values(opened.provenance))


@FUZZ
@given(st.dictionaries(st.integers(0, 3), st.lists(st.integers(0, 70000), max_size=64)))
def test_jpeg_tables(tables):
    quality = estimate_quality(tables)
    assert quality is None or 1 <= quality <= 100


@FUZZ
@given(st.binary(max_size=300), st.sampled_from([b"", b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>", b"<!DOCTYPE a>"]))
def test_xmp(body, before):
    assert isinstance(read_xmp(before + body), dict)


@FUZZ
@given(st.dictionaries(st.sampled_from(["model", "processor", "sampling", "training", "augmentation", "x"]), VALUES))
def test_recipes(values):
    with suppress(RealFakeError):
        assert recipe_from_dict(yaml.safe_load(yaml.safe_dump({"name": "x", **values}))).name == "x"


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
@FUZZ
@given(
    content=st.binary(max_size=80), head=st.sampled_from([b"", b'{"path": "a", "label": "real"}\n', b"path,label\n"])
)
def test_scan_records(content, head, suffix, tmp_path: Path):
    (tmp_path / f"r{suffix}").write_bytes(head + content)
    with suppress(RealFakeError):
        assert all(isinstance(record, ScanRecord) for record in read_records(tmp_path / f"r{suffix}"))
