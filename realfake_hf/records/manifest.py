"""The manifest: one typed record per file that `prepare` saw, kept as parquet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realfake_hf.models.labels import LABEL_NAMES
from realfake_hf.storage.files import JsonObject, written_whole

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

ROWS_AT_ONCE = 2_000
"""Rows held in memory while a manifest is written."""


@dataclass(slots=True)
class ImageRecord:
    """One file of a collection.

    Attributes:
        path: relative to the collection, with forward slashes; of a data set `<split>/<row>`.
        label: 0 real, 1 fake.
        source: camera set or generator; empty where unknown.
        split: where it went; None where it was dropped or could not be read. Before the splits are made: the
            split whose folder it lies in, None where there is none.
        width, height: pixels, upright; None where the header could not be read.
        mode, format: as Pillow names them.
        bytes: size of the file.
        jpeg_quality: 1 to 100, estimated from the quantisation tables; None where it is no JPEG.
        subsampling: `"4:2:0"`, ... ; None where it is no JPEG.
        sha256: 64 hexadecimal digits; None where the file could not be read.
        phash: 16 hexadecimal digits; None where the image could not be decoded.
        group: number of the near-duplicate (or source) group; None where `split` is.
        output: path of the variants below the folder of their size; None where `split` is.
        dropped: why a readable image was left out.
        error: why an image could not be used.
    """

    path: str
    label: int
    source: str
    split: str | None = None
    width: int | None = None
    height: int | None = None
    mode: str | None = None
    format: str | None = None
    bytes: int = 0
    jpeg_quality: int | None = None
    subsampling: str | None = None
    sha256: str | None = None
    phash: str | None = None
    group: int | None = None
    output: str | None = None
    dropped: str | None = None
    error: str | None = None

    def to_json(self) -> str:
        """The record as one line of JSON."""
        return json.dumps([getattr(self, field) for field in FIELD_NAMES])

    @classmethod
    def from_json(cls, line: str) -> ImageRecord:
        """The record of one line that `to_json` made."""
        return cls(*json.loads(line))


FIELD_NAMES = tuple(field.name for field in fields(ImageRecord))


def manifest_schema() -> pa.Schema:
    """The columns of manifest.parquet; `label` is a ClassLabel `["real", "fake"]` for `datasets`."""
    import pyarrow as pa

    integers = {"label": pa.int64(), "bytes": pa.int64()}
    small = {"width", "height", "jpeg_quality", "group"}
    columns = [pa.field(name, integers.get(name, pa.int32() if name in small else pa.string())) for name in FIELD_NAMES]
    return with_label_names(pa.schema(columns))


def with_label_names(schema: pa.Schema) -> pa.Schema:
    """Tell `datasets`, in a schema's metadata, that `label` is a ClassLabel with our names."""
    types = {"string": "string", "int32": "int32", "int64": "int64"}
    features: dict[str, JsonObject] = {
        field.name: {"dtype": types[str(field.type)], "_type": "Value"} for field in schema if str(field.type) in types
    }
    features["label"] = {"names": list(LABEL_NAMES), "_type": "ClassLabel"}
    if "image" in schema.names:
        features["image"] = {"_type": "Image"}
    ordered = {name: features[name] for name in schema.names}
    return schema.with_metadata({"huggingface": json.dumps({"info": {"features": ordered}})})


class TableWriter:
    """Rows on their way into a parquet file, of which a bounded number waits in memory; see `table_writer`."""

    def __init__(self, writer: pq.ParquetWriter, rows_at_once: int) -> None:
        self._writer, self._rows_at_once = writer, rows_at_once
        self._rows: list[tuple[Any, ...]] = []

    def write(self, *values: Any) -> None:
        """Add one row, values in the schema's order."""
        self._rows.append(values)
        if len(self._rows) >= self._rows_at_once:
            self.flush()

    def flush(self) -> None:
        """Write the rows that wait."""
        import pyarrow as pa

        if not self._rows:
            return
        schema = self._writer.schema
        columns = [
            pa.array(list(values), field.type)
            for values, field in zip(zip(*self._rows, strict=True), schema, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=schema))
        self._rows.clear()


@contextmanager
def table_writer(path: Path, schema: pa.Schema, rows_at_once: int = ROWS_AT_ONCE) -> Iterator[TableWriter]:
    """What takes the rows of a parquet file; it appears whole when the block ends, or not at all."""
    import pyarrow.parquet as pq

    with (
        written_whole(path) as partial,
        partial.open("wb") as stream,  # for pyarrow takes every path for UTF-8
        pq.ParquetWriter(stream, schema, compression="zstd") as writer,
    ):
        table = TableWriter(writer, rows_at_once)
        yield table
        table.flush()


def write_manifest(records: Iterable[ImageRecord], path: Path) -> None:
    """Write records to a parquet file, streaming and atomically."""
    with table_writer(path, manifest_schema()) as table:
        for record in records:
            table.write(*(getattr(record, name) for name in FIELD_NAMES))


def read_manifest(path: Path) -> Iterator[ImageRecord]:
    """Stream the records of a manifest.parquet."""
    import pyarrow.parquet as pq

    with path.open("rb") as stream, pq.ParquetFile(stream) as file:
        for batch in file.iter_batches(ROWS_AT_ONCE, columns=list(FIELD_NAMES)):
            columns = [column.to_pylist() for column in batch.columns]
            for values in zip(*columns, strict=True):
                yield ImageRecord(*values)
