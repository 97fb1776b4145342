"""What a folder that `realfake align` writes was made with: `align.json`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from realfake_hf.records.json_record import FolderRecord

ALIGN_FILE = "align.json"


@dataclass(frozen=True)
class AlignSettings:
    """What decides the result; a folder holds the result of one set of settings alone.

    Attributes:
        photos: absolute path of the photographs, or the Hub id.
        vae: the autoencoder's plain name.
        vae_sha256: of its weights.
        precision: `"auto"`, `"float32"` or `"bfloat16"`.
        tile: longest side of a tile, px.
        tiles: tiles per photograph.
        split: the split of the photographs that was taken; None for all.
        test, val: shares, 0 to 1; `val` of what `test` leaves.
        seed: of splits, positions, and qualities.
    """

    photos: str
    vae: str
    vae_sha256: str
    precision: str
    tile: int
    tiles: int
    split: str | None
    test: float
    val: float
    seed: int


@dataclass(frozen=True)
class AlignRecord(
    FolderRecord,
    file=ALIGN_FILE,
    what="the settings of an aligned folder",
    remedy="give another folder, or delete this one",
):
    """An aligned folder.

    Attributes:
        settings: it was made with.
        complete: whether the run came to its end.
        versions: package name -> version; None where it is not installed.
        version: of the folder's form.
    """

    settings: AlignSettings
    complete: bool
    versions: dict[str, str | None]
    version: Literal[1] = 1
