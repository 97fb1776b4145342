"""A short fingerprint of a data set, to tell in run.json what a model was trained on."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, BinaryIO

from realfake_hf.errors import UnreadableImageError
from realfake_hf.images.regular_file import open_regular
from realfake_hf.storage.working import Step, working

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

WHOLE_BELOW = 64 * 1024
"""Images up to this many bytes are hashed whole, of larger ones three blocks and the length."""

BLOCK = 4096


def data_fingerprint(dataset: DatasetDict) -> str:
    """16 hexadecimal digits over splits, rows in their order, labels, sources and the images' bytes.

    The same images under another path, or in parquet instead of a folder, give the same fingerprint. Large
    images are sampled (first, middle and last 4 KiB and the length), so that it costs no full read.
    """
    digest = hashlib.sha256()
    with working("Taking the fingerprint of the data", total=sum(map(len, dataset.values()))) as step:
        for name in sorted(dataset):
            digest.update(f"{name}:{len(dataset[name])};".encode())
            _update(digest, dataset[name], step)
    return digest.hexdigest()[:16]


def rows_fingerprint(rows: Dataset) -> str:
    """As `data_fingerprint`, of one split whatever its name."""
    from datasets import DatasetDict

    return data_fingerprint(DatasetDict({"rows": rows}))


def images_fingerprint(rows: Dataset) -> str:
    """Of labelled images to be judged, which need not say their sources."""
    from datasets import DatasetDict, Image

    if "source" not in rows.column_names:
        rows = rows.add_column("source", [""] * len(rows))
    return data_fingerprint(DatasetDict({"data": rows.cast_column("image", Image(decode=False))}))


def _update(digest: hashlib._Hash, dataset: Dataset, step: Step) -> None:
    import pyarrow as pa

    rows = dataset.select_columns(["image", "label", "source"]).with_format("arrow")
    for table in rows.iter(batch_size=256):
        labels, sources = table.column("label").to_pylist(), table.column("source").to_pylist()
        for image, label, source in zip(table.column("image"), labels, sources, strict=True):
            digest.update(f"{label}:{source}:".encode())
            if image["bytes"].is_valid:
                content = pa.BufferReader(image["bytes"].as_buffer())
                _update_content(digest, content, content.size())
            elif image["path"].is_valid:
                _update_file(digest, image["path"].as_py())
        step.advance(len(table))


def _update_file(digest: hashlib._Hash, path: str) -> None:
    try:
        with open_regular(path) as stream:
            _update_content(digest, stream, os.fstat(stream.fileno()).st_size)
    except (OSError, UnreadableImageError):  # whoever reads the images names it
        digest.update(b"unreadable")


def _update_content(digest: hashlib._Hash, stream: BinaryIO, size: int) -> None:
    digest.update(str(size).encode())
    if size <= WHOLE_BELOW:
        digest.update(stream.read())
        return
    for start in (0, (size - BLOCK) // 2, size - BLOCK):
        stream.seek(start)
        digest.update(stream.read(BLOCK))
