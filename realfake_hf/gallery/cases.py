"""One case of the gallery, and the manifest `cases.json` that lists them all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from realfake_hf.records.json_record import JsonRecord

GALLERY_FOLDER = Path(__file__).resolve().parent

Kind = Literal["photograph", "generated", "reconstructed", "drawn", "changed", "declared", "empty"]


@dataclass(frozen=True)
class Case:
    """An image and the truth about it.

    Attributes:
        file: below the gallery's folder, `real/...` or `fake/...`.
        title: what it shows, without giving the truth away.
        kind: `photograph` and `generated` images as they are; all others were made to show something.
        how: how it came to be, in a sentence.
        why: what makes it easy or hard, whatever a model says.
        author, licence: whose it is; an SPDX identifier or `public domain`.
        origin: the package that it was taken from, and where it lies there.
        changes: what we did to it; empty where nothing.
    """

    file: str
    title: str
    kind: Kind
    how: str
    why: str
    author: str
    licence: str
    origin: str
    changes: str = ""

    @property
    def truth(self) -> str:
        """`real` or `fake`."""
        return self.file.partition("/")[0]

    @property
    def path(self) -> Path:
        """The image."""
        return GALLERY_FOLDER / self.file


CASES: JsonRecord[list[Case]] = JsonRecord(list[Case], "the gallery's manifest", "install the package again")


def read_cases() -> list[Case]:
    """All cases, in the manifest's order."""
    return CASES.read(GALLERY_FOLDER / "cases.json")


def find_case(path: Path) -> Case | None:
    """The case that a file is a copy of, by its name and its bytes."""
    for case in read_cases():
        if case.path.name == path.name and case.path.read_bytes() == path.read_bytes():
            return case
    return None
