"""What a folder that `realfake prepare` writes was made with: `prepare.json`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from realfake_hf.records.json_record import FolderRecord

PREPARE_FILE = "prepare.json"


@dataclass(frozen=True)
class PrepareSettings:
    """What decides the result; a folder holds the result of one set of settings alone.

    Attributes:
        source: absolute path of the originals, or the Hub id.
        fit: `"pad"` or `"crop"`.
        quality: JPEG quality of the variants, 1 to 100.
        test, val: shares, 0 to 1; `val` of what `test` leaves.
        seed: of the splits.
        group_by: `"source"` or None.
    """

    source: str
    fit: str
    quality: int
    test: float
    val: float
    seed: int
    group_by: str | None


@dataclass(frozen=True)
class PrepareRecord(
    FolderRecord,
    file=PREPARE_FILE,
    what="the settings of a prepared folder",
    remedy="give another folder, or delete this one",
):
    """A prepared folder.

    Attributes:
        settings: it was made with.
        sizes: variants there, px.
        complete: whether the run came to its end.
        version: of the folder's form.
    """

    settings: PrepareSettings
    sizes: list[int]
    complete: bool
    version: Literal[1] = 1
