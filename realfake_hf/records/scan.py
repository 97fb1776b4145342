"""Scan records in files: JSON lines as they come, CSV and parquet when all are there."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from realfake_hf.errors import RealFakeError, one_line
from realfake_hf.images.provenance import Provenance
from realfake_hf.records.json_record import json_line, json_values
from realfake_hf.statistics.decision import Label
from realfake_hf.storage.files import written_whole

SUFFIXES = (".jsonl", ".csv", ".parquet")
ROWS_AT_ONCE = 1000
FIRST_BYTES = b'{"path": '
"""How every line of a scan begins."""
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


@dataclass(frozen=True)
class ScanRecord:
    """One image of a scan; its fields are explained at `realfake_hf.detection.verdict.Verdict`."""

    path: str | None
    label: Label | None = None
    p_fake: float | None = None
    width: int | None = None
    height: int | None = None
    format: str | None = None
    warnings: list[str] = field(default_factory=list)
    provenance: Provenance | None = None
    error: str | None = None
    model: str | None = None
    bytes: int | None = None
    modified: str | None = None
    share_seen: float | None = None

    @property
    def key(self) -> str:
        """The path, see `path_key`."""
        return path_key(self.path)

    def to_json(self) -> str:
        """One line of JSON, without the line's end."""
        return json_line(self)


COLUMNS = tuple(column.name for column in fields(ScanRecord))
STATE_COLUMNS = ("model", "bytes", "modified")
"""Which model judged which state of the file; 0.1 did not write them."""
LATER_COLUMNS = ("share_seen",)
"""What earlier records lack; None then."""


class _EarlierVersionError(KeyError):
    """Records as 0.1 wrote them."""


def path_key(path: str | None) -> str:
    """A path as every format can hold it: bytes that are no UTF-8 are written as escapes."""
    return (path or "").encode("utf-8", "backslashreplace").decode("utf-8")


def read_records(file: Path) -> Iterator[ScanRecord]:
    """Read the records of a `.jsonl`, `.csv` or `.parquet` file of a scan.

    Raises:
        RealFakeError: the file does not hold scan records.
    """
    readers = {".jsonl": _read_jsonl, ".csv": _read_csv, ".parquet": _read_parquet}
    try:
        yield from readers[file.suffix.lower()](file)
    except _EarlierVersionError:
        raise RealFakeError(
            f"{file} has records of an earlier version, which name neither the model nor the state of the files: "
            f"name another file, or replace it."
        ) from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError, NotImplementedError, csv.Error) as error:
        raise RealFakeError(
            f"{file} does not hold the records of a scan ({one_line(error, 150)}): name another file with `output`."
        ) from error


def write_records(records: Iterable[ScanRecord], file: Path) -> None:
    """Write records to a `.csv` or `.parquet` file in one step: a reader never sees half of it."""
    write = _write_csv if file.suffix.lower() == ".csv" else _write_parquet
    with written_whole(file) as partial:
        write(records, partial)


def cut_half_a_line(file: Path) -> None:
    """Drop the last line of a scan's `.jsonl` file if a kill left half of it; other files are left alone."""
    with file.open("rb+") as stream:
        content = stream.read()
        whole, _, last = content.rpartition(b"\n")
        if not last or not (content.startswith(FIRST_BYTES) or FIRST_BYTES.startswith(content)):
            return
        try:
            _record(json.loads(last))
        except (ValueError, TypeError, KeyError, RecursionError):
            stream.truncate(len(whole) + 1 if whole else 0)
        else:
            stream.write(b"\n")


def _record(values: Any, *, strict: bool = True) -> ScanRecord:
    missing = [name for name in COLUMNS if name not in values and name not in LATER_COLUMNS]
    if missing and set(missing) <= set(STATE_COLUMNS):
        raise _EarlierVersionError
    if missing:
        raise KeyError(f"no {missing[0]}")
    return msgspec.convert(values, ScanRecord, strict=strict)


def _read_jsonl(file: Path) -> Iterator[ScanRecord]:
    with file.open(encoding="utf-8") as stream:
        for line in stream:
            yield _record(json.loads(line))


def _read_csv(file: Path) -> Iterator[ScanRecord]:
    with file.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            cells = {name: unguarded_cell(value) or None for name, value in row.items()}
            warnings = text.split("; ") if (text := cells.get("warnings")) else []
            yield _record(_with_provenance({**cells, "warnings": warnings}), strict=False)


def _read_parquet(file: Path) -> Iterator[ScanRecord]:
    import pyarrow.parquet as pq

    with file.open("rb") as stream, pq.ParquetFile(stream) as parquet:
        for batch in parquet.iter_batches(ROWS_AT_ONCE):
            for row in batch.to_pylist():
                yield _record(_with_provenance(row))


def _write_csv(records: Iterable[ScanRecord], file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        for record in records:
            flat = {**_flat(record), "warnings": "; ".join(record.warnings)}
            writer.writerow({name: "" if value is None else guarded_cell(value) for name, value in flat.items()})


def _write_parquet(records: Iterable[ScanRecord], file: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    numbers = {
        "p_fake": pa.float64(),
        "width": pa.int32(),
        "height": pa.int32(),
        "warnings": pa.list_(pa.string()),
        "bytes": pa.int64(),
        "share_seen": pa.float64(),
    }
    schema = pa.schema([(name, numbers.get(name, pa.string())) for name in COLUMNS])
    waiting = iter(records)
    with file.open("wb") as stream, pq.ParquetWriter(stream, schema) as writer:
        while rows := [_flat(record) for record in islice(waiting, ROWS_AT_ONCE)]:
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))


def _flat(record: ScanRecord) -> Mapping[str, Any]:
    """The columns of a record, texts such as every encoding holds, provenance as JSON."""
    provenance = None if record.provenance is None else json.dumps(json_values(record.provenance))
    texts = {name: value and path_key(value) for name, value in (("error", record.error), ("model", record.model))}
    return {**vars(record), **texts, "path": record.key, "provenance": provenance}


def _with_provenance(row: Mapping[str, Any]) -> Mapping[str, Any]:
    text = row.get("provenance")
    return {**row, "provenance": json.loads(text) if text else None}


def guarded_cell(value: Any) -> Any:
    """A cell of a table as no spreadsheet takes it for a formula: an apostrophe before one that begins like one.

    (OWASP, "CSV Injection".) Apostrophes before such a beginning get one more, so that reading can take it off again.
    """
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def unguarded_cell(value: str) -> str:
    """A cell that `guarded_cell` wrote, as it was."""
    return value[1:] if value[:1] == "'" and _FORMULA.match(value[1:]) else value
