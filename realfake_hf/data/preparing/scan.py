"""Look at one image of a collection: its record for the manifest, and its variants into a staging folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image

from realfake_hf.data.preparing.variants import encode_variant, make_variant
from realfake_hf.errors import UnreadableImageError
from realfake_hf.images.look import crash, look_at
from realfake_hf.records.manifest import ImageRecord

SEVERAL_PICTURES_IN_A_STILL = frozenset({"MPO"})
"""Formats whose further frames are no animation: phones put a preview or a depth map there."""


@dataclass(frozen=True, slots=True)
class ScanTask:
    """One image to look at.

    Attributes:
        key: 16 hexadecimal digits that name this state of this file.
        name: path relative to the collection.
        file: where to read it; None where `content` has it.
        content: the file's bytes, of an image that lies in a data set.
        label: 0 real, 1 fake.
        source: camera set or generator.
        split: the split whose folder it lies in, or None.
        sizes: variants to make, px.
    """

    key: str
    name: str
    file: str | None
    content: bytes | None
    label: int
    source: str
    split: str | None
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Scanner:
    """Callable that runs in the workers: `ScanTask` in, `(key, ImageRecord)` out.

    Attributes:
        staging: folder for the variants, `<size>/<first digit of the key>/<key>.jpg`.
        fit: `"pad"` or `"crop"`.
        quality: JPEG quality of the variants.
    """

    staging: Path
    fit: str
    quality: int

    def __call__(self, task: ScanTask) -> tuple[str, ImageRecord]:
        """Read once, hash, decode once, write every variant; what is wrong with a file goes into its record."""
        record = empty_record(task)

        def variants(header: Image.Image, image: Image.Image) -> list[tuple[int, bytes]]:
            return [(size, encode_variant(make_variant(image, size, self.fit), self.quality)) for size in task.sizes]

        look = look_at(task.name, task.file, task.content, variants, refuse=partial(_refuse_several, task.name))
        look.facts.copy_to(record)
        record.error = look.error
        for size, encoded in look.result or ():
            write_making_folder(Path(staged_path(self.staging, size, task.key)), encoded)
        return task.key, record


def empty_record(task: ScanTask) -> ImageRecord:
    """What is known of an image before it is read."""
    return ImageRecord(path=task.name, label=task.label, source=task.source, split=task.split)


def crashed_record(task: ScanTask) -> tuple[str, ImageRecord]:
    """The result for an image whose decoder took its process down."""
    record = empty_record(task)
    record.error = crash(task.name)
    return task.key, record


def staged_path(staging: Path | str, size: int, key: str) -> str:
    """Where the variant of an image waits for its split."""
    return f"{staging}/{size}/{key[0]}/{key}.jpg"


def write_making_folder(path: Path, content: bytes) -> None:
    """Write a file; its folder is made when it is missing."""
    try:
        path.write_bytes(content)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _refuse_several(name: str, header: Image.Image) -> None:
    frames = getattr(header, "n_frames", 1)
    if frames > 1 and header.format not in SEVERAL_PICTURES_IN_A_STILL:
        kind = "pages" if header.format == "TIFF" else "frames: it is animated"
        raise UnreadableImageError(f"{name} has {frames} {kind}; save the wanted one as a file of its own.")
