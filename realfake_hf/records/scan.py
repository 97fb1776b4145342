"""Scan records in files: JSON lines as they come, CSV and parquet when all are there."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from realfake_hf.errors import RealFakeError
from realfake_hf.storage.files import written_whole

STATE_COLUMNS = ("model", "bytes", "modified")
"""Which model judged which state of the file; 0.1 did not write them."""
LATER_COLUMNS = ("share_seen",)
"""What earlier records lack; None then."""
COLUMNS = (
    *("path", "label", "p_fake", "width", "height", "format", "warnings", "provenance", "error"),
    *STATE_COLUMNS,
    *LATER_COLUMNS,
)
NUMBERS = {"p_fake": float, "width": int, "height": int, "bytes": int, "share_seen": float}
SUFFIXES = (".jsonl", ".csv", ".parquet")
ROWS_AT_ONCE = 1000
FIRST_BYTES = b'{"path": '
"""How every line of a scan begins."""
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


class _EarlierVersionError(KeyError):
    """Records as 0.1 wrote them."""


def to_json_line(record: dict[str, Any]) -> str:
    """One record as one line of JSON, without the line's end."""
    line = json.dumps(record, ensure_ascii=False, allow_nan=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:  # a file name that is no valid UTF-8
        return json.dumps(record, allow_nan=False)
    return line


def path_key(path: str | None) -> str:
    """A path as every format can hold it: bytes that are no UTF-8 are written as escapes."""
    return (path or "").encode("utf-8", "backslashreplace").decode("utf-8")


def read_records(file: Path) -> Iterator[dict[str, Any]]:
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
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        reason = (" ".join(str(error).split()) or type(error).__name__)[:150].rstrip(".")
        raise RealFakeError(
            f"{file} does not hold the records of a scan ({reason}): name another file with `output`."
        ) from error


def write_records(records: Iterator[dict[str, Any]], file: Path) -> None:
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
            _check(json.loads(last))
        except (ValueError, TypeError, KeyError):
            stream.truncate(len(whole) + 1 if whole else 0)
        else:
            stream.write(b"\n")


def _check(record: Any) -> dict[str, Any]:
    missing = [name for name in COLUMNS if name not in record and name not in LATER_COLUMNS]
    if missing and set(missing) <= set(STATE_COLUMNS):
        raise _EarlierVersionError
    if missing:
        raise KeyError(f"no {missing[0]}")
    return {name: record.get(name) for name in COLUMNS}


def _read_jsonl(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as stream:
        for line in stream:
            yield _check(json.loads(line))


def _read_csv(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            record: dict[str, Any] = {name: _unguarded(value) or None for name, value in _check(row).items()}
            for name, kind in (
                ("p_fake", float),
                ("width", int),
                ("height", int),
                ("bytes", int),
                ("share_seen", float),
            ):
                record[name] = kind(record[name]) if record[name] is not None else None
            record["warnings"] = record["warnings"].split("; ") if record["warnings"] else []
            record["provenance"] = json.loads(record["provenance"]) if record["provenance"] else None
            yield record


def _read_parquet(file: Path) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as parquet:
        for batch in parquet.iter_batches(ROWS_AT_ONCE):
            for row in batch.to_pylist():
                provenance = row["provenance"]
                yield _check({**row, "provenance": json.loads(provenance) if provenance else None})


def _write_csv(records: Iterator[dict[str, Any]], file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        for record in records:
            flat = {**_flat(record), "warnings": "; ".join(record["warnings"])}
            writer.writerow({name: "" if value is None else guarded_cell(value) for name, value in flat.items()})


def _write_parquet(records: Iterator[dict[str, Any]], file: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    text, whole = pa.string(), pa.int32()
    types = (
        text,
        text,
        pa.float64(),
        whole,
        whole,
        text,
        pa.list_(text),
        text,
        text,
        text,
        pa.int64(),
        text,
        pa.float64(),
    )
    schema = pa.schema(list(zip(COLUMNS, types, strict=True)))
    with pq.ParquetWriter(file, schema) as writer:
        rows: list[dict[str, Any]] = []
        for record in records:
            rows.append(_flat(record))
            if len(rows) == ROWS_AT_ONCE:
                writer.write_table(pa.Table.from_pylist(rows, schema=schema))
                rows = []
        writer.write_table(pa.Table.from_pylist(rows, schema=schema))


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """A record whose texts every encoding holds, provenance as JSON."""
    provenance = record["provenance"]
    return {
        **record,
        "path": path_key(record["path"]),
        "provenance": None if provenance is None else json.dumps(provenance),
        "error": None if record["error"] is None else path_key(record["error"]),
        "model": None if record["model"] is None else path_key(record["model"]),
    }


def guarded_cell(value: Any) -> Any:
    """A cell of a table as no spreadsheet takes it for a formula: an apostrophe before one that begins like one.

    (OWASP, "CSV Injection".) Apostrophes before such a beginning get one more, so that reading can take it off again.
    """
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _unguarded(value: str) -> str:
    return value[1:] if value[:1] == "'" and _FORMULA.match(value[1:]) else value
