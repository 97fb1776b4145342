"""Records survive JSON and parquet unchanged; tables appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import ClassLabel, Features, Image
from hypothesis import given
from hypothesis import strategies as st

from realfake_hf.records.manifest import (
    ROWS_AT_ONCE,
    ImageRecord,
    manifest_schema,
    read_manifest,
    table_writer,
    with_label_names,
    write_manifest,
)

texts = st.one_of(st.none(), st.text(max_size=20))
numbers = st.one_of(st.none(), st.integers(0, 2**31 - 1))


@given(st.builds(ImageRecord, st.text(), st.integers(0, 1), st.text(), texts, numbers, numbers, texts, texts))
def test_json_round_trip(record):
    line = record.to_json()
    assert "\n" not in line
    assert ImageRecord.from_json(line) == record


def records(count: int) -> list[ImageRecord]:
    return [
        ImageRecord(f"real/{index}.jpg", index % 2, "camera", width=index, bytes=2**40 + index, sha256="ab" * 32)
        for index in range(count)
    ]


def test_parquet_round_trip_over_several_slices(tmp_path: Path):
    path = tmp_path / "below" / os.fsdecode(b"no UTF-8 \xff") / "manifest.parquet"
    write_manifest(records(2 * ROWS_AT_ONCE + 3), path)
    assert list(read_manifest(path)) == records(2 * ROWS_AT_ONCE + 3)
    with path.open("rb") as stream:
        slices = pq.ParquetFile(stream).metadata
    assert [slices.row_group(index).num_rows for index in range(slices.num_row_groups)] == [
        ROWS_AT_ONCE,
        ROWS_AT_ONCE,
        3,
    ]


def test_label_is_a_class_label_for_datasets(tmp_path: Path):
    write_manifest(records(2), tmp_path / "manifest.parquet")
    features = Features.from_arrow_schema(pq.read_schema(tmp_path / "manifest.parquet"))
    assert features["label"] == ClassLabel(names=["real", "fake"])


def test_an_image_is_an_image_for_datasets():
    image = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    schema = with_label_names(pa.schema([("image", image), ("label", pa.int64())]))
    assert Features.from_arrow_schema(schema) == Features(image=Image(), label=ClassLabel(names=["real", "fake"]))


def test_a_failed_write_leaves_the_old_file(tmp_path: Path):
    path = tmp_path / "manifest.parquet"
    write_manifest(records(1), path)

    def write_and_fail() -> None:
        with table_writer(path, manifest_schema()) as table:
            table.write(*[None] * 17)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_and_fail()
    assert list(read_manifest(path)) == records(1)
    assert list(tmp_path.iterdir()) == [path]
