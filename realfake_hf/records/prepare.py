"""What a folder that `realfake prepare` writes was made with: `prepare.json`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from realfake_hf.records.json_record import JsonRecord

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
class PrepareRecord:
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

    @classmethod
    def read(cls, folder: Path) -> PrepareRecord | None:
        """The `prepare.json` of a folder; None where there is none.

        Raises:
            RealFakeError: it is damaged, or of another form.
        """
        return _FILE.read_if_there(folder / PREPARE_FILE)

    def write(self, folder: Path) -> None:
        """Write `prepare.json` into a folder."""
        _FILE.write(self, folder / PREPARE_FILE)


_FILE: JsonRecord[PrepareRecord] = JsonRecord(
    PrepareRecord, "the settings of a prepared folder", "give another folder, or delete this one"
)
