"""`prepare` as its tests call it, and what it left."""

from __future__ import annotations

from pathlib import Path

from hub_card.dataset_card import write_dataset_card
from realfake_hf.data.preparing.prepare import prepare as prepare_at_any_speed
from realfake_hf.data.preparing.prepare_summary import PrepareSummary
from realfake_hf.records.manifest import ImageRecord, read_manifest


def prepare(source: Path, destination: Path, **options: object) -> PrepareSummary:
    return prepare_at_any_speed(
        source,
        destination,
        **{"sizes": (32, 48), "workers": 1, "progress": False, "write_card": write_dataset_card, **options},
    )


def manifest(destination: Path) -> dict[str, ImageRecord]:
    return {record.path: record for record in read_manifest(destination / "manifest.parquet")}


def splits(destination: Path) -> dict[str, str | None]:
    return {path: record.split for path, record in manifest(destination).items()}


def tree(folder: Path) -> dict[str, bytes]:
    """All visible files by path; prepare.json and the card aside, which name the folders."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not path.relative_to(folder).parts[0].startswith(".")
        and path.name not in ("prepare.json", "README.md")
    }
