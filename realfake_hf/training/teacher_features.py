"""What a teaching encoder sees in every training image: computed once, kept on disk, found by the image's content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from datasets import Dataset
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import save_file
from tqdm.auto import tqdm

from realfake_hf.errors import RealFakeError, UnreadableImageError
from realfake_hf.images.regular_file import read_regular
from realfake_hf.images.stored_image import StoredImage, open_stored
from realfake_hf.storage.files import written_whole
from realfake_hf.training.vision_encoder import VisionEncoder

CACHE_NAME = ".teacher-features"
BATCH_SIZE = 32
PART_ROWS = 512
HASH_BYTES = 32


class FeatureStore:
    """Features on disk, in parts of `PART_ROWS` images: a killed run loses one part at most.

    Args:
        folder: of one encoder; made when the first part is written.
        identity: of the encoder; a part of another one is refused.
    """

    def __init__(self, folder: Path, identity: str) -> None:
        self.folder = folder
        self.identity = identity
        self.rows: dict[bytes, np.ndarray] = {}
        self.parts = 0
        for part in sorted(folder.glob("part-*.safetensors")):
            self._read(part)

    def add(self, hashes: Sequence[bytes], features: np.ndarray) -> None:
        """Write a part and know it: SHA-256 of the stored bytes, and features `(n, F)`, kept as float16."""
        path = self.folder / f"part-{self.parts:05d}.safetensors"
        kept = features.astype(np.float16)
        keys = np.frombuffer(b"".join(hashes), dtype=np.uint8).reshape(len(hashes), HASH_BYTES)
        with written_whole(path) as partial:
            save_file({"sha256": keys, "features": kept}, partial, metadata={"encoder": self.identity})
        self.parts += 1
        self.rows.update(zip(hashes, kept, strict=True))

    def _read(self, part: Path) -> None:
        try:
            with safe_open(part, framework="numpy") as stored:
                identity = (stored.metadata() or {}).get("encoder")
                keys, features = stored.get_tensor("sha256"), stored.get_tensor("features")
        except Exception as error:  # safetensors' own error type is not a public name
            raise RealFakeError(f"{part} is damaged ({error}): delete it, and it is made again.") from None
        if identity != self.identity:
            raise RealFakeError(f"{part} holds features of {identity}, not of {self.identity}: use another folder.")
        self.rows.update(zip((key.tobytes() for key in keys), features, strict=True))
        self.parts = int(part.stem.removeprefix("part-")) + 1


def cache_folder(data: str | Path | Sequence[str | Path], run: Path) -> Path:
    """Where features are kept by default: beside the (first) data folder, or in the RUN folder where that is no
    folder of this machine, or cannot be written to."""
    first = Path(data if isinstance(data, str | Path) else data[0]).expanduser()
    beside = first.parent if first.is_file() else first
    return (beside if beside.is_dir() and os.access(beside, os.W_OK) else run) / CACHE_NAME


def teacher_features(dataset: Dataset, encoder: VisionEncoder, folder: Path, *, quiet: bool = False) -> np.ndarray:
    """Features `(n, F)` float32 of every row, in order; what `folder` does not hold yet is computed and added.

    A row whose image cannot be read has the mean of all others: training shows another image in its place.

    Args:
        dataset: with `image` (`Image(decode=False)`).
        encoder: is shown the image as it is, not degraded.
        folder: of the cache; one subfolder an encoder.
        quiet: no progress.

    Raises:
        RealFakeError: a damaged part, one of another encoder, or no image that can be read.
    """
    store = FeatureStore(folder / encoder.identity, encoder.identity)
    images = dataset.select_columns(["image"])
    hashes = [_hash(stored["image"]) for stored in images]
    missing = list({key: row for row, key in enumerate(hashes) if key not in store.rows}.values())
    progress = tqdm(total=len(missing), desc="Teacher", unit="image", disable=True if quiet else None)
    for start in range(0, len(missing), PART_ROWS):
        rows = missing[start : start + PART_ROWS]
        parts, seen = [], []
        for batch in _batches(rows):
            views = {row: view for row in batch if (view := _view(encoder, images[row]["image"])) is not None}
            if views:
                parts.append(encoder.encode(list(views.values())))
                seen += [hashes[row] for row in views]
            progress.update(len(batch))
        if seen:
            store.add(seen, np.concatenate(parts))
    progress.close()
    known = [store.rows[key] for key in hashes if key in store.rows]
    if not known:
        raise RealFakeError("None of the training images can be read: prepare the data first.")
    mean = np.mean(known, axis=0, dtype=np.float64)
    return np.stack([store.rows.get(key, mean) for key in hashes]).astype(np.float32)


def _view(encoder: VisionEncoder, stored: StoredImage) -> Image.Image | None:
    try:
        return encoder.view(open_stored(stored))
    except UnreadableImageError:  # the loader names it when it draws it
        return None


def _batches(rows: list[int]) -> Iterator[list[int]]:
    return (rows[start : start + BATCH_SIZE] for start in range(0, len(rows), BATCH_SIZE))


def _hash(stored: StoredImage) -> bytes:
    content, path = stored["bytes"], str(stored["path"])
    try:
        return hashlib.sha256(read_regular(path) if content is None else content).digest()
    except UnreadableImageError:
        return hashlib.sha256(path.encode()).digest()
