"""How well an exported model agrees with the one that it was made of: `export.json`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from realfake_hf.storage.files import write_json

EXPORT_FILE = "export.json"


@dataclass(frozen=True)
class Agreement:
    """How near two runs of a model are to each other on the same images.

    Attributes:
        images: how many.
        max_logit_difference: largest absolute difference of a logit, temperature applied.
        max_p_fake_difference: likewise of p_fake, 0..1.
        label_agreement: share of the images with the same verdict, 0..1.
    """

    images: int
    max_logit_difference: float
    max_p_fake_difference: float
    label_agreement: float


@dataclass(frozen=True)
class Int8Record:
    """The model in 8 bits, against the one in 32.

    Attributes:
        size: bytes.
        size_ratio, speed_ratio: to the other's size; how many times as fast it is.
        agreement: with torch.
    """

    size: int
    size_ratio: float
    speed_ratio: float
    agreement: Agreement


class ExportRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """An export.

    Attributes:
        model: its name.
        opset: of ONNX.
        size: bytes.
        agreement: with torch.
        versions: package name -> version; None where it is not installed.
        int8: None where none was asked for.
    """

    model: str
    opset: int
    size: int
    agreement: Agreement
    versions: dict[str, str | None]
    int8: Int8Record | None = None

    def write(self, folder: Path) -> None:
        """Write `export.json` into a folder; no program of ours reads it again."""
        write_json(folder / EXPORT_FILE, msgspec.to_builtins(self))
