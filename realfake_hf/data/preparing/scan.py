"""Look at one image of a collection: its record for the manifest, and its variants into a staging folder."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from realfake_hf.data.preparing.manifest import ImageRecord
from realfake_hf.data.preparing.variants import encode_variant, make_variant
from realfake_hf.errors import UnreadableImageError
from realfake_hf.images.hashing import perceptual_hash, sha256
from realfake_hf.images.image_files import decode_image, identify_image
from realfake_hf.images.jpeg_quality import chroma_subsampling, jpeg_quality
from realfake_hf.images.regular_file import open_regular

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
        variants: list[tuple[int, bytes]] = []
        try:
            image = self._look(task, record)
            for size in task.sizes:
                variants.append((size, encode_variant(make_variant(image, size, self.fit), self.quality)))
        except UnreadableImageError as error:
            record.error = str(error)
        except Exception as error:  # no single file may end a run over a hundred thousand
            record.error = f"{task.name} cannot be used: {type(error).__name__} {error}".rstrip()
        if record.error is None:
            for size, encoded in variants:
                write_making_folder(Path(staged_path(self.staging, size, task.key)), encoded)
        return task.key, record

    def _look(self, task: ScanTask, record: ImageRecord) -> Image.Image:
        """Fill the record and return the decoded image."""
        content = task.content if task.content is not None else _read(task, record)
        record.bytes = len(content)
        record.sha256 = sha256(content)
        opened = identify_image(io.BytesIO(content), task.name)
        record.width, record.height = opened.size
        record.mode, record.format = opened.mode, opened.format
        record.jpeg_quality, record.subsampling = jpeg_quality(opened), chroma_subsampling(opened)
        frames = getattr(opened, "n_frames", 1)
        if frames > 1 and opened.format not in SEVERAL_PICTURES_IN_A_STILL:
            kind = "pages" if opened.format == "TIFF" else "frames: it is animated"
            raise UnreadableImageError(f"{task.name} has {frames} {kind}; save the wanted one as a file of its own.")
        image = decode_image(opened, task.name)
        record.width, record.height = image.size
        record.phash = perceptual_hash(image)
        return image


def empty_record(task: ScanTask) -> ImageRecord:
    """What is known of an image before it is read."""
    return ImageRecord(path=task.name, label=task.label, source=task.source, split=task.split)


def crashed_record(task: ScanTask) -> tuple[str, ImageRecord]:
    """The result for an image whose decoder took its process down."""
    record = empty_record(task)
    record.error = f"{task.name} ends the process that decodes it (damaged, or too large for the memory)."
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


def _read(task: ScanTask, record: ImageRecord) -> bytes:
    assert task.file is not None
    with open_regular(task.file, task.name) as stream:
        record.bytes = os.fstat(stream.fileno()).st_size
        return stream.read()
