"""The tables beside the variants: metadata for `imagefolder`, and the variants themselves as parquet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realfake_hf.data.loading import METADATA
from realfake_hf.data.split_names import order_splits
from realfake_hf.records.manifest import ImageRecord, TableWriter, table_writer, with_label_names
from realfake_hf.storage.working import counted

if TYPE_CHECKING:
    import pyarrow as pa

IMAGES_AT_ONCE = 100
"""Rows of a row group of parquet files that hold images."""

ORIGINAL = ("group", "width", "height", "format", "jpeg_quality")
"""What the tables tell about the original of a variant, for audits: width and height are the original's."""


def metadata_schema() -> pa.Schema:
    """Columns of metadata.parquet: `file_name` relative to its folder, `label`, `source`, and `ORIGINAL`."""
    import pyarrow as pa

    columns = [("file_name", pa.string()), ("label", pa.int64()), ("source", pa.string())]
    return with_label_names(pa.schema(columns + _original_columns()))


def write_metadata_row(table: TableWriter, record: ImageRecord) -> None:
    """Add a kept image to the metadata of its split."""
    assert record.output is not None
    _, _, file_name = record.output.partition("/")
    table.write(file_name, record.label, record.source, *(getattr(record, name) for name in ORIGINAL))


def write_parquet(root: Path, size: int) -> list[Path]:
    """Write the variants of one size as `parquet/<size>/<split>-00000-of-00001.parquet`, streaming.

    The columns are those of metadata.parquet with `image` for `file_name`. Files of splits that are gone are
    removed.
    """
    import pyarrow as pa

    tables = {file.parent.name: file for file in (root / str(size)).glob(f"*/{METADATA}")}
    folder = root / "parquet" / str(size)
    image = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    columns = [("image", image), ("label", pa.int64()), ("source", pa.string())]
    schema = with_label_names(pa.schema(columns + _original_columns()))
    written = []
    for split in order_splits(tables):
        written.append(folder / f"{split}-00000-of-00001.parquet")
        with table_writer(written[-1], schema, IMAGES_AT_ONCE) as table:
            for file_name, *values in counted("Writing the images as parquet", *_rows(tables[split])):
                content = (tables[split].parent / file_name).read_bytes()
                table.write({"bytes": content, "path": Path(file_name).name}, *values)
    for outdated in set(folder.glob("*.parquet")) - set(written):
        outdated.unlink()
    return written


def _rows(file: Path) -> tuple[Iterator[tuple[Any, ...]], int]:
    """The rows of a metadata.parquet as a stream of tuples, and how many they are."""
    import pyarrow.parquet as pq

    def rows() -> Iterator[tuple[Any, ...]]:
        with pq.ParquetFile(file) as table:
            for batch in table.iter_batches(1_000):
                yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    return rows(), pq.read_metadata(file).num_rows


def _original_columns() -> list[tuple[str, pa.DataType]]:
    import pyarrow as pa

    return [(name, pa.string() if name == "format" else pa.int32()) for name in ORIGINAL]
