"""How well an exported model agrees with the one that it was made of: `export.json`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from realfake_hf.storage.files import write_json
from realfake_hf.storage.portable import portable

EXPORT_FILE = "export.json"


@dataclass(frozen=True)
class Agreement:
    """How near two runs of a model are to each other on the same images.

    Attributes:
        images: how many.
        max_logit_difference: largest absolute difference of a logit, temperature applied.
        max_p_fake_difference: likewise of p_fake, 0..1.
        label_agreement: share of the images with the same verdict, 0..1.
        side_agreement: share with p_fake on the same side of 0.5, 0..1.
    """

    images: int
    max_logit_difference: float
    max_p_fake_difference: float
    label_agreement: float
    side_agreement: float


@dataclass(frozen=True)
class Milliseconds:
    """What judging one prepared image takes in one thread, the median of several rounds.

    Attributes:
        wall, processor: ms of the clock on the wall, and of processor time.
    """

    wall: float
    processor: float


@dataclass(frozen=True)
class Int8Check:
    """What 8 bits cost on images that they were not calibrated on.

    Attributes:
        data: what the images are.
        agreement: with the model in 32 bits.
        balanced_accuracy, int8_balanced_accuracy: of either, at p_fake 0.5; None where the images have no labels.
    """

    data: str
    agreement: Agreement
    balanced_accuracy: float | None = None
    int8_balanced_accuracy: float | None = None

    @property
    def loss(self) -> float:
        """Balanced accuracy lost; without labels, the share of images on the other side of 0.5: the most accuracy
        that can be lost."""
        if self.balanced_accuracy is None or self.int8_balanced_accuracy is None:
            return 1.0 - self.agreement.side_agreement
        return self.balanced_accuracy - self.int8_balanced_accuracy


@dataclass(frozen=True)
class Int8Record:
    """The model in 8 bits, against the one in 32.

    Attributes:
        offered: it is faster here, and loses little.
        written: the file is there; it may be without being offered.
        verdict: the sentence that says why.
        size: bytes.
        size_ratio: to the other's.
        speed_ratio, processor_ratio: how many times the other's time it saves, of the wall's clock and of processor
            time: the median of the rounds' ratios.
        float32, int8: the times.
        calibration: on how many images of what.
        check: on other images.
    """

    offered: bool
    written: bool
    verdict: str
    size: int
    size_ratio: float
    speed_ratio: float
    processor_ratio: float
    float32: Milliseconds
    int8: Milliseconds
    calibration: str
    check: Int8Check


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
        """Write `export.json`, without paths, for its folder is passed on; no program of ours reads it again."""
        write_json(folder / EXPORT_FILE, portable(msgspec.to_builtins(self)))
