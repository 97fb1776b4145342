"""What the parts of a scan are parts of: `scan.json` in their folder, which may lie behind a URL."""

from __future__ import annotations

from dataclasses import dataclass

from realfake_hf.records.json_record import JsonRecord

SCAN_FILE = "scan.json"


@dataclass(frozen=True)
class PartsRecord:
    """A scan in parts: the identity of the model that judges, and whether every part is there."""

    model: str | None = None
    complete: bool = False


PARTS_RECORD: JsonRecord[PartsRecord] = JsonRecord(PartsRecord, "the record of a scan in parts", "name another folder")
